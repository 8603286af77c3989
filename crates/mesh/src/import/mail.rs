// SPDX-License-Identifier: MIT
//! Mail accounts as other programs keep them.
//!
//! Spec: mesh-schema, "CatalogedApplicationMail", which gives the form of no address of a server; the reference's examples have
//! `imap://alice@imap.example.net` and `submit://alice@submit.example.net`.
//! Here: the settings of Thunderbird, an entry as JSON, addresses of servers.
//! Not here: the catalog (`mesh-client`), passwords of mail accounts, which are passwords like others.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mesh_jsonbcd::{ErrorClass, from_tagged};
use mesh_schema::generated::CatalogedApplicationMail;
use mesh_schema::{Role, Roles};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

use super::{Imported, read_each, text_of};
use crate::error::Failure;

/// Settings in the longest file.
const MAX_SETTINGS: usize = 100_000;
/// Accounts in a file.
const MAX_ACCOUNTS: usize = 1000;
/// Profiles of Thunderbird that are looked at.
const MAX_PROFILES: usize = 100;
/// Octets of the longest address, of a person or a server.
const MAX_ADDRESS: usize = 1000;

/// Schemes of servers, and the ports that need not be written. With an `s` at the end all of a conversation is encrypted; without it
/// encryption begins when the server offers it.
const INBOUND: [(&str, u64); 4] = [("imap", 143), ("imaps", 993), ("pop", 110), ("pops", 995)];
const OUTBOUND: [(&str, u64); 2] = [("submit", 587), ("submits", 465)];

impl Imported for CatalogedApplicationMail {
    fn is_same(&self, other: &Self) -> bool {
        self.inbound_connect == other.inbound_connect
            && self.outbound_connect == other.outbound_connect
    }
}

/// Mail accounts that were read.
#[derive(Debug, Default)]
pub struct Accounts {
    /// The accounts.
    pub entries: Vec<CatalogedApplicationMail>,
    /// Accounts without an address or a server, such as local folders, news and chats.
    pub skipped: usize,
}

fn malformed(cause: impl Into<String>) -> Failure {
    Failure {
        cause: cause.into(),
        remedy: "give the file prefs.js in the directory of a profile of Thunderbird, or an entry as JSON".to_owned(),
        class: ErrorClass::Malformed,
    }
}

/// The entry of a mail account.
///
/// # Errors
/// [`Failure`] naming the part that is none.
pub(crate) fn entry(
    address: &str,
    inbound: Option<&str>,
    outbound: Option<&str>,
) -> Result<CatalogedApplicationMail, Failure> {
    let parts = address.rsplit_once('@');
    let whole = parts.is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
    let bad = |letter: char| letter.is_whitespace() || letter.is_control();
    if !whole || address.len() > MAX_ADDRESS || address.contains(bad) {
        return Err(Failure::misuse(
            format!("{address} is no mail address"),
            "write it as name@example.net",
        ));
    }
    if let Some(server) = inbound {
        check_server(server, &INBOUND, "imaps://alice@imap.example.net")?;
    }
    if let Some(server) = outbound {
        check_server(server, &OUTBOUND, "submit://alice@mail.example.net")?;
    }
    Ok(CatalogedApplicationMail::account(
        address,
        inbound.unwrap_or_default(),
        outbound.unwrap_or_default(),
        &Roles::new(&[Role::Web]),
    ))
}

/// That a server is given by a URI with one of the schemes, with a host, and without a password: entries are shown.
fn check_server(uri: &str, schemes: &[(&str, u64)], example: &str) -> Result<(), Failure> {
    let names = || {
        let names: Vec<&str> = schemes.iter().map(|(scheme, _)| *scheme).collect();
        names.join(", ")
    };
    // What is wrong may hold a password, and is not repeated.
    let refused = |why: String| Failure::misuse(why, &format!("write it as {example}"));
    let known = |(scheme, rest): &(&str, &str)| {
        !rest.is_empty() && schemes.iter().any(|(known, _)| known == scheme)
    };
    let Some((_, rest)) = uri.split_once("://").filter(known) else {
        return Err(refused(format!(
            "the server is no URI with one of the schemes {}",
            names()
        )));
    };
    let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    if user.contains(':') {
        return Err(refused("the URI of the server holds a password".to_owned()));
    }
    let bad = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '/';
    let wrong = name.is_empty()
        || uri.len() > MAX_ADDRESS
        || rest.contains(bad)
        || port.is_some_and(|port| port.parse::<u16>().is_err());
    match wrong {
        true => Err(refused("the URI names no server".to_owned())),
        false => Ok(()),
    }
}

