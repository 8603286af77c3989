// SPDX-License-Identifier: MIT
//! Whether a PIN counts.
//!
//! Spec: mesh-schema, "MessagePin"; mesh-protocol, "Device Connection", PIN.
//! Here: single use, expiry, and what wrong tries do.
//! Not here: issuing a PIN and using it (`accept`), its proof (`mesh-schema`, message).
//!
//! Everything follows from what is in the spools, so all administrators judge alike, now and after a restart. A wrong PIN names no PIN of
//! the account, so that one cannot say which was meant: three wrong ones void every PIN that was issued before. Whoever does that
//! without knowing a PIN keeps the owner from connecting by PIN for a while and gains nothing; the service admits only so many requests
//! an hour, and comparing witness values remains.
//!
//! Naming a PIN ends nothing: its identifier shows in every request that is made with it, so that the service knows it, who does not know
//! the PIN. Only a request with the proof uses a PIN, and it does so whether it is accepted or rejected.

use mesh_crypto::DateTime;
use mesh_jsonbcd::{Object, from_tagged};
use mesh_schema::generated::MessagePin;
use mesh_schema::message::{ValidAcknowledgement, check_pin};
use mesh_schema::{AccountAddress, StoreLabel};

use super::PinState;
use crate::account::Account;
use crate::error::Error;

/// Wrong tries after which a PIN is void.
const MAX_WRONG: usize = 3;

/// The PINs of an account, and the wrong ones that were tried.
pub(super) struct Pins {
    address: AccountAddress,
    now: DateTime,
    issued: Vec<Issued>,
    /// When wrong PINs were tried.
    wrong: Vec<DateTime>,
}

struct Issued {
    pin: MessagePin,
    since: Option<DateTime>,
    used: bool,
}

impl Pins {
    /// The PINs that administrators have issued.
    pub(super) fn read(account: &mut Account) -> Result<Self, Error> {
        let mut issued = Vec::new();
        // Everyone, the service first of all, can encrypt to an account: only what an administrator has signed is a PIN.
        let administrator = account.profile.administrator_key()?;
        for message in account.messages(StoreLabel::Local)? {
            if message.tag == MessagePin::TAG && message.envelope.verify(&administrator).is_ok() {
                issued.push(Issued {
                    pin: from_tagged(message.payload.expose_secret())?,
                    since: message.received,
                    used: message.closed,
                });
            }
        }
        Ok(Self {
            address: account.address.clone(),
            now: account.home.env().now(),
            issued,
            wrong: Vec::new(),
        })
    }

    /// Counts a request that was made with a wrong PIN.
    pub(super) fn note(&mut self, request: &ValidAcknowledgement, received: Option<DateTime>) {
        if request.request.request.pin_id.is_none() {
            return;
        }
        let right = self.named(request).is_some_and(|issued| {
            // As of a time at which it had not expired: being late is no guess.
            check_pin(&request.request, &issued.pin, &self.address, DateTime::MIN).is_ok()
        });
        if !right {
            self.wrong.push(received.unwrap_or(self.now));
        }
    }

    /// Whether a request was made with a PIN that counts.
    pub(super) fn judge(
        &self,
        request: &ValidAcknowledgement,
        received: Option<DateTime>,
    ) -> PinState {
        if request.request.request.pin_id.is_none() {
            return PinState::None;
        }
        let refused = |why: &str| PinState::Refused(why.to_owned());
        let Some(issued) = self.named(request) else {
            return refused("the PIN is wrong");
        };
        let roles = match check_pin(&request.request, &issued.pin, &self.address, self.now) {
            Ok(roles) => roles,
            Err(error) => return PinState::Refused(error.to_string()),
        };
        if issued.used {
            return refused("the PIN was used already");
        }
        let (from, to) = (
            issued.since.unwrap_or(DateTime::MIN),
            received.unwrap_or(self.now),
        );
        let tries = self.wrong.iter().filter(|time| (from..=to).contains(time));
        if tries.count() >= MAX_WRONG {
            return refused("the PIN is void: three wrong ones were tried since it was issued");
        }
        PinState::Valid(roles)
    }

    /// The name that was chosen for the device when its PIN was issued.
    pub(super) fn name(&self, request: &ValidAcknowledgement) -> Option<String> {
        self.named(request)?.pin.local_name.clone()
    }

    fn named(&self, request: &ValidAcknowledgement) -> Option<&Issued> {
        let asked = request.request.request.pin_id.as_ref();
        self.issued
            .iter()
            .find(|issued| asked.is_some() && issued.pin.message_id.as_ref() == asked)
    }
}
