// SPDX-License-Identifier: MIT
//! Recovery codes: made, shown once, checked.
//!
//! Spec: mesh-architecture, "Escrow".
//! Here: the pages, and the sheets as they are printed from them.
//! Not here: the codes (`mesh-client`, escrow), the sheet as a file (`crate::sheet`).

use maud::{Markup, html};
use mesh_client::Role;
use mesh_crypto::{Environment, Share};
use zeroize::Zeroizing;

use super::{Field, Reply, View, field, form, qr_code, steps, told, when};
use crate::sheet::Sheet;
use crate::step::{MAX_CODES, Verdict, judge_codes};
use crate::wizard::app::Codes;
use crate::wizard::health;
use crate::wizard::server::Ask;
use crate::wizard::text::fill;
use crate::wizard::trouble::{Trouble, at_field, of_code};

/// Fields for codes that are shown at once; the others are behind a summary.
const SHOWN: usize = 6;

/// The names of the fields for codes: as many as a set can have.
pub(super) fn names() -> Vec<String> {
    (1..=MAX_CODES)
        .map(|number| format!("code{number}"))
        .collect()
}

/// Asks how many.
pub(super) async fn show(ask: &Ask, trouble: Option<&Trouble>) -> Result<Reply, Trouble> {
    let t = ask.t;
    let (account, root, sets) = ask
        .app
        .with_account(|account| {
            let sets = health::code_sets(account)?.unwrap_or_default();
            let root = account.roles().contains(Role::Super);
            Ok((account.address().to_string(), root, sets))
        })
        .await?;
    let number = |name: &str, chosen: &str, label: &str| -> Markup {
        let typed = ask.field(name);
        let chosen = if typed.is_empty() { chosen } else { typed };
        html! {
            div.field {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    @for number in 1..=MAX_CODES {
                        @let number = number.to_string();
                        option value=(number) selected[number == chosen] { (number) }
                    }
                }
            }
        }
    };
    let page = View::new(
        t.codes_title,
        html! {
            @if sets.is_empty() { (steps(t, 1)) }
            h1 { (t.codes_title) }
            (told(trouble, t))
            p { (t.codes_text) }
            @if root {
                (form(ask, "/codes", html! {
                    div.pair {
                        (number("shares", "3", t.codes_shares))
                        (number("quorum", "2", t.codes_quorum))
                    }
                    p.hint { (t.codes_numbers_hint) }
                    @if !sets.is_empty() {
                        p { (fill(t.codes_sets, &[("number", &sets.len().to_string())])) }
                        label.tick { input type="checkbox" name="rotate" value="1"; span { (t.codes_rotate) } }
                    }
                    p.actions {
                        button type="submit" { (t.codes_make) }
                        a href=(if sets.is_empty() { "/import" } else { "/home" }) { (t.codes_later) }
                    }
                }))
            } @else {
                p { (t.codes_not_here) }
                p { a.button href="/home" { (t.to_home) } }
            }
        },
    );
    Ok(page.of(&account).after(trouble).into())
}

pub(super) async fn make(ask: &Ask) -> Result<Reply, Trouble> {
    match try_make(ask).await {
        Ok(()) => Ok(Reply::Go("/codes/show")),
        Err(trouble) => show(ask, Some(&trouble)).await,
    }
}

async fn try_make(ask: &Ask) -> Result<(), Trouble> {
    let number = |name| {
        let number = ask.field(name).parse::<u8>();
        number.map_err(|_| Trouble::Input(|t| t.err_misuse))
    };
    let (shares, quorum) = (number("shares")?, number("quorum")?);
    if quorum > shares {
        return Err(Trouble::Input(|t| t.codes_too_many));
    }
    let rotate = ask.has("rotate");
    let made = ask.app.env.now().to_string();
    let codes = ask
        .app
        .with_account(move |account| {
            let (codes, voided) = match rotate {
                true => {
                    let rotated = account.rotate_escrow(shares, quorum)?;
                    (rotated.codes, rotated.voided)
                }
                false => (account.escrow(shares, quorum)?, 0),
            };
            Ok(Codes {
                codes: codes
                    .iter()
                    .map(|code| Zeroizing::new(code.to_string()))
                    .collect(),
                quorum,
                voided,
                address: account.address().to_string(),
                udf: account.udf().to_owned(),
                made,
            })
        })
        .await?;
    ask.app.hold(|held| held.codes = Some(codes))
}