/// The URI of a server.
fn uri(schemes: &[(&str, u64)], scheme: &str, user: &str, host: &str, port: Option<u64>) -> String {
    let user = match user.is_empty() {
        true => String::new(),
        false => format!("{}@", utf8_percent_encode(user, NON_ALPHANUMERIC)),
    };
    let usual = schemes.iter().find(|(known, _)| *known == scheme);
    match port.filter(|&port| port != 0 && usual.is_none_or(|(_, usual)| *usual != port)) {
        Some(port) => format!("{scheme}://{user}{host}:{port}"),
        None => format!("{scheme}://{user}{host}"),
    }
}

/// The server of a URI for people: what is escaped in it is not any longer.
pub(crate) fn shown(uri: &str) -> String {
    percent_decode_str(uri).decode_utf8_lossy().into_owned()
}

/// Reads the mail accounts in a file of one of the forms.
///
/// # Errors
/// [`Failure`] naming what is wrong.
pub fn accounts(octets: &[u8]) -> Result<Accounts, Failure> {
    let text = text_of(octets).map_err(malformed)?;
    if text.starts_with('{') {
        let entry: CatalogedApplicationMail = from_tagged(text.as_bytes())
            .map_err(|_| malformed("the JSON in the file is no entry of a mail account"))?;
        let address = entry.account_address.as_deref();
        let address = address.ok_or_else(|| malformed("the entry has no address"))?;
        return Ok(Accounts {
            entries: vec![CatalogedApplicationMail {
                key: Some(CatalogedApplicationMail::key_of(address)),
                ..entry
            }],
            skipped: 0,
        });
    }
    let found = thunderbird(text)?;
    match found.entries.is_empty() && found.skipped == 0 {
        true => Err(malformed("the file names no mail account")),
        false => Ok(found),
    }
}

/// Settings by their names.
struct Settings(BTreeMap<String, Value>);

impl Settings {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name).and_then(Value::as_u64)
    }

    /// The first of these that says something.
    fn first(&self, names: &[String]) -> &str {
        let texts = names.iter().map(|name| self.text(name));
        texts
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &str> {
        self.text(name)
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
    }

    /// The first server of an account, and how mail leaves by its first identity.
    fn account(&self, account: &str) -> Option<CatalogedApplicationMail> {
        let server = self.text(&format!("mail.account.{account}.server"));
        let identity = self
            .list(&format!("mail.account.{account}.identities"))
            .next()?;
        let of_server = |name: &str| format!("mail.server.{server}.{name}");
        let secure = |name: &str| self.number(name) == Some(3);
        let scheme = match (
            self.text(&of_server("type")),
            secure(&of_server("socketType")),
        ) {
            ("imap", true) => "imaps",
            ("imap", false) => "imap",
            ("pop3", true) => "pops",
            ("pop3", false) => "pop",
            _ => return None,
        };
        // The names were renamed once; what is valid stands in the newer field.
        let host = self.first(&[of_server("realhostname"), of_server("hostname")]);
        let user = self.first(&[of_server("realuserName"), of_server("userName")]);
        let inbound = uri(
            &INBOUND,
            scheme,
            user,
            host,
            self.number(&of_server("port")),
        );
        let smtp = self.first(&[
            format!("mail.identity.{identity}.smtpServer"),
            "mail.smtp.defaultserver".to_owned(),
        ]);
        let of_smtp = |name: &str| format!("mail.smtpserver.{smtp}.{name}");
        let scheme = match secure(&of_smtp("try_ssl")) {
            true => "submits",
            false => "submit",
        };
        let host = self.text(&of_smtp("hostname"));
        let user = self.text(&of_smtp("username"));
        let outbound = uri(&OUTBOUND, scheme, user, host, self.number(&of_smtp("port")));
        let outbound = Some(outbound.as_str()).filter(|_| !host.is_empty());
        let address = self.text(&format!("mail.identity.{identity}.useremail"));
        entry(address, Some(&inbound), outbound).ok()
    }
}

