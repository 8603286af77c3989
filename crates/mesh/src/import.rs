// SPDX-License-Identifier: MIT
//! What other programs keep, brought into an account: lists of passwords, SSH keys, networks, mail accounts.
//!
//! Spec: RFC 4180; none for the columns, which are those of browsers and password managers.
//! Here: reading the lists and the directory of OpenSSH; what becomes of entries that are there already.
//! Not here: entries (`mesh-client`, catalog), forms of keys (`mesh-keystore`, format).

pub mod mail;
pub mod network;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

use mesh_client::Account;
use mesh_crypto::{PrivateKey, SecretString};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::file::read_private;
use mesh_keystore::format::detect::{MAX_KEY_FILE, private_key};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::CatalogedCredential;
use zeroize::Zeroizing;

use crate::error::Failure;
use crate::files::read_limited;
use crate::output::Answer;

/// Octets of the largest list.
pub(crate) const MAX_LIST: usize = 16 << 20;
/// Rows of the longest list.
pub const MAX_ROWS: usize = 50_000;
/// Files of a directory that are looked at.
const MAX_FILES: usize = 1000;

/// Columns that hold the same, in the order in which they are preferred: Chromium, Firefox, Safari, Bitwarden, KeePassXC, 1Password, LastPass.
const URLS: [&str; 4] = ["url", "login_uri", "website", "web site"];
const TITLES: [&str; 3] = ["name", "title", "account"];
const USERS: [&str; 4] = ["username", "login_username", "login name", "user name"];
const PASSWORDS: [&str; 2] = ["password", "login_password"];
const NOTES: [&str; 4] = ["note", "notes", "extra", "comments"];

/// Columns that say nothing which a person has put there, and the title, which stands for an address where there is none.
const BOOKKEEPING: [&str; 12] = [
    "guid",
    "timecreated",
    "timelastused",
    "timepasswordchanged",
    "formactionorigin",
    "httprealm",
    "reprompt",
    "favorite",
    "fav",
    "type",
    "name",
    "title",
];

/// A list of passwords, read.
#[derive(Clone, Debug)]
pub struct List {
    /// What it holds, each under a name of its own.
    pub entries: Vec<CatalogedCredential>,
    /// Rows without a password, such as notes and cards.
    pub skipped: usize,
    /// Columns with something in them that is not taken: other addresses, seeds of one-time passwords, fields of one's own.
    pub left: Vec<String>,
}

