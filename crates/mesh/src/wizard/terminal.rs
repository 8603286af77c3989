// SPDX-License-Identifier: MIT
//! The same flow without a browser: questions and answers on standard input and output.
//!
//! Spec: none.
//! Here: the questions.
//! Not here: what follows from the answers (`crate::step`, `mesh-client`), single actions for scripts (`command`).

use std::io::BufRead;
use std::thread::sleep;
use std::time::Duration;

use mesh_client::{
    Access, Account, AccountState, Completion, Home, HomeUnlock, PendingConnection, Role, Roles,
    StoreLabel, check_address,
};
use mesh_crypto::udf::witness_words;
use mesh_crypto::{Pin, SecretBytes, SecretString, Share};
use mesh_keystore::passphrase::Terminal;
use mesh_keystore::store::FileStore;
use mesh_protocol::Code;
use zeroize::Zeroizing;

use super::Kind;
use super::entry::{self, Item, listed};
use super::health::{self, Care, last_change};
use super::page::{
    has_cut_off, history, left_out, may, network_left, what_became, what_of_the_file, would_cut_off,
};
use super::text::{Texts, fill};
use super::trouble::{Trouble, of_code};
use crate::cli::{Global, WizardArgs};
use crate::command::device::secret_from_stdin;
use crate::context::Context;
use crate::error::Failure;
use crate::output::{Answer, line, note, one_line, working};
use crate::step::{MAX_CODES, Verdict, invite, is_link, judge_codes, read_invitation, welcome};
use crate::{import, qr};

/// How often it is asked whether something has been decided.
const EVERY: Duration = Duration::from_millis(1500);
/// How long a device is waited for before the person is asked again.
const PATIENCE: u32 = 200;
/// What is found and listed at once.
const LISTED: usize = 50;
/// How long a PIN counts.
const VALID: Duration = Duration::from_secs(3600);

/// Somebody at a terminal.
struct Talk {
    kind: Kind,
    context: Context,
    t: &'static Texts,
    key: Option<SecretBytes>,
}

/// Runs a wizard on the terminal.
pub(super) fn run(kind: Kind, args: &WizardArgs) -> Result<Answer, Failure> {
    let global = Global {
        json: false,
        place: args.place.clone(),
        passphrase_file: args.passphrase_file.clone(),
        passphrase_fd: None,
        no_passphrase: false,
    };
    let t = Texts::of_environment();
    let mut talk = Talk {
        kind,
        context: Context::new(&global)?
            .with_device_name(None)?
            .with_prompts(Terminal {
                open: format!("{}: ", t.passphrase),
                new: format!("{}: ", t.passphrase_new),
                again: format!("{}: ", t.passphrase_again),
            }),
        t,
        key: None,
    };
    match talk.begin() {
        Ok(()) => Ok(Answer::say(t.term_bye)),
        Err(Trouble::Client(error)) => Err(error.into()),
        Err(trouble) => Err(trouble.failure(t)),
    }
}

/// What a person chooses from a list.
type Choice = (&'static str, fn(&mut Talk) -> Result<(), Trouble>);

/// The one of a list whose number was typed.
fn chosen<'a>(choices: &'a [Choice], answer: &str) -> Option<&'a Choice> {
    let number = answer.parse::<usize>().ok()?;
    choices.get(number.checked_sub(1)?)
}

impl Talk {
    fn begin(&mut self) -> Result<(), Trouble> {
        if Home::exists(&self.context.directory) {
            let home = self.home()?;
            let named = self.context.named().map(ToString::to_string);
            let mut accounts = home.accounts()?;
            drop(home);
            accounts.retain(|account| named.as_ref().is_none_or(|named| *named == account.address));
            match accounts.as_slice() {
                [] => {}
                [account] => match (account.state, self.kind) {
                    (AccountState::Connected, Kind::Client) => return self.menu(),
                    (AccountState::Connected, Kind::Connect) => return self.connected(),
                    (AccountState::Creating, _) => {}
                    (AccountState::Pending | AccountState::Preconfigured, _) => return self.wait(),
                },
                _ => {
                    let candidates = accounts
                        .into_iter()
                        .map(|account| account.address)
                        .collect();
                    let what = "accounts";
                    return Err(mesh_client::Error::Ambiguous { what, candidates }.into());
                }
            }
        }
        match self.kind {
            Kind::Connect => self.connect(),
            Kind::Client => {
                let t = self.t;
                self.say(t.welcome_title)?;
                self.choose(&[
                    (t.welcome_create, Self::create),
                    (t.welcome_connect, Self::connect),
                    (t.welcome_recover, Self::recover),
                ])
            }
        }
    }

