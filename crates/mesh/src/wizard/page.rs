// SPDX-License-Identifier: MIT
//! The pages of the wizards.
//!
//! Spec: none.
//! Here: which page answers which address, what surrounds each of them, and the parts of which they are made.
//! Not here: what is said (`text`), who may ask (`gate`), actions (`crate::step`, `mesh-client`).

mod add;
mod codes;
mod connect;
mod create;
pub(super) mod history;
mod home;
mod import;
mod live;
mod recover;
mod search;
mod start;

pub(super) use self::home::{has_cut_off, would_cut_off};
pub(super) use self::import::{left_out, network_left, what_became, what_of_the_file};

use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use mesh_client::{Access, Role, Roles, StoreLabel};
use mesh_keystore::system::host_name;
use zeroize::Zeroizing;

use super::Kind;
use super::app::{App, Door};
use super::server::Ask;
use super::text::{Texts, fill};
use super::trouble::Trouble;
use crate::output::turns;
use crate::qr;
use crate::step::is_link;

const STYLE: &[u8] = include_bytes!("asset/wizard.css");
const SCRIPT: &[u8] = include_bytes!("asset/wizard.js");
const ICON: &[u8] = include_bytes!("asset/icon.svg");

/// What answers a request.
pub(super) enum Reply {
    Asset(&'static str, &'static [u8]),
    File(String, &'static str, Zeroizing<Vec<u8>>),
    Go(&'static str),
    Object(serde_json::Value),
    Page(View),
    Refused(StatusCode, &'static str),
}

/// A page.
pub(super) struct View {
    pub(super) status: StatusCode,
    title: String,
    body: Markup,
    /// What the page asks about by itself.
    look: &'static str,
    /// What it shows now of that.
    mark: String,
    /// Set on a page that may show secrets.
    view: String,
    account: Option<String>,
}

impl View {
    fn new(title: impl Into<String>, body: Markup) -> Self {
        Self {
            status: StatusCode::OK,
            title: title.into(),
            body,
            look: "",
            mark: String::new(),
            view: String::new(),
            account: None,
        }
    }

    /// The same for a page that follows what happens elsewhere.
    fn looking(self, look: &'static str, mark: impl Into<String>) -> Self {
        Self {
            look,
            mark: mark.into(),
            ..self
        }
    }

    /// The same for a page that may show secrets.
    fn secret(self, view: String) -> Self {
        Self { view, ..self }
    }

    fn of(self, account: &str) -> Self {
        Self {
            account: Some(account.to_owned()),
            ..self
        }
    }

    /// The same when something that was sent will not do.
    fn after(self, trouble: Option<&Trouble>) -> Self {
        match trouble {
            None => self,
            Some(_) => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                ..self
            },
        }
    }
}

impl From<View> for Reply {
    fn from(view: View) -> Self {
        Self::Page(view)
    }
}

/// What pages are made of besides themselves.
pub(super) fn asset(path: &str) -> Option<Reply> {
    Some(match path {
        "/wizard.css" => Reply::Asset("text/css; charset=utf-8", STYLE),
        "/wizard.js" => Reply::Asset("text/javascript; charset=utf-8", SCRIPT),
        "/icon.svg" => Reply::Asset("image/svg+xml", ICON),
        _ => return None,
    })
}

/// Answers a request that got through the gate.
pub(super) async fn answer(ask: &Ask, post: bool, path: &str) -> Reply {
    let done = match ask.app.kind {
        Kind::Client => client(ask, post, path).await,
        Kind::Connect => None,
    };
    let done = match done {
        Some(done) => Some(done),
        None => shared(ask, post, path).await,
    };
    match done {
        Some(Ok(reply)) => reply,
        Some(Err(Trouble::Locked)) if path.starts_with("/live/") => live::go("/unlock"),
        Some(Err(Trouble::Locked)) => Reply::Go("/unlock"),
        Some(Err(trouble)) if path.starts_with("/live/") => live::failed(&trouble, ask.t),
        Some(Err(trouble)) => failed(ask, &trouble),
        None => Reply::Refused(StatusCode::NOT_FOUND, ask.t.err_no_page),
    }
}

type Done = Option<Result<Reply, Trouble>>;

/// The pages of the profile manager alone.
async fn client(ask: &Ask, post: bool, path: &str) -> Done {
    Some(match (post, path) {
        (false, "/welcome") => start::welcome(ask),
        (false, "/create") => create::show(ask, None),
        (true, "/create") => create::run(ask).await,
        (false, "/recover") => recover::show(ask, None),
        (true, "/recover") => recover::run(ask).await,
        (false, "/codes") => codes::show(ask, None).await,
        (true, "/codes") => codes::make(ask).await,
        (false, "/codes/show") => codes::sheets(ask),
        (true, "/codes/sheet") => codes::sheet(ask),
        (true, "/codes/done") => codes::done(ask),
        (false, "/codes/check") => codes::check(ask, None).await,
        (true, "/codes/check") => codes::judge(ask).await,
        (false, "/import") => import::show(ask, None).await,
        (true, "/import/passwords") => import::passwords(ask).await,
        (true, "/import/keys") => import::keys(ask).await,
        (true, "/import/mail") => import::mail(ask).await,
        (false, "/devices/add") => add::show(ask, None).await,
        (true, "/devices/add") => add::offer(ask).await,
        (false, "/devices/offer") => add::wait(ask, None).await,
        (true, "/devices/look") => add::look_now(ask).await,
        (true, "/devices/withdraw") => add::withdraw(ask),
        (true, "/devices/accept") => add::accept(ask).await,
        (true, "/devices/reject") => add::reject(ask).await,
        (false, "/devices/joined") => add::joined(ask).await,
        (true, "/devices/device") => home::device(ask, None).await,
        (true, "/devices/remove") => home::remove(ask).await,
        (true, "/devices/rename") => home::rename(ask).await,
        (false, "/home") => home::show(ask).await,
        (true, "/home/verify") => home::verify(ask).await,
        (true, "/search") => search::run(ask).await,
        // Coming back to it: what was searched for stands in no address.
        (false, "/search") => Ok(Reply::Go("/home")),
        (true, "/stores/history") => history::show(ask).await,
        (true, "/live/code") => Ok(live::code(ask)),
        (true, "/live/networks") => import::networks(ask).await,
        (true, "/live/passwords") => import::read(ask).await,
        (true, "/live/reveal") => live::reveal(ask).await,
        _ => return None,
    })
}

/// The pages of both wizards.
async fn shared(ask: &Ask, post: bool, path: &str) -> Done {
    Some(match (post, path) {
        (false, "/") => start::index(ask).await,
        (true, "/account") => start::choose(ask),
        (false, "/unlock") => start::locked(ask, None),
        (true, "/unlock") => start::unlock(ask).await,
        (true, "/lock") => start::lock(ask),
        (false, "/elsewhere") => start::elsewhere(ask),
        (true, "/end") => start::end(ask),
        (false, "/connect") => connect::show(ask, None),
        (true, "/connect") => connect::run(ask).await,
        (false, "/connect/wait") => connect::wait(ask).await,
        (true, "/connect/look") => connect::look_now(ask).await,
        (true, "/connect/forget") => connect::forget(ask).await,
        (false, "/connect/done") => connect::done(ask).await,
        (true, "/live/address") => live::address(ask, false).await,
        (true, "/live/join") => live::address(ask, true).await,
        (true, "/live/look") => live::look(ask).await,
        (true, "/live/picture") => live::picture(ask).await,
        _ => return None,
    })
}

/// A page for what no page has foreseen.
fn failed(ask: &Ask, trouble: &Trouble) -> Reply {
    let t = ask.t;
    View::new(
        t.failed_title,
        html! {
            h1 { (t.failed_title) }
            (told(Some(trouble), t))
            p { a.button href="/" { (t.failed_back) } }
        },
    )
    .after(Some(trouble))
    .into()
}

/// The page that the opening link shows for a moment.
pub(super) fn hop(t: &Texts, root: &str) -> String {
    let first = format!("{root}/");
    html! {
        (DOCTYPE)
        html lang=(t.lang) {
            head {
                meta charset="utf-8";
                title { (t.product) }
                meta http-equiv="refresh" content=(format!("0;url={first}"));
            }
            body { p { a href=(first) { (t.go_on) } } }
        }
    }
    .into_string()
}

/// A page with what surrounds it.
pub(super) fn layout(app: &App, t: &'static Texts, view: View) -> String {
    let (code, root) = {
        let gate = app.gate();
        (gate.form().to_owned(), gate.root().to_owned())
    };
    let open = app.door() == Door::Open;
    let notice = match view.status {
        StatusCode::OK => app.held().notice.take(),
        _ => None,
    };
    let code = code.as_str();
    let program = match app.kind {
        Kind::Client => t.client_title,
        Kind::Connect => t.connect_title,
    };
    let lock = open && app.has_passphrase();
    let page = html! {
        (DOCTYPE)
        html lang=(t.lang) {
            head {
                meta charset="utf-8";
                title { (view.title) " – " (t.product) }
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/wizard.css";
                script src="/wizard.js" defer {}
            }
            body data-root=(root) data-form=(code) data-look=(view.look) data-mark=(view.mark) data-view=(view.view)
                data-ended=(t.ended_by_itself) data-copied=(t.copied) {
                a.skip href="#main" { (t.skip) }
                header {
                    p.brand { (icon_mesh()) strong { (t.product) } " " span { (program) } }
                    @if let Some(account) = &view.account { p.account { (account) } }
                    @if lock {
                        form method="post" action="/lock" {
                            input type="hidden" name="form" value=(code);
                            button.quiet type="submit" { (t.lock) }
                        }
                    }
                }
                main id="main" {
                    @if let Some(notice) = notice { p.notice role="status" { (notice) } }
                    (view.body)
                    p id="changed" role="status" { span hidden { (t.changed) " " a href="" { (t.changed_show) } } }
                }
                footer {
                    p { (t.footer_here) }
                    form method="post" action="/end" {
                        input type="hidden" name="form" value=(code);
                        button.quiet type="submit" { (t.end) }
                    }
                }
            }
        }
    };
    below(&unturned(&page.into_string()), &root)
}

/// A page in whose texts nothing turns the direction of writing: names come from other devices, and would rearrange what stands beside
/// them. What is in an attribute stays as it is, as forms send it back.
fn unturned(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut in_tag = false;
    for letter in page.chars() {
        match letter {
            '<' => in_tag = true,
            '>' => in_tag = false,
            letter if !in_tag && turns(letter) => {
                out.extend(letter.escape_unicode());
                continue;
            }
            _ => {}
        }
        out.push(letter);
    }
    out
}

/// Puts the pages that a page leads to below the root. Their paths stand in attributes and begin with a slash; in texts there are no
/// quotation marks that would look like one, as they are written as entities.
fn below(page: &str, root: &str) -> String {
    ["href", "src", "action"]
        .into_iter()
        .fold(page.to_owned(), |page, attribute| {
            page.replace(
                &format!(" {attribute}=\"/"),
                &format!(" {attribute}=\"{root}/"),
            )
        })
}

/// A form that goes to `action`.
fn form(ask: &Ask, action: &str, content: Markup) -> Markup {
    let code = ask.app.gate().form().to_owned();
    html! {
        form method="post" action=(action) {
            input type="hidden" name="form" value=(code);
            (content)
        }
    }
}

/// What went wrong, where it is read first.
fn told(trouble: Option<&Trouble>, t: &Texts) -> Markup {
    let Some(trouble) = trouble else {
        return html! {};
    };
    let told = trouble.told(t);
    html! {
        div.trouble role="alert" tabindex="-1" data-focus {
            p { strong { (t.not_done) } " " (told.text) }
            @if let Some(detail) = told.detail {
                details { summary { (t.detail) } p.detail lang="en" { (detail) } }
            }
        }
    }
}

/// An input with its label and what helps to fill it in.
struct Field<'a> {
    name: &'a str,
    label: &'a str,
    hint: &'a str,
    value: &'a str,
    /// `text`, `password`.
    kind: &'a str,
    /// What the script checks while it is typed.
    check: &'a str,
    complete: &'a str,
    required: bool,
    /// What went wrong when the form was sent, which may be in this field.
    trouble: Option<(&'a Trouble, &'a Texts)>,
    /// What is wrong with what was typed here.
    wrong: &'a str,
}

impl Default for Field<'_> {
    fn default() -> Self {
        Self {
            name: "",
            label: "",
            hint: "",
            value: "",
            kind: "text",
            check: "",
            complete: "off",
            required: true,
            trouble: None,
            wrong: "",
        }
    }
}

