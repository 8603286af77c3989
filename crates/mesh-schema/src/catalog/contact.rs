// SPDX-License-Identifier: MIT
//! Contacts: how somebody is reached, and by which keys.
//!
//! Spec: mesh-schema, "Contacts", "CatalogedContact".
//! Here: the contact of the account's own user.
//! Not here: the catalog's history (`mesh-dare`, store).

use mesh_crypto::jose::AnyKey;
use mesh_crypto::{Environment, KeyAlgorithm, PublicKey, Udf};
use mesh_dare::Enveloped;
use mesh_jsonbcd::{SecretBytes, from_bytes, to_json};

use crate::enveloped::Valid;
use crate::error::Error;
use crate::generated::{
    Anchor, AnyContact, AnyNetworkAddress, CatalogedContact, ContactPerson, NetworkCredential,
    NetworkProfile, ProfileUser,
};

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
