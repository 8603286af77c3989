// SPDX-License-Identifier: MIT
//! The service: one function per transaction.
//!
//! Spec: mesh-protocol, "Mesh Service Transactions".
//! Here: what each operation does once its caller is proven.
//! Not here: the proof (`access`), stores and their frames (`store_sync`, `store`), packets (`listener`).

mod answer;
mod observed;
mod operate;
mod publication;
mod store_sync;

use std::sync::Arc;
use std::time::Instant;

use mesh_crypto::Environment;
use mesh_dare::store::catalog::create_spool;
use mesh_dare::{Cipher, Envelope, Enveloped};
use mesh_jsonbcd::{from_bytes, read_tag, to_json_b};
use mesh_keystore::KeyStore;
use mesh_protocol::caller::{AdminCaller, PublicCaller, UserCaller};
use mesh_protocol::credential::ClientVerifier;
use mesh_protocol::generated::{
    BindRequest, BindResponse, ClaimRequest, ClaimResponse, CompleteRequest, CompleteResponse,
    ConnectRequest, ConnectResponse, DownloadRequest, DownloadResponse, MeshHelloRequest,
    MeshHelloResponse, MeshService, OperateRequest, OperateResponse, Operation, PollClaimRequest,
    PollClaimResponse, PostRequest, PostResponse, PublicRequest, StatusRequest, StatusResponse,
    TransactRequest, TransactResponse, UnbindRequest, UnbindResponse, Version, dispatch,
};
use mesh_protocol::status::RESPONSE_NOT_FOUND;
use mesh_protocol::{Begun, Code, Failure, PacketHandler, PacketReply, Peer};
use mesh_rud::{Outcome, Received, Request, Responder, ResponderLimits};
use mesh_schema::generated::{ProfileUser, RespondConnection};
use mesh_schema::message::{ValidRequest, acknowledge_connection, post};
use mesh_schema::{AccountAddress, StoreLabel, Valid};

use crate::access::Access;
use crate::account::{Accounts, Served, assignment, record};
use crate::error::Error;
use crate::history::{History, Sample};
use crate::host::Host;
use crate::metrics::{Looks, Metrics, resident};
use crate::policy::{Policy, SignUp};
use crate::quota::Quota;
use crate::rate::Limiter;
use crate::service::observed::{ObservedAccess, ObservedService, Seen};
use crate::service::store_sync::append_message;
use crate::store::{
    AccountState, HostChange, NewAccount, NewFrame, NewStore, Store, StoreError, StoreFigures,
};

/// Requests for connection that an account may have within the hour.
const MAX_REQUESTS: u32 = 32;
/// Requests with one PIN of the account that are accepted within the hour, beside those.
const MAX_PIN_REQUESTS: u32 = 8;
/// How often a sign-up is tried again when an invitation was used by somebody else at the same time.
const SIGN_UP_ATTEMPTS: usize = 8;
/// Octets beyond its quota that an account keeps for its administrators, at least.
const RESERVE: u64 = 1 << 20;
/// Octets of a profile or request of somebody who is not known.
const MAX_OBJECT: usize = 64 << 10;
/// The largest packet that is opened on a thread that must not block.
const AT_ONCE: usize = 64 << 10;

/// A Mesh service. Cloning it gives another handle to the same service.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    domain: String,
    store: Arc<dyn Store>,
    accounts: Arc<Accounts>,
    host: Host,
    env: Arc<dyn Environment>,
    policy: Policy,
    metrics: Arc<Metrics>,
    responder: Arc<Responder<ClientVerifier>>,
    /// Requests, by the fingerprint of the account.
    per_account: Option<Limiter>,
    /// Accounts created without an invitation.
    sign_ups: Option<Quota<()>>,
    /// Requests for connection, by account.
    requests: Quota<u64>,
    /// Requests for connection with a PIN that the account has, by account and PIN.
    pin_requests: Quota<(u64, String)>,
    /// Contributions with key shares, by the fingerprint of the device's authentication key.
    contributions: Quota<String>,
    /// Claims, by publication.
    claims: Quota<String>,
    /// How it was during the last day.
    history: History,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("domain", &self.0.domain)
            .finish_non_exhaustive()
    }
}

