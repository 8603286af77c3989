// SPDX-License-Identifier: MIT
//! Decryption with the service's help, on a device that has shares of the account's keys.
//!
//! Spec: mesh-protocol, "Operate"; threshold, "Threshold Decryption".
//! Here: which agreements a store needs, asking for them, one request for a whole store; asking for one.
//! Not here: the arithmetic (`mesh-crypto`, threshold), what the service checks (`mesh-service`, operate).
//!
//! A device that has whole keys never asks. What the service contributes is tested before it is used: a wrong contribution opens
//! nothing and is reported as the service's fault.

use std::fs::File;

use mesh_crypto::jose::AnyKeyAgreement;
use mesh_crypto::threshold::{Contribution, KeyShare};
use mesh_crypto::{KeyRing, KeySource, PublicKey, SharedSecret, Udf};
use mesh_dare::Envelope;
use mesh_dare::generated::{DareHeader, DareRecipient};
use mesh_dare::store::replica::Replica;
use mesh_protocol::Code;
use mesh_protocol::generated::{
    AnyCryptographicResult, CryptographicOperationKeyAgreement, OperateRequest,
};
use mesh_schema::StoreLabel;

use crate::account::Account;
use crate::error::Error;

/// Agreements asked for in one request.
const MAX_OPERATIONS: usize = 256;

/// An agreement that the service must help with.
struct Wanted {
    /// Fingerprint of the whole key.
    kid: String,
    /// The public key in the envelope.
    peer: PublicKey,
    /// What the agreement opens, together with the key for encapsulation where it is hybrid.
    recipient: DareRecipient,
}

/// Agreements that were completed, as far as they could be.
type Completed = Vec<Result<SharedSecret, mesh_crypto::Error>>;

impl Account {
    /// The replica of a store, with keys that open it.
    ///
    /// # Errors
    /// [`Error::DeviceRemoved`]; [`Error::Protocol`] when the service is needed and cannot be reached; [`Error::WrongService`] when
    /// it contributes something else.
    pub(crate) fn opened(
        &mut self,
        label: StoreLabel,
    ) -> Result<(&mut Replica<File>, &KeyRing), Error> {
        if self.grant.is_shared() {
            let replica = self.stores.replica(label)?;
            let headers = match label.is_spool() {
                true => (1..replica.state().len())
                    .map(|index| Ok(replica.frame(index)?.header))
                    .collect::<Result<_, Error>>()?,
                false => replica.exchange_headers()?,
            };
            if !wanted(&self.ring, &headers).is_empty() {
                match self.help(label, &headers) {
                    // Its shares may have been made anew since it last asked.
                    Err(Error::Protocol(error)) if error.refusal() == Some(Code::NotAuthorized) => {
                        if !self.refresh()? {
                            return Err(error.into());
                        }
                        self.help(label, &headers)?;
                    }
                    done => done?,
                }
            }
            // Anybody may have put a message into a spool that opens nowhere; the exchanges of a catalog are the account's own.
            if !label.is_spool() && !wanted(&self.ring, &headers).is_empty() {
                return Err(NOT_THE_SHARE);
            }
        }
        Ok((self.stores.replica(label)?, &self.ring))
    }

    /// Sees to it that the device catalog can be read with the frames that came.
    pub(crate) fn unlock_incoming(
        &mut self,
        frames: &[(StoreLabel, Vec<Envelope>)],
    ) -> Result<(), Error> {
        if !self.grant.is_shared() || frames.is_empty() {
            return Ok(());
        }
        self.opened(StoreLabel::Device)?;
        let incoming = frames
            .iter()
            .filter(|(label, _)| *label == StoreLabel::Device)
            .flat_map(|(_, frames)| frames);
        let headers: Vec<DareHeader> = incoming.map(|frame| frame.header.clone()).collect();
        self.unlock(&headers)?;
        match wanted(&self.ring, &headers).is_empty() {
            true => Ok(()),
            false => Err(NOT_THE_SHARE),
        }
    }

    /// Has the service help with a store, or what was kept of its help when it cannot be reached and the policy allows that.
    fn help(&mut self, label: StoreLabel, headers: &[DareHeader]) -> Result<(), Error> {
        use mesh_protocol::Error as P;
        match self.unlock(headers) {
            Ok(()) => {
                let completed: Vec<(Udf, PublicKey)> = headers
                    .iter()
                    .flat_map(|header| &header.recipients)
                    .filter_map(|recipient| {
                        let key = Udf::parse(recipient.key_identifier.as_deref()?).ok()?;
                        let peer = PublicKey::from_jose(recipient.epk.as_ref()?).ok()?;
                        Some((key, peer))
                    })
                    .collect();
                self.keep_offline(label, &completed)
            }
            Err(Error::Protocol(
                P::Unreachable { text } | P::SessionLost { text } | P::UntrustedHost { text },
            )) => match self.recall_offline(label)? {
                true => Ok(()),
                false => Err(Error::NeedsService {
                    store: label.as_str().to_owned(),
                    text,
                }),
            },
            Err(error) => Err(error),
        }
    }

