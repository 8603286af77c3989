// SPDX-License-Identifier: MIT
//! A service that lies: what it answers is altered on its way to the client library.
//!
//! Spec: none.
//! Here: a port around another one whose responses pass through a hook.
//! Not here: the lies (tests).

use std::sync::{Arc, Mutex, PoisonError};

use mesh_protocol::generated::{
    BindRequest, BindResponse, ClaimRequest, ClaimResponse, CompleteRequest, CompleteResponse,
    ConnectRequest, ConnectResponse, DownloadRequest, DownloadResponse, MeshHelloRequest,
    MeshHelloResponse, MeshServiceSession, OperateRequest, OperateResponse, PollClaimRequest,
    PollClaimResponse, PostRequest, PostResponse, PublicRequest, StatusRequest, StatusResponse,
    TransactRequest, TransactResponse, UnbindRequest, UnbindResponse,
};
use mesh_protocol::{ClientCredential, Error, HostExpectation, MeshPort, MeshSession};
use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;

type Download = Box<dyn FnMut(&DownloadRequest, &mut DownloadResponse) + Send>;
type Claim = Box<dyn FnMut(&mut ClaimResponse) + Send>;
type PollClaim = Box<dyn FnMut(&mut PollClaimResponse) + Send>;
type Connect = Box<dyn FnMut(&mut ConnectResponse) + Send>;
type Complete = Box<dyn FnMut(&mut CompleteResponse) + Send>;
type Operate = Box<dyn FnMut(&mut OperateResponse) + Send>;
type Hello = Box<dyn FnMut(&mut MeshHelloResponse) + Send>;

/// What the service does to its answers.
#[derive(Default)]
struct Lies {
    download: Option<Download>,
    claim: Option<Claim>,
    poll_claim: Option<PollClaim>,
    connect: Option<Connect>,
    complete: Option<Complete>,
    hello: Option<Hello>,
    operate: Option<Operate>,
    /// Transactions are acknowledged and thrown away.
    forgets: bool,
    /// Transactions are kept here and not executed.
    intercepted: Option<TransactRequest>,
    intercepts: bool,
    /// Transactions are executed and not answered.
    swallows: bool,
    /// The same from the transaction after so many on, for all clients.
    swallows_after: Option<u32>,
    /// Nothing is answered.
    silent: bool,
    /// Something was really answered otherwise than it was.
    lied: bool,
    /// The device credential that was shown last.
    credential: Option<ClientCredential>,
}

/// The switchboard of a hostile service: honest until told otherwise.
#[derive(Clone, Default)]
pub struct Hostile(Arc<Mutex<Lies>>);

impl std::fmt::Debug for Hostile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hostile")
    }
}

