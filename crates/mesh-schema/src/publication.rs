// SPDX-License-Identifier: MIT
//! Publications: what whoever knows a key may fetch from an account, and the claims by which they do.
//!
//! Spec: mesh-protocol, "Publication"; mesh-schema, "CatalogedPublication", "PublicationCapability", "MessageClaim"; mesh-udf,
//! "Encrypted Authenticated Resource Locator".
//! Here: publishing a device, claiming it, and both checks of a claim.
//! Not here: the key (`mesh-crypto`, earl), who sends what when (`mesh-client`, `mesh-service`).

use mesh_crypto::udf::message::{message_id, response_id};
use mesh_crypto::{DateTime, Earl, EarlAuthenticator, Environment, KeyRing, PrivateKey, Udf};
use mesh_dare::generated::KeyValue;
use mesh_dare::{Cipher, Envelope, Enveloped, Seal, SymmetricRecipient};
use mesh_jsonbcd::{Object, from_bytes, to_json};

use crate::address::AccountAddress;
use crate::enveloped::{OBJECT_TYPE, Signing, Valid, envelope};
use crate::error::Error;
use crate::generated::{
    AnyCapability, CatalogedAccess, CatalogedPublication, MessageClaim, ProfileDevice,
    PublicationCapability,
};

/// The attribute of a claim that names the claimant's account by its fingerprint.
const PROFILE_UDF: &str = "ProfileUdf";
/// The attribute of a claim that proves this fingerprint to the device.
const PROFILE_AUTHENTICATE: &str = "ProfileAuthenticate";

impl CatalogedPublication {
    /// Publishes octets for whoever knows the key.
    ///
    /// # Errors
    /// [`Error::Dare`].
    pub fn new(
        octets: &[u8],
        key: &Earl,
        cipher: Cipher,
        not_on_or_after: Option<DateTime>,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        let keys = [SymmetricRecipient::from(key)];
        let seal = Seal {
            cipher,
            keys: &keys,
            ..Seal::default()
        };
        Ok(Self {
            id: Some(key.publication_id().to_string()),
            authenticator: Some(key.service_authenticator().to_udf_string()),
            enveloped_data: Some(seal.seal(octets, env)?),
            not_on_or_after,
            ..Self::default()
        })
    }

    /// Publishes the profile of a device that is to be adopted by whoever knows the key.
    ///
    /// # Errors
    /// As [`CatalogedPublication::new`].
    pub fn device(
        device: &Valid<ProfileDevice>,
        key: &Earl,
        cipher: Cipher,
        env: &dyn Environment,
    ) -> Result<Self, Error> {
        Self::new(&to_json(device.envelope()), key, cipher, None, env)
    }

    /// Opens what was published.
    ///
    /// # Errors
    /// [`Error::Unrelated`] when it was not published with this key; [`Error::Dare`] when it was altered.
    pub fn open(&self, key: &Earl) -> Result<mesh_crypto::SecretBytes, Error> {
        let data = self.enveloped_data.as_ref();
        let data = data.ok_or(Error::Field {
            object: Self::TAG,
            field: "EnvelopedData",
        })?;
        let mut ring = KeyRing::new();
        ring.add_symmetric(key.clone());
        data.open(&ring).map_err(|error| match error {
            mesh_dare::Error::NoKey { .. } => Error::Unrelated {
                object: "the publication",
                to: "this key",
            },
            error => error.into(),
        })
    }

    /// Opens and validates the profile of a device that was published.
    ///
    /// # Errors
    /// As [`CatalogedPublication::open`]; [`Error::UntrustedProfile`].
    pub fn open_device(&self, key: &Earl) -> Result<Valid<ProfileDevice>, Error> {
        let octets = self.open(key)?;
        let profile: Envelope = from_bytes(octets.expose_secret())?;
        Valid::<ProfileDevice>::validate(&profile)
    }

    /// The entry of the access catalog by which the service hands the publication to claimants. What its owner notes of it stays out.
    ///
    /// # Errors
    /// [`Error::Field`] without an identifier.
    pub fn access(&self) -> Result<CatalogedAccess, Error> {
        let id = self.id.clone().ok_or(Error::Field {
            object: Self::TAG,
            field: "Id",
        })?;
        let data = to_json(&Self {
            id: Some(id.clone()),
            authenticator: self.authenticator.clone(),
            enveloped_data: self.enveloped_data.clone(),
            not_on_or_after: self.not_on_or_after,
            ..Self::default()
        });
        let capability = PublicationCapability {
            id: Some(id.clone()),
            identifier: Some(id),
            active: Some(true),
            digest: Some(Udf::digest(&data, OBJECT_TYPE).to_string()),
            data: Some(data),
            ..PublicationCapability::default()
        };
        Ok(CatalogedAccess {
            capability: Some(capability.into()),
            ..CatalogedAccess::default()
        })
    }

    /// The publication of a capability, while it can be claimed; `None` for other capabilities and after its time.
    ///
    /// # Errors
    /// [`Error::Encoding`].
    pub fn offered(capability: &AnyCapability, now: DateTime) -> Result<Option<Self>, Error> {
        let AnyCapability::PublicationCapability(capability) = capability else {
            return Ok(None);
        };
        let Some(data) = capability
            .data
            .as_deref()
            .filter(|_| capability.active == Some(true))
        else {
            return Ok(None);
        };
        let publication: Self = from_bytes(data)?;
        let over = publication
            .not_on_or_after
            .is_some_and(|moment| moment <= now);
        Ok(Some(publication).filter(|_| !over))
    }

