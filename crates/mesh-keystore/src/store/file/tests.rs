// SPDX-License-Identifier: MIT
//! The store in a directory: operations, sealings, alterations.

use std::os::unix::fs::PermissionsExt as _;

use mesh_crypto::SecretString;

use super::*;
use crate::store::{MemoryStore, conformance};

fn passphrase(text: &str) -> Sealing {
    Sealing::PassphraseWithCost(
        SecretString::new(text.to_owned()),
        Cost::new(64, 1, 1).unwrap(),
    )
}

fn secret(text: &str) -> SecretBytes {
    SecretBytes::new(text.as_bytes().to_vec())
}

struct Fixture {
    home: tempfile::TempDir,
    store: FileStore,
}

fn fixture(sealing: &Sealing) -> Fixture {
    let home = tempfile::tempdir().unwrap();
    let store = FileStore::create(&home.path().join("keys"), sealing).unwrap();
    Fixture { home, store }
}

impl Fixture {
    fn directory(&self) -> PathBuf {
        self.home.path().join("keys")
    }
    fn path(&self, name: &str) -> PathBuf {
        self.directory().join(name)
    }
}

#[test]
fn conforms_under_every_sealing() {
    let keeper: Arc<dyn KeyStore> = Arc::new(MemoryStore::new());
    for sealing in [
        Sealing::Clear,
        passphrase("pass"),
        Sealing::Platform(keeper),
    ] {
        let fixture = fixture(&sealing);
        conformance::run(&fixture.store);
        let again = FileStore::open(&fixture.directory(), &sealing).unwrap();
        conformance::run(&again);
        assert_eq!(FileStore::sealing(&fixture.directory()), Ok(sealing.kind()));
    }
}

#[test]
fn files_have_mode_0600_and_the_directory_0700() {
    let fixture = fixture(&passphrase("pass"));
    fixture.store.save("MDAB", "seed", &secret("x")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(&fixture.directory()), 0o700);
    assert_eq!(mode(&fixture.path("MDAB.key")), 0o600);
    assert_eq!(mode(&fixture.path("store.header")), 0o600);
    let mut names: Vec<_> = fs::read_dir(fixture.directory())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["MDAB.key", "store.header"]);
}

#[test]
fn no_file_contains_the_secret() {
    let fixture = fixture(&passphrase("pass"));
    fixture
        .store
        .save("MDAB", "seed", &secret("very secret octets"))
        .unwrap();
    let file = fs::read_to_string(fixture.path("MDAB.key")).unwrap();
    let shown = data_encoding::BASE64URL_NOPAD.encode(b"very secret octets");
    assert!(
        !file.contains("very secret octets") && !file.contains(&shown),
        "{file}"
    );
}

#[test]
fn a_wrong_passphrase_a_missing_store_and_a_second_store_have_their_errors() {
    let fixture = fixture(&passphrase("pass"));
    let directory = fixture.directory();
    assert_eq!(
        FileStore::open(&directory, &passphrase("Pass")).unwrap_err(),
        Error::WrongPassphrase
    );
    let none = fixture.home.path().join("none");
    assert_eq!(
        FileStore::open(&none, &Sealing::Clear).unwrap_err(),
        Error::NoStore { path: none }
    );
    let exists = Error::Exists {
        path: fixture.path("store.header"),
    };
    assert_eq!(
        FileStore::create(&directory, &passphrase("pass")).unwrap_err(),
        exists
    );
    let expected = Error::WrongSealing {
        expected: SealingKind::Clear,
        found: SealingKind::Passphrase,
    };
    assert_eq!(
        FileStore::open(&directory, &Sealing::Clear).unwrap_err(),
        expected
    );
    assert_eq!(
        FileStore::create(&fixture.path("x"), &passphrase("")).unwrap_err(),
        Error::PassphraseLength
    );
}

#[test]
fn an_altered_a_cut_and_an_exchanged_key_are_tampered_with() {
    let fixture = fixture(&passphrase("pass"));
    fixture
        .store
        .save("MDAB", "seed", &secret("first"))
        .unwrap();
    fixture
        .store
        .save("MDAC", "seed", &secret("second"))
        .unwrap();
    let (one, two) = (fixture.path("MDAB.key"), fixture.path("MDAC.key"));
    let original = fs::read(&one).unwrap();
    let tampered = Err(Error::tampered("MDAB"));

    let cut = &original[..original.len() / 2];
    let empty: &[u8] = &[];
    let exchanged = &fs::read(&two).unwrap();
    let huge = &vec![b' '; MAX_FILE + 1];
    for content in [cut, empty, exchanged, huge, b"{}"] {
        fs::write(&one, content).unwrap();
        assert_eq!(fixture.store.load("MDAB"), tampered);
        assert_eq!(fixture.store.list().unwrap_err(), Error::tampered("MDAB"));
    }
    let position = original.windows(6).position(|w| w == b"Sealed").unwrap();
    for at in (position..original.len()).filter(|at| original[*at].is_ascii_alphanumeric()) {
        let mut changed = original.clone();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        if at >= position + 6 {
            fs::write(&one, &changed).unwrap();
            assert_eq!(fixture.store.load("MDAB"), tampered, "octet {at}");
        }
    }
    fs::write(&one, &original).unwrap();
    assert_eq!(fixture.store.load("MDAB"), Ok(Some(secret("first"))));
}

