// SPDX-License-Identifier: MIT
//! What must hold for whatever arrives as somebody's contact.
//!
//! Spec: mesh-schema, "Contacts".
//! Here: no panic; a valid contact is of the account that signed it; what a catalog keeps of it is the same contact.
//! Not here: the corpus (`fuzz/corpus/contact_file`).

use std::sync::OnceLock;

use mesh_crypto::{Seed, Seeded, seed_code};
use mesh_dare::{Cipher, Envelope, Seal};
use mesh_schema::catalog::contact::{MAX_CONTACT, ValidContact, Validation};
use mesh_schema::generated::ProfileUser;
use mesh_schema::profile::user::AccountKeys;
use mesh_schema::{AccountAddress, Valid};

/// An account whose keys are known, so that content reaches what stands behind the signature.
pub(crate) struct Subject {
    pub(crate) keys: AccountKeys,
    pub(crate) profile: Valid<ProfileUser>,
}

impl Subject {
    /// Always the same for a number.
    pub(crate) fn fixed(number: u64) -> Self {
        let env = Seeded::new(number);
        let keys = AccountKeys::derive(Seed::generate(seed_code::PROFILE_ACCOUNT, &env));
        let address = AccountAddress::parse("alice@example.com");
        let (Ok(keys), Ok(address)) = (keys, address) else {
            panic!("the subject is one");
        };
        let Ok(profile) = keys.profile(&address, "MSERVICE", &env) else {
            panic!("it has a profile");
        };
        Self { keys, profile }
    }

    /// Content that the account has signed.
    pub(crate) fn sign(&self, content: &[u8]) -> Envelope {
        let seal = Seal {
            cipher: Cipher::default(),
            signers: &[&self.keys.common_signature],
            digest: true,
            ..Seal::default()
        };
        match seal.seal(content, &Seeded::new(2)) {
            Ok(envelope) => envelope,
            Err(error) => panic!("what is in clear can be signed: {error}"),
        }
    }
}

/// Panics if a property does not hold. The input is taken as a contact, and as the content of one that somebody signs.
pub(crate) fn check(input: &[u8]) {
    static SUBJECT: OnceLock<Subject> = OnceLock::new();
    let subject = SUBJECT.get_or_init(|| Subject::fixed(1));
    let read = ValidContact::read(input);
    assert!(read.is_err() || input.len() <= MAX_CONTACT);
    if let Ok(contact) = read {
        kept(&contact);
    }
    if let Ok(contact) = ValidContact::validate(&subject.sign(input)) {
        assert_eq!(subject.profile.udf().ok().as_deref(), Some(contact.udf()));
        assert_eq!(
            subject.profile.address().ok().as_ref(),
            Some(contact.address())
        );
        kept(&contact);
    }
}

fn kept(contact: &ValidContact) {
    let name = contact.full_name().unwrap_or_default();
    assert!(!name.chars().any(char::is_control), "{name:?}");
    let entry = contact.catalog("key".to_owned(), None, Validation::FirstUse);
    let again = entry.valid();
    assert!(again.is_ok_and(|again| again.udf() == contact.udf()));
    assert!(contact.recipient().is_ok() && contact.signature_key().is_ok());
}
