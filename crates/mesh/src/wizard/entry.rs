// SPDX-License-Identifier: MIT
//! Entries of the catalogs as people see them.
//!
//! Spec: mesh-schema, "Catalogs".
//! Here: what an entry is called, what it shows only when asked, whether a search finds it.
//! Not here: pages (`page`), reading catalogs (`mesh-client`, catalog).

use mesh_client::{Access, Account, Located, StoreLabel};
use mesh_crypto::SecretString;
use mesh_jsonbcd::Tagged;
use mesh_keystore::format::openssh::SshPrivateKey;
use mesh_schema::catalog::contact::Validation;
use mesh_schema::generated::{AnyCatalogedEntry, CatalogedApplicationSsh, CatalogedContact};
use zeroize::Zeroizing;

use super::text::Texts;
use super::trouble::Trouble;
use crate::command::ssh::public;

/// Catalogs whose entries nobody but programs has any use for: who may open what, and what is published for others to fetch.
const INTERNAL: [StoreLabel; 2] = [StoreLabel::Access, StoreLabel::Publication];

/// An entry as it stands in a list.
pub(super) struct Item {
    pub(super) store: StoreLabel,
    /// The pseudonym of the entry in its catalog.
    pub(super) id: String,
    /// Which kind of thing it is.
    pub(super) kind: &'static str,
    pub(super) name: String,
    /// What stands beside the name: a user, an address, a fingerprint.
    pub(super) detail: String,
    /// True when there is something that is shown only when asked.
    pub(super) opens: bool,
    /// True when that is a secret which is copied.
    pub(super) secret: bool,
    remark: Option<String>,
}

/// What an entry shows when asked.
pub(super) struct Opened {
    /// What is copied.
    pub(super) secret: Option<SecretString>,
    /// What stands below.
    pub(super) more: Zeroizing<String>,
}

impl Item {
    /// What a page searches in, in small letters: nothing that is shown only when asked.
    pub(super) fn found_by(&self) -> String {
        format!("{} {} {}", self.name, self.detail, self.kind).to_lowercase()
    }

    /// True when each of the words, in small letters, occurs in what is listed or in the remark.
    fn fits(&self, words: &[&str]) -> bool {
        let shown = self.found_by();
        let remark = self.remark.as_deref().unwrap_or_default().to_lowercase();
        let mut words = words.iter();
        words.all(|word| shown.contains(word) || remark.contains(word))
    }
}

/// The entries of all catalogs that this device reads and people use; those that a search finds, when there is one.
pub(super) fn listed(account: &mut Account, t: &Texts, search: &str) -> Result<Vec<Item>, Trouble> {
    let search = search.to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let mut items = Vec::new();
    for store in account.roles().readable() {
        if store.is_spool() || INTERNAL.contains(&store) {
            continue;
        }
        let located = account.located(store)?;
        let all = located.iter().map(|located| item(located, t));
        items.extend(all.filter(|item| item.fits(&words)));
    }
    // Passwords first, then keys, as these are what is looked for.
    let rank = |item: &Item| match item.store {
        StoreLabel::Credential => 0,
        StoreLabel::Application => 1,
        _ => 2,
    };
    items.sort_by_cached_key(|item| {
        (
            rank(item),
            item.store,
            item.name.to_lowercase(),
            item.detail.clone(),
        )
    });
    Ok(items)
}

/// True when this device reads any of them.
pub(super) fn reads_any(account: &Account) -> bool {
    let roles = account.roles();
    let of_people = |store: &StoreLabel| {
        !store.is_spool() && *store != StoreLabel::Device && !INTERNAL.contains(store)
    };
    let mut stores = roles.readable().into_iter().filter(of_people);
    stores.any(|store| roles.access(store) >= Access::Read)
}

fn item(located: &Located, t: &Texts) -> Item {
    let (kind, name, detail) = named(&located.entry, t);
    let (opens, secret) = match &located.entry {
        AnyCatalogedEntry::CatalogedCredential(_)
        | AnyCatalogedEntry::CatalogedApplicationSsh(_) => (true, true),
        AnyCatalogedEntry::CatalogedNetwork(entry) => (true, entry.password.is_some()),
        entry => (more(entry).is_some(), false),
    };
    Item {
        store: located.store,
        id: located.id.clone(),
        kind,
        name,
        detail,
        opens,
        secret,
        remark: remark(&located.entry).map(ToOwned::to_owned),
    }
}