fn field(field: &Field<'_>) -> Markup {
    let hint = format!("{}-hint", field.name);
    let said = format!("{}-said", field.name);
    let check = (!field.check.is_empty()).then_some(field.check);
    let described = match field.hint {
        "" => said.clone(),
        _ => format!("{hint} {said}"),
    };
    let trouble = field.trouble;
    let here = trouble.filter(|(trouble, _)| trouble.field().as_deref() == Some(field.name));
    let wrong = match here {
        Some((trouble, t)) => trouble.told(t).text,
        None => field.wrong.to_owned(),
    };
    let invalid = !wrong.is_empty();
    html! {
        div.field {
            label for=(field.name) { (field.label) }
            input id=(field.name) name=(field.name) type=(field.kind) value=(field.value) aria-invalid=[invalid.then_some("true")]
                autocomplete=(field.complete) autocapitalize="none" spellcheck="false"
                required[field.required] data-check=[check] aria-describedby=(described);
            @if !field.hint.is_empty() { p.hint id=(hint) { (field.hint) } }
            p.said.bad[invalid] id=(said) aria-live="polite" { (wrong) }
        }
    }
}

/// The fields for the address of an account and the name of this device, which is that of the machine unless another was typed.
fn who_and_what(ask: &Ask, trouble: Option<&Trouble>) -> Markup {
    let t = ask.t;
    let trouble = trouble.map(|trouble| (trouble, t));
    let machine = host_name().unwrap_or_default();
    let name = match ask.has("device") {
        true => ask.field("device"),
        false => &machine,
    };
    html! {
        (field(&Field { name: "address", label: t.address_label, hint: t.address_hint, value: shown_again(ask.field("address")), check: "address", trouble, ..Field::default() }))
        (field(&Field { name: "device", label: t.device_name, hint: t.device_name_hint, value: name, trouble, ..Field::default() }))
    }
}

