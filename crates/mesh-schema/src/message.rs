// SPDX-License-Identifier: MIT
//! Messages of connection, PIN and completion.
//!
//! Spec: mesh-schema, "Mesh Messages"; mesh-protocol, "Device Connection".
//! Here: making each message with its identifiers, and the decisions over them.
//! Not here: spools (`spool`), who sends what when (`mesh-client`, `mesh-service`).

use mesh_crypto::udf::connection_witness;
use mesh_crypto::udf::message::{envelope_id, message_id, response_id};
use mesh_crypto::udf::pin::{Pin, SaltedPin};
use mesh_crypto::{DateTime, Environment, PrivateKey, PublicKey};
use mesh_dare::{Cipher, Envelope, Enveloped};
use mesh_jsonbcd::Object;

use crate::address::AccountAddress;
use crate::enveloped::{Signing, Valid, envelope};
use crate::error::Error;
use crate::generated::{
    AcknowledgeConnection, CatalogedDevice, MessageClaim, MessageComplete, MessagePin,
    ProfileDevice, ProfileUser, Reference, RequestConnection, RespondConnection,
};
use crate::right::Roles;

/// The action for which a PIN that connects a device is made.
pub const PIN_ACTION_DEVICE: &str = "Device";
/// Octets of the nonces of a connection.
const NONCE_SIZE: usize = 16;
/// The answer that connects a device.
pub const RESULT_ACCEPT: &str = "Accept";
/// The answer that refuses a device.
pub const RESULT_REJECT: &str = "Reject";

/// A message: what has an identifier of its own.
pub trait Message: Object {
    /// The identifier.
    fn id(&self) -> Option<&str>;
}

macro_rules! message {
    ($($type:ty),*) => {$(
        impl Message for $type {
            fn id(&self) -> Option<&str> {
                self.message_id.as_deref()
            }
        }
    )*};
}

message!(
    AcknowledgeConnection,
    MessageClaim,
    MessageComplete,
    MessagePin,
    RequestConnection,
    RespondConnection
);

/// Puts a message into an envelope whose identifier follows from the message's.
///
/// # Errors
/// [`Error::Field`] without an identifier; [`Error::Dare`].
pub fn post<T: Message>(
    message: &T,
    recipients: &[PublicKey],
    cipher: Cipher,
    signer: Option<&PrivateKey>,
    env: &dyn Environment,
) -> Result<Enveloped<T>, Error> {
    let id = message.id().ok_or(Error::Field {
        object: T::TAG,
        field: "MessageId",
    })?;
    let envelope_id = envelope_id(id)?;
    let signers: Vec<&PrivateKey> = signer.into_iter().collect();
    let how = Signing {
        signers: &signers,
        recipients,
        cipher,
        id: Some(&envelope_id),
        unique_id: Some(id),
        ..Signing::default()
    };
    Ok(Enveloped::new(envelope(message, how, env)?))
}

/// A PIN that has been issued, and the message by which every administrator recognises it.
#[derive(Debug)]
pub struct IssuedPin {
    /// What the person types on the new device.
    pub pin: Pin,
    /// What is kept in the local spool.
    pub message: MessagePin,
}

/// Issues a PIN for connecting a device, which will have the name given.
///
/// Deviation: D-12. The name is a field of our own in a message that only administrators of the account can read.
///
/// # Errors
/// [`Error::Crypto`].
pub fn issue_pin(
    account: &AccountAddress,
    roles: &Roles,
    name: Option<&str>,
    expires: DateTime,
    env: &dyn Environment,
) -> Result<IssuedPin, Error> {
    let pin = Pin::generate(env, PIN_BITS);
    let salted = pin.salted(PIN_ACTION_DEVICE);
    let message = MessagePin {
        message_id: Some(salted.pin_id(&account.to_string()).to_string()),
        account: Some(account.to_string()),
        expires: Some(expires),
        automatic: Some(true),
        salted_pin: Some(salted.to_udf_string()),
        action: Some(PIN_ACTION_DEVICE.to_owned()),
        roles: roles.names(),
        local_name: name.map(str::to_owned),
        ..MessagePin::default()
    };
    Ok(IssuedPin { pin, message })
}