/// Reads a list of passwords in the form that browsers and password managers export: comma-separated, with a first line of names.
///
/// # Errors
/// [`Failure`] naming what is wrong; nothing of the list is repeated in it.
pub fn passwords(octets: &[u8]) -> Result<List, Failure> {
    let bad = |cause: String| {
        Failure {
        cause,
        remedy: "export the passwords as CSV, with a first line that names the columns: url or name, username, password".to_owned(),
        class: ErrorClass::Malformed,
    }
    };
    if octets.len() > MAX_LIST {
        return Err(bad(format!("the list has more than {MAX_LIST} octets")));
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets));
    let unreadable = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        bad(format!(
            "line {line} of the list is no line of CSV in UTF-8"
        ))
    };
    let names = reader
        .headers()
        .map_err(|error| unreadable(&error))?
        .clone();
    let column = |wanted: &[&str]| {
        let place = |wanted: &&str| {
            names
                .iter()
                .position(|name| name.trim().eq_ignore_ascii_case(wanted))
        };
        wanted.iter().find_map(place)
    };
    let (url, title, user, note) = (
        column(&URLS),
        column(&TITLES),
        column(&USERS),
        column(&NOTES),
    );
    let Some(password) = column(&PASSWORDS) else {
        return Err(bad("no column of the list is called password".to_owned()));
    };
    if url.is_none() && title.is_none() {
        return Err(bad("no column of the list is called url or name".to_owned()));
    }
    let mut entries: Vec<CatalogedCredential> = Vec::new();
    // Where a password of a site and user is among the entries, by a digest of it that nobody can foresee.
    let digests = RandomState::new();
    let mut seen: HashMap<(String, String, u64), usize> = HashMap::new();
    let mut numbers: HashMap<(String, String), u32> = HashMap::new();
    let mut used: HashSet<(String, String)> = HashSet::new();
    let mut skipped = 0_usize;
    let mut left = std::collections::BTreeSet::new();
    let taken = [url, title, user, note, Some(password)];
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        if entries.len() >= MAX_ROWS {
            return Err(bad(format!("the list has more than {MAX_ROWS} rows")));
        }
        let text = |column: Option<usize>| {
            column
                .and_then(|column| record.get(column))
                .map(str::trim)
                .unwrap_or_default()
        };
        for (place, value) in record.iter().enumerate() {
            let name = names.get(place).unwrap_or_default().trim();
            let known = taken.contains(&Some(place))
                || BOOKKEEPING
                    .iter()
                    .any(|known| known.eq_ignore_ascii_case(name));
            let several = url == Some(place) && value.contains(",http");
            if several || (!known && !value.trim().is_empty()) {
                left.insert(place);
            }
        }
        let secret = record.get(password).unwrap_or_default();
        let host = host(text(url));
        let site = match host.is_empty() {
            true => text(title),
            false => host,
        };
        if secret.is_empty() || site.is_empty() {
            skipped = skipped.saturating_add(1);
            continue;
        }
        let secret = SecretString::new(secret.to_owned());
        let user = text(user).to_owned();
        let digest = digests.hash_one(secret.expose_secret());
        let there = seen.get(&(site.to_owned(), user.clone(), digest));
        if there.is_some_and(|&place| same(entries.get(place), &secret)) {
            continue;
        }
        // Two logins of one site with one name are both kept: nothing that was in the list is lost. Where the last number was is remembered,
        // as a list may hold nothing but such.
        let number = numbers.entry((site.to_owned(), user.clone())).or_insert(1);
        let service = loop {
            let service = match *number {
                1 => site.to_owned(),
                number => format!("{site} ({number})"),
            };
            *number = number.saturating_add(1);
            if used.insert((service.clone(), user.clone())) {
                break service;
            }
        };
        for name in [site, &service] {
            seen.insert((name.to_owned(), user.clone(), digest), entries.len());
        }
        let note = text(note);
        entries.push(CatalogedCredential {
            description: (!note.is_empty()).then(|| note.to_owned()),
            ..CatalogedCredential::password(&service, &user, secret)
        });
    }
    match entries.is_empty() {
        true => Err(bad("the list holds no password".to_owned())),
        false => Ok(List {
            entries,
            skipped,
            left: left
                .into_iter()
                .map(|place| match names.get(place) {
                    Some(name) => name.trim().to_owned(),
                    // A row may have more values than there are names.
                    None => place.saturating_add(1).to_string(),
                })
                .collect(),
        }),
    }
}

/// Reads a file with a list, up to its limit.
///
/// # Errors
/// [`Failure`] when it cannot be read.
pub(crate) fn read_list(file: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut octets = Zeroizing::new(Vec::new());
    read_limited(file, MAX_LIST, &mut octets)?;
    Ok(octets)
}

/// Reads each of several files with a reader of one of its forms; what fails names the file.
///
/// # Errors
/// [`Failure`] of the first that cannot be read, or that the reader refuses.
pub(crate) fn read_each<T>(
    files: &[PathBuf],
    read: impl Fn(&[u8]) -> Result<T, Failure>,
) -> Result<Vec<T>, Failure> {
    let one = |file: &PathBuf| {
        read(&read_list(file)?).map_err(|failure| Failure {
            cause: format!("{}: {}", file.display(), failure.cause),
            ..failure
        })
    };
    files.iter().map(one).collect()
}

/// The text in a file, or why it is none that is read.
fn text_of(octets: &[u8]) -> Result<&str, String> {
    if octets.len() > MAX_LIST {
        return Err(format!("the file has more than {MAX_LIST} octets"));
    }
    let text =
        std::str::from_utf8(octets).map_err(|_| "the file is no text in UTF-8".to_owned())?;
    Ok(text.trim_start_matches('\u{feff}').trim_start())
}

fn same(entry: Option<&CatalogedCredential>, secret: &SecretString) -> bool {
    entry.and_then(|entry| entry.password.as_ref()) == Some(secret)
}

/// The host of an URL; what is no URL stays as it is.
fn host(url: &str) -> &str {
    let rest = match url.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https") =>
        {
            rest
        }
        _ => return url,
    };
    let end = rest.find(['/', '?', '#', ',']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.strip_prefix("www.").unwrap_or(host)
}

/// An entry that a list may hold, and that may be in the account already.
pub(crate) trait Imported: CatalogEntry {
    /// True when putting one over the other would change nothing that matters.
    fn is_same(&self, other: &Self) -> bool;
}

impl Imported for CatalogedCredential {
    fn is_same(&self, other: &Self) -> bool {
        self.password == other.password
    }
}