impl Service {
    /// The service of a domain over a store, with its keys in a key store; both are filled on the first start.
    ///
    /// # Errors
    /// [`Error::Host`] when keys and store do not belong together; [`Error::Store`], [`Error::KeyStore`].
    pub fn new(
        domain: &str,
        store: Arc<dyn Store>,
        keys: &dyn KeyStore,
        env: Arc<dyn Environment>,
    ) -> Result<Self, Error> {
        Self::with_policy(domain, store, keys, env, Policy::default())
    }

    /// The same with what its operator allows.
    ///
    /// # Errors
    /// As [`Service::new`].
    pub fn with_policy(
        domain: &str,
        store: Arc<dyn Store>,
        keys: &dyn KeyStore,
        env: Arc<dyn Environment>,
        policy: Policy,
    ) -> Result<Self, Error> {
        let host = Host::load(&*store, keys, &*env)?;
        let accounts = Arc::new(Accounts::new(store.clone()));
        let verifier = ClientVerifier::new(accounts.clone());
        let responder = Arc::new(Responder::new(
            Box::new(host.credential.clone()),
            verifier,
            ResponderLimits::default(),
            &*env,
        )?);
        let metrics = Arc::new(Metrics::new(Arc::new(Looked {
            store: store.clone(),
            responder: responder.clone(),
        })));
        Ok(Self(Arc::new(Inner {
            domain: domain.to_ascii_lowercase(),
            store,
            accounts,
            host,
            env,
            metrics,
            responder,
            per_account: policy.per_account.map(Limiter::new),
            sign_ups: policy.sign_ups_per_hour.map(|most| Quota::new(most.get())),
            policy,
            requests: Quota::new(MAX_REQUESTS),
            pin_requests: Quota::new(MAX_PIN_REQUESTS),
            contributions: Quota::new(operate::MAX_CONTRIBUTIONS),
            claims: Quota::new(publication::MAX_CLAIMS),
            history: History::default(),
        })))
    }

    /// The fingerprint of the service.
    ///
    /// # Errors
    /// [`Error::Schema`].
    pub fn udf(&self) -> Result<String, Error> {
        Ok(self.0.host.service.udf()?)
    }

    /// Does what time demands; call it about every minute.
    pub fn tick(&self) {
        self.0.responder.tick(&*self.0.env);
        if let Err(error) = self.0.host.renew(&*self.0.store, &*self.0.env) {
            tracing::error!(%error, "the host cannot be connected to its service anew");
        }
        if let Some(limiter) = &self.0.per_account {
            limiter.sweep();
        }
        if let Some(sample) = self.sample() {
            self.0.history.add(sample);
        }
        if let Err(error) = self.forget_invitations() {
            tracing::error!(%error, "invitations that are over cannot be removed");
        }
    }

    /// How it is now; nothing when the store cannot be read. Not on a thread that must not block.
    pub(crate) fn sample(&self) -> Option<Sample> {
        let figures = match self.figures() {
            Ok(figures) => figures,
            Err(error) => {
                tracing::error!(%error, "the size of the store cannot be read");
                return None;
            }
        };
        let totals = self.0.metrics.totals();
        Some(Sample {
            time: self.0.env.now().unix(),
            requests: totals.requests,
            refused: totals.refused,
            micros: totals.micros,
            received: totals.received,
            sent: totals.sent,
            sessions: u64::try_from(self.0.responder.session_count()).unwrap_or(u64::MAX),
            memory: resident().unwrap_or(0),
            accounts: figures.accounts,
            data: figures.data,
            free: figures.free,
            log: figures.log,
        })
    }

    /// How it was during the last day.
    pub(crate) fn history(&self) -> Vec<Sample> {
        self.0.history.samples()
    }

