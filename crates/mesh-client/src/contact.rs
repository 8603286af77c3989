// SPDX-License-Identifier: MIT
//! Contacts: what other people are given of this account, and what it keeps of theirs.
//!
//! Spec: mesh-schema, "Contacts", "CatalogedContact".
//! Here: the own contact signed, adding those of others, finding, naming and deleting them.
//! Not here: what makes a contact valid (`mesh-schema`, catalog/contact), sending one as a message.

use mesh_crypto::Udf;
use mesh_dare::Envelope;
use mesh_dare::store::Event;
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::catalog::contact::{ValidContact, Validation};
use mesh_schema::generated::CatalogedContact;
use mesh_schema::{Access, StoreLabel};

use crate::account::Account;
use crate::catalog::Put;
use crate::device::check_name;
use crate::error::Error;
use crate::transact::Batch;

/// What is demanded of a contact that is added.
#[derive(Clone, Copy, Debug, Default)]
pub struct ContactTerms<'a> {
    /// A name for the subject; without one an earlier name stays.
    pub nickname: Option<&'a str>,
    /// The fingerprint of the subject's account, which came in another way; at least 100 bits of it.
    pub expected: Option<&'a str>,
    /// Takes the place of another account that is known under the address, and of a later contact.
    pub replace: bool,
}

impl Account {
    /// The contact of this account for other people, signed for the account. A name that is given is kept for the next time.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device without the key that signs for the account; [`Error::Schema`] when the name cannot be one; as
    /// [`Account::put`] for a new name.
    pub fn own_contact(&mut self, full_name: Option<&str>) -> Result<Envelope, Error> {
        let signer = self.account_signature_key().cloned();
        let signer = signer.ok_or(Error::NotAllowed {
            what: "sign for the account: only administrators and devices with the role message have the key",
        })?;
        let readable = self.roles.access(StoreLabel::Contact) >= Access::Read;
        let own = match readable {
            true => self.contacts()?.into_iter().find(CatalogedContact::is_own),
            false => None,
        };
        let encapsulation = self.grant.encapsulation.clone();
        let known = own.as_ref().and_then(CatalogedContact::full_name);
        let name = full_name.or(known).map(str::to_owned);
        if let Some(own) = own.as_ref().filter(|_| name.as_deref() != known) {
            let named = own.own_again(&self.profile, encapsulation.as_ref(), name.as_deref());
            self.put(&named?)?;
        }
        let env = self.home.env();
        Ok(ValidContact::sign(
            &self.profile,
            encapsulation.as_ref(),
            name.as_deref(),
            &signer,
            env,
        )?)
    }

    /// The contacts, that of the account's own user among them.
    ///
    /// # Errors
    /// As [`Account::entries`].
    pub fn contacts(&mut self) -> Result<Vec<CatalogedContact>, Error> {
        self.entries()
    }

    /// The contacts that a name fits: an address, the name that was given to somebody here, or a fingerprint of at least 100 bits.
    ///
    /// # Errors
    /// As [`Account::entries`].
    pub fn contacts_named(&mut self, name: &str) -> Result<Vec<CatalogedContact>, Error> {
        let mut contacts = self.contacts()?;
        contacts.retain(|contact| fits(contact, name));
        Ok(contacts)
    }

    /// The contact that is named as for [`Account::contacts_named`].
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; as [`Account::entries`].
    pub fn contact(&mut self, name: &str) -> Result<CatalogedContact, Error> {
        let mut found = self.contacts_named(name)?;
        if found.len() > 1 {
            return Err(Error::Ambiguous {
                what: "contacts",
                candidates: found.iter().map(present).collect(),
            });
        }
        found.pop().ok_or_else(|| Error::NotFound {
            what: "contact",
            name: name.to_owned(),
        })
    }