/// The fields for the key of a new home; nothing where there is a home.
fn new_home(ask: &Ask, trouble: Option<&Trouble>) -> Markup {
    let t = ask.t;
    let trouble = trouble.map(|trouble| (trouble, t));
    if ask.app.door() != Door::NoHome {
        return html! {};
    }
    html! {
        fieldset {
            legend { (t.seal_legend) }
            p.hint { (t.seal_hint) }
            (field(&Field { name: "passphrase", label: t.passphrase_new, hint: t.passphrase_hint, kind: "password", complete: "new-password", required: false, trouble, ..Field::default() }))
            (field(&Field { name: "again", label: t.passphrase_again, kind: "password", complete: "new-password", required: false, trouble, ..Field::default() }))
            @if mesh_keystore::store::Platform::available() {
                label.tick { input type="checkbox" name="desktop" value="1"; span { (t.seal_desktop) } }
            }
        }
    }
}

/// Reads the fields of [`new_home`], and makes the home when there is none.
async fn make_home(ask: &Ask) -> Result<(), Trouble> {
    use super::app::NewSeal;
    match ask.app.door() {
        Door::Open => return Ok(()),
        Door::Locked => return Err(Trouble::Locked),
        Door::NoHome => {}
    }
    if ask.has("desktop") {
        return ask.app.create_home(NewSeal::Desktop).await;
    }
    let passphrase = ask.field("passphrase");
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(Trouble::Input(|t| t.err_passphrase_short).at("passphrase"));
    }
    if passphrase.len() > mesh_keystore::passphrase::MAX_PASSPHRASE {
        return Err(Trouble::Input(|t| t.err_passphrase_long).at("passphrase"));
    }
    if passphrase != ask.field("again") {
        return Err(Trouble::Input(|t| t.err_passphrases_differ).at("again"));
    }
    let passphrase = mesh_crypto::SecretString::new(passphrase.to_owned());
    ask.app.create_home(NewSeal::Passphrase(passphrase)).await
}