    fn say(&self, text: &str) -> Result<(), Trouble> {
        line(text).map_err(|error| Trouble::Command(error.into()))
    }

    /// Says what went wrong, and goes on.
    fn lament(&self, trouble: &Trouble) {
        let told = trouble.told(self.t);
        note(&format!("{} {}", self.t.not_done, told.text));
        if let Some(detail) = told.detail {
            note(&format!("  ({detail})"));
        }
    }

    /// Asks for a line; the end of the input ends the talk.
    fn ask(&self, question: &str) -> Result<String, Trouble> {
        self.say(&format!("{question}:"))?;
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        match read {
            Ok(0) => {
                Err(Failure::misuse(self.t.term_no_answer, self.t.term_no_answer_remedy).into())
            }
            Ok(_) => Ok(answer.trim().to_owned()),
            Err(error) => Err(Trouble::Command(error.into())),
        }
    }

    fn secret(&self, question: &str) -> Result<Zeroizing<String>, Trouble> {
        Ok(secret_from_stdin(&format!("{question}: "))?)
    }

    fn yes(&self, question: &str) -> Result<bool, Trouble> {
        let answer = self.ask(&format!("{question} {}", self.t.term_yes_no))?;
        let first = answer.to_lowercase();
        Ok(["y", "yes", "j", "ja"].contains(&first.as_str()))
    }

    /// Lets the person choose, until something was done.
    fn choose(&mut self, choices: &[Choice]) -> Result<(), Trouble> {
        self.list(choices)?;
        loop {
            let answer = self.ask(self.t.term_choice)?;
            if let Some((_, act)) = chosen(choices, &answer) {
                return act(self);
            }
            note(self.t.term_no_choice);
        }
    }

    fn list(&self, choices: &[Choice]) -> Result<(), Trouble> {
        for ((name, _), number) in choices.iter().zip(1..) {
            self.say(&format!("  {number}  {name}"))?;
        }
        Ok(())
    }

    /// The home, unlocked once and opened for each action.
    fn home(&mut self) -> Result<Home, Trouble> {
        let keys = Home::key_directory(&self.context.directory);
        let key = match &self.key {
            Some(key) => key.clone(),
            None => {
                let key = match self.context.unlock()? {
                    HomeUnlock::StoreKey(key) => key,
                    HomeUnlock::Sealing(sealing) => {
                        FileStore::open(&keys, &sealing)?.expose_store_key()
                    }
                };
                self.key = Some(key.clone());
                key
            }
        };
        let unlock = HomeUnlock::StoreKey(key);
        Ok(Home::open(
            &self.context.directory,
            &unlock,
            self.context.client(),
        )?)
    }

    /// The home; a new one where there is none.
    fn home_or_new(&mut self) -> Result<Home, Trouble> {
        match Home::exists(&self.context.directory) {
            true => self.home(),
            false => Ok(self.context.home_or_new()?),
        }
    }

    fn account(&mut self) -> Result<Account, Trouble> {
        let named = self.context.named().cloned();
        Ok(self.home()?.account(named.as_ref())?)
    }

    fn address(&self) -> Result<mesh_client::AccountAddress, Trouble> {
        loop {
            let typed = self.ask(self.t.address_label)?;
            if is_link(&typed) {
                self.lament(&Trouble::Input(|t| t.err_link_here));
                continue;
            }
            match check_address(&typed) {
                Ok(address) => return Ok(address),
                Err(error) => self.lament(&error.into()),
            }
        }
    }

    fn create(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        self.say(t.create_text)?;
        loop {
            let address = self.address()?;
            let home = self.home_or_new()?;
            let create = |home: &Home| working(t.create_wait, || home.create_account(&address));
            let mut made = create(&home);
            if let Err(error) = &made
                && error.refusal() == Some(Code::InvitationNeeded)
            {
                drop(home);
                let code = self.secret(t.invitation_label)?;
                let client = self.context.client();
                let client = client.with_invitation(SecretString::new(code.trim().to_owned()));
                let key = self.unlock_key()?;
                let home = Home::open(&self.context.directory, &HomeUnlock::StoreKey(key), client)?;
                made = create(&home);
            }
            match made {
                Ok(account) => {
                    self.say(&fill(
                        t.created,
                        &[("address", &account.address().to_string())],
                    ))?;
                    break;
                }
                Err(error) => self.lament(&error.into()),
            }
        }
        if self.yes(t.term_codes_now)? {
            self.codes()?;
        }
        if self.yes(t.term_device_now)? {
            self.invite()?;
        }
        self.menu()
    }

