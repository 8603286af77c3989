// SPDX-License-Identifier: MIT
//! TLS below the HTTP binding.
//!
//! Spec: RFC 8446; the key exchange X25519MLKEM768 is preferred. Packets are sealed without it (`mesh-rud`): TLS also hides
//! the host's credential, and passes where a network lets nothing else through.
//! Here: the certificate of a listener, self-signed ones, exchanging it while connections go on, the handshake.
//! Not here: files and when they are read again (`mesh`, serve), what is carried (`listener`).

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use mesh_crypto::digest::{DigestAlgorithm, Hasher};
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::error::Error;

/// The first octet of a TLS connection: a record of the handshake.
const HANDSHAKE: u8 = 0x16;
/// How long somebody who spoke plainly has to take in what is answered.
const FAREWELL: Duration = Duration::from_secs(2);
/// What is answered to a request in clear.
const SPEAKS_TLS: &[u8] = b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: TLS/1.3, HTTP/1.1\r\nConnection: Upgrade, close\r\n\
Content-Type: text/plain\r\nContent-Length: 50\r\n\r\nThis port speaks TLS: use an https:// address.\r\n\r\n";

/// A certificate chain with its private key.
#[derive(Clone)]
pub struct TlsCertificate {
    key: Arc<CertifiedKey>,
    fingerprint: [u8; 32],
    not_before: Duration,
    not_after: Duration,
}

/// A certificate made here, as PEM.
#[derive(Debug)]
#[non_exhaustive]
pub struct SelfSigned {
    /// The certificate.
    pub certificate: String,
    /// Its private key, PKCS #8.
    pub key: zeroize::Zeroizing<String>,
}

impl fmt::Debug for TlsCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsCertificate")
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl TlsCertificate {
    /// Parses a chain, the host's own certificate first, and its private key (PKCS #8, PKCS #1 or SEC 1).
    ///
    /// # Errors
    /// [`Error::Certificate`] when either is missing or they do not belong together.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Error> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| bad(format!("the certificate is no PEM: {error}")))?;
        let Some(own) = chain.first() else {
            return Err(bad("there is no certificate in PEM in the file"));
        };
        let mut hasher = Hasher::new(DigestAlgorithm::Sha256);
        hasher.update(own);
        let fingerprint = hasher
            .finish()
            .try_into()
            .map_err(|_| bad("SHA-256 has 32 octets"))?;
        let own = Certificate::from_der(own)
            .map_err(|error| bad(format!("the certificate does not parse: {error}")))?;
        let validity = own.tbs_certificate().validity();
        let (not_before, not_after) = (
            validity.not_before.to_unix_duration(),
            validity.not_after.to_unix_duration(),
        );
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| bad(format!("the private key cannot be read as PEM: {error}")))?;
        let key = CertifiedKey::from_der(chain, key, &provider())
            .map_err(|error| bad(format!("certificate and private key: {error}")))?;
        Ok(Self {
            key: Arc::new(key),
            fingerprint,
            not_before,
            not_after,
        })
    }

    /// The SHA-256 of the host's own certificate, by which a client can pin it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// From when it is valid, as time since 1970.
    #[must_use]
    pub fn not_before(&self) -> Duration {
        self.not_before
    }

    /// Until when it is valid, as time since 1970.
    #[must_use]
    pub fn not_after(&self) -> Duration {
        self.not_after
    }
}

impl SelfSigned {
    /// Makes a key and a certificate for these names that no authority vouches for and that does not expire: clients pin it.
    ///
    /// # Errors
    /// [`Error::Certificate`] when one of them is no host name or address.
    pub fn generate(names: &[&str]) -> Result<Self, Error> {
        let made = |error: rcgen::Error| bad(format!("cannot make a certificate: {error}"));
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let common = names.first().cloned().unwrap_or_default();
        let mut parameters = CertificateParams::new(names).map_err(made)?;
        parameters
            .distinguished_name
            .push(DnType::CommonName, common);
        let key = KeyPair::generate().map_err(made)?;
        let certificate = parameters.self_signed(&key).map_err(made)?;
        Ok(Self {
            certificate: certificate.pem(),
            key: zeroize::Zeroizing::new(key.serialize_pem()),
        })
    }
}

/// TLS for a listener. Clones share the certificate.
#[derive(Clone)]
pub struct Tls {
    current: Arc<Current>,
    acceptor: TlsAcceptor,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl Tls {
    /// TLS 1.3 with this certificate.
    ///
    /// # Errors
    /// [`Error::Certificate`] when the cryptographic library cannot serve it.
    pub fn new(certificate: TlsCertificate) -> Result<Self, Error> {
        let current = Arc::new(Current(RwLock::new(certificate)));
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| bad(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Current>::clone(&current));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            current,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }

    /// The certificate that is shown now.
    #[must_use]
    pub fn certificate(&self) -> TlsCertificate {
        self.current.read()
    }

    /// Shows another certificate from the next handshake on; connections that are open stay.
    pub fn replace(&self, certificate: TlsCertificate) {
        let mut current = self
            .current
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *current = certificate;
    }

    /// Does the handshake. Whoever speaks HTTP in clear is told that he should not.
    pub(super) async fn accept<S>(
        &self,
        plain: TcpStream,
        wrap: impl FnOnce(TcpStream) -> S,
    ) -> std::io::Result<Option<tokio_rustls::server::TlsStream<S>>>
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let mut first = [0];
        if plain.peek(&mut first).await? == 0 {
            return Ok(None);
        }
        if first != [HANDSHAKE] {
            dismiss(plain).await?;
            return Ok(None);
        }
        self.acceptor.accept(wrap(plain)).await.map(Some)
    }
}

/// Answers a request in clear, and reads on for a moment: closing with unread octets would tear the answer away.
async fn dismiss(mut plain: TcpStream) -> std::io::Result<()> {
    let answered = async {
        plain.write_all(SPEAKS_TLS).await?;
        plain.shutdown().await?;
        let mut rest = [0; 4096];
        while plain.read(&mut rest).await? > 0 {}
        Ok(())
    };
    timeout(FAREWELL, answered).await.unwrap_or(Ok(()))
}

/// The certificate that is shown now.
struct Current(RwLock<TlsCertificate>);

impl Current {
    fn read(&self) -> TlsCertificate {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current")
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.read().key)
    }
}

fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}

fn bad(why: impl Into<String>) -> Error {
    Error::Certificate { why: why.into() }
}