    /// The domain whose accounts it serves.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.0.domain
    }

    /// What its operator allows.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.0.policy
    }

    /// What it counts of itself.
    #[must_use]
    pub fn metrics(&self) -> Arc<Metrics> {
        self.0.metrics.clone()
    }

    /// How large its store is.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub fn figures(&self) -> Result<StoreFigures, Error> {
        Ok(self.0.store.figures()?)
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.0.store
    }

    pub(crate) fn environment(&self) -> &dyn Environment {
        &*self.0.env
    }

    /// The check for requests of a peer.
    #[must_use]
    pub fn access<'a>(&'a self, peer: &'a Peer) -> Access<'a> {
        Access {
            accounts: &self.0.accounts,
            peer,
        }
    }

    pub(crate) fn host(&self) -> &Host {
        &self.0.host
    }

    pub(crate) fn accounts(&self) -> Arc<Accounts> {
        self.0.accounts.clone()
    }

    fn served(&self, udf: &str) -> Result<Served, Failure> {
        self.0
            .accounts
            .by_profile(udf)?
            .ok_or_else(|| Failure::new(Code::NotFound))?
            .active()
    }

    /// Whether somebody may become an account now: what that changes of the invitation they bring.
    fn admit_account(&self, invitation: Option<&str>) -> Result<Option<HostChange>, Failure> {
        let policy = &self.0.policy;
        if policy.sign_up == SignUp::Closed {
            return Err(Failure::with_text(
                Code::Refused,
                "this service takes no new accounts",
            ));
        }
        if let Some(most) = policy.max_accounts
            && self.figures()?.accounts >= most
        {
            return Err(Failure::with_text(
                Code::Refused,
                "this service has as many accounts as it takes",
            ));
        }
        if let Some(code) = invitation {
            return self.use_invitation(code).map(Some);
        }
        if policy.sign_up == SignUp::Invitation {
            return Err(Failure::new(Code::InvitationNeeded));
        }
        match &self.0.sign_ups {
            Some(quota) if !quota.admit((), 1, self.0.env.now().unix()) => Err(Failure::with_text(
                Code::TooManyRequests,
                "too many accounts were created within the hour; come back later",
            )),
            _ => Ok(None),
        }
    }

    /// Refuses octets for which the account has no room.
    fn fits_quota(&self, served: &Served, more: u64, reserve: bool) -> Result<(), Failure> {
        let Some(quota) = self.quota_of(served.record()) else {
            return Ok(());
        };
        // Who governs the account can remove a stolen device, and what else fills it, also when it is full.
        let most = match reserve {
            true => quota.saturating_add((quota / 10).max(RESERVE)),
            false => quota,
        };
        let heads = self.0.store.status(served.id, None).map_err(Error::from)?;
        let kept = heads.iter().map(|head| head.bytes);
        match kept.fold(more, u64::saturating_add) <= most {
            true => Ok(()),
            false => Err(Failure::new(Code::QuotaExceeded)),
        }
    }

    /// One message into a spool of an account; its place is assigned here.
    fn post_message(
        &self,
        served: &Served,
        label: StoreLabel,
        envelope: &Envelope,
    ) -> Result<(), Failure> {
        let staged = vec![(label, envelope.clone())];
        let size = u64::try_from(to_json_b(envelope).len()).unwrap_or(u64::MAX);
        self.fits_quota(served, size, false)?;
        let now = self.0.env.now();
        let done = self.0.store.transact(served.id, &mut |transaction| {
            for (label, envelope) in &staged {
                append_message(transaction, *label, envelope, now)?;
            }
            Ok(())
        });
        Ok(done.map_err(Error::from)?)
    }

    /// Counts a request for connection and refuses it when there were too many. Whoever names a PIN of the account is counted by that PIN,
    /// so that strangers cannot keep the owner from connecting a device.
    fn admit_request(&self, served: &Served, pin: Option<&str>) -> Result<(), Failure> {
        let now = self.0.env.now().unix();
        let known = match pin.map(mesh_crypto::udf::message::envelope_id) {
            Some(Ok(id)) => {
                let store = &self.0.store;
                let found = store.frame_by_key(served.id, StoreLabel::Local.as_str(), &id);
                found.map_err(Error::from)?.map(|_| id)
            }
            _ => None,
        };
        let admitted = match known {
            Some(id) => self.0.pin_requests.admit((served.id.0, id), 1, now),
            None => self.0.requests.admit(served.id.0, 1, now),
        };
        match admitted {
            true => Ok(()),
            false => Err(Failure::with_text(
                Code::Refused,
                "too many devices have asked for connection within the hour",
            )),
        }
    }
}