/// Characters of the shortest passphrase that a page takes: whoever has the disk can try them by the thousand.
const MIN_PASSPHRASE: usize = 10;

/// Where a service is, for networks whose DNS does not say.
fn service_field(ask: &Ask, trouble: Option<&Trouble>) -> Markup {
    let t = ask.t;
    let trouble = trouble.map(|trouble| (trouble, t));
    let typed = ask.field("service");
    html! {
        details open[!typed.is_empty()] {
            summary { (t.service_summary) }
            (field(&Field { name: "service", label: t.service_label, hint: t.service_hint, value: typed, required: false, trouble, ..Field::default() }))
        }
    }
}

/// Reads the address of an account, and where its service is.
fn address(ask: &Ask) -> Result<mesh_client::AccountAddress, Trouble> {
    let typed = ask.field("address").trim();
    if is_link(typed) {
        return Err(Trouble::Input(|t| t.err_link_here).at("address"));
    }
    if shown_again(typed).is_empty() {
        return Err(Trouble::Input(|t| t.err_address).at("address"));
    }
    let address = mesh_client::check_address(typed);
    let address = address.map_err(|error| Trouble::from(error).at("address"))?;
    let url = ask.field("service").trim();
    if !url.is_empty() {
        let added = ask.app.add_service(address.domain(), url);
        added.map_err(|trouble| trouble.at("service"))?;
    }
    Ok(address)
}

