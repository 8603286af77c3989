// SPDX-License-Identifier: MIT
//! Preconfigured devices: made by one account, adopted by another with the key on the label.
//!
//! Spec: mesh-protocol, "Device Connection", "Static QR"; mesh-schema, "DevicePreconfigurationPrivate".
//! Here: making such a device, installing it, adopting it.
//! Not here: the device's wait for its adoption (`request`), publications and claims (`mesh-schema`, publication).

use mesh_crypto::udf::uri::MeshUri;
use mesh_crypto::{Earl, KeyAlgorithm, PrivateKey, SecretBytes, Seed, seed_code};
use mesh_dare::store::Event;
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::{Object, SecretString, from_tagged, to_tagged_json};
use mesh_keystore::KeyStore;
use mesh_protocol::generated::{ClaimRequest, PollClaimRequest};
use mesh_protocol::status::RESPONSE_NOT_FOUND;
use mesh_protocol::{ClientCredential, HostExpectation, MeshSession};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{
    CatalogedPublication, DevicePreconfigurationPrivate, MessageClaim, ProfileDevice,
};
use mesh_schema::message::{post, respond_connection};
use mesh_schema::profile::device::DeviceKeys;
use mesh_schema::publication::{ValidClaim, claim};
use mesh_schema::{AccountAddress, Roles, StoreLabel, Valid};

use super::{AcceptedDevice, InstalledDevice, PreconfiguredDevice, check_name};
use crate::account::Account;
use crate::account::create::first_contact;
use crate::error::Error;
use crate::generated::CatalogedPreconfigured;
use crate::home::{Client, DEVICE_SEED, Home};
use crate::transact::Batch;

/// Bits of the key on the label of a device.
const KEY_BITS: usize = 140;
/// The kind of that key in a key store.
const PUBLICATION_KEY: &str = "publication-key";
/// What the seed in the secret file is for.
const SEED_TYPE: &str = "MeshProfileDevice";

impl Account {
    /// Makes a device that whoever reads its label can adopt: its secret file goes into the device, its URI onto the label.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that is no administrator; [`Error::Protocol`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    /// # use mesh_test::world::{Connection, World};
    /// # use mesh_client::{Completion, Role, Roles, check_address};
    /// # let world = World::new(Connection::Direct)?;
    /// # let mut maker = world.home("maker")?.create_account(&check_address("maker@localhost")?)?;
    /// # let mut alice = world.home("desktop")?.create_account(&check_address("alice@localhost")?)?;
    /// let made = maker.preconfigure_device()?; // at the manufacturer's
    /// let camera = world.home("camera")?;
    /// camera.install_device(&made.secret)?;
    ///
    /// alice.adopt_device(&made.uri, &Roles::new(&[Role::Web]), Some("camera"))?; // the URI is on the label
    /// assert!(matches!(camera.complete_connection(None)?, Completion::Connected(_)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn preconfigure_device(&mut self) -> Result<PreconfiguredDevice, Error> {
        self.administrator()?;
        let env = self.home.0.client.env.clone();
        let seed = Seed::generate(seed_code::PROFILE_DEVICE, &*env);
        let device = DeviceKeys::derive(&seed)?.profile(&*env)?;
        let key = Earl::generate(&*env, KEY_BITS);
        let cipher = self.cipher()?;
        self.publish(&CatalogedPublication::device(&device, &key, cipher, &*env)?)?;
        let uri = MeshUri::Device {
            account: self.address.to_string(),
            key: key.to_udf_string(),
        }
        .to_uri_string();
        let secret = DevicePreconfigurationPrivate {
            private_key: Some(seed.to_jose(SEED_TYPE)),
            connect_uri: Some(uri.clone()),
            enveloped_profile_device: Some(device.enveloped()),
            ..DevicePreconfigurationPrivate::default()
        };
        Ok(PreconfiguredDevice {
            device_udf: device.udf()?,
            uri,
            secret: SecretBytes::new(to_tagged_json(&secret)),
        })
    }

    /// Publishes something: the service hands it to whoever proves knowledge of its key.
    fn publish(&mut self, publication: &CatalogedPublication) -> Result<(), Error> {
        self.transact(|_| {
            let mut batch = Batch::default();
            add_publication(&mut batch, publication)?;
            Ok((batch, ()))
        })
    }

    /// Adopts the device whose label has this URI: it is connected to this account the next time that it asks.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that is no administrator; [`Error::Crypto`] when it is no such URI; [`Error::Protocol`] when the
    /// service of its maker knows no such device or another account has adopted it; [`Error::Exists`].
    pub fn adopt_device(
        &mut self,
        uri: &SecretString,
        roles: &Roles,
        name: Option<&str>,
    ) -> Result<AcceptedDevice, Error> {
        self.administrator()?;
        let name = name.map(check_name).transpose()?;
        let env = self.home.0.client.env.clone();
        let (publisher, key) = label(uri)?;
        let claim = claim(
            &publisher,
            &self.address,
            Some(&self.udf),
            &key,
            &self.keys.signature,
            &*env,
        )?;
        let client = self.home.0.client.clone();
        let publication = fetch(&client, &publisher, claim)?;
        // The first claim stands, which may be from an earlier attempt: the device waits for the answer to that one.
        let mut session = stranger(&client, &publisher)?;
        let standing = standing_claim(&mut *session, &publisher, &key, &client)?;
        let standing = standing.filter(|standing| {
            standing.claimant == self.address && standing.profile_udf == self.udf
        });
        let response_id = standing
            .ok_or(mesh_schema::Error::Unrelated {
                object: "the claim",
                to: "this account",
            })?
            .response_id;
        let device = publication.open_device(&key)?;
        self.transact(|account| {
            let (name, enrolled) = account.enroll_device(&device, roles, name.as_deref(), None)?;
            let mut batch = Batch::default();
            enrolled.add_to(&mut batch)?;
            let answer = respond_connection(response_id.clone(), Some(enrolled.device));
            let recipients = [device.encryption_key()?];
            let cipher = account.cipher()?;
            let signer = Some(account.administrator()?);
            let answer = post(&answer, &recipients, cipher, signer, &*env)?;
            batch.local(answer.into_envelope());
            let adopted = AcceptedDevice {
                device_udf: device.udf()?,
                name,
                roles: roles.clone(),
                witness: None,
            };
            Ok((batch, adopted))
        })
    }
}