impl PacketHandler for Service {
    fn handle(&self, _: &str, packet: &[u8]) -> PacketReply {
        let begun = Instant::now();
        let seen = Seen::default();
        let mut answer = |peer: &Peer, payload: &[u8]| self.answer(peer, payload, &seen);
        let outcome = self.0.responder.handle(packet, &*self.0.env, &mut answer);
        self.reply(outcome, &seen, begun)
    }

    fn begin(self: Arc<Self>, _: String, packet: Vec<u8>) -> Begun {
        // Opening a large one keeps the thread as long as a disk would.
        if packet.len() > AT_ONCE {
            return Begun::Waits(Box::new(move || self.handle("", &packet)));
        }
        let begun = Instant::now();
        match self.0.responder.receive(&packet, &*self.0.env) {
            Received::Contact => Begun::Waits(Box::new(move || self.handle("", &packet))),
            Received::Ended(outcome) => {
                Begun::Answered(self.reply(outcome, &Seen::default(), begun))
            }
            Received::Request(request) => {
                let at_once = self.answers_at_once(&request);
                let work = move || {
                    let seen = Seen::default();
                    let payload = self.answer(request.peer(), request.payload(), &seen);
                    self.reply(request.answer(&payload), &seen, begun)
                };
                match at_once {
                    true => Begun::Answered(work()),
                    false => Begun::Waits(Box::new(work)),
                }
            }
        }
    }
}

impl Service {
    /// Whether a request only looks a few rows up, in a store that has them at hand: giving it to another thread would cost as much.
    fn answers_at_once(&self, request: &Request<Peer>) -> bool {
        let operation = read_tag(request.payload()).ok();
        let operation = operation.and_then(|tag| Operation::parse(&tag));
        operation == Some(Operation::Status) && self.0.store.answers_at_once()
    }

    /// Carries out a request.
    fn answer(&self, peer: &Peer, payload: &[u8], seen: &Seen) -> Vec<u8> {
        let access = ObservedAccess {
            access: self.access(peer),
            service: self,
            seen,
        };
        if let Some(answer) = answer::answer(&access, payload) {
            return answer;
        }
        let service = ObservedService {
            service: self,
            seen,
        };
        dispatch(&access, &service, payload)
    }

    /// Counts what became of a packet, and says so to the listener.
    fn reply(&self, outcome: Outcome, seen: &Seen, begun: Instant) -> PacketReply {
        let (operation, status) = match &outcome {
            Outcome::Reply(_) => (seen.operation(), seen.status()),
            Outcome::SessionUnknown => ("Session", "Unknown"),
            Outcome::Refused(_) => ("Session", "Refused"),
        };
        self.0.metrics.request(operation, status, begun.elapsed());
        match outcome {
            Outcome::Reply(packet) => PacketReply::Packet(packet),
            Outcome::SessionUnknown => PacketReply::SessionUnknown,
            Outcome::Refused(error) => {
                tracing::debug!(%error, "a packet was refused");
                PacketReply::Refused(error.class().protocol_status())
            }
        }
    }
}

/// What the metrics look up.
struct Looked {
    store: Arc<dyn Store>,
    responder: Arc<Responder<ClientVerifier>>,
}

impl Looks for Looked {
    fn store(&self) -> Option<StoreFigures> {
        match self.store.figures() {
            Ok(figures) => Some(figures),
            Err(error) => {
                tracing::error!(%error, "the size of the store cannot be read");
                None
            }
        }
    }

    fn sessions(&self) -> usize {
        self.responder.session_count()
    }
}

fn missing(field: &str) -> Failure {
    Failure::invalid(&format!("the field {field} is missing or unusable"))
}

fn not_offered() -> Failure {
    Failure::with_text(Code::Refused, "this service does not offer the operation")
}

impl MeshService for Service {
    fn hello(&self, _: &PublicCaller, _: MeshHelloRequest) -> Result<MeshHelloResponse, Failure> {
        let encoding = mesh_protocol::generated::Encoding {
            id: vec!["application/json".to_owned()],
            ..Default::default()
        };
        Ok(MeshHelloResponse {
            version: Some(Version {
                major: Some(3),
                minor: Some(0),
                encodings: vec![encoding],
                ..Version::default()
            }),
            enveloped_profile_service: Some(self.0.host.service.enveloped()),
            ..MeshHelloResponse::default()
        })
    }