    fn unlock_key(&mut self) -> Result<SecretBytes, Trouble> {
        drop(self.home()?);
        self.key.clone().ok_or(Trouble::Locked)
    }

    fn connect(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        self.say(t.join_text)?;
        loop {
            let typed = self.ask(t.term_address_or_link)?;
            match self.request(&typed) {
                Ok(()) => return self.wait(),
                Err(trouble) => self.lament(&trouble),
            }
        }
    }

    fn request(&mut self, typed: &str) -> Result<(), Trouble> {
        let (address, pin) = match is_link(typed) {
            true => read_invitation(typed)?,
            false => {
                check_address(typed)?;
                (typed.to_owned(), self.secret(self.t.term_pin)?)
            }
        };
        let address = check_address(&address)?;
        let pin = match pin.trim() {
            "" => None,
            pin => Some(Pin::parse(pin).map_err(|_| Trouble::Input(|t| t.err_pin))?),
        };
        let home = self.home_or_new()?;
        home.request_connection(&address, pin.as_ref())?;
        Ok(())
    }

    /// Waits until an administrator has decided.
    fn wait(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let mut shown = false;
        loop {
            let named = self.context.named().cloned();
            let completion = self.home()?.complete_connection(named.as_ref())?;
            match completion {
                Completion::Connected(account) => {
                    // It has the home, which is opened again.
                    drop(account);
                    return self.connected();
                }
                Completion::Rejected => {
                    return Err(
                        Failure::of(mesh_jsonbcd::ErrorClass::Refused, t.wait_rejected).into(),
                    );
                }
                Completion::Pending(PendingConnection { witness, .. }) if !shown => {
                    self.say(t.wait_words)?;
                    self.say(&format!("  {}\n  {witness}", witness_words(&witness)?))?;
                    self.say(t.wait_status)?;
                    shown = true;
                }
                Completion::Unclaimed(_) if !shown => {
                    self.say(t.wait_unclaimed)?;
                    shown = true;
                }
                Completion::Pending(_) | Completion::Unclaimed(_) => {}
            }
            sleep(EVERY);
        }
    }

    fn connected(&mut self) -> Result<(), Trouble> {
        let account = self.account()?;
        self.say(&format!(
            "{}: {}",
            self.t.connected_title,
            account.address()
        ))?;
        self.say_list(&may(self.t, account.roles()))
    }

    /// Says something with names in it, which come from other devices: they make no rows of their own.
    fn say_row(&self, text: &str) -> Result<(), Trouble> {
        self.say(&one_line(text))
    }

    fn say_list(&self, lines: &[String]) -> Result<(), Trouble> {
        for text in lines {
            self.say_row(&format!("  - {text}"))?;
        }
        Ok(())
    }

    fn recover(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        self.say(t.recover_text)?;
        let address = self.address()?;
        let shares = self.typed_codes()?;
        let home = self.home_or_new()?;
        let mut account = working(t.recover_title, || home.recover_account(&address, &shares))?;
        let (passwords, keys) = (account.credentials()?.len(), account.ssh_keys()?.len());
        self.say(&fill(
            t.recovered,
            &[
                ("passwords", &passwords.to_string()),
                ("keys", &keys.to_string()),
            ],
        ))?;
        drop((account, home));
        self.menu()
    }

    /// Asks for codes until there are enough of them; each wrong one is named at once.
    fn typed_codes(&self) -> Result<Vec<Share>, Trouble> {
        let t = self.t;
        let mut shares: Vec<Share> = Vec::new();
        loop {
            let number = shares.len().saturating_add(1).to_string();
            let typed = self.secret(&fill(t.code_label, &[("number", &number)]))?;
            match Share::parse(&typed) {
                Ok(share) => shares.push(share),
                Err(error) => {
                    note(&of_code(&error, t));
                    continue;
                }
            }
            let needed = shares.iter().map(Share::quorum).min().unwrap_or(1);
            if shares.len() >= usize::from(needed) {
                match mesh_crypto::share::recover(&shares) {
                    Ok(_) => return Ok(shares),
                    Err(error) => {
                        self.lament(&error.into());
                        shares.clear();
                    }
                }
            }
        }
    }