#[test]
fn a_key_of_another_store_does_not_open() {
    let (one, two) = (fixture(&passphrase("pass")), fixture(&passphrase("pass")));
    one.store.save("MDAB", "seed", &secret("x")).unwrap();
    fs::copy(one.path("MDAB.key"), two.path("MDAB.key")).unwrap();
    assert_eq!(two.store.load("MDAB"), Err(Error::tampered("MDAB")));
    let key = one.store.expose_store_key();
    assert_eq!(
        FileStore::open_with_key(&two.directory(), &key).unwrap_err(),
        Error::WrongStoreKey
    );
    let again = FileStore::open_with_key(&one.directory(), &key).unwrap();
    assert_eq!(again.load("MDAB"), Ok(Some(secret("x"))));
    assert_eq!(again.name(), FileStore::name_of(&one.directory()).unwrap());
}

#[test]
fn sealing_anew_touches_the_header_only() {
    let keeper = Arc::new(MemoryStore::new());
    let platform = Sealing::Platform(keeper.clone());
    let mut fixture = fixture(&passphrase("old"));
    fixture.store.save("MDAB", "seed", &secret("x")).unwrap();
    let before = fs::read(fixture.path("MDAB.key")).unwrap();
    let steps = [
        passphrase("new"),
        platform.clone(),
        platform.clone(),
        Sealing::Clear,
        passphrase("last"),
    ];
    for (sealing, kept) in steps.iter().zip([0, 1, 1, 0, 0]) {
        fixture.store.reseal(sealing).unwrap();
        let again = FileStore::open(&fixture.directory(), sealing).unwrap();
        assert_eq!(again.load("MDAB"), Ok(Some(secret("x"))));
        assert_eq!(again.name(), fixture.store.name());
        assert_eq!(keeper.list().unwrap().len(), kept, "{sealing:?}");
        assert!(FileStore::open(&fixture.directory(), &passphrase("old")).is_err());
    }
    assert_eq!(fs::read(fixture.path("MDAB.key")).unwrap(), before);
}

#[test]
fn a_platform_that_lost_the_key_is_unavailable() {
    let keeper = Arc::new(MemoryStore::new());
    let sealing = Sealing::Platform(keeper.clone());
    let fixture = fixture(&sealing);
    let (name, kind) = keeper.list().unwrap().remove(0);
    assert_eq!(kind, PLATFORM_KIND);
    keeper
        .save(&name, &kind, &SecretBytes::new(vec![0; 32]))
        .unwrap();
    assert_eq!(
        FileStore::open(&fixture.directory(), &sealing).unwrap_err(),
        Error::tampered("header")
    );
    keeper.delete(&name).unwrap();
    assert!(matches!(
        FileStore::open(&fixture.directory(), &sealing),
        Err(Error::Platform { .. })
    ));
}

#[test]
fn a_header_that_others_may_read_is_refused() {
    let fixture = fixture(&Sealing::Clear);
    let path = fixture.path("store.header");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let error = Error::InsecureMode { path, mode: 0o644 };
    assert_eq!(
        FileStore::open(&fixture.directory(), &Sealing::Clear).unwrap_err(),
        error
    );
}

#[test]
fn what_is_no_key_file_is_not_listed() {
    let fixture = fixture(&Sealing::Clear);
    for name in ["lock", ".0123.tmp", "a.key", ".key", "MDAB.key~", "MDAB"] {
        fs::write(fixture.path(name), "").unwrap();
    }
    assert_eq!(fixture.store.list(), Ok(vec![]));
}

#[test]
fn debug_output_shows_no_key() {
    let fixture = fixture(&Sealing::Clear);
    let shown = format!("{:?}", fixture.store);
    assert!(
        shown.starts_with("FileStore { directory: ") && shown.ends_with(", .. }"),
        "{shown}"
    );
    assert!(!shown.contains("key:"));
}

#[test]
fn a_store_whose_making_was_interrupted_is_none_and_is_made_anew() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("keys");
    create_private_dir(&directory).unwrap();
    assert!(!FileStore::exists(&directory));
    FileStore::create(&directory, &Sealing::Clear).unwrap();
    assert!(FileStore::exists(&directory));
    let again = FileStore::create(&directory, &Sealing::Clear);
    assert!(matches!(again, Err(Error::Exists { .. })));
}