/// An address as it was typed; nothing of what may be a link, which holds a PIN.
fn shown_again(typed: &str) -> &str {
    match typed.contains([':', '/']) {
        true => "",
        false => typed,
    }
}

/// A time as people read it: to the minute, and where it is that late.
pub(super) fn when(time: &str) -> String {
    let minutes = time.split_once('T').and_then(|(day, clock)| {
        let minutes = clock.get(..5).filter(|_| clock.ends_with('Z'))?;
        Some(format!("{day} {minutes} UTC"))
    });
    minutes.unwrap_or_else(|| time.to_owned())
}

/// A QR code, drawn into the page: no address leads to it.
fn qr_code(text: &str, label: &str) -> Result<Markup, Trouble> {
    let rows = qr::modules(text)?;
    let side = rows.len();
    let mut path = Zeroizing::new(String::new());
    for (y, row) in rows.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let size = format!("0 0 {side} {side}");
    Ok(html! {
        svg.qr role="img" aria-label=(label) viewBox=(size) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(*path) fill="#000" {}
        }
    })
}

/// The name of a store as people call what is in it; none for what the account is run with.
fn store_name(t: &Texts, label: StoreLabel) -> Option<&'static str> {
    use StoreLabel as L;
    Some(match label {
        L::Application => t.store_application,
        L::Bookmark => t.store_bookmark,
        L::Contact => t.store_contact,
        L::Credential => t.store_credential,
        L::Document => t.store_document,
        L::Network => t.store_network,
        L::Task => t.store_task,
        L::Inbound | L::Outbound => t.store_messages,
        _ => return None,
    })
}

/// What a device of these roles may do, in sentences.
pub(super) fn may(t: &Texts, roles: &Roles) -> Vec<String> {
    let mut said = Vec::new();
    if roles.contains(Role::Super) {
        said.push(t.may_super.to_owned());
    }
    if roles.is_administrator() {
        said.push(t.may_admin.to_owned());
    }
    let named = |access: Access| -> Vec<&'static str> {
        let mut names: Vec<&str> = roles
            .readable()
            .into_iter()
            .filter(|label| roles.access(*label) == access)
            .filter_map(|label| store_name(t, label))
            .collect();
        names.dedup();
        names
    };
    let (write, read) = (named(Access::Write), named(Access::Read));
    if !write.is_empty() {
        said.push(fill(t.may_write, &[("stores", &write.join(", "))]));
    }
    if !read.is_empty() {
        said.push(fill(t.may_read, &[("stores", &read.join(", "))]));
    }
    if write.is_empty() && read.is_empty() {
        said.push(t.may_nothing.to_owned());
    }
    said.push(match roles.is_threshold() {
        true => t.keys_shared.to_owned(),
        false => t.keys_whole.to_owned(),
    });
    said
}

fn may_list(t: &Texts, roles: &Roles) -> Markup {
    html! { ul.may { @for line in may(t, roles) { li { (line) } } } }
}

