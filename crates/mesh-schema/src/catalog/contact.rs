// SPDX-License-Identifier: MIT
//! Contacts: how somebody is reached, and by which keys.
//!
//! Spec: mesh-schema, "Contacts", "CatalogedContact".
//! Here: the contact of the account's own user; signing one, and all that is checked of one that came; what a catalog keeps of it.
//! Not here: which contacts an account has (`mesh-client`), the catalog's history (`mesh-dare`, store).

use std::fmt;

use mesh_crypto::jose::AnyKey;
use mesh_crypto::{DateTime, Environment, KeyAlgorithm, PrivateKey, PublicKey, Udf};
use mesh_dare::{Envelope, Enveloped, Recipient};
use mesh_jsonbcd::{Limits, SecretBytes, from_bytes, from_bytes_limited, to_json};

use crate::address::AccountAddress;
use crate::enveloped::{Signing, Valid, envelope};
use crate::error::Error;
use crate::generated::{
    Anchor, AnyContact, AnyNetworkAddress, CatalogedContact, ContactPerson, NetworkCredential,
    NetworkProfile, PersonName, ProfileUser, TaggedSource,
};

/// Octets of a contact that is accepted, at most.
pub const MAX_CONTACT: usize = 64 << 10;
/// Octets of a name in it, at most.
const MAX_NAME: usize = 128;
/// Names and addresses in it, at most.
const MAX_LIST: usize = 16;

/// Protocol of an address of the Mesh.
const MMM: &str = "mmm";
/// The type of a credential that is the key for encapsulation of an account, as its JOSE record.
///
/// Deviation: D-57. The reference has neither this key nor a type of credential for it.
const ENCAPSULATION: &str = "ML-KEM-768";

impl ContactPerson {
    /// What other people need to reach an account and to trust it.
    ///
    /// # Errors
    /// [`Error::Crypto`] when the profile has no fingerprint.
    pub fn of_account(
        profile: &Valid<ProfileUser>,
        encapsulation: Option<&PublicKey>,
    ) -> Result<Self, Error> {
        let udf = profile.udf()?;
        let address = profile.address()?.to_string();
        let reached = NetworkProfile {
            address: Some(address.clone()),
            protocol: Some(MMM.to_owned()),
            enveloped_profile_account: Some(Enveloped::new(profile.envelope().clone())),
            ..NetworkProfile::default()
        };
        let credential = encapsulation.map(|key| NetworkCredential {
            address: Some(address),
            protocol: Some(MMM.to_owned()),
            r#type: Some(ENCAPSULATION.to_owned()),
            credential: Some(SecretBytes::new(to_json(&key.to_jose()))),
            ..NetworkCredential::default()
        });
        let mut network_addresses = vec![reached.into()];
        network_addresses.extend(credential.map(AnyNetworkAddress::from));
        Ok(Self {
            id: Some(udf.clone()),
            anchors: vec![Anchor {
                udf: Some(udf),
                ..Anchor::default()
            }],
            network_addresses,
            ..Self::default()
        })
    }

    /// The same with the name that the subject goes by.
    #[must_use]
    pub fn named(mut self, full_name: Option<&str>) -> Self {
        let name = full_name.map(|name| PersonName {
            full_name: Some(name.to_owned()),
            ..PersonName::default()
        });
        self.common_names = name.into_iter().collect();
        self
    }
}

/// How the fingerprint of a contact was checked, as it stands in its anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validation {
    /// It was compared with one that came in another way.
    Fingerprint,
    /// It was not: the contact was taken as it came.
    FirstUse,
}

impl Validation {
    /// The label as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprint => "Fingerprint",
            Self::FirstUse => "FirstUse",
        }
    }
}

impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A contact that its subject has signed: who that is, under which address, with which keys.
///
/// That they belong to the person one has in mind follows from the fingerprint only.
#[derive(Clone, Debug)]
pub struct ValidContact {
    person: Valid<ContactPerson>,
    profile: Valid<ProfileUser>,
    udf: String,
    address: AccountAddress,
    encapsulation: Option<PublicKey>,
}

impl ValidContact {
    /// Signs the contact of an account with its common signature key.
    ///
    /// # Errors
    /// [`Error::Field`] when the name cannot be one; [`Error::Crypto`], [`Error::Dare`].
    pub fn sign(
        profile: &Valid<ProfileUser>,
        encapsulation: Option<&PublicKey>,
        full_name: Option<&str>,
        signer: &PrivateKey,
        env: &dyn Environment,
    ) -> Result<Envelope, Error> {
        let mut person = ContactPerson::of_account(profile, encapsulation)?.named(full_name);
        person.updated = Some(env.now());
        check_names(&person)?;
        let signing = Signing {
            signers: &[signer],
            ..Signing::default()
        };
        envelope(&person, signing, env)
    }

