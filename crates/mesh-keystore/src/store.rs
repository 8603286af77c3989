// SPDX-License-Identifier: MIT
//! Key stores: where secrets stay between two runs of a program.
//!
//! Spec: mesh-schema, "Device" (device secrets stay on the device).
//! Here: the trait and what every store demands of identifiers, kinds and secrets; in the modules, the stores.
//! Not here: what the secrets mean (`mesh-client`), passphrase sources (`passphrase`).

mod file;
mod memory;
#[cfg(feature = "platform-keystore")]
mod platform;
pub mod sealed;
mod sealing;

use mesh_crypto::SecretBytes;

pub use file::FileStore;
pub use memory::MemoryStore;
#[cfg(feature = "platform-keystore")]
pub use platform::Platform;
pub use sealing::{Cost, Sealing, SealingKind};

use crate::{Error, Result};

/// The largest secret that a store takes.
pub const MAX_SECRET: usize = 64 * 1024;

/// A place that keeps secrets under the text of their UDF.
///
/// An identifier has 1 to 100 characters of `A`–`Z`, `2`–`7` and `-`, the first one no dash, so that it is the same
/// in every store and can be a file name; a kind has 1 to 64 printable ASCII characters without space. All
/// operations refuse other identifiers with [`Error::InvalidName`].
pub trait KeyStore: Send + Sync {
    /// The secret saved under `id`, or `None`.
    ///
    /// # Errors
    /// [`Error::Tampered`] when it was altered; [`Error::Io`] or [`Error::Platform`] when the store fails.
    fn load(&self, id: &str) -> Result<Option<SecretBytes>>;

    /// Saves a secret and the kind of it. One that is there already under `id` is replaced.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_SECRET`]; [`Error::Io`] or [`Error::Platform`] when the store fails.
    fn save(&self, id: &str, kind: &str, secret: &SecretBytes) -> Result<()>;

    /// Deletes the secret of `id`; whether there was one.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Platform`] when the store fails.
    fn delete(&self, id: &str) -> Result<bool>;

    /// Identifier and kind of every secret, in the order of the identifiers.
    ///
    /// # Errors
    /// [`Error::Tampered`] when one was altered; [`Error::Io`] or [`Error::Platform`] when the store fails.
    fn list(&self) -> Result<Vec<(String, String)>>;
}

/// Whether `id` can be an identifier of a key.
#[must_use]
pub fn is_identifier(id: &str) -> bool {
    let allowed = |b: u8| matches!(b, b'A'..=b'Z' | b'2'..=b'7' | b'-');
    (1..=100).contains(&id.len()) && !id.starts_with('-') && id.bytes().all(allowed)
}

fn check_id(id: &str) -> Result<()> {
    if is_identifier(id) {
        Ok(())
    } else {
        Err(Error::InvalidName { what: "identifier" })
    }
}

fn is_kind(kind: &str) -> bool {
    (1..=64).contains(&kind.len()) && kind.bytes().all(|b| b.is_ascii_graphic())
}

fn check_entry(id: &str, kind: &str, secret: &SecretBytes) -> Result<()> {
    check_id(id)?;
    if !is_kind(kind) {
        return Err(Error::InvalidName { what: "kind" });
    }
    if secret.len() > MAX_SECRET {
        return Err(Error::TooLarge {
            what: "the secret",
            maximum: MAX_SECRET,
        });
    }
    Ok(())
}

/// What every store must do; run against each of them.
#[cfg(test)]
pub(crate) mod conformance {
    use super::*;

    pub(crate) fn run(store: &dyn KeyStore) {
        let secret = |octets: &[u8]| SecretBytes::new(octets.to_vec());
        assert_eq!(store.list().unwrap(), []);
        assert_eq!(store.load("MDAB").unwrap(), None);
        assert!(!store.delete("MDAB").unwrap());

        store
            .save("ZAAA-22", "device-seed", &secret(b"second"))
            .unwrap();
        store.save("MDAB", "key", &secret(b"first")).unwrap();
        store.save("EMPTY", "none", &secret(b"")).unwrap();
        assert_eq!(store.load("MDAB").unwrap(), Some(secret(b"first")));
        assert_eq!(store.load("ZAAA-22").unwrap(), Some(secret(b"second")));
        assert_eq!(store.load("EMPTY").unwrap(), Some(secret(b"")));
        let pair = |id: &str, kind: &str| (id.to_owned(), kind.to_owned());
        let all = [
            pair("EMPTY", "none"),
            pair("MDAB", "key"),
            pair("ZAAA-22", "device-seed"),
        ];
        assert_eq!(store.list().unwrap(), all);

        store
            .save("MDAB", "key2", &secret(&[0, 255, 10, 13]))
            .unwrap();
        assert_eq!(store.load("MDAB").unwrap(), Some(secret(&[0, 255, 10, 13])));
        assert_eq!(store.list().unwrap().len(), 3);
        assert_eq!(store.list().unwrap()[1], pair("MDAB", "key2"));

        assert!(store.delete("EMPTY").unwrap());
        assert!(!store.delete("EMPTY").unwrap());
        assert_eq!(store.load("EMPTY").unwrap(), None);

        let long = "A".repeat(101);
        for id in ["", "../X", "a", "A/B", "A\0", "-A", "A1", "A.KEY", &long] {
            let error = Error::InvalidName { what: "identifier" };
            assert_eq!(store.load(id), Err(error.clone()), "{id:?}");
            assert_eq!(
                store.save(id, "k", &secret(b"x")),
                Err(error.clone()),
                "{id:?}"
            );
            assert_eq!(store.delete(id), Err(error), "{id:?}");
        }
        for kind in ["", "a b", "ä", "a\n", &"k".repeat(65)] {
            let error = Error::InvalidName { what: "kind" };
            assert_eq!(
                store.save("MDAB", kind, &secret(b"x")),
                Err(error),
                "{kind:?}"
            );
        }
        let large = SecretBytes::new(vec![1; MAX_SECRET]);
        store.save(&long[..100], "large", &large).unwrap();
        assert_eq!(store.load(&long[..100]).unwrap(), Some(large));
        let larger = SecretBytes::new(vec![1; MAX_SECRET + 1]);
        assert!(matches!(
            store.save("LARGER", "k", &larger),
            Err(Error::TooLarge { .. })
        ));

        for (id, _) in store.list().unwrap() {
            assert!(store.delete(&id).unwrap());
        }
        assert_eq!(store.list().unwrap(), []);
    }
}
