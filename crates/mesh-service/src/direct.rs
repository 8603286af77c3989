// SPDX-License-Identifier: MIT
//! The service as a client in the same process sees it: typed values, nothing serialised.
//!
//! Spec: none; a deployment of the Mesh Service Protocol without a wire.
//! Here: the port. The caller's credential is verified as over the wire, only possession of the key is taken for granted,
//! because the caller hands over the key itself.
//! Not here: packets (`service`).

use mesh_protocol::credential::ClientVerifier;
use mesh_protocol::generated::{MeshServiceDirect, MeshServiceSession};
use mesh_protocol::runtime::Authenticate;
use mesh_protocol::{
    ClientCredential, Error, Failure, HostEvidence, HostExpectation, MeshPort, MeshSession, Peer,
};
use mesh_rud::{Credential, Verifier};
use mesh_schema::Valid;
use mesh_schema::generated::ProfileService;

use crate::service::Service;

/// Opens typed conversations with a service in the same process.
#[derive(Clone, Debug)]
pub struct DirectPort(Service);

impl DirectPort {
    /// The port of a service.
    #[must_use]
    pub fn new(service: Service) -> Self {
        Self(service)
    }
}

impl MeshPort for DirectPort {
    fn open(
        &self,
        _: &str,
        credential: ClientCredential,
        host: HostExpectation,
    ) -> Result<Box<dyn MeshSession>, Error> {
        let service = self.0.clone();
        let (_, evidence) = host
            .verify(&service.host().credential.extensions())
            .map_err(mesh_rud::Error::from)?;
        evidence.holds(service.environment().now())?;
        let session = MeshServiceDirect::new(
            Proven {
                service: service.clone(),
                credential,
            },
            service,
        );
        Ok(Box::new(Direct { session, evidence }))
    }
}

/// Verifies the credential anew for every request, as a removed account or device must be noticed.
struct Proven {
    service: Service,
    credential: ClientCredential,
}

impl Proven {
    fn peer(&self) -> Result<Peer, Failure> {
        let verifier = ClientVerifier::new(self.service.accounts());
        let verified = verifier.verify(&self.credential.extensions());
        // What the handshake proves elsewhere: that the caller holds the key which the credential is for.
        match verified {
            Ok((key, peer)) if key == *self.credential.authentication_key() => Ok(peer),
            _ => Err(Failure::new(mesh_protocol::Code::NotAuthorized)),
        }
    }
}

impl Authenticate for Proven {
    fn public(
        &self,
        operation: mesh_protocol::generated::Operation,
    ) -> Result<mesh_protocol::caller::PublicCaller, Failure> {
        self.service.access(&self.peer()?).public(operation)
    }

    fn user(
        &self,
        operation: mesh_protocol::generated::Operation,
    ) -> Result<mesh_protocol::caller::UserCaller, Failure> {
        self.service.access(&self.peer()?).user(operation)
    }

    fn admin(
        &self,
        operation: mesh_protocol::generated::Operation,
    ) -> Result<mesh_protocol::caller::AdminCaller, Failure> {
        self.service.access(&self.peer()?).admin(operation)
    }
}

struct Direct {
    session: MeshServiceDirect<Proven, Service>,
    evidence: HostEvidence,
}

impl MeshSession for Direct {
    fn pin(&mut self, service: &Valid<ProfileService>) -> Result<(), mesh_protocol::Error> {
        Ok(self.evidence.serves(service)?)
    }
}

macro_rules! forward {
    ($($name:ident: $request:ident -> $response:ident;)*) => {
        impl MeshServiceSession for Direct {
            $(fn $name(
                &mut self,
                request: &mesh_protocol::generated::$request,
            ) -> Result<mesh_protocol::generated::$response, Error> {
                self.session.$name(request)
            })*
        }
    };
}

forward! {
    hello: MeshHelloRequest -> MeshHelloResponse;
    bind_account: BindRequest -> BindResponse;
    unbind_account: UnbindRequest -> UnbindResponse;
    connect: ConnectRequest -> ConnectResponse;
    complete: CompleteRequest -> CompleteResponse;
    status: StatusRequest -> StatusResponse;
    download: DownloadRequest -> DownloadResponse;
    transact: TransactRequest -> TransactResponse;
    public_read: PublicRequest -> DownloadResponse;
    post: PostRequest -> PostResponse;
    claim: ClaimRequest -> ClaimResponse;
    poll_claim: PollClaimRequest -> PollClaimResponse;
    operate: OperateRequest -> OperateResponse;
}