impl Home {
    /// Installs what the maker of this device has prepared; the device then waits until somebody adopts it.
    ///
    /// # Errors
    /// [`Error::Encoding`] when it is no such file, [`Error::Schema`] when what is in it does not belong together; [`Error::Exists`]
    /// when it is installed already.
    pub fn install_device(&self, secret: &SecretBytes) -> Result<InstalledDevice, Error> {
        let prepared: DevicePreconfigurationPrivate = from_tagged(secret.expose_secret())?;
        let field = |field| mesh_schema::Error::Field {
            object: DevicePreconfigurationPrivate::TAG,
            field,
        };
        let profile = prepared.enveloped_profile_device.as_ref();
        let profile = profile.ok_or(field("EnvelopedProfileDevice"))?;
        let device = Valid::<ProfileDevice>::validate(profile.envelope())?;
        let seed = prepared.private_key.as_ref().ok_or(field("PrivateKey"))?;
        let seed = Seed::from_jose(seed)?;
        if *DeviceKeys::derive(&seed)?.authentication.public() != device.authentication_key()? {
            return Err(mesh_schema::Error::Unrelated {
                object: "the private key",
                to: "the profile of the device",
            }
            .into());
        }
        let uri = prepared.connect_uri.as_ref().ok_or(field("ConnectUri"))?;
        let (publisher, key) = label(uri)?;
        let device_udf = device.udf()?;
        if self
            .accounts()?
            .iter()
            .any(|known| known.device_udf == device_udf)
        {
            return Err(Error::Exists {
                what: "device",
                name: device_udf,
            });
        }
        let publication = key.publication_id().to_string();
        self.save_seed(&device_udf, DEVICE_SEED, &seed)?;
        let text = key.to_udf_string();
        let octets = SecretBytes::new(text.expose_secret().as_bytes().to_vec());
        self.keys().save(&publication, PUBLICATION_KEY, &octets)?;
        let entry = CatalogedPreconfigured {
            id: Some(device_udf.clone()),
            account_address: Some(publisher.to_string()),
            publication_id: Some(publication),
            enveloped_profile_device: Some(device.enveloped()),
            ..CatalogedPreconfigured::default()
        };
        self.put(&device_udf, entry)?;
        Ok(InstalledDevice {
            device_udf,
            publisher,
        })
    }