/// Bits of a PIN: 125 as presented, which no one guesses even with the salted form at hand.
const PIN_BITS: usize = 120;

/// Makes the request by which a device asks to be connected.
///
/// # Errors
/// [`Error::Crypto`], [`Error::Dare`].
pub fn request_connection(
    account: &AccountAddress,
    device: &Valid<ProfileDevice>,
    pin: Option<&Pin>,
    env: &dyn Environment,
) -> Result<RequestConnection, Error> {
    let mut nonce = vec![0; NONCE_SIZE];
    env.random(&mut nonce);
    let mut request = RequestConnection {
        message_id: Some(message_id(env)),
        account_address: Some(account.to_string()),
        authenticated_data: Some(device.envelope().clone()),
        ..RequestConnection::default()
    };
    if let Some(pin) = pin {
        let salted = pin.salted(PIN_ACTION_DEVICE);
        let account = account.to_string();
        request.pin_id = Some(salted.pin_id(&account).to_string());
        request.pin_witness = Some(
            salted
                .witness(&account, &nonce, digest_of(device.envelope())?)
                .to_vec(),
        );
    }
    request.client_nonce = Some(nonce);
    Ok(request)
}

fn digest_of(envelope: &Envelope) -> Result<&[u8], Error> {
    envelope.payload_digest().ok_or(Error::Field {
        object: "DareEnvelope",
        field: "PayloadDigest",
    })
}

/// A request for connection whose device profile has been validated.
#[derive(Clone, Debug)]
pub struct ValidRequest {
    /// The request.
    pub request: RequestConnection,
    /// The profile of the device that asks.
    pub device: Valid<ProfileDevice>,
}

impl ValidRequest {
    /// Validates the device profile inside a request.
    ///
    /// # Errors
    /// [`Error::UntrustedProfile`], [`Error::Field`], [`Error::Encoding`].
    pub fn validate(received: &Envelope) -> Result<Self, Error> {
        let request = Enveloped::<RequestConnection>::new(received.clone()).decode_plain()?;
        let profile = request.authenticated_data.as_ref();
        let profile = profile.ok_or(Error::Field {
            object: RequestConnection::TAG,
            field: "AuthenticatedData",
        })?;
        let device = Valid::<ProfileDevice>::validate(profile)?;
        Ok(Self { request, device })
    }

    fn nonce(&self) -> Result<&[u8], Error> {
        let nonce = self
            .request
            .client_nonce
            .as_deref()
            .filter(|nonce| nonce.len() >= NONCE_SIZE);
        nonce.ok_or(Error::Field {
            object: RequestConnection::TAG,
            field: "ClientNonce",
        })
    }
}

/// Makes the service's acknowledgement of a request.
///
/// # Errors
/// [`Error::Field`] when the request has no nonce; [`Error::Crypto`].
pub fn acknowledge_connection(
    account: &Valid<ProfileUser>,
    request: &ValidRequest,
    received: &Enveloped<RequestConnection>,
    env: &dyn Environment,
) -> Result<AcknowledgeConnection, Error> {
    let mut nonce = vec![0; NONCE_SIZE];
    env.random(&mut nonce);
    let witness = connection_witness(
        &account.witness_octets()?,
        &nonce,
        &request.device.witness_octets()?,
        request.nonce()?,
    );
    Ok(AcknowledgeConnection {
        message_id: Some(witness.clone()),
        witness: Some(witness),
        server_nonce: Some(nonce),
        enveloped_request_connection: Some(received.clone()),
        ..AcknowledgeConnection::default()
    })
}

/// An acknowledgement whose witness has been computed anew from what both sides said.
#[derive(Clone, Debug)]
pub struct ValidAcknowledgement {
    /// The acknowledgement.
    pub acknowledgement: AcknowledgeConnection,
    /// The request in it.
    pub request: ValidRequest,
    /// What both screens show.
    pub witness: String,
}