/// The choice of roles.
fn roles_fields(ask: &Ask, trouble: Option<&Trouble>) -> Markup {
    let t = ask.t;
    let first = trouble.is_none();
    let choices = [
        ("web", t.role_web, t.role_web_hint),
        ("developer", t.role_developer, t.role_developer_hint),
        ("message", t.role_message, t.role_message_hint),
        ("admin", t.role_admin, t.role_admin_hint),
    ];
    html! {
        fieldset {
            legend { (t.roles_legend) }
            @for (role, name, hint) in choices {
                @let on = match first { true => role == "web", false => ask.all("role").any(|on| on == role) };
                label.tick {
                    input type="checkbox" name="role" value=(role) checked[on];
                    span { strong { (name) } " " (hint) }
                }
            }
            p.hint { (t.roles_hint) }
        }
        fieldset {
            legend { (t.whole_legend) }
            label.tick {
                input type="checkbox" name="whole" value="1" checked[!first && ask.has("whole")];
                span { (t.whole_label) }
            }
            p.hint { (t.whole_hint) }
        }
    }
}

/// Reads [`roles_fields`].
fn roles(ask: &Ask) -> Result<Roles, Trouble> {
    let mut names: Vec<&str> = ask.all("role").collect();
    if names.is_empty() {
        names.push("device");
    }
    let roles = Roles::parse(&names).map_err(mesh_client::Error::from)?;
    Ok(match ask.has("whole") {
        true => roles.without(Role::Threshold),
        false => roles.guarded(),
    })
}

/// The four steps of a new profile.
fn steps(t: &Texts, current: usize) -> Markup {
    let names = [t.step_account, t.step_codes, t.step_import, t.step_devices];
    html! {
        nav aria-label=(t.steps) {
            ol.steps {
                @for (number, name) in names.iter().enumerate() {
                    @let here = number == current;
                    li aria-current=[here.then_some("step")] class=[(number < current).then_some("past")] { (name) }
                }
            }
        }
    }
}

fn icon_mesh() -> Markup {
    PreEscaped(r##"<svg class="icon" aria-hidden="true" viewBox="0 0 24 24"><g fill="none" stroke="currentColor" stroke-width="1.6"><path d="M6 6l12 3M6 6l3 12M18 9L9 18M6 6l9 9"/><circle cx="6" cy="6" r="2.6"/><circle cx="18" cy="9" r="2.6"/><circle cx="9" cy="18" r="2.6"/></g></svg>"##.to_owned())
}

fn icon_device() -> Markup {
    PreEscaped(r##"<svg class="icon" aria-hidden="true" viewBox="0 0 24 24"><g fill="none" stroke="currentColor" stroke-width="1.6"><rect x="4" y="5" width="16" height="11" rx="1.5"/><path d="M2 19h20"/></g></svg>"##.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_easily() {
        assert_eq!(when("2026-11-27T07:17:25Z"), "2026-11-27 07:17 UTC");
        assert_eq!(when("2026-11-27T07:17:25.123Z"), "2026-11-27 07:17 UTC");
        assert_eq!(when("some day"), "some day");
    }

    #[test]
    fn a_name_rearranges_no_page() {
        let name = "\u{202e}<b title=\"x\u{202e}\">\u{2066}";
        let page = html! { p title=(name) { (name) " is connected" } };
        assert_eq!(
            unturned(&page.into_string()),
            "<p title=\"\u{202e}&lt;b title=&quot;x\u{202e}&quot;&gt;\u{2066}\">\\u{202e}&lt;b title=&quot;x\\u{202e}&quot;&gt;\\u{2066} is connected</p>"
        );
    }

    #[test]
    fn pages_lead_below_the_root() {
        let said = r#"<a href="/evil">"#;
        let page = html! {
            a href="/home" { (said) }
            a href="" { "again" }
            a href="#main" { "content" }
            form action="/lock" { input value=(said); }
        };
        let page = below(&page.into_string(), "/Xq");
        for part in [
            "href=\"/Xq/home\"",
            "action=\"/Xq/lock\"",
            "href=\"\"",
            "href=\"#main\"",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("Xq/evil"), "{page}");
    }

    #[test]
    fn codes_are_drawn_whole() {
        let drawn = qr_code("mcd://alice@example.com/ADE7", "a code").unwrap();
        let drawn = drawn.into_string();
        assert!(drawn.contains("aria-label=\"a code\"") && drawn.contains("M4 4h1v1h-1z"));
        assert!(!drawn.contains("ADE7"), "only as a picture");
    }
}