    /// Adds somebody's contact, or updates what is known of the same account.
    ///
    /// # Errors
    /// [`Error::UnexpectedFingerprint`]; [`Error::OwnContact`]; [`Error::AnotherAccount`] and [`Error::OldContact`] unless it is to replace
    /// what is known; [`Error::BadName`], [`Error::Exists`] for the nickname; as [`Account::put`].
    pub fn add_contact(
        &mut self,
        contact: &ValidContact,
        terms: &ContactTerms<'_>,
    ) -> Result<(Put, CatalogedContact), Error> {
        let udf = contact.udf();
        if let Some(expected) = terms.expected
            && !Udf::parse(udf)?.matches(expected)?
        {
            return Err(Error::UnexpectedFingerprint {
                found: udf.to_owned(),
                expected: expected.to_owned(),
            });
        }
        if udf == self.udf {
            return Err(Error::OwnContact);
        }
        let nickname = terms.nickname.map(check_nickname).transpose()?;
        self.check_writable::<CatalogedContact>()?;
        let address = contact.address().to_string();
        self.transact(|account| {
            let contacts = account.contacts()?;
            let known = contacts.iter().find(|known| known.udf() == Some(udf));
            let mut others = contacts
                .iter()
                .filter(|other| other.udf() != Some(udf) && has_address(other, &address));
            if let (Some(other), false) = (others.clone().next(), terms.replace) {
                return Err(Error::AnotherAccount {
                    address: address.clone(),
                    known: other.udf().unwrap_or_default().to_owned(),
                    came: udf.to_owned(),
                });
            }
            if others.any(CatalogedContact::is_own) {
                return Err(Error::OwnContact);
            }
            let earlier = known.and_then(|known| known.valid().ok());
            if earlier.is_some_and(|earlier| earlier.updated() > contact.updated())
                && !terms.replace
            {
                return Err(Error::OldContact {
                    name: address.clone(),
                });
            }
            let nickname = match (&nickname, known) {
                (Some(nickname), _) => {
                    free(&contacts, nickname, known)?;
                    Some(nickname.clone())
                }
                (None, known) => known.and_then(|known| known.nickname().map(str::to_owned)),
            };
            let compared = Validation::Fingerprint.as_str();
            let validation = match known.and_then(CatalogedContact::validation) {
                _ if terms.expected.is_some() => Validation::Fingerprint,
                Some(earlier) if earlier == compared => Validation::Fingerprint,
                _ => Validation::FirstUse,
            };
            let key = known.and_then(|known| known.key.clone());
            let key = key.unwrap_or_else(|| Udf::nonce(account.home.env()).to_string());
            let entry = contact.catalog(key, nickname, validation);
            let (event, put) = match known {
                Some(_) => (Event::Update, Put::Updated),
                None => (Event::New, Put::Added),
            };
            let mut batch = Batch::default();
            let replaced = contacts
                .iter()
                .filter(|other| other.udf() != Some(udf) && has_address(other, &address));
            for other in replaced {
                batch.change(StoreLabel::Contact, other.deletion()?);
            }
            batch.change(StoreLabel::Contact, entry.change(event)?);
            Ok((batch, (put, entry)))
        })
    }

    /// Gives somebody another name here. The contact is named as for [`Account::contacts_named`].
    ///
    /// # Errors
    /// [`Error::BadName`], [`Error::Exists`]; [`Error::OwnContact`]; as [`Account::contact`] and [`Account::put`].
    pub fn rename_contact(
        &mut self,
        name: &str,
        nickname: &str,
    ) -> Result<CatalogedContact, Error> {
        let nickname = check_nickname(nickname)?;
        self.check_writable::<CatalogedContact>()?;
        self.transact(|account| {
            let entry = account.contact_of_another(name)?;
            free(&account.contacts()?, &nickname, Some(&entry))?;
            let renamed = entry.with_nickname(Some(nickname.clone()));
            let mut batch = Batch::default();
            batch.change(StoreLabel::Contact, renamed.change(Event::Update)?);
            Ok((batch, renamed))
        })
    }