/// Which kind of thing an entry is, how it is called, and what stands beside that. No secret is in it.
pub(super) fn named(entry: &AnyCatalogedEntry, t: &Texts) -> (&'static str, String, String) {
    use AnyCatalogedEntry as E;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match entry {
        E::CatalogedCredential(entry) => (
            t.secret_password,
            text(&entry.service),
            text(&entry.username),
        ),
        E::CatalogedApplicationSsh(entry) => {
            (t.secret_key, entry.name().to_owned(), fingerprint(entry, t))
        }
        E::CatalogedNetwork(entry) => (t.kind_network, text(&entry.service), text(&entry.protocol)),
        E::CatalogedContact(entry) => {
            let (name, detail) = person(entry, t);
            (t.kind_contact, name, detail)
        }
        E::CatalogedDevice(entry) => {
            let udf = text(&entry.device_udf);
            let name = entry.local_name.clone().unwrap_or_else(|| udf.clone());
            (t.kind_device, name, udf)
        }
        E::CatalogedBookmark(entry) => {
            let title = entry.title.clone().or(entry.local_name.clone());
            (t.kind_bookmark, title.unwrap_or_default(), text(&entry.uri))
        }
        E::CatalogedTask(entry) => {
            let title = entry.title.clone().or(entry.local_name.clone());
            (t.kind_task, title.unwrap_or_default(), String::new())
        }
        E::CatalogedDocument(entry) => {
            let title = entry.title.clone().or(entry.filename.clone());
            (
                t.kind_document,
                title.unwrap_or_default(),
                text(&entry.filename),
            )
        }
        E::CatalogedApplicationMail(entry) => (
            t.kind_mail,
            text(&entry.account_address),
            text(&entry.local_name),
        ),
        E::CatalogedApplicationPkix(entry) => (
            t.kind_certificate,
            text(&entry.key),
            text(&entry.local_name),
        ),
        E::CatalogedApplicationOpenPgp(entry) => {
            (t.kind_openpgp, text(&entry.key), text(&entry.local_name))
        }
        E::CatalogedApplicationGit(entry) => {
            (t.kind_git, text(&entry.key), text(&entry.local_name))
        }
        E::CatalogedApplicationDeveloper(entry) => {
            (t.kind_developer, text(&entry.key), text(&entry.local_name))
        }
        E::CatalogedPublication(entry) => (
            t.kind_publication,
            text(&entry.path),
            text(&entry.description),
        ),
        E::CatalogedAccess(_) => (t.kind_access, String::new(), String::new()),
        // The name of its type is all that is known of it.
        other => (t.kind_other, other.tag().to_owned(), String::new()),
    }
}

/// The fingerprint of a key. Another device may have written what nobody can read: that must not keep the rest from being shown.
fn fingerprint(key: &CatalogedApplicationSsh, t: &Texts) -> String {
    let key = public(key).ok();
    key.map_or_else(|| t.secret_unread.to_owned(), |key| key.fingerprint())
}

fn person(entry: &CatalogedContact, t: &Texts) -> (String, String) {
    let address = entry.account_address().unwrap_or_default();
    let name = entry.nickname().or(entry.full_name()).unwrap_or(address);
    let compared = entry.validation() == Some(Validation::Fingerprint.as_str());
    let state = match (entry.is_own(), compared) {
        (true, _) => t.contact_own,
        (false, true) => t.contact_compared,
        (false, false) => t.contact_unchecked,
    };
    (
        name.to_owned(),
        format!("{address} {state}").trim().to_owned(),
    )
}

/// What somebody has noted beside an entry.
fn remark(entry: &AnyCatalogedEntry) -> Option<&str> {
    use AnyCatalogedEntry as E;
    let remark = match entry {
        E::CatalogedCredential(entry) => &entry.description,
        E::CatalogedApplicationSsh(entry) => &entry.description,
        E::CatalogedNetwork(entry) => &entry.description,
        E::CatalogedContact(entry) => &entry.description,
        E::CatalogedBookmark(entry) => &entry.description,
        E::CatalogedTask(entry) => &entry.description,
        E::CatalogedDocument(entry) => &entry.description,
        E::CatalogedApplicationMail(entry) => &entry.description,
        _ => &None,
    };
    remark.as_deref().filter(|remark| !remark.is_empty())
}

