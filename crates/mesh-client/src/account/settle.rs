// SPDX-License-Identifier: MIT
//! Moving an account to another service.
//!
//! Spec: none; mesh-architecture promises that accounts can move and leaves open how.
//! Here: taking the stores there, making there what the new host must read, and following on the other devices.
//! Not here: the first place of an account (`create`).
//!
//! The fingerprint stays, and so does the history: the new service gets the very frames. Only what was sealed to the former host is made anew,
//! as the next frames. A note in the device catalog of the former place says where the account is. It stands in a checkpoint of every
//! catalog: whoever writes there is late by that, synchronises, and follows.

use std::rc::Rc;

use mesh_dare::Enveloped;
use mesh_dare::store::Event;
use mesh_dare::store::catalog::StoreState;
use mesh_protocol::generated::{StatusRequest, StoreUpdate, TransactRequest, UnbindRequest};
use mesh_protocol::{HostExpectation, MeshSession};
use mesh_schema::catalog::CatalogEntry;
use mesh_schema::generated::{
    AccountHostAssignment, CatalogedContact, CatalogedDevice, ProfileService, ProfileUser,
};
use mesh_schema::profile::user::AccountKeys;
use mesh_schema::{AccountAddress, StoreLabel, Valid};

use crate::account::Account;
use crate::account::create::{access_key, first_contact, speak_as_account};
use crate::device::revoke::Work;
use crate::error::Error;
use crate::home::{Client, as_account};
use crate::status::shown;
use crate::stores::Stores;
use crate::transact::Batch;

/// What a device without the account seed is told.
const NO_SEED: &str =
    "move the account or give a place up: it does not hold the key of the account";
/// What a note of a move begins with: then its number, from where, where to, and the fingerprint of the service there.
const MOVED: &str = "moved:";
/// What says that a place was given up begins with: then the number of the last move, and its address.
const LEFT: &str = "left:";

/// What is left at the place that an account leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// A note that sends the other devices after it.
    Note,
    /// Nothing: the service is gone, or not to be trusted.
    None,
}

/// Where an account is served.
pub(super) struct Place {
    pub(super) profile: Valid<ProfileUser>,
    pub(super) service: Valid<ProfileService>,
    pub(super) assignment: Enveloped<AccountHostAssignment>,
    pub(super) session: Box<dyn MeshSession>,
}

impl Account {
    /// Moves the account to an address at another service. What was interrupted is continued by calling this again.
    ///
    /// With a note, the former place stays as a signpost for the other devices until it is given up with [`Account::unbind_at`]; until then
    /// devices that are removed, and recovery codes that are voided, still count there. Spools do not move: open PINs and requests for
    /// connection end.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that does not hold the account seed; [`Error::Protocol`] when the address is taken there;
    /// [`Error::Fork`] when the new service shows something else under this account already.
    pub fn move_to(&mut self, address: &AccountAddress, farewell: Farewell) -> Result<(), Error> {
        let keys = AccountKeys::derive(self.account_seed(NO_SEED)?)?;
        let again = *address == self.address;
        let unsettled = self.stores.unsettled()?;
        if again && unsettled.is_none() {
            // It is there, and settled.
            return self.take_news().map(drop);
        }
        // What was removed or voided since would count again there.
        if self.former_places()?.contains(address) {
            return Err(Error::NotAllowed {
                what: "move the account back to a place that has not been given up: run 'account unbind --at' first",
            });
        }
        let former = match unsettled {
            Some(from) if again => from,
            _ => self.address.clone(),
        };
        let note = !again && farewell == Farewell::Note;
        if let (true, Some(why)) = (note, self.stores.frozen()?) {
            return Err(Error::Frozen { why });
        }
        // The note may be there from an earlier attempt: it is for the other devices.
        self.follows = false;
        if note {
            self.take_news()?;
        }
        let mut place = occupy(&self.home.0.client, &keys, address, &self.udf)?;
        upload(&mut *place.session, &mut self.stores)?;
        if note {
            self.leave_note(address, &place.service.udf()?)?;
            upload(&mut *place.session, &mut self.stores)?;
        }
        self.stores.unsettle(&former)?;
        self.arrive(place)?;
        if farewell == Farewell::None {
            // Whoever leaves without a word has decided what counts.
            self.stores.thaw()?;
        }
        self.settle(&former)?;
        self.arrived()
    }

