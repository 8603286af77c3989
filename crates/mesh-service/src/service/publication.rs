// SPDX-License-Identifier: MIT
//! Publications: handed to whoever proves knowledge of their key.
//!
//! Spec: mesh-protocol, "Claim", "PollClaim".
//! Here: who may claim, and what is kept of a claim.
//! Not here: proofs (`mesh-schema`, publication), how a publication comes here (`access`).

use mesh_crypto::udf::message::envelope_id;
use mesh_dare::{Envelope, Enveloped};
use mesh_jsonbcd::{Object, from_bytes, to_json_b};
use mesh_protocol::caller::PublicCaller;
use mesh_protocol::generated::{ClaimRequest, ClaimResponse, PollClaimRequest, PollClaimResponse};
use mesh_protocol::status::RESPONSE_NOT_FOUND;
use mesh_protocol::{Code, Failure};
use mesh_schema::generated::{CatalogedPublication, MessageClaim};
use mesh_schema::{AccountAddress, StoreLabel};

use super::store_sync::append_message;
use super::{MAX_OBJECT, Service, missing};
use crate::account::Served;
use crate::error::Error;

/// Claims of one publication that are kept within the hour.
pub(super) const MAX_CLAIMS: u32 = 32;

impl Service {
    /// Keeps a claim for the device that asks, and hands out what was published.
    pub(super) fn publication_claim(
        &self,
        _: &PublicCaller,
        request: ClaimRequest,
    ) -> Result<ClaimResponse, Failure> {
        let received = request
            .enveloped_message_claim
            .ok_or_else(|| missing("EnvelopedMessageClaim"))?;
        if to_json_b(received.envelope()).len() > MAX_OBJECT {
            return Err(Failure::new(Code::TooLarge));
        }
        received.envelope().check_digest().map_err(Error::from)?;
        let envelope = received.into_envelope();
        let claim = claim_in(&envelope).ok_or_else(|| missing("EnvelopedMessageClaim"))?;
        let served = self.claimed_from(claim.recipient.as_deref())?;
        let id = claim
            .publication_id
            .as_deref()
            .ok_or_else(|| missing("PublicationId"))?;
        // Whether there is such a publication is for those to know who know its key.
        let unknown = || Failure::new(Code::NotFound);
        let row = self.0.store.access(served.id, id).map_err(Error::from)?;
        let capability = from_bytes(&row.ok_or_else(unknown)?).map_err(Error::from)?;
        let now = self.0.env.now();
        let offered = CatalogedPublication::offered(&capability, now).map_err(Error::from)?;
        let publication = offered
            .filter(|publication| publication.admits(&claim))
            .ok_or_else(unknown)?;
        if !self.0.claims.admit(id.to_owned(), 1, now.unix()) {
            return Err(Failure::with_text(
                Code::Refused,
                "this has been claimed too often within the hour",
            ));
        }
        let key = envelope_id(id).map_err(Error::from)?;
        let mut envelope = envelope;
        envelope.header.envelope_id = Some(key.clone());
        let mut taken = false;
        let local = StoreLabel::Local;
        let kept = self.0.store.transact(served.id, &mut |transaction| {
            // The first claim stays: whoever made it may ask again, and answers to that one.
            match transaction.frame_by_key(local.as_str(), &key)? {
                Some(frame) => {
                    let earlier = from_bytes(&frame.envelope).ok();
                    let earlier = earlier.and_then(|envelope| claim_in(&envelope));
                    taken = earlier.is_none_or(|earlier| earlier.sender != claim.sender);
                    Ok(())
                }
                None => append_message(transaction, local, &envelope, now),
            }
        });
        kept.map_err(Error::from)?;
        if taken {
            return Err(Failure::with_text(
                Code::Refused,
                "another account has claimed this already",
            ));
        }
        Ok(ClaimResponse {
            cataloged_publication: Some(CatalogedPublication {
                authenticator: None,
                ..publication
            }),
            ..ClaimResponse::default()
        })
    }

    /// The latest claim of a publication.
    pub(super) fn publication_poll(
        &self,
        _: &PublicCaller,
        request: &PollClaimRequest,
    ) -> Result<PollClaimResponse, Failure> {
        let served = self.claimed_from(request.target_account_address.as_deref())?;
        let id = request
            .publication_id
            .as_deref()
            .ok_or_else(|| missing("PublicationId"))?;
        let key = envelope_id(id).map_err(Error::from)?;
        let local = StoreLabel::Local.as_str();
        let frame = self.0.store.frame_by_key(served.id, local, &key);
        let frame = frame.map_err(Error::from)?;
        // Other messages of the local spool are nobody's business.
        let envelope = frame
            .and_then(|frame| from_bytes(&frame.envelope).ok())
            .filter(|envelope| claim_in(envelope).is_some())
            .ok_or_else(|| Failure::with_text(Code::NotAuthorized, RESPONSE_NOT_FOUND))?;
        Ok(PollClaimResponse {
            enveloped_message: Some(Enveloped::new(envelope)),
            ..PollClaimResponse::default()
        })
    }

    fn claimed_from(&self, address: Option<&str>) -> Result<Served, Failure> {
        let address = address.ok_or_else(|| missing("Recipient"))?;
        let address =
            AccountAddress::parse(address).map_err(|error| Failure::invalid(&error.to_string()))?;
        self.0
            .accounts
            .by_address(&address)?
            .ok_or_else(|| Failure::new(Code::NotFound))?
            .active()
    }
}

/// The claim in a message, if it is one and says so.
fn claim_in(envelope: &Envelope) -> Option<MessageClaim> {
    let kind = envelope.content_meta().ok()?.message_type;
    if kind.as_deref() != Some(MessageClaim::TAG) {
        return None;
    }
    Enveloped::new(envelope.clone()).decode_plain().ok()
}