/// Reads a file of settings of Thunderbird: lines `user_pref("name", value);`. A profile that was never used names no account.
fn thunderbird(text: &str) -> Result<Accounts, Failure> {
    let mut settings = Settings(BTreeMap::new());
    for line in text.lines() {
        let Some(inner) = line.trim().strip_prefix("user_pref(") else {
            continue;
        };
        let inner = inner.strip_suffix(");").unwrap_or(inner);
        if let Ok((name, value)) = serde_json::from_str::<(String, Value)>(&format!("[{inner}]"))
            && name.starts_with("mail.")
        {
            if settings.0.len() >= MAX_SETTINGS {
                return Err(malformed(format!(
                    "the file has more than {MAX_SETTINGS} settings"
                )));
            }
            settings.0.insert(name, value);
        }
    }
    let mut found = Accounts::default();
    for account in settings
        .list("mail.accountmanager.accounts")
        .take(MAX_ACCOUNTS)
    {
        match settings.account(account) {
            Some(entry) => found.entries.push(entry),
            None => found.skipped = found.skipped.saturating_add(1),
        }
    }
    Ok(found)
}

/// The mail accounts of Thunderbird of this user; none where there is no profile, or in none of them an account.
///
/// # Errors
/// [`Failure`] naming the first file that is not as it must be.
pub(crate) fn own() -> Result<Accounts, Failure> {
    match std::env::var_os("HOME") {
        Some(home) => in_profiles(&Path::new(&home).join(".thunderbird")),
        None => Ok(Accounts::default()),
    }
}

/// The mail accounts in the profiles of a directory.
fn in_profiles(directory: &Path) -> Result<Accounts, Failure> {
    let settings = |octets: &[u8]| thunderbird(text_of(octets).map_err(malformed)?);
    let read = read_each(&settings_files(directory), settings)?;
    Ok(together(read))
}

/// The mail accounts in several files.
///
/// # Errors
/// As [`accounts`], naming the file.
pub(crate) fn all(files: &[PathBuf]) -> Result<Accounts, Failure> {
    Ok(together(read_each(files, accounts)?))
}

fn together(read: Vec<Accounts>) -> Accounts {
    let mut all = Accounts::default();
    for read in read {
        all.entries.extend(read.entries);
        all.skipped = all.skipped.saturating_add(read.skipped);
    }
    all
}