    /// Reads and validates a contact in a file.
    ///
    /// # Errors
    /// [`Error::Encoding`] when it is too large or no envelope; as [`ValidContact::validate`].
    pub fn read(octets: &[u8]) -> Result<Self, Error> {
        let limits = Limits {
            max_bytes: MAX_CONTACT,
            max_string: MAX_CONTACT,
            ..Limits::default()
        };
        Self::validate(&from_bytes_limited(octets, limits)?)
    }

    /// Validates a contact: one profile that is signed by its own roots, the signature of that profile's common key over all of it, its
    /// fingerprint as the only anchor, and nothing of another account.
    ///
    /// # Errors
    /// [`Error::UntrustedProfile`], [`Error::Dare`] when the signature does not hold, [`Error::Unrelated`] when the parts are not of one account,
    /// [`Error::Field`], [`Error::Encoding`].
    pub fn validate(received: &Envelope) -> Result<Self, Error> {
        let unrelated = |object| Error::Unrelated {
            object,
            to: "the account of the contact",
        };
        let claimed = Enveloped::<ContactPerson>::new(received.clone()).decode_plain()?;
        if !is_contact(&received.body) {
            return Err(unrelated("a content that does not begin as contacts do"));
        }
        let profile = the_profile(&claimed.network_addresses)?;
        let account = profile.enveloped_profile_account.as_ref();
        let account = account.ok_or(NO_PROFILE)?;
        let account = Valid::<ProfileUser>::validate(account.envelope())?;
        let person = Valid::<ContactPerson>::signed_by(received, &account.signature_key()?)?;
        check_names(&person)?;
        let (udf, address) = (account.udf()?, account.address()?);
        if person.anchors.is_empty() {
            return Err(Error::Field {
                object: "ContactPerson",
                field: "Anchors",
            });
        }
        let other = |anchor: &Anchor| anchor.udf.as_ref() != Some(&udf);
        if person.anchors.iter().any(other) {
            return Err(unrelated("the anchor"));
        }
        let here = |stated: &Option<String>| {
            let stated = stated.as_deref().map(AccountAddress::parse);
            matches!(stated, Some(Ok(stated)) if stated == address)
        };
        if !here(&profile.address) {
            return Err(unrelated("the address"));
        }
        for entry in &person.network_addresses {
            if let AnyNetworkAddress::NetworkCredential(credential) = entry
                && credential.r#type.as_deref() == Some(ENCAPSULATION)
                && !here(&credential.address)
            {
                return Err(unrelated("the key for encapsulation"));
            }
        }
        let encapsulation = encapsulation_key(&person.network_addresses)?;
        account.encryption_key()?;
        Ok(Self {
            person,
            profile: account,
            udf,
            address,
            encapsulation,
        })
    }

    /// The fingerprint of the account.
    #[must_use]
    pub fn udf(&self) -> &str {
        &self.udf
    }

    /// The address of the account.
    #[must_use]
    pub fn address(&self) -> &AccountAddress {
        &self.address
    }

    /// The name that the subject goes by.
    #[must_use]
    pub fn full_name(&self) -> Option<&str> {
        full_name(&self.person.common_names)
    }

    /// When it was signed.
    #[must_use]
    pub fn updated(&self) -> Option<DateTime> {
        self.person.updated
    }

    /// To whom everything for the account is sealed.
    ///
    /// # Errors
    /// [`Error::Field`], [`Error::Crypto`].
    pub fn recipient(&self) -> Result<Recipient, Error> {
        let agreement = self.profile.encryption_key()?;
        Ok(Recipient::new(agreement, self.encapsulation.clone()))
    }

    /// The key with which the account signs.
    ///
    /// # Errors
    /// As [`ValidContact::recipient`].
    pub fn signature_key(&self) -> Result<PublicKey, Error> {
        self.profile.signature_key()
    }