    /// The account is settled where it has come.
    pub(crate) fn arrived(&mut self) -> Result<(), Error> {
        self.stores.settled()?;
        self.session = None;
        self.follows = true;
        self.take_news()?;
        Ok(())
    }

    /// Gives up a place where the account was.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] on a device that does not hold the account seed, and for the place where the account is; [`Error::Protocol`].
    pub fn unbind_at(&mut self, address: &AccountAddress) -> Result<(), Error> {
        if *address == self.address {
            return Err(Error::NotAllowed {
                what: "give up the place where the account is",
            });
        }
        if self.stores.unsettled()?.is_some() {
            return Err(Error::NotAllowed {
                what: "give a place up while a move is not finished: run 'account move' again",
            });
        }
        let keys = AccountKeys::derive(self.account_seed(NO_SEED)?)?;
        let (mut session, _) = speak_as_account(&self.home.0.client, &keys, address)?;
        session.unbind_account(&UnbindRequest::default())?;
        self.transact(|account| {
            let mut batch = Batch::default();
            let number = account.last_note()?.number;
            batch.end(&format!("{LEFT}{number}:{address}"));
            Ok((batch, ()))
        })
    }

    /// The addresses at which the account was, and which have not been given up: devices that were removed since, and recovery codes that were
    /// voided since, still count there.
    ///
    /// # Errors
    /// [`Error::Schema`] when a note names no address.
    pub fn former_places(&mut self) -> Result<Vec<AccountAddress>, Error> {
        let state = self.stores.replica(StoreLabel::Device)?.state();
        let left: Vec<(u64, &str)> = state
            .endings()
            .filter_map(|ending| ending.strip_prefix(LEFT)?.split_once(':'))
            .filter_map(|(number, address)| Some((number.parse().ok()?, address)))
            .collect();
        let own = self.address.to_string();
        let given_up = |note: &Note| {
            left.iter()
                .any(|(number, address)| *address == note.from && *number >= note.number)
        };
        let mut standing: Vec<String> = state
            .endings()
            .filter_map(Note::parse)
            .filter(|note| note.from != own && !given_up(note))
            .map(|note| note.from)
            .collect();
        standing.sort_unstable();
        standing.dedup();
        let parsed = standing
            .iter()
            .map(|address| Ok(AccountAddress::parse(address)?));
        parsed.collect()
    }

    /// Goes with the account to the address to which it was moved.
    ///
    /// # Errors
    /// [`Error::WrongService`] when another account is there; [`Error::Protocol`].
    pub fn follow(&mut self, address: &AccountAddress) -> Result<(), Error> {
        self.go(address, None)
    }

    fn go(&mut self, address: &AccountAddress, expected: Option<&str>) -> Result<(), Error> {
        let credential = self.device_credential();
        let mut session = self.home.0.client.port.open(
            address.domain(),
            credential,
            HostExpectation::FirstContact,
        )?;
        let service = first_contact(&mut *session)?;
        if expected.is_some_and(|expected| service.udf().ok().as_deref() != Some(expected)) {
            return Err(Error::WrongService {
                why: "it is not the one to which the account was moved",
            });
        }
        let place = found(address, &self.udf, service, session)?;
        self.arrive(place)?;
        // As who the service is known now.
        self.session = None;
        Ok(())
    }

    /// Where the account has moved, when that is not where this device looks for it.
    pub(crate) fn moved(&mut self) -> Result<Option<AccountAddress>, Error> {
        let address = self.address.clone();
        moved_from(self.stores.replica(StoreLabel::Device)?.state(), &address)
    }

