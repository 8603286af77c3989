// SPDX-License-Identifier: MIT
//! What a service allows and tells, from its options.
//!
//! Spec: none.
//! Here: the policy, the socket of the operator, the metrics, the orderly end.
//! Not here: what the operator asks (`operator`).

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use mesh_jsonbcd::ErrorClass;
use mesh_service::listener::{AddressRate, Draining, Intake};
use mesh_service::metrics::Metrics;
use mesh_service::rate::Rate;
use mesh_service::{Policy, Service, SignUp, admin};
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{OperationArgs, SignUpName};
use crate::error::Failure;

/// The socket of the operator in the data directory.
pub(crate) const ADMIN_SOCKET: &str = "admin.sock";
/// How often an address may ask unless something else is said.
const PER_ADDRESS: &str = "50/s:500";

/// What is allowed.
pub(super) fn policy(args: &OperationArgs) -> Policy {
    Policy {
        sign_up: match args.sign_up {
            SignUpName::Open => SignUp::Open,
            SignUpName::Invitation => SignUp::Invitation,
            SignUpName::Closed => SignUp::Closed,
        },
        max_accounts: args.max_accounts,
        sign_ups_per_hour: args.sign_ups_per_hour.try_into().ok(),
        quota: args.quota.0,
        per_account: args.per_account.0,
    }
}

/// How packets are taken in.
pub(super) fn intake(args: &OperationArgs, metrics: Arc<Metrics>, draining: Draining) -> Intake {
    let rate: Option<Rate> = match args.per_address {
        Some(rate) => rate.0,
        None => PER_ADDRESS.parse().ok(),
    };
    Intake {
        per_address: rate.map(|rate| AddressRate {
            rate,
            // Who sets a rate means it for everybody; by default a proxy on this machine must not be mistaken for one who asks.
            loopback: args.per_address.is_some() || !args.proxy.is_empty(),
            proxies: args.proxy.clone(),
        }),
        metrics: Some(metrics),
        draining,
        ..Intake::default()
    }
}

/// Serves the operator on a socket that only the user of the service can open. The data directory is locked by whoever calls this, so what
/// is there under its name is left over.
pub(super) fn serve_operator(
    data: &Path,
    service: Service,
    draining: Draining,
) -> Result<OperatorSocket, Failure> {
    let path = data.join(ADMIN_SOCKET);
    let failed = |error: io::Error| Failure {
        cause: format!(
            "cannot make the socket of the operator {}: {error}",
            path.display()
        ),
        remedy: "choose a data directory with a short path on a file system that has sockets"
            .to_owned(),
        class: ErrorClass::Unavailable,
    };
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // Made under the umask 077: at no time can others open it.
    let listener = UnixListener::bind(&path).map_err(failed)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    let router = admin::router(service, draining);
    tokio::spawn(async move {
        // Ends with the process.
        let _ = axum::serve(listener, router).await;
    });
    Ok(OperatorSocket(path))
}

/// The socket of the operator, which is removed at the end.
pub(super) struct OperatorSocket(PathBuf);

impl Drop for OperatorSocket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Shows the metrics at an address; where that is.
pub(super) async fn serve_metrics(
    address: SocketAddr,
    service: Service,
) -> Result<SocketAddr, Failure> {
    show("metrics", address, admin::metrics_router(service)).await
}

/// Shows the page of the operator at an address of this machine itself; where that is.
pub(super) async fn serve_status(
    address: SocketAddr,
    service: Service,
) -> Result<SocketAddr, Failure> {
    if !address.ip().is_loopback() {
        return Err(Failure::misuse(
            format!("the page of the operator is not shown on {address}, which others may reach"),
            "choose an address of this machine itself, as --status 127.0.0.1:9152, and reach it through ssh -L",
        ));
    }
    show("status", address, admin::page_router(service)).await
}

/// Serves what an option names.
async fn show(option: &str, address: SocketAddr, router: Router) -> Result<SocketAddr, Failure> {
    let failed = |error: io::Error| Failure {
        cause: format!("cannot show {option} on {address}: {error}"),
        remedy: format!("choose another address with --{option}, or end what uses this one"),
        class: ErrorClass::Unavailable,
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    tokio::spawn(async move {
        let _ = axum::serve(listener, router).await;
    });
    Ok(bound)
}

/// Comes true when the service is told to end and has given notice of it.
pub(super) fn told_to_end(
    args: &OperationArgs,
    draining: Draining,
) -> io::Result<impl Future<Output = ()> + use<>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let notice = args.drain;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        draining.begin();
        tracing::info!(?notice, "the service ends");
        tokio::select! {
            () = tokio::time::sleep(notice) => {}
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