/// What an entry shows when asked, beside its secret: lines of text; nothing when there is none.
fn more(entry: &AnyCatalogedEntry) -> Option<Zeroizing<String>> {
    use AnyCatalogedEntry as E;
    let mut lines: Vec<&str> = Vec::new();
    match entry {
        E::CatalogedNetwork(entry) => lines.extend(entry.username.as_deref()),
        E::CatalogedContact(entry) => {
            lines.extend(entry.addresses());
            lines.extend(entry.udf());
        }
        E::CatalogedBookmark(entry) => {
            lines.extend(entry.uri.as_deref());
            lines.extend(entry.comments.iter().map(String::as_str));
        }
        E::CatalogedDocument(entry) => lines.extend(entry.uri.as_deref()),
        E::CatalogedApplicationMail(entry) => {
            lines.extend(entry.inbound_connect.as_deref());
            lines.extend(entry.outbound_connect.as_deref());
        }
        _ => {}
    }
    lines.extend(remark(entry));
    (!lines.is_empty()).then(|| Zeroizing::new(lines.join("\n")))
}

/// What an entry shows when asked.
pub(super) fn open(located: &Located) -> Result<Opened, Trouble> {
    use AnyCatalogedEntry as E;
    let secret = match &located.entry {
        E::CatalogedCredential(entry) => entry.password.clone(),
        E::CatalogedNetwork(entry) => entry.password.clone(),
        E::CatalogedApplicationSsh(entry) => match &entry.client_key {
            Some(data) => {
                let key = data.private().map_err(mesh_client::Error::from)?;
                Some(SshPrivateKey::from_key(&key, entry.name())?.to_openssh(None)?)
            }
            None => None,
        },
        _ => None,
    };
    Ok(Opened {
        secret,
        more: more(&located.entry).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use mesh_schema::generated::{CatalogedBookmark, CatalogedCredential, CatalogedNetwork};

    use super::*;

    fn located(store: StoreLabel, entry: AnyCatalogedEntry) -> Located {
        let id = "MID".to_owned();
        Located { store, id, entry }
    }

    #[test]
    fn what_is_listed_holds_no_secret_and_no_remark() {
        let t = Texts::of(None);
        let password = CatalogedCredential {
            description: Some("Mother's maiden NAME".to_owned()),
            ..CatalogedCredential::password(
                "example.com",
                "alice",
                SecretString::new("hunter2".to_owned()),
            )
        };
        let entry = AnyCatalogedEntry::CatalogedCredential(Box::new(password));
        let located = located(StoreLabel::Credential, entry);
        let item = item(&located, t);
        assert_eq!(item.found_by(), "example.com alice password");
        assert!(item.opens && item.secret);
        // It is found by its remark, too, which is not repeated until it is asked for.
        assert!(item.fits(&["maiden", "alice"]) && !item.fits(&["maiden", "bob"]));
        assert!(
            !item.fits(&["hunter2"]),
            "nobody learns a secret by searching"
        );
        let opened = open(&located).unwrap();
        assert_eq!(opened.secret.unwrap().expose_secret(), "hunter2");
        assert_eq!(*opened.more, "Mother's maiden NAME");
    }

    #[test]
    fn other_catalogs_are_listed_and_opened() {
        let t = Texts::of(None);
        let network = CatalogedNetwork {
            service: Some("At home".to_owned()),
            password: Some(SecretString::new("radio waves".to_owned())),
            ..CatalogedNetwork::default()
        };
        let network = AnyCatalogedEntry::CatalogedNetwork(Box::new(network));
        let network = located(StoreLabel::Network, network);
        assert_eq!(item(&network, t).name, "At home");
        let secret = open(&network).unwrap().secret.unwrap();
        assert_eq!(secret.expose_secret(), "radio waves");
        let bookmark = CatalogedBookmark {
            title: Some("News".to_owned()),
            uri: Some("https://news.example".to_owned()),
            comments: vec!["read daily".to_owned()],
            ..CatalogedBookmark::default()
        };
        let bookmark = AnyCatalogedEntry::CatalogedBookmark(Box::new(bookmark));
        let bookmark = located(StoreLabel::Bookmark, bookmark);
        let listed = item(&bookmark, t);
        assert!(listed.opens && !listed.secret && listed.fits(&["news.example", "bookmark"]));
        let opened = open(&bookmark).unwrap();
        assert!(opened.secret.is_none());
        assert_eq!(*opened.more, "https://news.example\nread daily");
    }

    #[test]
    fn a_key_that_cannot_be_read_is_listed_without_fingerprint() {
        let t = Texts::of(None);
        let entry = CatalogedApplicationSsh {
            key: Some(CatalogedApplicationSsh::key_of("from\u{7}elsewhere")),
            ..CatalogedApplicationSsh::default()
        };
        let entry = AnyCatalogedEntry::CatalogedApplicationSsh(Box::new(entry));
        let listed = item(&located(StoreLabel::Application, entry), t);
        assert_eq!(listed.name, "from\u{7}elsewhere");
        assert_eq!(listed.detail, t.secret_unread);
    }
}