/// Shows the codes, until they are put away or the page is locked.
pub(super) fn sheets(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    ask.app.must_be_open()?;
    let Some(codes) = ask.app.held().codes.clone() else {
        return Ok(Reply::Go("/"));
    };
    let of = codes.codes.len();
    let mut sheets = Vec::new();
    for (number, code) in (1_u8..).zip(&codes.codes) {
        sheets.push((number, code, qr_code(code, t.codes_qr)?));
    }
    let numbers = |number: u8| {
        fill(
            t.sheet_number,
            &[
                ("number", &number.to_string()),
                ("of", &of.to_string()),
                ("quorum", &codes.quorum.to_string()),
            ],
        )
    };
    let worth = match codes.quorum {
        1 => t.sheet_worth_alone.to_owned(),
        quorum => fill(
            t.sheet_worth,
            &[("others", &quorum.saturating_sub(1).to_string())],
        ),
    };
    let view = ask.app.new_view();
    let page = View::new(
        t.codes_show_title,
        html! {
            div.screen {
                (steps(t, 1))
                h1 { (t.codes_show_title) }
                @if codes.voided > 0 {
                    p { (fill(t.codes_voided, &[("number", &codes.voided.to_string())])) }
                }
                p { (fill(t.codes_show_text, &[("of", &of.to_string()), ("quorum", &codes.quorum.to_string()), ("address", &codes.address)])) }
                p.actions { button type="button" data-print { (t.codes_print) } }
            }
            @for (number, code, qr) in sheets {
                section.sheet {
                    h2 { (t.sheet_title) " " (number) }
                    dl {
                        dt { (t.sheet_account) } dd { (codes.address) }
                        dt { (t.sheet_udf) } dd.mono { (codes.udf) }
                        dt { (t.sheet_which) } dd { (numbers(number)) }
                        dt { (t.sheet_made) } dd { (when(&codes.made)) }
                    }
                    p.code { @for group in code.split('-') { span { (group) } " " } }
                    (qr)
                    p { (worth) }
                    p { (t.sheet_how) " " code { "meshclient" } ", " code { "meshman account recover " (codes.address) } }
                    div.screen {
                        (form(ask, "/codes/sheet", html! {
                            input type="hidden" name="number" value=(number);
                            input type="hidden" name="view" value=(view);
                            button.quiet type="submit" { (fill(t.codes_pdf, &[("number", &number.to_string())])) }
                        }))
                    }
                }
            }
            div.screen {
                p.hint { (t.codes_pdf_hint) }
                (form(ask, "/codes/done", html! {
                    p.actions { button type="submit" { (t.codes_done) } }
                }))
            }
        },
    );
    Ok(page.of(&codes.address).secret(view).into())
}

/// One sheet as a file to print.
pub(super) fn sheet(ask: &Ask) -> Result<Reply, Trouble> {
    ask.app.must_be_open()?;
    if !ask.app.is_view(ask.field("view")) {
        return Ok(Reply::Go("/elsewhere"));
    }
    let Some(codes) = ask.app.held().codes.clone() else {
        return Ok(Reply::Go("/"));
    };
    let found = (1_u8..)
        .zip(&codes.codes)
        .find(|(number, _)| number.to_string() == ask.field("number"));
    let Some((number, code)) = found else {
        return Err(Trouble::Input(|t| t.err_misuse));
    };
    let of = u8::try_from(codes.codes.len()).unwrap_or(u8::MAX);
    let t = ask.t;
    let numbers = [
        ("number", number.to_string()),
        ("of", of.to_string()),
        ("quorum", codes.quorum.to_string()),
        ("others", codes.quorum.saturating_sub(1).to_string()),
    ];
    let numbers: Vec<(&str, &str)> = numbers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let line = |label: &str, value: &str| format!("{label:<14}{value}");
    let lines = [
        line(t.sheet_account, &codes.address),
        line(t.sheet_udf, &codes.udf),
        line(t.sheet_which, &fill(t.sheet_number, &numbers)),
        line(t.sheet_made, &codes.made),
    ];
    let worth = match codes.quorum {
        0 | 1 => t.sheet_worth_alone.to_owned(),
        _ => fill(t.sheet_worth, &numbers),
    };
    let how = format!("    meshman account recover {}", codes.address);
    let page = Sheet {
        address: &codes.address,
        udf: &codes.udf,
        code,
        number,
        of,
        quorum: codes.quorum,
        made: &codes.made,
    }
    .page_in(
        t.sheet_title,
        &lines,
        &[worth, String::new(), t.sheet_how.to_owned(), how],
    )?;
    let name = format!("sheet-{number}-of-{of}.pdf");
    Ok(Reply::File(name, "application/pdf", page))
}

pub(super) fn done(ask: &Ask) -> Result<Reply, Trouble> {
    ask.app.held().codes = None;
    Ok(Reply::Go("/codes/check"))
}

/// What became of codes that were typed.
pub(super) struct Judged<'a> {
    said: Markup,
    trouble: Option<&'a Trouble>,
    /// What is wrong with those in the fields of these numbers.
    wrong: &'a [(usize, String)],
}

impl<'a> Judged<'a> {
    fn failed(ask: &Ask, trouble: &'a Trouble) -> Self {
        Self {
            said: told(Some(trouble), ask.t),
            trouble: Some(trouble),
            wrong: &[],
        }
    }
}