    /// What can be done with an account, again and again.
    fn menu(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let choices: [Choice; 9] = [
            (t.home_title, Self::overview),
            (t.add_title, Self::invite),
            (t.asking_title, Self::requests),
            (t.codes_title, Self::codes),
            (t.check_title, Self::check),
            (t.import_title, Self::import),
            (t.device_remove, Self::remove),
            (t.search_do, Self::search),
            (t.stores_history, Self::history),
        ];
        loop {
            self.say("")?;
            self.list(&choices)?;
            self.say(&format!("  0  {}", t.end))?;
            let answer = self.ask(t.term_choice)?;
            if answer == "0" {
                return Ok(());
            }
            match chosen(&choices, &answer).map(|(_, act)| act(self)) {
                None => note(t.term_no_choice),
                Some(Ok(())) => {}
                // Nobody answers any more.
                Some(Err(Trouble::Command(failure))) if failure.cause == t.term_no_answer => {
                    return Err(failure.into());
                }
                Some(Err(trouble)) => self.lament(&trouble),
            }
        }
    }

    fn overview(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let mut account = self.account()?;
        account.sync()?;
        self.say(&format!("{} {}", t.sheet_account, account.address()))?;
        self.say(&format!("{} {}", t.sheet_udf, account.udf()))?;
        self.say(t.devices_title)?;
        let (devices, changes) = (account.devices()?, account.last_changes()?);
        for device in &devices {
            let this = if device.this { t.devices_this } else { "" };
            let name = device.name.as_deref().unwrap_or(&device.device_udf);
            self.say_row(&format!("  {name}  {}  {this}", device.roles))?;
            if !device.this {
                self.say(&format!("    {}", last_change(t, device, &changes)))?;
            }
        }
        self.say(t.last_change_hint)?;
        let reads = |account: &Account, label| account.roles().access(label) >= Access::Read;
        if reads(&account, StoreLabel::Credential) {
            self.say(&format!(
                "{}: {}",
                t.import_passwords,
                account.credentials()?.len()
            ))?;
        }
        if reads(&account, StoreLabel::Application) {
            self.say(&format!("{}: {}", t.import_keys, account.ssh_keys()?.len()))?;
        }
        self.say(t.care_title)?;
        let now = self.context.environment().now();
        let care = Care::of(
            &mut account,
            &devices,
            &changes,
            &self.context.directory,
            now,
        )?;
        for remark in care.remarks(t) {
            let mark = if remark.good { " " } else { "!" };
            self.say_row(&format!("  {mark} {}", remark.text))?;
        }
        Ok(())
    }

    /// Searches all catalogs, and shows one of what was found.
    fn search(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let searched = self.ask(t.term_search)?;
        let items = listed(&mut self.account()?, t, &searched)?;
        self.say(&match items.len() {
            0 => t.secrets_none.to_owned(),
            number => fill(t.search_found, &[("number", &number.to_string())]),
        })?;
        for (item, number) in items.iter().take(LISTED).zip(1..) {
            let Item {
                kind, name, detail, ..
            } = item;
            self.say_row(&format!("  {number}  {name}  {detail}  ({kind})"))?;
        }
        if items.len() > LISTED {
            let more = items.len().saturating_sub(LISTED).to_string();
            self.say(&fill(t.search_more, &[("number", &more)]))?;
        }
        if items.is_empty() {
            return Ok(());
        }
        let number = self.ask(t.term_show_which)?;
        if number.is_empty() {
            return Ok(());
        }
        let number = number.parse::<usize>().ok();
        let place = number.and_then(|number| number.checked_sub(1));
        let item = place.and_then(|place| items.get(..LISTED.min(items.len()))?.get(place));
        let Some(item) = item else {
            return self.say(t.term_no_choice);
        };
        let located = self.account()?.entry_at(item.store, &item.id)?;
        let located = located.ok_or(Trouble::Input(|t| t.err_not_found))?;
        let opened = entry::open(&located)?;
        if let Some(secret) = &opened.secret {
            self.say(secret.expose_secret())?;
        }
        self.say(&opened.more)
    }

