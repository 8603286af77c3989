// SPDX-License-Identifier: MIT
//! The certificate of the service: where it comes from, and reading it again when it was renewed.
//!
//! Spec: none.
//! Here: files of the operator, the self-signed certificate in the data directory, changes, expiry.
//! Not here: certificates by ACME (`acme`), TLS (`mesh-service`, listener).

use std::fs::{File, Metadata};
use std::io::Read;
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use mesh_jsonbcd::ErrorClass;
use mesh_keystore::file::{Existing, write_private};
use mesh_protocol::discovery::CertificatePin;
use mesh_service::listener::{SelfSigned, Tls, TlsCertificate};
use tokio::signal::unix::{Signal, SignalKind, signal};
use zeroize::Zeroizing;

use super::acme::Acme;
use crate::cli::ServeArgs;
use crate::error::Failure;

/// Files of the self-signed certificate, in the data directory.
const CERTIFICATE: &str = "tls-certificate.pem";
const KEY: &str = "tls-key.pem";
/// Longer chains and keys do not exist.
const MAX_FILE: u64 = 1 << 20;
/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);
/// How often it is said that a certificate ends soon.
const DAY: Duration = Duration::from_secs(86_400);
/// How long before its end.
const SOON: Duration = Duration::from_secs(14 * 86_400);

/// Where the certificate of a service comes from.
pub(super) enum Certificate {
    Acme(Box<Acme>),
    Files(Files),
}

/// A certificate in files.
pub(super) struct Files {
    chain: PathBuf,
    key: PathBuf,
    tls: Tls,
}

/// The certificate that the options ask for, or none where the service speaks in clear.
///
/// # Errors
/// [`Failure`] when it cannot be used, or when nothing is said about an address beyond this machine.
pub(super) fn load(
    args: &ServeArgs,
    host: &str,
    listen: SocketAddr,
) -> Result<Option<Certificate>, Failure> {
    let options = &args.tls;
    let (chain, key) = match (&options.certificate, &options.certificate_key) {
        (Some(chain), Some(key)) => (chain.clone(), key.clone()),
        _ if options.acme => {
            let acme = Acme::load(options, &args.data, host)?;
            return Ok(Some(Certificate::Acme(Box::new(acme))));
        }
        _ if options.self_signed => own(&args.data, &args.domain, host, listen)?,
        _ if options.plain || listen.ip().is_loopback() => return Ok(None),
        _ => {
            return Err(Failure::misuse(
                format!(
                    "{listen} is reached from beyond this machine, and no certificate is named"
                ),
                "add --acme, --certificate FILE --certificate-key FILE, or --self-signed; or --plain to speak in clear: what is carried is sealed all the same",
            ));
        }
    };
    let tls = Tls::new(Some(read(&chain, &key)?))?;
    Ok(Some(Certificate::Files(Files { chain, key, tls })))
}

impl Certificate {
    /// What the listener speaks.
    pub(super) fn tls(&self) -> &Tls {
        match self {
            Self::Acme(acme) => &acme.tls,
            Self::Files(files) => &files.tls,
        }
    }

    /// The fingerprint by which clients can pin it, when there is one.
    pub(super) fn pin(&self) -> Option<CertificatePin> {
        pin(self.tls())
    }

    /// Renews it as long as the service runs.
    pub(super) async fn keep(self) {
        match self {
            Self::Acme(acme) => acme.keep().await,
            Self::Files(files) => files.renew().await,
        }
    }
}

/// SIGHUP, at which a certificate is read again or got at once.
pub(super) fn hang_ups() -> Option<Signal> {
    let told = signal(SignalKind::hangup());
    told.inspect_err(|error| {
        tracing::error!(%error, "cannot listen for SIGHUP: the certificate is not renewed while the service runs");
    })
    .ok()
}

/// The time of the clock, since 1970.
pub(super) fn now() -> Duration {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}

fn pin(tls: &Tls) -> Option<CertificatePin> {
    let certificate = tls.certificate()?;
    Some(CertificatePin::new(certificate.fingerprint()))
}