    /// The claim on this preconfigured device; `None` while there is none.
    pub(super) fn claim_on(
        &self,
        entry: &CatalogedPreconfigured,
        keys: &DeviceKeys,
    ) -> Result<Option<ValidClaim>, Error> {
        let field = |field| mesh_schema::Error::Field {
            object: CatalogedPreconfigured::TAG,
            field,
        };
        let publisher = entry.account_address.as_deref();
        let publisher = AccountAddress::parse(publisher.ok_or(field("AccountAddress"))?)?;
        let publication = entry.publication_id.as_deref();
        let publication = publication.ok_or(field("PublicationId"))?;
        let key = self.keys().load(publication)?.ok_or(Error::NotFound {
            what: "publication key",
            name: publication.to_owned(),
        })?;
        let key = std::str::from_utf8(key.expose_secret()).unwrap_or_default();
        let key = Earl::parse(key)?;
        let mut session = self.device_session(&publisher, keys, HostExpectation::FirstContact)?;
        first_contact(&mut *session)?;
        standing_claim(&mut *session, &publisher, &key, &self.0.client)
    }
}

/// Adds a publication that is new, for the owner and for the service.
pub(crate) fn add_publication(
    batch: &mut Batch,
    publication: &CatalogedPublication,
) -> Result<(), Error> {
    batch.change(StoreLabel::Publication, publication.change(Event::New)?);
    batch.change(
        StoreLabel::Access,
        publication.access()?.change(Event::New)?,
    );
    Ok(())
}

/// Ends a publication: nobody can claim it any longer.
pub(crate) fn end_publication(
    batch: &mut Batch,
    publication: &CatalogedPublication,
) -> Result<(), Error> {
    batch.change(StoreLabel::Publication, publication.deletion()?);
    batch.change(StoreLabel::Access, publication.access()?.deletion()?);
    Ok(())
}

/// Sends a claim, and gives what was published. The service that holds it need not know who claims, beyond what the claim says.
pub(crate) fn fetch(
    client: &Client,
    publisher: &AccountAddress,
    claim: Enveloped<MessageClaim>,
) -> Result<CatalogedPublication, Error> {
    let mut session = stranger(client, publisher)?;
    let response = session.claim(&ClaimRequest {
        enveloped_message_claim: Some(claim),
        ..ClaimRequest::default()
    })?;
    response.cataloged_publication.ok_or(Error::WrongService {
        why: "it shows no publication",
    })
}

/// A conversation with the service of an account as nobody in particular.
fn stranger(client: &Client, address: &AccountAddress) -> Result<Box<dyn MeshSession>, Error> {
    let credential = ClientCredential::Key {
        key: PrivateKey::generate(KeyAlgorithm::X448, &*client.env),
        claim: None,
    };
    let host = HostExpectation::FirstContact;
    let mut session = client.port.open(address.domain(), credential, host)?;
    first_contact(&mut *session)?;
    Ok(session)
}

/// The claim that stands on what was published under a key; `None` while there is none.
fn standing_claim(
    session: &mut dyn MeshSession,
    publisher: &AccountAddress,
    key: &Earl,
    client: &Client,
) -> Result<Option<ValidClaim>, Error> {
    let response = session.poll_claim(&PollClaimRequest {
        publication_id: Some(key.publication_id().to_string()),
        target_account_address: Some(publisher.to_string()),
        ..PollClaimRequest::default()
    });
    let claim: Envelope = match response {
        Ok(response) => response
            .enveloped_message
            .ok_or(Error::WrongService {
                why: "it shows no claim",
            })?
            .into_envelope(),
        Err(mesh_protocol::Error::Refused { description, .. })
            if description == RESPONSE_NOT_FOUND =>
        {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let valid = ValidClaim::validate(&claim, key, client.env.now())?;
    Ok(Some(valid))
}

/// The account and the key on the label of a device.
fn label(uri: &SecretString) -> Result<(AccountAddress, Earl), Error> {
    let MeshUri::Device { account, key } = MeshUri::parse(uri.expose_secret().trim())? else {
        return Err(mesh_crypto::Error::NotInForm { form: "device URI" }.into());
    };
    Ok((
        AccountAddress::parse(&account)?,
        Earl::parse(key.expose_secret())?,
    ))
}