impl Hostile {
    /// A port to an honest one whose answers pass through here.
    #[must_use]
    pub fn port(&self, honest: Arc<dyn MeshPort>) -> Arc<dyn MeshPort> {
        Arc::new(Port {
            honest,
            hostile: self.clone(),
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Lies) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Alters downloads from now on.
    pub fn download(
        &self,
        lie: impl FnMut(&DownloadRequest, &mut DownloadResponse) + Send + 'static,
    ) {
        self.with(|lies| lies.download = Some(Box::new(lie)));
    }

    /// Alters what whoever claims something is given from now on.
    pub fn claim(&self, lie: impl FnMut(&mut ClaimResponse) + Send + 'static) {
        self.with(|lies| lies.claim = Some(Box::new(lie)));
    }

    /// Alters what a preconfigured device is told of claims from now on.
    pub fn poll_claim(&self, lie: impl FnMut(&mut PollClaimResponse) + Send + 'static) {
        self.with(|lies| lies.poll_claim = Some(Box::new(lie)));
    }

    /// Alters answers to requests for connection from now on.
    pub fn connect(&self, lie: impl FnMut(&mut ConnectResponse) + Send + 'static) {
        self.with(|lies| lies.connect = Some(Box::new(lie)));
    }

    /// Alters what a connecting device is told from now on.
    pub fn complete(&self, lie: impl FnMut(&mut CompleteResponse) + Send + 'static) {
        self.with(|lies| lies.complete = Some(Box::new(lie)));
    }

    /// Alters what the service says of itself from now on.
    pub fn hello(&self, lie: impl FnMut(&mut MeshHelloResponse) + Send + 'static) {
        self.with(|lies| lies.hello = Some(Box::new(lie)));
    }

    /// Acknowledges transactions without keeping them from now on.
    pub fn forget(&self) {
        self.with(|lies| lies.forgets = true);
    }

    /// The transaction that the client sends meanwhile, which fails as if the service could not be reached.
    #[must_use]
    pub fn intercept(&self, client: impl FnOnce()) -> Option<TransactRequest> {
        self.with(|lies| lies.intercepts = true);
        client();
        self.with(|lies| {
            lies.intercepts = false;
            lies.intercepted.take()
        })
    }

    /// Executes transactions, and answers none any longer after so many.
    pub fn swallow_after(&self, number: u32) {
        self.with(|lies| lies.swallows_after = Some(number));
    }

    /// Executes transactions and does not answer them from now on.
    pub fn swallow(&self) {
        self.with(|lies| lies.swallows = true);
    }

    /// Alters contributions to decryptions from now on.
    pub fn operate(&self, lie: impl FnMut(&mut OperateResponse) + Send + 'static) {
        self.with(|lies| lies.operate = Some(Box::new(lie)));
    }

    /// Cannot be reached from now on.
    pub fn silence(&self) {
        self.with(|lies| lies.silent = true);
    }

    /// The device credential with which the last conversation was opened.
    #[must_use]
    pub fn credential(&self) -> Option<ClientCredential> {
        self.with(|lies| lies.credential.clone())
    }

    /// True when an answer was really altered, or a change thrown away, since the beginning.
    #[must_use]
    pub fn has_lied(&self) -> bool {
        self.with(|lies| lies.lied)
    }

    /// Is honest from now on.
    pub fn repent(&self) {
        self.with(|lies| {
            *lies = Lies {
                credential: lies.credential.take(),
                lied: lies.lied,
                ..Lies::default()
            };
        });
    }
}

struct Port {
    honest: Arc<dyn MeshPort>,
    hostile: Hostile,
}

impl MeshPort for Port {
    fn open(
        &self,
        domain: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error> {
        let silent = self.hostile.with(|lies| {
            if matches!(credential, ClientCredential::Device { .. }) {
                lies.credential = Some(credential.clone());
            }
            lies.silent
        });
        if silent {
            return Err(Error::Unreachable {
                text: "the service is silent".to_owned(),
            });
        }
        Ok(Box::new(Session {
            honest: self.honest.open(domain, credential, host)?,
            hostile: self.hostile.clone(),
        }))
    }
}

struct Session {
    honest: Box<dyn MeshSession>,
    hostile: Hostile,
}

impl MeshSession for Session {
    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), Error> {
        self.honest.pin(service)
    }
}

macro_rules! honest {
    ($($name:ident: $request:ident -> $response:ident;)*) => {
        $(fn $name(&mut self, request: &$request) -> Result<$response, Error> {
            self.honest.$name(request)
        })*
    };
}

macro_rules! altered {
    ($($name:ident: $request:ident -> $response:ident;)*) => {
        $(fn $name(&mut self, request: &$request) -> Result<$response, Error> {
            let mut response = self.honest.$name(request)?;
            self.hostile.with(|lies| {
                if let Some(lie) = &mut lies.$name {
                    let honest = response.clone();
                    lie(&mut response);
                    lies.lied |= response != honest;
                }
            });
            Ok(response)
        })*
    };
}

impl MeshServiceSession for Session {
    fn download(&mut self, request: &DownloadRequest) -> Result<DownloadResponse, Error> {
        let mut response = self.honest.download(request)?;
        self.hostile.with(|lies| {
            if let Some(lie) = &mut lies.download {
                let honest = response.clone();
                lie(request, &mut response);
                lies.lied |= response != honest;
            }
        });
        Ok(response)
    }

    fn transact(&mut self, request: &TransactRequest) -> Result<TransactResponse, Error> {
        let (intercepts, forgets, swallows) = self.hostile.with(|lies| {
            lies.lied |= lies.forgets;
            if lies.intercepts {
                lies.intercepted = Some(request.clone());
            }
            if let Some(left) = &mut lies.swallows_after {
                lies.swallows |= *left == 0;
                *left = left.saturating_sub(1);
            }
            (lies.intercepts, lies.forgets, lies.swallows)
        });
        if intercepts {
            return Err(Error::Unreachable {
                text: "the transaction was intercepted".to_owned(),
            });
        }
        if forgets {
            return Ok(TransactResponse::default());
        }
        let response = self.honest.transact(request)?;
        match swallows {
            true => Err(Error::SessionLost {
                text: "the answer was lost".to_owned(),
            }),
            false => Ok(response),
        }
    }

    altered! {
        hello: MeshHelloRequest -> MeshHelloResponse;
        claim: ClaimRequest -> ClaimResponse;
        poll_claim: PollClaimRequest -> PollClaimResponse;
        connect: ConnectRequest -> ConnectResponse;
        complete: CompleteRequest -> CompleteResponse;
        operate: OperateRequest -> OperateResponse;
    }

    honest! {
        bind_account: BindRequest -> BindResponse;
        unbind_account: UnbindRequest -> UnbindResponse;
        status: StatusRequest -> StatusResponse;
        public_read: PublicRequest -> DownloadResponse;
        post: PostRequest -> PostResponse;
    }
}