/// The settings of the profiles in a directory.
fn settings_files(directory: &Path) -> Vec<PathBuf> {
    let Ok(profiles) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    let files = profiles.flatten().take(MAX_PROFILES);
    let mut files: Vec<PathBuf> = files
        .map(|profile| profile.path().join("prefs.js"))
        .filter(|file| file.is_file())
        .collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFS: &str = r#"// Mozilla User Preferences
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account2.server", "server2");
user_pref("mail.account.account3.identities", "id3,id4");
user_pref("mail.account.account3.server", "server3");
user_pref("mail.accountmanager.accounts", "account1,account2,account3");
user_pref("mail.identity.id1.fullName", "Al \"x\" ice");
user_pref("mail.identity.id1.smtpServer", "smtp1");
user_pref("mail.identity.id1.useremail", "alice@example.net");
user_pref("mail.identity.id3.useremail", "bob@example.org");
user_pref("mail.server.server1.hostname", "old.example.net");
user_pref("mail.server.server1.realhostname", "imap.example.net");
user_pref("mail.server.server1.port", 993);
user_pref("mail.server.server1.socketType", 3);
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.userName", "alice@example.net");
user_pref("mail.server.server2.type", "none");
user_pref("mail.server.server3.hostname", "pop.example.org");
user_pref("mail.server.server3.port", 1110);
user_pref("mail.server.server3.type", "pop3");
user_pref("mail.server.server3.userName", "bob");
user_pref("mail.smtp.defaultserver", "smtp2");
user_pref("mail.smtpserver.smtp1.hostname", "mail.example.net");
user_pref("mail.smtpserver.smtp1.port", 465);
user_pref("mail.smtpserver.smtp1.try_ssl", 3);
user_pref("mail.smtpserver.smtp1.username", "alice");
user_pref("mail.smtpserver.smtp2.hostname", "out.example.org");
user_pref("mail.spam.version", 1);
"#;

    #[test]
    fn settings_of_thunderbird_are_read() {
        let found = accounts(PREFS.as_bytes()).unwrap();
        assert_eq!(found.skipped, 1, "local folders");
        let rows: Vec<_> = found
            .entries
            .iter()
            .map(|entry| {
                (
                    entry.key.as_deref().unwrap(),
                    entry.inbound_connect.as_deref().unwrap(),
                    entry.outbound_connect.as_deref().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                (
                    "mailto:alice@example.net",
                    "imaps://alice%40example%2Enet@imap.example.net",
                    "submits://alice@mail.example.net"
                ),
                (
                    "mailto:bob@example.org",
                    "pop://bob@pop.example.org:1110",
                    "submit://out.example.org"
                ),
            ]
        );
        assert_eq!(
            shown(rows[0].1),
            "imaps://alice@example.net@imap.example.net"
        );
    }

    #[test]
    fn a_profile_without_an_account_hides_none_of_another() {
        let directory = tempfile::tempdir().unwrap();
        let profile = |name: &str, settings: &str| {
            let profile = directory.path().join(name);
            std::fs::create_dir(&profile).unwrap();
            std::fs::write(profile.join("prefs.js"), settings).unwrap();
        };
        let found = || in_profiles(directory.path());
        assert_eq!(found().unwrap().entries.len(), 0);
        profile("a.default", "user_pref(\"app.update.lastUpdate\", 1);\n");
        assert_eq!(found().unwrap().entries.len(), 0);
        profile("b.default-release", PREFS);
        assert_eq!(found().unwrap().entries.len(), 2);
        // What is damaged is said, and not taken for a profile without any.
        std::fs::write(directory.path().join("a.default/prefs.js"), b"\xff\xfe").unwrap();
        let failure = found().unwrap_err();
        assert!(failure.cause.contains("a.default"), "{failure:?}");
    }

    #[test]
    fn the_file_of_the_reference_is_read() {
        // `MailAccountConfigFile` of its documentation.
        let json = r#"{"CatalogedApplicationMail":{"AccountAddress":"alice@example.net","InboundConnect":"pop3.example.net","OutboundConnect":"submit.example.net"}}"#;
        let entry = accounts(json.as_bytes()).unwrap().entries.remove(0);
        assert_eq!(entry.key.as_deref(), Some("mailto:alice@example.net"));
        assert_eq!(entry.inbound_connect.as_deref(), Some("pop3.example.net"));
    }

    #[test]
    fn servers_are_checked_and_passwords_in_them_refused() {
        let inbound = |uri| entry("a@b.c", Some(uri), None);
        for good in [
            "imap://h",
            "imaps://a@h:99",
            "pop://a%40b@[::1]",
            "pops://a@[::1]:99",
        ] {
            inbound(good).unwrap();
        }
        for bad in [
            "",
            "h",
            "http://h",
            "imap://",
            "imap://a@",
            "imap://h:x",
            "imap://h/p",
            "imap://a b@h",
            "imap://a:hunter2@h",
        ] {
            let failure = inbound(bad).unwrap_err();
            assert!(!failure.cause.contains("hunter2"), "{failure:?}");
        }
        entry("a@b.c", None, Some("submit://a@h")).unwrap();
        entry("a@b.c", None, Some("imap://a@h")).unwrap_err();
        for bad in ["", "a", "@b", "a@", "a b@c"] {
            entry(bad, None, None).unwrap_err();
        }
    }

    #[test]
    fn what_names_no_account_is_refused() {
        for text in [
            "",
            "x",
            "user_pref(\"mail.accountmanager.accounts\", 7);",
            "{\"CatalogedNetwork\":{}}",
        ] {
            accounts(text.as_bytes()).unwrap_err();
        }
    }
}