/// Asks for codes to check them.
pub(super) async fn check(ask: &Ask, judged: Option<Judged<'_>>) -> Result<Reply, Trouble> {
    let t = ask.t;
    let account = ask
        .app
        .with_account(|account| Ok(account.address().to_string()))
        .await?;
    let view = ask.app.new_view();
    let page = View::new(
        t.check_title,
        html! {
            (steps(t, 1))
            h1 { (t.check_title) }
            @if let Some(judged) = &judged { (judged.said) }
            p { (t.check_text) }
            (form(ask, "/codes/check", html! {
                (code_fields(ask, judged.as_ref().and_then(|judged| judged.trouble), judged.as_ref().map_or(&[], |judged| judged.wrong)))
                p.actions {
                    button type="submit" { (t.check_do) }
                    a href="/import" { (t.check_later) }
                }
            }))
        },
    );
    Ok(page.of(&account).secret(view).into())
}

/// Fields for codes, which are looked at while they are typed and can be filled in from pictures. What was typed comes back, so that only
/// what is wrong has to be typed again.
pub(super) fn code_fields(
    ask: &Ask,
    trouble: Option<&Trouble>,
    wrong: &[(usize, String)],
) -> Markup {
    let t = ask.t;
    let one = |(number, name): (usize, &String)| {
        let wrong = wrong.iter().find(|(wrong, _)| *wrong == number);
        let label = fill(t.code_label, &[("number", &number.to_string())]);
        field(&Field {
            name,
            label: &label,
            value: ask.field(name),
            check: "code",
            required: false,
            trouble: trouble.map(|trouble| (trouble, t)),
            wrong: wrong.map_or("", |(_, text)| text.as_str()),
            ..Field::default()
        })
    };
    let names = names();
    let fields: Vec<Markup> = (1..).zip(&names).map(one).collect();
    let (shown, more) = fields.split_at(SHOWN.min(fields.len()));
    let all = names
        .iter()
        .skip(SHOWN)
        .any(|name| !ask.field(name).is_empty());
    html! {
        fieldset {
            legend { (t.codes_typed) }
            div.field {
                label for="pictures" { (t.codes_pictures) }
                input id="pictures" type="file" multiple accept="image/png,image/jpeg,text/plain" data-pictures="code" data-full=(t.codes_full) aria-describedby="pictures-said";
                p.said id="pictures-said" aria-live="polite" {}
            }
            @for field in shown { (field) }
            details open[all] {
                summary { (t.codes_more_fields) }
                @for field in more { (field) }
            }
        }
    }
}

/// The codes that were typed, with the numbers of their fields.
pub(super) fn typed(ask: &Ask) -> Vec<(usize, Zeroizing<String>)> {
    let names = names();
    let fields = (1..).zip(&names);
    fields
        .map(|(number, name)| (number, ask.field(name).trim()))
        .filter(|(_, code)| !code.is_empty())
        .map(|(number, code)| (number, Zeroizing::new(code.to_owned())))
        .collect()
}

pub(super) async fn judge(ask: &Ask) -> Result<Reply, Trouble> {
    let t = ask.t;
    let (numbers, codes): (Vec<usize>, Vec<_>) = typed(ask).into_iter().unzip();
    // One that is no code is named, also where too few are left to judge the others.
    if let Err(error) = Share::parse_all(&codes) {
        let trouble = Trouble::Code(at_field(error, &numbers));
        return check(ask, Some(Judged::failed(ask, &trouble))).await;
    }
    let judged = ask
        .app
        .with_account(move |account| {
            let judged = judge_codes(account, &codes)?;
            Ok((judged, account.udf().to_owned()))
        })
        .await;
    let (judged, udf) = match judged {
        Ok(judged) => judged,
        Err(trouble) => return check(ask, Some(Judged::failed(ask, &trouble))).await,
    };
    let say = |verdict: &Verdict| match verdict {
        Verdict::Good => t.code_good.to_owned(),
        Verdict::Other => t.code_other.to_owned(),
        Verdict::None(error) => of_code(error, t),
    };
    let good = judged.all_good();
    let said = html! {
        div class=(if good.is_some() { "notice" } else { "trouble" }) role="alert" tabindex="-1" data-focus {
            ul {
                @for (number, verdict) in numbers.iter().zip(&judged.verdicts) {
                    li {
                        (fill(t.code_label, &[("number", &number.to_string())])) ": "
                        (say(verdict))
                    }
                }
            }
        }
    };
    let Some(set) = good else {
        let judged = numbers.iter().zip(&judged.verdicts);
        let wrong = judged.filter(|(_, verdict)| !matches!(verdict, Verdict::Good));
        let wrong: Vec<(usize, String)> = wrong
            .map(|(number, verdict)| (*number, say(verdict)))
            .collect();
        let judged = Judged {
            said,
            trouble: None,
            wrong: &wrong,
        };
        return check(ask, Some(judged)).await;
    };
    health::note_checked(&ask.app.directory, &udf, set, ask.app.env.now())?;
    let page = View::new(
        t.check_title,
        html! {
            (steps(t, 1))
            h1 { (t.check_title) }
            (said)
            p { (t.check_good) }
            p.actions { a.button href="/import" { (t.go_on) } a href="/home" { (t.to_home) } }
        },
    );
    Ok(page.into())
}