    /// Whether a claim proves to the service that its sender knows the key; compared in constant time.
    #[must_use]
    pub fn admits(&self, claim: &MessageClaim) -> bool {
        let authenticator = self.authenticator.as_ref();
        let authenticator =
            authenticator.and_then(|text| EarlAuthenticator::parse(text.expose_secret()).ok());
        match (authenticator, &claim.sender, &claim.service_authenticate) {
            (Some(authenticator), Some(sender), Some(value)) => {
                authenticator.verify_claim(sender, value)
            }
            _ => false,
        }
    }
}

/// Claims what an account has published. A device that is adopted must be told the fingerprint of the account that does.
///
/// Deviation: D-26. The claim names its sender by address only. Ours also names the claimant's account by its fingerprint and proves it
/// with the key, as attributes of the envelope: otherwise the service of the claimant could give the device to an account of its own.
///
/// # Errors
/// [`Error::Crypto`], [`Error::Dare`].
pub fn claim(
    publisher: &AccountAddress,
    claimant: &AccountAddress,
    profile_udf: Option<&str>,
    key: &Earl,
    signer: &PrivateKey,
    env: &dyn Environment,
) -> Result<Enveloped<MessageClaim>, Error> {
    let sender = claimant.to_string();
    let id = message_id(env);
    let message = MessageClaim {
        message_id: Some(id.clone()),
        publication_id: Some(key.publication_id().to_string()),
        service_authenticate: Some(key.service_authenticator().claim(&sender).to_string()),
        device_authenticate: Some(key.device_authenticator().claim(&sender).to_string()),
        sender: Some(sender.clone()),
        recipient: Some(publisher.to_string()),
        ..MessageClaim::default()
    };
    let attribute = |key: &str, value: String| KeyValue {
        key: Some(key.to_owned()),
        value: Some(value),
    };
    let mut attributes = Vec::new();
    if let Some(udf) = profile_udf {
        let proof = key.device_authenticator().claim(&proven(&sender, udf, &id));
        attributes.push(attribute(PROFILE_UDF, udf.to_owned()));
        attributes.push(attribute(PROFILE_AUTHENTICATE, proof.to_string()));
    }
    let how = Signing {
        signers: &[signer],
        id: Some(&mesh_crypto::udf::message::envelope_id(&id)?),
        unique_id: Some(&id),
        attributes: &attributes,
        ..Signing::default()
    };
    Ok(Enveloped::new(envelope(&message, how, env)?))
}

/// What is proven of a claimant besides the address: the account, and which message it is, under whose identifier the answer will be.
fn proven(address: &str, profile_udf: &str, message_id: &str) -> String {
    format!("{address} {profile_udf} {message_id}")
}

/// A claim that knows the key of what it claims.
#[derive(Debug)]
pub struct ValidClaim {
    /// Address of the account that claims.
    pub claimant: AccountAddress,
    /// Fingerprint of that account.
    pub profile_udf: String,
    /// The identifier under which the answer of that account will be found.
    pub response_id: String,
}

impl ValidClaim {
    /// Validates a claim as the device that was published: both proofs, compared in constant time, and its time.
    ///
    /// # Errors
    /// [`Error::Unrelated`] when it is not made with the key; [`Error::Field`], [`Error::Encoding`].
    pub fn validate(received: &Envelope, key: &Earl, now: DateTime) -> Result<Self, Error> {
        let claim = Enveloped::<MessageClaim>::new(received.clone()).decode_plain()?;
        let field = |field| Error::Field {
            object: MessageClaim::TAG,
            field,
        };
        let unrelated = || Error::Unrelated {
            object: "the claim",
            to: "this device",
        };
        let sender = claim.sender.as_deref().ok_or(field("Sender"))?;
        let message_id = claim.message_id.as_deref().ok_or(field("MessageId"))?;
        let meta = received.content_meta()?;
        let attribute = |name: &'static str| {
            let found = meta
                .key_values
                .iter()
                .find(|pair| pair.key.as_deref() == Some(name));
            found
                .and_then(|pair| pair.value.as_deref())
                .ok_or(field(name))
        };
        let profile_udf = attribute(PROFILE_UDF)?;
        let authenticator = key.device_authenticator();
        let proofs = [
            (
                sender.to_owned(),
                claim
                    .device_authenticate
                    .as_deref()
                    .ok_or(field("DeviceAuthenticate"))?,
            ),
            (
                proven(sender, profile_udf, message_id),
                attribute(PROFILE_AUTHENTICATE)?,
            ),
        ];
        let proves = |(what, value): &(String, &str)| authenticator.verify_claim(what, value);
        if claim.publication_id.as_deref() != Some(key.publication_id().to_string().as_str())
            || claim.expires.is_some_and(|expires| expires <= now)
            || !proofs.iter().all(proves)
        {
            return Err(unrelated());
        }
        Ok(Self {
            claimant: AccountAddress::parse(sender)?,
            profile_udf: profile_udf.to_owned(),
            response_id: response_id(message_id)?,
        })
    }
}