impl ValidAcknowledgement {
    /// Validates an acknowledgement for an account: a service that swapped the device or the account is found out here.
    ///
    /// # Errors
    /// [`Error::Unrelated`] when the witness is not the right one; those of [`ValidRequest::validate`].
    pub fn validate(received: &Envelope, account: &Valid<ProfileUser>) -> Result<Self, Error> {
        let acknowledgement =
            Enveloped::<AcknowledgeConnection>::new(received.clone()).decode_plain()?;
        let field = |field| Error::Field {
            object: AcknowledgeConnection::TAG,
            field,
        };
        let request = acknowledgement
            .enveloped_request_connection
            .as_ref()
            .ok_or(field("EnvelopedRequestConnection"))?;
        let request = ValidRequest::validate(request.envelope())?;
        let server_nonce = acknowledgement
            .server_nonce
            .as_deref()
            .ok_or(field("ServerNonce"))?;
        let witness = connection_witness(
            &account.witness_octets()?,
            server_nonce,
            &request.device.witness_octets()?,
            request.nonce()?,
        );
        if acknowledgement.witness.as_deref() != Some(witness.as_str())
            || acknowledgement.message_id.as_deref() != Some(witness.as_str())
        {
            return Err(Error::Unrelated {
                object: "the witness",
                to: "this account and device",
            });
        }
        Ok(Self {
            acknowledgement,
            request,
            witness,
        })
    }

    /// The identifier under which the answer will be found.
    ///
    /// # Errors
    /// [`Error::Crypto`].
    pub fn response_id(&self) -> Result<String, Error> {
        Ok(response_id(&self.witness)?)
    }
}

/// Decides whether a request was made with a PIN.
///
/// # Errors
/// [`Error::Pin`] when the PIN was for something else, has expired or its witness is wrong.
pub fn check_pin(
    request: &ValidRequest,
    pin: &MessagePin,
    account: &AccountAddress,
    now: DateTime,
) -> Result<Roles, Error> {
    let refused = |why| Error::Pin { why };
    if pin.action.as_deref() != Some(PIN_ACTION_DEVICE) {
        return Err(refused("it was issued for another action"));
    }
    if pin.account.as_deref() != Some(account.to_string().as_str()) {
        return Err(refused("it was issued for another account"));
    }
    if pin.expires.is_none_or(|expires| expires <= now) {
        return Err(refused("it has expired"));
    }
    let salted = pin.salted_pin.as_ref().ok_or(Error::Field {
        object: MessagePin::TAG,
        field: "SaltedPin",
    })?;
    let salted = SaltedPin::parse(salted.expose_secret())?;
    let witness = request
        .request
        .pin_witness
        .as_deref()
        .ok_or(refused("the device gave no proof of it"))?;
    if !salted.verify(
        &account.to_string(),
        request.nonce()?,
        digest_of(request.device.envelope())?,
        witness,
    ) {
        return Err(refused("the proof given by the device is not for this PIN"));
    }
    Ok(Roles::known(&pin.roles))
}

/// Makes the answer to a request: the entry of the device, or nothing when it is rejected.
#[must_use]
pub fn respond_connection(
    response_id: String,
    device: Option<CatalogedDevice>,
) -> RespondConnection {
    RespondConnection {
        message_id: Some(response_id),
        result: Some(
            if device.is_some() {
                RESULT_ACCEPT
            } else {
                RESULT_REJECT
            }
            .to_owned(),
        ),
        cataloged_device: device,
        ..RespondConnection::default()
    }
}

/// Makes the message that ends others: each of `references` is a message identifier and what became of the message.
#[must_use]
pub fn complete(references: &[(&str, Relationship)], env: &dyn Environment) -> MessageComplete {
    let reference = |&(id, relationship): &(&str, Relationship)| Reference {
        message_id: Some(id.to_owned()),
        relationship: Some(relationship.as_str().to_owned()),
        ..Reference::default()
    };
    MessageComplete {
        message_id: Some(message_id(env)),
        references: references.iter().map(reference).collect(),
        ..MessageComplete::default()
    }
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relationship {
    /// Nothing more is to be done.
    Closed,
    /// It was looked at.
    Read,
    /// It was refused.
    Refused,
}

impl Relationship {
    /// The word as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "Closed",
            Self::Read => "Read",
            Self::Refused => "Refused",
        }
    }

    /// True when the message needs no more attention.
    #[must_use]
    pub fn is_final(word: &str) -> bool {
        matches!(word, "Closed" | "Refused" | "Deleted")
    }
}