impl Files {
    /// Reads the files again whenever they change, and when told so by SIGHUP; says when the certificate ends soon.
    async fn renew(self) {
        let Some(mut told) = hang_ups() else {
            return;
        };
        let mut seen = self.stamp();
        let mut looked = tokio::time::interval(LOOK);
        let mut warned = tokio::time::interval(DAY);
        loop {
            tokio::select! {
                _ = told.recv() => self.reload(),
                _ = warned.tick() => self.warn(),
                _ = looked.tick() => {
                    let now = self.stamp();
                    if now != seen {
                        seen = now;
                        self.reload();
                    }
                }
            }
        }
    }

    fn reload(&self) {
        match read(&self.chain, &self.key) {
            Ok(certificate) => {
                let fingerprint = CertificatePin::new(certificate.fingerprint());
                self.tls.replace(certificate);
                tracing::info!(%fingerprint, "the certificate was read");
                self.warn();
            }
            Err(failure) => {
                tracing::error!(cause = %failure.cause, remedy = %failure.remedy, "the new certificate cannot be used, the former one is shown on");
            }
        }
    }

    fn warn(&self) {
        let now = now();
        let Some(certificate) = self.tls.certificate() else {
            return;
        };
        let left = certificate.not_after().saturating_sub(now);
        let days = left.as_secs() / DAY.as_secs();
        if left.is_zero() {
            tracing::error!("the certificate has expired: clients refuse it; renew it");
        } else if now < certificate.not_before() {
            tracing::error!("the certificate is not valid yet: clients refuse it; check the clock");
        } else if left < SOON {
            tracing::warn!(days, "the certificate ends soon; renew it");
        }
    }

    /// What changes when one of the files is written or replaced.
    fn stamp(&self) -> [Option<(u64, i64, i64, u64)>; 2] {
        let of = |found: Metadata| (found.ino(), found.mtime(), found.mtime_nsec(), found.len());
        [&self.chain, &self.key].map(|path| path.metadata().ok().map(of))
    }
}

/// The self-signed certificate, made when there is none.
fn own(
    data: &Path,
    domain: &str,
    host: &str,
    listen: SocketAddr,
) -> Result<(PathBuf, PathBuf), Failure> {
    let (chain, key) = (data.join(CERTIFICATE), data.join(KEY));
    if !chain.exists() {
        let address = listen.ip().to_string();
        let mut names = vec![host];
        if domain != host {
            names.push(domain);
        }
        if !listen.ip().is_unspecified() {
            names.push(&address);
        }
        let made = SelfSigned::generate(&names)?;
        // The certificate is written last: one without its key is never found.
        write_private(&key, made.key.as_bytes(), Existing::Replace)?;
        write_private(&chain, made.certificate.as_bytes(), Existing::Replace)?;
    }
    Ok((chain, key))
}

fn read(chain: &Path, key: &Path) -> Result<TlsCertificate, Failure> {
    let octets = content(chain, &open(chain)?)?;
    let file = open(key)?;
    let mode = file
        .metadata()
        .map_err(|error| Failure::of_file(key, &error))?
        .mode();
    // A group may read it, as that of the keys on some systems; the owner need not be the one who serves.
    if mode & 0o027 != 0 {
        return Err(Failure {
            cause: format!(
                "{}: others may read or write the private key (mode {:03o})",
                key.display(),
                mode & 0o777
            ),
            remedy: "chmod 600 the file".to_owned(),
            class: ErrorClass::Misuse,
        });
    }
    let secret = content(key, &file)?;
    TlsCertificate::from_pem(&octets, &secret).map_err(|error| {
        Failure::misuse(
            format!("{} and {}: {error}", chain.display(), key.display()),
            "name a chain in PEM, the host's own certificate first, and its private key in PEM, without a passphrase",
        )
    })
}

fn open(path: &Path) -> Result<File, Failure> {
    File::open(path).map_err(|error| Failure::of_file(path, &error))
}

fn content(path: &Path, file: &File) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut octets = Zeroizing::new(Vec::new());
    file.take(MAX_FILE)
        .read_to_end(&mut octets)
        .map_err(|error| Failure::of_file(path, &error))?;
    Ok(octets)
}