    /// Says at the former place where the account goes, so that nobody writes there any longer without knowing it.
    fn leave_note(&mut self, address: &AccountAddress, service: &str) -> Result<(), Error> {
        self.transact(|account| {
            let mut batch = Batch::default();
            let here = account.address.clone();
            if account.note(&mut batch, &here, address, service)? {
                for label in account.labels() {
                    if !label.is_spool() {
                        batch.checkpoint(label);
                    }
                }
            }
            Ok((batch, ()))
        })
    }

    /// Adds the note of a move, unless the last one leads there already; whether it was added.
    fn note(
        &mut self,
        batch: &mut Batch,
        from: &AccountAddress,
        to: &AccountAddress,
        service: &str,
    ) -> Result<bool, Error> {
        let last = self.last_note()?;
        let adds = from != to && last.to != to.to_string();
        if adds {
            let number = last.number.saturating_add(1);
            batch.end(&format!("{MOVED}{number}:{from}:{to}:{service}"));
        }
        Ok(adds)
    }

    /// The last note of a move; number 0 when there is none.
    fn last_note(&mut self) -> Result<Note, Error> {
        let state = self.stores.replica(StoreLabel::Device)?.state();
        Ok(Note::last(state).unwrap_or_default())
    }

    /// Goes where the last note leads, to the service that it names.
    pub(crate) fn follow_note(&mut self, address: &AccountAddress) -> Result<(), Error> {
        let service = self.last_note()?.service;
        // Whatever is wrong there says nothing about the service that this device knows.
        self.go(address, Some(&service))
            .map_err(|error| Error::NotFollowed {
                address: address.clone(),
                text: error.to_string(),
            })
    }

    /// From now on the account is there for this device.
    fn arrive(&mut self, place: Place) -> Result<(), Error> {
        let (profile, address) = (Rc::new(place.profile), &self.address);
        let mut standard = self.standard_at(address)?;
        let host = access_key(place.assignment.envelope(), &place.service)?;
        let address = profile.address()?;
        standard.local = Some(address.to_string());
        standard.enveloped_profile_account = Some(as_account(profile.envelope()));
        standard.enveloped_account_host_assignment = Some(place.assignment);
        self.home.put(&self.device_udf, standard)?;
        // Spools grow by the hand of a service: there they begin anew.
        self.forget_spools()?;
        self.profile = profile;
        self.address = address;
        self.service = place.service;
        self.host = host;
        self.session = Some(place.session);
        Ok(())
    }

    /// Makes anew what was sealed to another host: who may ask for what, and the shares that the service holds. Says from where the account
    /// came.
    pub(crate) fn settle(&mut self, from: &AccountAddress) -> Result<(), Error> {
        let own = self.transact(|account| {
            let devices: Vec<CatalogedDevice> = account.entries()?;
            let mut work = Work::begin(account, &devices)?;
            let here = (account.address.clone(), account.service.udf()?);
            account.note(&mut work.batch, from, &here.0, &here.1)?;
            let mut own = None;
            for entry in &devices {
                let summary = account.summary(entry)?;
                let entry = CatalogedDevice {
                    enveloped_profile_user: Some(as_account(account.profile.envelope())),
                    ..entry.clone()
                };
                let issued = work.reissue(account, &entry, &summary.roles, None)?;
                if summary.this {
                    own = Some(issued);
                }
            }
            work.readdress(account, &devices)?;
            let contacts: Vec<CatalogedContact> = account.entries()?;
            if let Some(own) = contacts.iter().find(|contact| contact.self_ == Some(true)) {
                let encapsulation = account.grant.encapsulation.as_ref();
                let contact = own.own_again(&account.profile, encapsulation, None)?;
                let change = contact.change(Event::Update)?;
                work.batch.change(StoreLabel::Contact, change);
            }
            Ok((work.batch, own))
        })?;
        self.take_own(own)
    }
}