/// What became of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Put {
    pub(crate) added: usize,
    /// Entries that were there otherwise.
    pub(crate) replaced: usize,
    /// Entries that are there otherwise, and stay so.
    pub(crate) kept: usize,
    /// Entries that are there just so.
    pub(crate) same: usize,
}

impl Put {
    /// What is said of it: of what kind the entries are, and how those differ that are there otherwise.
    pub(crate) fn answer(&self, kind: &str, otherwise: &str) -> Answer {
        let Self {
            added,
            replaced,
            kept,
            same,
        } = *self;
        let human =
            format!("{added} {kind} are added, {replaced} replaced, {same} were there already");
        let answer = Answer::say(human)
            .with("added", added)
            .with("replaced", replaced)
            .with("kept", kept)
            .with("same", same);
        match kept {
            0 => answer,
            _ => answer.and_say(&format!(
                "\n{kept} are there {otherwise} and stay so: --replace takes those of the list"
            )),
        }
    }
}

/// Puts entries into an account, all of them or none. Others that are there under the same keys are replaced when that is wanted.
pub(crate) fn put<E: Imported>(
    account: &mut Account,
    entries: Vec<E>,
    replace: bool,
) -> Result<Put, mesh_client::Error> {
    account.sync()?;
    let mut there = HashMap::new();
    for entry in account.entries::<E>()? {
        there.insert(entry.primary_key()?, entry);
    }
    let (chosen, done) = choose(&there, entries, replace)?;
    if !chosen.is_empty() {
        account.put_all(&chosen)?;
    }
    Ok(done)
}

/// Which of the entries are put, given what is there by its keys. One of the list stands for what is there as soon as it is chosen: a
/// list may hold several under one key, of which none takes the place of another in silence.
fn choose<E: Imported>(
    there: &HashMap<String, E>,
    entries: Vec<E>,
    replace: bool,
) -> Result<(Vec<E>, Put), mesh_schema::Error> {
    let mut done = Put::default();
    let mut chosen: Vec<E> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let key = entry.primary_key()?;
        let place = places.get(&key).copied();
        let found = place
            .and_then(|place| chosen.get(place))
            .or(there.get(&key));
        let (count, wanted) = match found {
            None => (&mut done.added, true),
            Some(found) if found.is_same(&entry) => (&mut done.same, false),
            Some(_) if replace => (&mut done.replaced, true),
            Some(_) => (&mut done.kept, false),
        };
        *count = count.saturating_add(1);
        if wanted {
            match place.and_then(|place| chosen.get_mut(place)) {
                Some(before) => *before = entry,
                None => {
                    places.insert(key, chosen.len());
                    chosen.push(entry);
                }
            }
        }
    }
    Ok((chosen, done))
}

/// A private key in the directory of OpenSSH.
pub(crate) struct KeyFile {
    pub(crate) path: PathBuf,
    /// What it is called there, which it is called in the account too.
    pub(crate) name: String,
    /// True when a passphrase opens it.
    pub(crate) encrypted: bool,
}

/// The directory of OpenSSH of this user.
pub(crate) fn ssh_directory() -> Option<PathBuf> {
    std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".ssh"))
}