    /// The history of a store, page by page.
    fn history(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let stores: Vec<StoreLabel> = self
            .account()?
            .store_digests()
            .into_iter()
            .map(|store| store.label)
            .collect();
        for (label, number) in stores.iter().zip(1..) {
            self.say(&format!("  {number}  {}", history::called(t, *label)))?;
        }
        let number = self.ask(t.term_choice)?.parse::<usize>().ok();
        let place = number.and_then(|number| number.checked_sub(1));
        let Some(&label) = place.and_then(|place| stores.get(place)) else {
            return self.say(t.term_no_choice);
        };
        let mut before = None;
        loop {
            let (tree, page) = history::of(&mut self.account()?, label, before)?;
            if before.is_none() {
                self.say_list(&history::about(t, &tree))?;
            }
            for written in &page {
                self.say_row(&history::head(t, label, written))?;
                self.say_list(&history::deeds(t, written))?;
            }
            before = page
                .last()
                .map(|last| last.first)
                .filter(|first| *first > 0);
            if before.is_none() || !self.yes(t.history_earlier)? {
                return Ok(());
            }
        }
    }

    /// Asks what a device shall do.
    fn roles(&self) -> Result<Roles, Trouble> {
        let t = self.t;
        let choices = [
            (Role::Web, t.role_web, t.role_web_hint),
            (Role::Developer, t.role_developer, t.role_developer_hint),
            (Role::Message, t.role_message, t.role_message_hint),
            (Role::Admin, t.role_admin, t.role_admin_hint),
        ];
        let mut roles = Vec::new();
        for (role, name, hint) in choices {
            if self.yes(&format!("{name}: {hint}"))? {
                roles.push(role);
            }
        }
        if roles.is_empty() {
            roles.push(Role::Device);
        }
        let roles = Roles::new(&roles);
        if roles.is_administrator() {
            return Ok(roles);
        }
        self.say(t.whole_hint)?;
        Ok(match self.yes(t.whole_label)? {
            true => roles,
            false => roles.guarded(),
        })
    }

    fn invite(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        self.say(t.add_text)?;
        let roles = self.roles()?;
        let name = self.ask(t.add_name)?;
        let name = (!name.is_empty()).then_some(name.as_str());
        let offer = {
            let mut account = self.account()?;
            let offer = invite(&mut account, &roles, VALID, name)?;
            self.say(&format!("{} {}", t.offer_address, account.address()))?;
            offer
        };
        self.say(&format!("PIN  {}\nURI  {}", *offer.pin, *offer.uri))?;
        self.say(&qr::terminal(&offer.uri)?)?;
        self.say(t.offer_waiting)?;
        for _ in 0..PATIENCE {
            let accepted = welcome(&mut self.account()?, true)?.accepted;
            if let Some(device) = accepted.first() {
                return self.say(&fill(t.joined_text, &[("name", &device.name)]));
            }
            sleep(EVERY);
        }
        self.say(t.offer_withdraw_hint)
    }

    fn requests(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let pending = {
            let mut account = self.account()?;
            welcome(&mut account, true)?;
            account.pending()?
        };
        if pending.is_empty() {
            return self.say(t.term_no_requests);
        }
        self.say(t.asking_text)?;
        for device in pending {
            self.say(&format!(
                "  {}\n  {}",
                witness_words(&device.witness)?,
                device.witness
            ))?;
            if self.yes(t.asking_compared)? {
                let roles = self.roles()?;
                let mut account = self.account()?;
                account.sync()?;
                let accepted = account.accept(&device.witness, &roles, None)?;
                self.say(&fill(t.joined_text, &[("name", &accepted.name)]))?;
            } else if self.yes(t.asking_reject)? {
                let mut account = self.account()?;
                account.sync()?;
                account.reject(&device.witness)?;
                self.say(t.asking_rejected)?;
            }
        }
        Ok(())
    }

    fn number(&self, question: &str) -> Result<u8, Trouble> {
        loop {
            match self.ask(question)?.parse::<u8>() {
                Ok(number) if (1..=MAX_CODES).contains(&number) => return Ok(number),
                _ => note(self.t.term_no_choice),
            }
        }
    }