    /// Completes the agreements behind these headers, as far as they can be.
    pub(crate) fn unlock(&mut self, headers: &[DareHeader]) -> Result<(), Error> {
        let wanted = wanted(&self.ring, headers);
        for wanted in wanted.chunks(MAX_OPERATIONS) {
            let agreements: Vec<(&str, &PublicKey)> = wanted
                .iter()
                .map(|wanted| (wanted.kid.as_str(), &wanted.peer))
                .collect();
            let completed = self.complete(&agreements)?;
            for (agreement, secret) in wanted.iter().zip(completed) {
                let Wanted { kid, peer, .. } = agreement;
                if self.ring.completed(kid, peer).is_some() {
                    continue;
                }
                match (Udf::parse(kid), secret) {
                    (Ok(key), Ok(secret)) => {
                        self.ring.know(key.clone(), peer, secret);
                        if !agreement.recipient.opens_with(&self.ring) {
                            self.ring.forget(&key, peer);
                            tracing::warn!(%key, "a contribution opens nothing");
                        }
                    }
                    (Err(error), _) | (_, Err(error)) => {
                        tracing::warn!(kid, %error, "a contribution is none");
                    }
                }
            }
        }
        Ok(())
    }

    /// Completes one agreement. What was contributed is not tested, for only what it is to open can do that.
    pub(crate) fn complete_one(
        &mut self,
        kid: &str,
        peer: &PublicKey,
    ) -> Result<Option<SharedSecret>, Error> {
        let completed = match self.complete(&[(kid, peer)]) {
            // Its shares may have been made anew since it last asked.
            Err(Error::Protocol(error)) if error.refusal() == Some(Code::NotAuthorized) => {
                if !self.refresh()? {
                    return Err(error.into());
                }
                self.complete(&[(kid, peer)])
            }
            done => done,
        };
        Ok(completed?.pop().and_then(Result::ok))
    }

    /// Has the service contribute to agreements with keys of which this device has shares.
    fn complete(&mut self, agreements: &[(&str, &PublicKey)]) -> Result<Completed, Error> {
        let mut request = OperateRequest {
            account_address: Some(self.address.to_string()),
            ..OperateRequest::default()
        };
        for (kid, peer) in agreements {
            let operation = CryptographicOperationKeyAgreement {
                key_id: Some(self.share(kid)?.udf().to_string()),
                public_key: Some(peer.to_jose()),
                ..CryptographicOperationKeyAgreement::default()
            };
            request.operations.push(operation.into());
        }
        let response = match self.session()?.operate(&request) {
            Ok(response) => response,
            Err(error) => return Err(self.cut_off(error)),
        };
        if response.results.len() != agreements.len() {
            return Err(NOT_THE_SHARE);
        }
        let results = agreements.iter().zip(&response.results);
        results
            .map(|((kid, peer), result)| {
                Ok(self.share(kid)?.complete(peer, &contribution(result)?))
            })
            .collect()
    }

    fn share(&self, kid: &str) -> Result<&KeyShare, Error> {
        self.ring.share(kid).ok_or_else(|| Error::NotFound {
            what: "share of the key",
            name: kid.to_owned(),
        })
    }
}

const NOT_THE_SHARE: Error = Error::WrongService {
    why: "what it contributes to a decryption does not fit the share of this device",
};

/// The agreements that headers need and that no key at hand gives.
fn wanted(ring: &KeyRing, headers: &[DareHeader]) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for header in headers {
        let mut candidate = None;
        let mut opens = false;
        for recipient in &header.recipients {
            let (Some(kid), Some(epk)) = (&recipient.key_identifier, &recipient.epk) else {
                continue;
            };
            // Half of what opens a hybrid wrapping is of no use.
            let other = recipient.encapsulation_udf();
            if recipient.ek.is_some() && other.and_then(|other| ring.public(other)).is_none() {
                continue;
            }
            // A key of an algorithm that this version does not know is not ours to agree with.
            let Ok(peer) = PublicKey::from_jose(epk) else {
                continue;
            };
            if matches!(ring.agree(kid, &peer), Ok(Some(_))) {
                opens = true;
                break;
            }
            // A point for which this share cannot contribute is none for the other one either.
            let useful = |share: &KeyShare| share.contribute(&peer).is_ok();
            if candidate.is_none() && ring.share(kid).is_some_and(useful) {
                candidate = Some(Wanted {
                    kid: kid.clone(),
                    peer,
                    recipient: recipient.clone(),
                });
            }
        }
        if !opens {
            wanted.extend(candidate);
        }
    }
    wanted
}

fn contribution(result: &AnyCryptographicResult) -> Result<Contribution, Error> {
    let AnyCryptographicResult::CryptographicResultKeyAgreement(result) = result else {
        return Err(NOT_THE_SHARE);
    };
    let Some(AnyKeyAgreement::KeyAgreementECDH(agreement)) = &result.key_agreement else {
        return Err(NOT_THE_SHARE);
    };
    let octets = agreement.result.as_deref().unwrap_or_default();
    Contribution::from_octets(octets).map_err(|_| NOT_THE_SHARE)
}