    fn bind_account(
        &self,
        caller: &AdminCaller,
        request: BindRequest,
    ) -> Result<BindResponse, Failure> {
        let address = request
            .account_address
            .as_deref()
            .ok_or_else(|| missing("AccountAddress"))?;
        let address =
            AccountAddress::parse(address).map_err(|error| Failure::invalid(&error.to_string()))?;
        if address.domain() != self.0.domain {
            return Err(Failure::with_text(
                Code::Refused,
                "this service serves another domain",
            ));
        }
        let envelope = request
            .enveloped_profile_account
            .as_ref()
            .ok_or_else(|| missing("EnvelopedProfileAccount"))?
            .envelope();
        if to_json_b(envelope).len() > MAX_OBJECT {
            return Err(Failure::new(Code::TooLarge));
        }
        let profile = Valid::<ProfileUser>::validate(envelope).map_err(Error::from)?;
        let udf = profile.udf().map_err(Error::from)?;
        if profile.address().map_err(Error::from)? != address {
            return Err(Failure::invalid("the profile is for another address"));
        }
        let own = profile.authentication_key().map_err(Error::from)?;
        if !matches!(&caller.peer, Peer::Key(peer) if peer.key == own) {
            return Err(Failure::new(Code::NotAuthorized));
        }
        // Asked again, perhaps because the first answer was lost: the same answer.
        if let Some(served) = self
            .0
            .accounts
            .by_profile(&udf)?
            .filter(|served| served.address == address.to_string())
        {
            let served = served.active()?;
            return Ok(BindResponse {
                enveloped_account_host_assignment: Some(served.assignment().clone()),
                ..BindResponse::default()
            });
        }
        let assignment = assignment(&self.0.host, &address, &*self.0.env)?;
        let mut stores = Vec::new();
        for label in [StoreLabel::Inbound, StoreLabel::Outbound, StoreLabel::Local] {
            let (first, tip) = create_spool();
            let frames = vec![NewFrame {
                envelope: to_json_b(&first),
                key: None,
            }];
            let digest = tip
                .summary()
                .map(|summary| summary.apex.to_vec())
                .unwrap_or_default();
            stores.push(NewStore {
                label: label.as_str().to_owned(),
                frames,
                digest,
                state: tip.encode(),
            });
        }
        let mut new = NewAccount {
            profile_udf: udf.clone(),
            address: address.to_string(),
            state: AccountState::Active,
            record: record(&address, &udf, envelope, &assignment),
            stores,
            access: Vec::new(),
            spend: None,
        };
        let invitation = request.invitation.as_ref();
        let invitation = invitation.map(mesh_jsonbcd::SecretString::expose_secret);
        let mut created = Err(StoreError::HostChanged);
        for _ in 0..SIGN_UP_ATTEMPTS {
            new.spend = self.admit_account(invitation)?;
            created = self.0.store.create_account(&new);
            if created != Err(StoreError::HostChanged) {
                break;
            }
        }
        created.map_err(Error::from)?;
        tracing::info!(account = %udf, "account bound");
        Ok(BindResponse {
            enveloped_account_host_assignment: Some(assignment),
            ..BindResponse::default()
        })
    }

    fn unbind_account(
        &self,
        caller: &AdminCaller,
        _: UnbindRequest,
    ) -> Result<UnbindResponse, Failure> {
        let udf = caller
            .account
            .as_deref()
            .ok_or_else(|| Failure::new(Code::NotAuthorized))?;
        let served = self.served(udf)?;
        self.0
            .store
            .delete_account(served.id)
            .map_err(Error::from)?;
        tracing::info!(account = %udf, "account unbound");
        Ok(UnbindResponse::default())
    }

