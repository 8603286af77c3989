// SPDX-License-Identifier: MIT
//! One request as it passes: counted, and held back when its account asks for too much.
//!
//! Spec: none.
//! Here: what stands around the check of the caller and around the operation.
//! Not here: the check (`access`), the operations (`service`), the counters (`metrics`).

use std::cell::Cell;

use mesh_protocol::caller::{AdminCaller, PublicCaller, UserCaller};
use mesh_protocol::generated::{MeshService, Operation};
use mesh_protocol::runtime::Authenticate;
use mesh_protocol::{Code, Failure};

use super::Service;
use crate::access::{Access, Known};
use crate::error::Error;

/// What a request asked for, and how it ended.
#[derive(Debug, Default)]
pub(super) struct Seen {
    operation: Cell<Option<Operation>>,
    end: Cell<Option<Result<(), Code>>>,
}

impl Seen {
    /// The name of the operation; of a packet without one it begins a session.
    pub(super) fn operation(&self) -> &'static str {
        self.operation.get().map_or("Handshake", Operation::name)
    }

    /// How it ended, in a word.
    pub(super) fn status(&self) -> &'static str {
        match (self.operation.get(), self.end.get()) {
            (_, Some(Ok(()))) | (None, None) => "Success",
            (_, Some(Err(code))) => code.name(),
            // Its fields were not read.
            (Some(_), None) => Code::Invalid.name(),
        }
    }

    fn ended<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        let end = result.as_ref().map(|_| ()).map_err(Failure::code);
        self.end.set(Some(end));
        result
    }

    fn refused<T>(&self, operation: Operation, result: Result<T, Failure>) -> Result<T, Failure> {
        self.operation.set(Some(operation));
        match result {
            Ok(caller) => Ok(caller),
            Err(failure) => self.ended(Err(failure)),
        }
    }
}

/// The check of the caller, then of how often the account asks.
pub(super) struct ObservedAccess<'a> {
    pub(super) access: Access<'a>,
    pub(super) service: &'a Service,
    pub(super) seen: &'a Seen,
}

impl ObservedAccess<'_> {
    /// Who asks, for an operation of a user that is answered without the dispatcher.
    pub(super) fn known(&self, operation: Operation) -> Result<Known, Failure> {
        self.seen.operation.set(Some(operation));
        let known = self.access.known(operation)?;
        let account = known.served.profile.udf().map_err(Error::from)?;
        self.hold(Some(&account))?;
        Ok(known)
    }

    /// Notes how it ended.
    pub(super) fn ended<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        self.seen.ended(result)
    }

    fn hold(&self, account: Option<&str>) -> Result<(), Failure> {
        let (Some(account), Some(limiter)) = (account, &self.service.0.per_account) else {
            return Ok(());
        };
        limiter.admit(account).map_err(|seconds| {
            let text =
                format!("too much was asked for from this account; come back in {seconds} s");
            Failure::with_text(Code::TooManyRequests, &text)
        })
    }
}

impl Authenticate for ObservedAccess<'_> {
    fn public(&self, operation: Operation) -> Result<PublicCaller, Failure> {
        self.seen.refused(operation, self.access.public(operation))
    }

    fn user(&self, operation: Operation) -> Result<UserCaller, Failure> {
        let caller = self.access.user(operation);
        let held = caller.and_then(|caller| self.hold(Some(&caller.account)).map(|()| caller));
        self.seen.refused(operation, held)
    }

    fn admin(&self, operation: Operation) -> Result<AdminCaller, Failure> {
        let caller = self.access.admin(operation);
        let held = caller.and_then(|caller| self.hold(caller.account.as_deref()).map(|()| caller));
        self.seen.refused(operation, held)
    }
}

/// The operations.
pub(super) struct ObservedService<'a> {
    pub(super) service: &'a Service,
    pub(super) seen: &'a Seen,
}

macro_rules! forward {
    ($($name:ident: $caller:ident, $request:ident -> $response:ident;)*) => {
        impl MeshService for ObservedService<'_> {
            $(fn $name(
                &self,
                caller: &$caller,
                request: mesh_protocol::generated::$request,
            ) -> Result<mesh_protocol::generated::$response, Failure> {
                self.seen.ended(self.service.$name(caller, request))
            })*
        }
    };
}

forward! {
    hello: PublicCaller, MeshHelloRequest -> MeshHelloResponse;
    bind_account: AdminCaller, BindRequest -> BindResponse;
    unbind_account: AdminCaller, UnbindRequest -> UnbindResponse;
    connect: PublicCaller, ConnectRequest -> ConnectResponse;
    complete: UserCaller, CompleteRequest -> CompleteResponse;
    status: UserCaller, StatusRequest -> StatusResponse;
    download: UserCaller, DownloadRequest -> DownloadResponse;
    transact: UserCaller, TransactRequest -> TransactResponse;
    public_read: PublicCaller, PublicRequest -> DownloadResponse;
    post: PublicCaller, PostRequest -> PostResponse;
    claim: PublicCaller, ClaimRequest -> ClaimResponse;
    poll_claim: PublicCaller, PollClaimRequest -> PollClaimResponse;
    operate: UserCaller, OperateRequest -> OperateResponse;
}