    /// The entry that keeps it in a contact catalog, under a primary key that stays the same for as long as it is updated.
    #[must_use]
    pub fn catalog(
        &self,
        key: String,
        nickname: Option<String>,
        validation: Validation,
    ) -> CatalogedContact {
        let validation = Some(validation.to_string());
        let person = ContactPerson {
            id: Some(self.udf.clone()),
            local: nickname,
            anchors: vec![Anchor {
                udf: Some(self.udf.clone()),
                validation: validation.clone(),
            }],
            common_names: self.person.common_names.clone(),
            network_addresses: self.person.network_addresses.clone(),
            updated: self.person.updated,
            // What other devices go by: they check it again.
            sources: vec![TaggedSource {
                validation,
                enveloped_source: Some(self.person.envelope().clone()),
                ..TaggedSource::default()
            }],
            ..ContactPerson::default()
        };
        CatalogedContact {
            key: Some(key),
            contact: Some(person.into()),
            ..CatalogedContact::default()
        }
    }
}

/// How many octets [`is_contact`] looks at.
pub const CONTACT_BEGINNING: usize = 64;

/// Whether content begins as that of a contact does. Nobody signs such content for others as a file: what made the signature would not
/// matter, and the file would be a contact.
#[must_use]
pub fn is_contact(content: &[u8]) -> bool {
    let beginning = content.get(..CONTACT_BEGINNING).unwrap_or(content);
    let inner = beginning.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inner.is_some_and(|inner| inner.starts_with(b"\"ContactPerson\""))
}

const NO_PROFILE: Error = Error::Field {
    object: "ContactPerson",
    field: "NetworkAddresses",
};

/// The one profile of the Mesh among addresses.
fn the_profile(addresses: &[AnyNetworkAddress]) -> Result<&NetworkProfile, Error> {
    let mut found = addresses.iter().filter_map(|address| match address {
        AnyNetworkAddress::NetworkProfile(profile) if profile.protocol.as_deref() == Some(MMM) => {
            Some(profile.as_ref())
        }
        _ => None,
    });
    match (found.next(), found.next()) {
        (Some(profile), None) => Ok(profile),
        _ => Err(NO_PROFILE),
    }
}

/// Names stand in lists and on command lines, and are not to be taken for addresses there.
fn check_names(person: &ContactPerson) -> Result<(), Error> {
    let unusable = |field| Error::Field {
        object: "ContactPerson",
        field,
    };
    let names = person.common_names.iter();
    let mut names = names.filter_map(|name| name.full_name.as_deref());
    let fits = |name: &str| {
        !name.trim().is_empty()
            && name.len() <= MAX_NAME
            && !name
                .chars()
                .any(|letter| letter.is_control() || letter == '@')
    };
    if person.common_names.len() > MAX_LIST || !names.all(fits) {
        return Err(unusable("CommonNames"));
    }
    match person.network_addresses.len() > MAX_LIST {
        true => Err(unusable("NetworkAddresses")),
        false => Ok(()),
    }
}

fn full_name(names: &[PersonName]) -> Option<&str> {
    let mut names = names.iter().filter(|name| name.inactive != Some(true));
    names.find_map(|name| name.full_name.as_deref())
}

impl CatalogedContact {
    /// The contact of the account's own user, with the key for encapsulation where the account has one.
    ///
    /// # Errors
    /// As [`ContactPerson::of_account`].
    pub fn own(
        profile: &Valid<ProfileUser>,
        encapsulation: Option<&PublicKey>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        Ok(Self {
            key: Some(Udf::nonce(env).to_string()),
            self_: Some(true),
            contact: Some(ContactPerson::of_account(profile, encapsulation)?.into()),
            ..Self::default()
        })
    }

    /// The same entry for what the account of its own user has become, under another name where one is given.
    ///
    /// # Errors
    /// [`Error::Field`] when the name cannot be one; as [`ContactPerson::of_account`].
    pub fn own_again(
        &self,
        profile: &Valid<ProfileUser>,
        encapsulation: Option<&PublicKey>,
        full_name: Option<&str>,
    ) -> Result<Self, Error> {
        let person = ContactPerson::of_account(profile, encapsulation)?;
        let person = person.named(full_name.or(self.full_name()));
        check_names(&person)?;
        Ok(Self {
            contact: Some(person.into()),
            ..self.clone()
        })
    }