    /// Deletes a contact, which is named as for [`Account::contacts_named`].
    ///
    /// # Errors
    /// [`Error::OwnContact`]; as [`Account::contact`] and [`Account::put`].
    pub fn delete_contact(&mut self, name: &str) -> Result<CatalogedContact, Error> {
        self.check_writable::<CatalogedContact>()?;
        self.transact(|account| {
            let entry = account.contact_of_another(name)?;
            let mut batch = Batch::default();
            batch.change(StoreLabel::Contact, entry.deletion()?);
            Ok((batch, entry))
        })
    }

    fn contact_of_another(&mut self, name: &str) -> Result<CatalogedContact, Error> {
        match self.contact(name)? {
            own if own.is_own() => Err(Error::OwnContact),
            other => Ok(other),
        }
    }
}

/// A contact in a list of several.
fn present(contact: &CatalogedContact) -> String {
    let name = contact.nickname().map(|name| format!("{name}, "));
    format!(
        "{}{} ({})",
        name.unwrap_or_default(),
        contact.account_address().unwrap_or_default(),
        contact.udf().unwrap_or_default()
    )
}

/// Whether the account is there. What a subject gives as its other addresses may be those of other people.
fn has_address(contact: &CatalogedContact, address: &str) -> bool {
    let known = contact.account_address();
    known.is_some_and(|known| known.eq_ignore_ascii_case(address))
}

fn fits(contact: &CatalogedContact, name: &str) -> bool {
    let nickname = contact.nickname();
    let udf = || Udf::parse(contact.udf()?).ok();
    has_address(contact, name)
        || nickname.is_some_and(|nickname| nickname.eq_ignore_ascii_case(name))
        || udf().is_some_and(|udf| udf.matches(name).unwrap_or(false))
}

/// A name as a device may have it, which is no address.
fn check_nickname(name: &str) -> Result<String, Error> {
    let name = check_name(name)?;
    match name.contains('@') {
        true => Err(Error::NameIsAddress),
        false => Ok(name),
    }
}

/// Whether nobody else has a nickname.
fn free(
    contacts: &[CatalogedContact],
    nickname: &str,
    but: Option<&CatalogedContact>,
) -> Result<(), Error> {
    let mut others = contacts
        .iter()
        .filter(|other| but.is_none_or(|but| but.key != other.key));
    match others.any(|other| fits(other, nickname)) {
        true => Err(Error::Exists {
            what: "contact",
            name: nickname.to_owned(),
        }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use mesh_crypto::{Seed, Seeded, seed_code};
    use mesh_dare::Seal;
    use mesh_jsonbcd::to_tagged_json;
    use mesh_schema::AccountAddress;
    use mesh_schema::generated::{ContactPerson, NetworkAddress};
    use mesh_schema::profile::user::AccountKeys;

    use super::*;

    #[test]
    fn somebody_is_found_under_the_address_of_the_account_and_no_other() {
        let env = Seeded::new(1);
        let keys = AccountKeys::derive(Seed::generate(seed_code::PROFILE_ACCOUNT, &env)).unwrap();
        let address = AccountAddress::parse("mallory@example.com").unwrap();
        let profile = keys.profile(&address, "MSERVICE", &env).unwrap();
        let mut person = ContactPerson::of_account(&profile, None).unwrap();
        let other = NetworkAddress {
            address: Some("alice@example.com".to_owned()),
            protocol: Some("mmm".to_owned()),
            ..NetworkAddress::default()
        };
        person.network_addresses.insert(0, other.into());
        let seal = Seal {
            signers: &[&keys.common_signature],
            digest: true,
            ..Seal::default()
        };
        let signed = seal.seal(&to_tagged_json(&person), &env).unwrap();
        let contact = ValidContact::validate(&signed).unwrap();
        let entry = contact.catalog("key".to_owned(), Some("m".to_owned()), Validation::FirstUse);
        assert!(!fits(&entry, "alice@example.com"));
        for name in ["Mallory@example.com", "M", contact.udf()] {
            assert!(fits(&entry, name), "{name}");
        }
        assert!(!fits(&entry, &contact.udf()[..10]));
        assert!(!present(&entry).contains("alice"));
    }
}