    fn codes(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        self.say(t.codes_text)?;
        let shares = self.number(t.codes_shares)?;
        let quorum = self.number(t.codes_quorum)?;
        if quorum > shares {
            return Err(Trouble::Input(|t| t.codes_too_many));
        }
        let mut account = self.account()?;
        let codes = account.escrow(shares, quorum)?;
        let address = account.address().to_string();
        drop(account);
        self.say(&fill(
            t.codes_show_text,
            &[
                ("of", &shares.to_string()),
                ("quorum", &quorum.to_string()),
                ("address", &address),
            ],
        ))?;
        for (code, number) in codes.iter().zip(1..) {
            let code = Zeroizing::new(code.to_string());
            self.say(&format!("\n{number}  {}", *code))?;
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        self.say(t.check_text)?;
        let mut codes = Vec::new();
        loop {
            let number = codes.len().saturating_add(1).to_string();
            let typed = self.secret(&fill(t.term_code_or_none, &[("number", &number)]))?;
            if typed.trim().is_empty() {
                break;
            }
            codes.push(typed);
        }
        let mut account = self.account()?;
        let judged = judge_codes(&mut account, &codes)?;
        for (verdict, number) in judged.verdicts.iter().zip(1..) {
            let said = match verdict {
                Verdict::Good => t.code_good.to_owned(),
                Verdict::Other => t.code_other.to_owned(),
                Verdict::None(error) => of_code(error, t),
            };
            self.say(&format!("  {number}  {said}"))?;
        }
        if let Some(set) = judged.all_good() {
            let now = self.context.environment().now();
            health::note_checked(&self.context.directory, account.udf(), set, now)?;
            self.say(t.check_good)?;
        }
        Ok(())
    }

    fn import(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let file = self.ask(t.term_csv)?;
        if !file.is_empty() {
            let list = import::passwords(&import::read_list(file.as_ref())?)?;
            let number = list.entries.len().to_string();
            self.say(&fill(t.import_found, &[("number", &number)]))?;
            let left = left_out(&list, t);
            self.say_list(&left)?;
            let replace = self.yes(t.import_replace)?;
            let put = import::put(&mut self.account()?, list.entries, replace)?;
            self.say(&what_became(&put, t))?;
            self.say(&what_of_the_file(&left, &put, t))?;
        }
        let file = self.ask(t.term_networks)?;
        if !file.is_empty() {
            let found = import::network::networks(&import::read_list(file.as_ref())?)?;
            let left = network_left(&found, t);
            let put = import::put(&mut self.account()?, found.entries, false)?;
            self.say(format!("{} {left}", what_became(&put, t)).trim())?;
            self.say(t.import_networks_delete)?;
        }
        // What is wrong with a file of Thunderbird keeps nothing else from being brought in.
        let mail = import::mail::own().unwrap_or_else(|failure| {
            self.lament(&failure.into());
            import::mail::Accounts::default()
        });
        let mail = mail.entries;
        if !mail.is_empty() {
            let addresses = mail
                .iter()
                .filter_map(|entry| entry.account_address.clone());
            self.say(t.import_mail_text)?;
            self.say_list(&addresses.collect::<Vec<String>>())?;
            if self.yes(t.import_mail_do)? {
                let put = import::put(&mut self.account()?, mail, false)?;
                self.say(&what_became(&put, t))?;
            }
        }
        let files = import::ssh_directory().map(|directory| import::key_files(&directory));
        let files = files.unwrap_or_default();
        if files.is_empty() {
            return self.say(t.import_no_keys);
        }
        self.say(t.import_keys_text)?;
        for file in files {
            if !self.yes(&file.name)? {
                continue;
            }
            let passphrase = match file.encrypted {
                true => Some(self.secret(&fill(t.import_key_passphrase, &[("name", &file.name)]))?),
                false => None,
            };
            let imported = import::read_key(&file.path, passphrase.as_ref())
                .map_err(Trouble::from)
                .and_then(|key| Ok(self.account()?.import_ssh_key(&file.name, &key)?));
            match imported {
                Ok(_) => self.say(&fill(t.import_keys_done, &[("number", "1")]))?,
                Err(trouble) => self.lament(&trouble),
            }
        }
        Ok(())
    }

    fn remove(&mut self) -> Result<(), Trouble> {
        let t = self.t;
        let wanted = self.ask(t.add_name)?;
        let mut account = self.account()?;
        account.sync()?;
        let device = account.device(&wanted)?;
        self.say(t.device_remove_text)?;
        self.say_list(&would_cut_off(t, &device))?;
        if !self.yes(t.device_remove_sure)? {
            return Ok(());
        }
        let changed = account.delete_device(&wanted)?;
        let name = changed.device.name.clone().unwrap_or_default();
        self.say(&fill(t.removed_text, &[("name", &name)]))?;
        self.say_list(&has_cut_off(t, &changed.cut_off))
    }
}
