// SPDX-License-Identifier: MIT
//! `serve`, which is `servermesh`: a Mesh service.
//!
//! Spec: mesh-protocol, "Mesh Service".
//! Here: from options to a running service, and its orderly end.
//! Not here: the service (`mesh-service`), its certificate (`certificate`).

mod acme;
mod certificate;
mod handed;

pub(crate) mod operation;
pub(crate) mod store;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mesh_crypto::Environment;
use mesh_keystore::SystemEnvironment;
use mesh_keystore::file::create_private_dir;
use mesh_keystore::passphrase::{NoPrompt, PassphraseSource, Purpose};
use mesh_keystore::store::{FileStore, Sealing};
use mesh_protocol::discovery::ServiceText;
use mesh_service::Service;
use mesh_service::listener::{Draining, router_for, serve, serve_tls};
use sd_notify::NotifyState;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use self::certificate::Certificate;
use crate::cli::{LogFormat, ServeArgs};
use crate::command::dns::{self, Wanted};
use crate::error::Failure;
use crate::output::{Answer, line};
use crate::text;

/// The keys of the service in its data directory.
pub(crate) const KEYS: &str = "keys";

/// Runs the service until it is told to end.
///
/// # Errors
/// [`Failure`] when it cannot start.
pub fn run(args: &ServeArgs) -> Result<Answer, Failure> {
    let handed = handed::socket()?;
    log_to_stderr("info", args.operation.log_format);
    let listen = match (&handed, args.listen) {
        (None, _) => args.address(),
        (Some(socket), None) => socket.local_addr()?,
        (Some(_), Some(listen)) => {
            return Err(Failure::misuse(
                format!("a socket was handed over, and --listen {listen} names another"),
                "leave --listen away, or the unit of the socket",
            ));
        }
    };
    create_private_dir(&args.data)?;
    let store = store::open(&args.store, &args.data)?;
    let host = dns::host(&args.domain, args.tls.host.as_deref())?;
    let certificate = certificate::load(args, &host, listen)?;
    let keys = args.data.join(KEYS);
    let sealing = sealing(args.key_passphrase_file.as_deref())?;
    let keys = match FileStore::exists(&keys) {
        true => FileStore::open(&keys, &sealing)?,
        false => FileStore::create(&keys, &sealing)?,
    };
    let env: Arc<dyn Environment> = Arc::new(SystemEnvironment::new()?);
    let policy = operation::policy(&args.operation);
    let service = Service::with_policy(&args.domain, store, &keys, env, policy)?;
    let udf = service.udf()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = match handed {
            Some(socket) => TcpListener::from_std(socket)?,
            None => TcpListener::bind(listen).await.map_err(|error| Failure {
                cause: format!("cannot listen on {listen}: {error}"),
                remedy: text::LISTEN.to_owned(),
                class: mesh_jsonbcd::ErrorClass::Unavailable,
            })?,
        };
        let address = listener.local_addr()?;
        // A service serves, whether or not somebody reads where.
        let _ = line(&format!("service {} {udf}", args.domain));
        let scheme = if certificate.is_some() {
            "https"
        } else {
            "http"
        };
        let _ = line(&format!("listening on {scheme}://{address}"));
        // The pin of another one would be wrong in the DNS with its next renewal.
        if args.tls.self_signed
            && let Some(pin) = certificate.as_ref().and_then(Certificate::pin)
        {
            let _ = line(&format!("certificate {pin}"));
        }
        if let Some(Certificate::Acme(acme)) = &certificate
            && let Some(address) = acme.listen().await?
        {
            let _ = line(&format!("the authority is answered on http://{address}"));
        }
        dns::look(wanted(args, host, address, certificate.as_ref()));
        let draining = Draining::default();
        let _socket = operation::serve_operator(&args.data, service.clone(), draining.clone())?;
        if let Some(address) = args.operation.metrics {
            let address = operation::serve_metrics(address, service.clone()).await?;
            let _ = line(&format!("metrics on http://{address}/metrics"));
        }
        if let Some(address) = args.operation.status {
            let address = operation::serve_status(address, service.clone()).await?;
            let _ = line(&format!("status on http://{address}/"));
        }
        let ticking = service.clone();
        tokio::spawn(async move {
            let mut minute = tokio::time::interval(Duration::from_secs(60));
            loop {
                minute.tick().await;
                let ticking = ticking.clone();
                // It asks the store, which blocks.
                if let Err(error) = tokio::task::spawn_blocking(move || ticking.tick()).await {
                    tracing::error!(%error, "what is due every minute was not done");
                }
            }
        });
        let told = operation::told_to_end(&args.operation, draining.clone())?;
        let shutdown = async {
            told.await;
            handed::tell(NotifyState::Stopping);
        };
        let intake = operation::intake(&args.operation, service.metrics(), draining);
        let limits = intake.limits.clone();
        let router = router_for(Arc::new(service), intake);
        handed::tell(NotifyState::Ready);
        match certificate {
            Some(certificate) => {
                let tls = certificate.tls().clone();
                tokio::spawn(certificate.keep());
                serve_tls(listener, tls, router, &limits, shutdown).await;
            }
            None => {
                // Whoever reloads all services means to end none.
                let mut told = signal(SignalKind::hangup())?;
                tokio::spawn(async move {
                    while told.recv().await.is_some() {
                        tracing::info!("there is nothing to read again");
                    }
                });
                serve(listener, router, &limits, shutdown).await;
            }
        }
        Ok::<(), Failure>(())
    })?;
    Ok(Answer::say("the service has ended"))
}

/// How the keys of a service are sealed.
pub(crate) fn sealing(passphrase: Option<&Path>) -> Result<Sealing, Failure> {
    Ok(match passphrase {
        Some(file) => Sealing::Passphrase(
            PassphraseSource::File(file.to_owned()).read(Purpose::Open, &mut NoPrompt)?,
        ),
        None => Sealing::Clear,
    })
}

/// What the records of the domain are to say, as far as this host knows: a port may be forwarded to it, and a proxy on this
/// machine may speak TLS in front of it.
fn wanted(
    args: &ServeArgs,
    host: String,
    address: SocketAddr,
    certificate: Option<&Certificate>,
) -> Wanted {
    let here = address.ip().is_loopback();
    let shown = certificate.and_then(Certificate::pin);
    let own = shown.filter(|_| args.tls.self_signed);
    Wanted {
        domain: args.domain.to_ascii_lowercase(),
        host,
        port: if here { 443 } else { address.port() },
        any_port: true,
        text: ServiceText {
            tls: certificate.is_some() || here,
            pins: own.into_iter().collect(),
            ..ServiceText::default()
        },
        shown,
        addresses: Vec::new(),
    }
}

/// Logs to standard error what `MMM_LOG` asks for.
pub(crate) fn log_to_stderr(default: &str, format: LogFormat) {
    let filter = EnvFilter::try_from_env("MMM_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second call, in the same process, leaves the first in place.
    let _ = match format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
}