    fn connect(
        &self,
        caller: &PublicCaller,
        request: ConnectRequest,
    ) -> Result<ConnectResponse, Failure> {
        let received = request
            .enveloped_request_connection
            .ok_or_else(|| missing("EnvelopedRequestConnection"))?;
        if to_json_b(received.envelope()).len() > MAX_OBJECT {
            return Err(Failure::new(Code::TooLarge));
        }
        let valid = ValidRequest::validate(received.envelope()).map_err(Error::from)?;
        if *caller.peer.key() != valid.device.authentication_key().map_err(Error::from)? {
            return Err(Failure::new(Code::NotAuthorized));
        }
        let address = valid
            .request
            .account_address
            .as_deref()
            .ok_or_else(|| missing("AccountAddress"))?;
        let address =
            AccountAddress::parse(address).map_err(|error| Failure::invalid(&error.to_string()))?;
        let served = self
            .0
            .accounts
            .by_address(&address)?
            .ok_or_else(|| Failure::new(Code::NotFound))?
            .active()?;
        self.admit_request(&served, valid.request.pin_id.as_deref())?;
        let message = acknowledge_connection(&served.profile, &valid, &received, &*self.0.env)
            .map_err(Error::from)?;
        let posted =
            post(&message, &[], Cipher::default(), None, &*self.0.env).map_err(Error::from)?;
        self.post_message(&served, StoreLabel::Inbound, posted.envelope())?;
        Ok(ConnectResponse {
            enveloped_acknowledge_connection: Some(posted),
            enveloped_profile_account: Some(Enveloped::new(served.profile.envelope().clone())),
            ..ConnectResponse::default()
        })
    }

    fn complete(
        &self,
        caller: &UserCaller,
        request: CompleteRequest,
    ) -> Result<CompleteResponse, Failure> {
        let served = self.served(&caller.account)?;
        let response = request
            .response_id
            .as_deref()
            .ok_or_else(|| missing("ResponseID"))?;
        let id = mesh_crypto::udf::message::envelope_id(response).map_err(Error::from)?;
        let frame = self
            .0
            .store
            .frame_by_key(served.id, StoreLabel::Local.as_str(), &id)
            .map_err(Error::from)?;
        let pending = || Failure::with_text(Code::NotAuthorized, RESPONSE_NOT_FOUND);
        let envelope: Envelope =
            from_bytes(&frame.ok_or_else(pending)?.envelope).map_err(Error::from)?;
        // Other messages of the local spool are nobody's business.
        let kind = envelope.content_meta().map_err(Error::from)?.message_type;
        if kind.as_deref() != Some(<RespondConnection as mesh_jsonbcd::Object>::TAG) {
            return Err(pending());
        }
        Ok(CompleteResponse {
            enveloped_respond_connection: Some(Enveloped::new(envelope)),
            enveloped_account_host_assignment: Some(served.assignment().clone()),
            ..CompleteResponse::default()
        })
    }

    fn status(
        &self,
        caller: &UserCaller,
        request: StatusRequest,
    ) -> Result<StatusResponse, Failure> {
        self.store_status(caller, &request)
    }

    fn download(
        &self,
        caller: &UserCaller,
        request: DownloadRequest,
    ) -> Result<DownloadResponse, Failure> {
        self.store_download(caller, &request)
    }

    fn transact(
        &self,
        caller: &UserCaller,
        request: TransactRequest,
    ) -> Result<TransactResponse, Failure> {
        self.store_transact(caller, request)
    }

    fn public_read(&self, _: &PublicCaller, _: PublicRequest) -> Result<DownloadResponse, Failure> {
        Err(not_offered())
    }

    fn post(&self, _: &PublicCaller, _: PostRequest) -> Result<PostResponse, Failure> {
        Err(not_offered())
    }

    fn claim(
        &self,
        caller: &PublicCaller,
        request: ClaimRequest,
    ) -> Result<ClaimResponse, Failure> {
        self.publication_claim(caller, request)
    }

    fn poll_claim(
        &self,
        caller: &PublicCaller,
        request: PollClaimRequest,
    ) -> Result<PollClaimResponse, Failure> {
        self.publication_poll(caller, &request)
    }

    fn operate(
        &self,
        caller: &UserCaller,
        request: OperateRequest,
    ) -> Result<OperateResponse, Failure> {
        self.contribute(caller, &request)
    }
}