/// The private keys in a directory; other files, and those that others can read, are passed over.
pub(crate) fn key_files(directory: &Path) -> Vec<KeyFile> {
    let Ok(listed) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut found: Vec<KeyFile> = listed
        .flatten()
        .take(MAX_FILES)
        .filter_map(|file| {
            let path = file.path();
            let name = file.file_name().to_str()?.to_owned();
            let octets = read_private(&path, MAX_KEY_FILE).ok()?;
            let octets = octets.expose_secret();
            if !octets.windows(MARK.len()).any(|part| part == MARK) {
                return None;
            }
            let encrypted =
                match private_key(octets, &mut || Err(mesh_keystore::Error::NoPassphrase)) {
                    Ok(_) => false,
                    Err(mesh_keystore::Error::NoPassphrase) => true,
                    Err(_) => return None,
                };
            Some(KeyFile {
                path,
                name,
                encrypted,
            })
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

/// What files with private keys have in common.
const MARK: &[u8] = b"PRIVATE KEY-----";

/// Reads one key.
///
/// # Errors
/// Those of the file and of its form; [`mesh_keystore::Error::WrongPassphrase`].
pub(crate) fn read_key(
    path: &Path,
    passphrase: Option<&Zeroizing<String>>,
) -> Result<PrivateKey, mesh_keystore::Error> {
    let octets = read_private(path, MAX_KEY_FILE)?;
    private_key(octets.expose_secret(), &mut || {
        let passphrase = passphrase.filter(|passphrase| !passphrase.is_empty());
        let passphrase = passphrase.ok_or(mesh_keystore::Error::NoPassphrase)?;
        Ok(SecretString::new(passphrase.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String, String)> {
        let list = passwords(text.as_bytes()).unwrap();
        let entries = list.entries.into_iter();
        entries
            .map(|entry| {
                (
                    entry.service.unwrap(),
                    entry.username.unwrap_or_default(),
                    entry.password.unwrap().expose_secret().to_owned(),
                )
            })
            .collect()
    }

    fn row(service: &str, user: &str, password: &str) -> (String, String, String) {
        (service.to_owned(), user.to_owned(), password.to_owned())
    }

    #[test]
    fn lists_of_many_programs_are_read() {
        let expected = [row("example.com", "alice", "a,\"b")];
        for list in [
            "name,url,username,password,note\nX,https://www.example.com/login?x,alice,\"a,\"\"b\",\n",
            "\u{feff}\"url\",\"username\",\"password\",\"httpRealm\"\r\n\"https://example.com\",\"alice\",\"a,\"\"b\",\"\"\r\n",
            "Title,URL,Username,Password,Notes,OTPAuth\nX,https://example.com/,alice,\"a,\"\"b\",,\n",
            "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password\n,,login,X,,,0,http://u@example.com,alice,\"a,\"\"b\"\n",
            "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\"\n\"R\",\"example.com\",\"alice\",\"a,\"\"b\",\"\",\"\"\n",
        ] {
            assert_eq!(read(list), expected, "{list}");
        }
    }

    #[test]
    fn nothing_of_a_list_is_lost() {
        let list = "url,username,password\nhttps://a.org,u,1\nhttps://a.org/x,u,2\nhttps://a.org,u,1\nhttps://a.org/y,u,2\nhttps://a.org,v,\n";
        assert_eq!(
            read(list),
            [row("a.org", "u", "1"), row("a.org (2)", "u", "2")]
        );
        assert_eq!(passwords(list.as_bytes()).unwrap().skipped, 1);
    }

    #[test]
    fn none_of_a_list_takes_the_place_of_another_in_silence() {
        let entry = |name: &str, password: &str| {
            CatalogedCredential::password(name, "u", SecretString::new(password.to_owned()))
        };
        let there = entry("there", "old");
        let there = HashMap::from([(there.primary_key().unwrap(), there)]);
        let list = || {
            vec![
                entry("a", "1"),
                entry("a", "2"),
                entry("a", "1"),
                entry("there", "new"),
                entry("there", "newer"),
                entry("there", "old"),
            ]
        };
        let passwords = |chosen: Vec<CatalogedCredential>| -> Vec<String> {
            let passwords = chosen.into_iter().filter_map(|entry| entry.password);
            passwords
                .map(|password| password.expose_secret().to_owned())
                .collect()
        };
        let (chosen, done) = choose(&there, list(), false).unwrap();
        assert_eq!(passwords(chosen), ["1"]);
        let Put {
            added,
            replaced,
            kept,
            same,
        } = done;
        assert_eq!((added, replaced, kept, same), (1, 0, 3, 2));
        let (chosen, done) = choose(&there, list(), true).unwrap();
        assert_eq!(passwords(chosen), ["1", "old"]);
        assert_eq!((done.added, done.replaced, done.kept), (1, 5, 0));
    }

    #[test]
    fn what_is_not_taken_is_named() {
        let left = |list: &str| passwords(list.as_bytes()).unwrap().left;
        let list = "folder,type,name,notes,fields,login_uri,login_username,login_password,login_totp\n,login,X,n,,\"https://a.com,https://b.com\",u,1,seed\n";
        assert_eq!(read(list), [row("a.com", "u", "1")]);
        assert_eq!(left(list), ["login_uri", "login_totp"]);
        assert_eq!(
            left("url,username,password,guid\nhttps://a.org,u,1,x\n"),
            [""; 0]
        );
        assert_eq!(left("url,password\nhttps://a.org,1,x\n"), ["3"]);
    }

    #[test]
    fn what_is_no_list_is_refused_and_not_repeated() {
        for list in [
            &b""[..],
            b"hunter2\n",
            b"url,username\nhttps://a.org,hunter2\n",
            b"username,password\nhunter2,hunter2\n",
            b"url,password\nhttps://a.org,\xff\xfehunter2\n",
            b"url,password\n",
        ] {
            let failure = passwords(list).err().unwrap();
            assert!(!failure.cause.contains("hunter2"), "{failure:?}");
        }
    }
}