    /// Whether it describes the account's own user.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.self_ == Some(true)
    }

    /// The name that the account's user has given to the subject.
    #[must_use]
    pub fn nickname(&self) -> Option<&str> {
        self.person()?.local.as_deref()
    }

    /// The same entry under another such name.
    #[must_use]
    pub fn with_nickname(&self, nickname: Option<String>) -> Self {
        let mut entry = self.clone();
        if let Some(AnyContact::ContactPerson(person)) = &mut entry.contact {
            person.local = nickname;
        }
        entry
    }

    /// The name that the subject goes by.
    #[must_use]
    pub fn full_name(&self) -> Option<&str> {
        full_name(&self.person()?.common_names)
    }

    /// The fingerprint of the subject's account.
    #[must_use]
    pub fn udf(&self) -> Option<&str> {
        self.person()?.anchors.first()?.udf.as_deref()
    }

    /// How that fingerprint was checked.
    #[must_use]
    pub fn validation(&self) -> Option<&str> {
        self.person()?.anchors.first()?.validation.as_deref()
    }

    /// What the subject has signed, checked again.
    ///
    /// # Errors
    /// [`Error::Field`] when nothing that was signed is kept; [`Error::Unrelated`] when it is of another account than the entry says; as
    /// [`ValidContact::validate`].
    pub fn valid(&self) -> Result<ValidContact, Error> {
        let sources = self.person().map(|person| person.sources.as_slice());
        let mut sources = sources.unwrap_or_default().iter();
        let source = sources.find_map(|source| source.enveloped_source.as_ref());
        let valid = ValidContact::validate(source.ok_or(Error::Field {
            object: "ContactPerson",
            field: "Sources",
        })?)?;
        // What the contact is found and shown by must be what was signed.
        let same = self.udf() == Some(valid.udf())
            && self.network_addresses() == valid.person.network_addresses
            && self.full_name() == valid.full_name();
        match same {
            true => Ok(valid),
            false => Err(Error::Unrelated {
                object: "what is signed",
                to: "the entry that it stands in",
            }),
        }
    }

    fn person(&self) -> Option<&ContactPerson> {
        match &self.contact {
            Some(AnyContact::ContactPerson(person)) => Some(person),
            _ => None,
        }
    }

    /// The addresses at which the subject can be reached, of whatever protocol, each once.
    #[must_use]
    pub fn addresses(&self) -> Vec<&str> {
        fn address(entry: &AnyNetworkAddress) -> Option<&str> {
            match entry {
                AnyNetworkAddress::NetworkAddress(a) => a.address.as_deref(),
                AnyNetworkAddress::NetworkCapability(a) => a.address.as_deref(),
                AnyNetworkAddress::NetworkCredential(a) => a.address.as_deref(),
                AnyNetworkAddress::NetworkProfile(a) => a.address.as_deref(),
                AnyNetworkAddress::Unknown(_) => None,
            }
        }
        let mut found = Vec::new();
        for address in self.network_addresses().iter().filter_map(address) {
            if !found.contains(&address) {
                found.push(address);
            }
        }
        found
    }

    /// The address of the subject's account: the one by which it is found. The other addresses are what the subject says of itself.
    #[must_use]
    pub fn account_address(&self) -> Option<&str> {
        let profile = the_profile(self.network_addresses()).ok()?;
        profile.address.as_deref()
    }

    /// The key for encapsulation that the contact names for its account.
    ///
    /// # Errors
    /// [`Error::Field`] when it is no such key, or there are several; [`Error::Crypto`], [`Error::Encoding`].
    pub fn encapsulation_key(&self) -> Result<Option<PublicKey>, Error> {
        encapsulation_key(self.network_addresses())
    }

    fn network_addresses(&self) -> &[AnyNetworkAddress] {
        match &self.contact {
            Some(AnyContact::ContactPerson(person)) => &person.network_addresses,
            Some(AnyContact::ContactGroup(group)) => &group.network_addresses,
            Some(AnyContact::ContactOrganization(organization)) => &organization.network_addresses,
            _ => &[],
        }
    }
}

fn encapsulation_key(addresses: &[AnyNetworkAddress]) -> Result<Option<PublicKey>, Error> {
    let unusable = || Error::Field {
        object: "NetworkCredential",
        field: "Credential",
    };
    let mut found = None;
    for address in addresses {
        let AnyNetworkAddress::NetworkCredential(credential) = address else {
            continue;
        };
        if credential.r#type.as_deref() != Some(ENCAPSULATION) {
            continue;
        }
        let octets = credential.credential.as_ref().ok_or_else(unusable)?;
        let key = PublicKey::from_jose(&from_bytes::<AnyKey>(octets.expose_secret())?)?;
        if key.algorithm() != KeyAlgorithm::MlKem768 || found.replace(key).is_some() {
            return Err(unusable());
        }
    }
    Ok(found)
}