/// Binds an account at an address, as the account itself.
pub(super) fn occupy(
    client: &Client,
    keys: &AccountKeys,
    address: &AccountAddress,
    udf: &str,
) -> Result<Place, Error> {
    let (mut session, service) = speak_as_account(client, keys, address)?;
    let profile = keys.profile(address, &service.udf()?, &*client.env)?;
    session.bind_account(&client.bind_request(address, &profile))?;
    // It may have been bound before, with a profile of another time.
    found(address, udf, service, session)
}

/// What is at an address, if it is the account with this fingerprint.
fn found(
    address: &AccountAddress,
    udf: &str,
    service: Valid<ProfileService>,
    mut session: Box<dyn MeshSession>,
) -> Result<Place, Error> {
    let status = session.status(&StatusRequest::default())?;
    let another = Error::WrongService {
        why: "another account is at that address",
    };
    let Some(profile) = status.enveloped_profile_account else {
        return Err(another);
    };
    let profile = Valid::<ProfileUser>::validate(profile.envelope())?;
    if profile.udf()? != udf
        || profile.address()? != *address
        || profile.service_udf.as_deref() != Some(service.udf()?.as_str())
    {
        return Err(another);
    }
    let assignment = status.enveloped_account_host_assignment;
    let assignment = assignment.ok_or(Error::WrongService {
        why: "it does not say which key it reads the access catalog with",
    })?;
    Ok(Place {
        profile,
        service,
        assignment,
        session,
    })
}

/// Takes all catalogs to a service, from where it has them. It gets just the frames that are here.
pub(super) fn upload(session: &mut dyn MeshSession, stores: &mut Stores) -> Result<(), Error> {
    let status = session.status(&StatusRequest::default())?;
    for label in StoreLabel::catalogs() {
        let Some(head) = stores.head(label).cloned() else {
            continue;
        };
        let name = label.as_str().to_owned();
        let (mut next, digest) = shown(&status, label);
        if let Some(last) = next.min(head.frames).checked_sub(1) {
            let own = stores.replica(label)?.frame(last)?;
            // What is there beyond is from an earlier attempt, and is fetched like other news.
            if next <= head.frames && own.apex_digest() != digest {
                return Err(Error::Fork {
                    store: name,
                    index: last,
                });
            }
        }
        while next < head.frames {
            let envelopes = stores.piece(label, next)?;
            let read = u64::try_from(envelopes.len()).unwrap_or(u64::MAX);
            let first = next;
            next = next.saturating_add(read);
            let update = StoreUpdate {
                store: Some(name.clone()),
                index: i64::try_from(first).ok(),
                envelopes,
                ..StoreUpdate::default()
            };
            session.transact(&TransactRequest {
                updates: vec![update],
                ..TransactRequest::default()
            })?;
        }
    }
    Ok(())
}

/// Where an account has moved, by the last note in its device catalog, when that is not the given address.
pub(crate) fn moved_from(
    state: &StoreState,
    address: &AccountAddress,
) -> Result<Option<AccountAddress>, Error> {
    let there = Note::last(state).map(|note| AccountAddress::parse(&note.to));
    Ok(there.transpose()?.filter(|there| there != address))
}

/// Where the note of a move leads, if it is one.
pub(crate) fn destination(ending: &str) -> Option<String> {
    Note::parse(ending).map(|note| note.to)
}

/// The note of a move; the last one has the greatest number.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Note {
    number: u64,
    from: String,
    to: String,
    service: String,
}

impl Note {
    /// The last one in a device catalog.
    fn last(state: &StoreState) -> Option<Self> {
        state.endings().filter_map(Self::parse).max()
    }

    fn parse(ending: &str) -> Option<Self> {
        let (number, places) = ending.strip_prefix(MOVED)?.split_once(':')?;
        let mut parts = places.split(':');
        Some(Self {
            number: number.parse().ok()?,
            from: parts.next()?.to_owned(),
            to: parts.next()?.to_owned(),
            service: parts.next()?.to_owned(),
        })
    }
}
