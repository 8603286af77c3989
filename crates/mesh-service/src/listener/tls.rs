// SPDX-License-Identifier: MIT
//! TLS below the HTTP binding.
//!
//! Spec: RFC 8446; the key exchange X25519MLKEM768 is preferred. Packets are sealed without it (`mesh-rud`): TLS also hides
//! the host's credential, and passes where a network lets nothing else through.
//! Here: the certificate of a listener, exchanging it while connections go on, the handshake, answering an authority that asks
//! whether the listener has a name (RFC 8737).
//! Not here: making certificates (`issue`), files and when they are read again (`mesh`, serve), what is carried (`listener`).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use mesh_crypto::digest::{DigestAlgorithm, Hasher};
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
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::issue;
use crate::error::Error;

/// What is carried by connections of clients.
const HTTP: &[u8] = b"http/1.1";
/// What an authority asks for that wants to know whether the listener has a name.
const ACME: &[u8] = b"acme-tls/1";
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
    names: Vec<String>,
    not_before: Duration,
    not_after: Duration,
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
        let names = own
            .tbs_certificate()
            .get_extension::<SubjectAltName>()
            .map_err(|error| {
                bad(format!(
                    "the names of the certificate do not parse: {error}"
                ))
            })?
            .map_or_else(Vec::new, |(_, names)| dns_names(&names));
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| bad(format!("the private key cannot be read as PEM: {error}")))?;
        let key = CertifiedKey::from_der(chain, key, &provider())
            .map_err(|error| bad(format!("certificate and private key: {error}")))?;
        Ok(Self {
            key: Arc::new(key),
            fingerprint,
            names,
            not_before,
            not_after,
        })
    }

    /// The SHA-256 of the host's own certificate, by which a client can pin it.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The host names that it is for, in lower case.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
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

fn dns_names(names: &SubjectAltName) -> Vec<String> {
    let names = names.0.iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        _ => None,
    });
    names.collect()
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
    /// TLS 1.3 with this certificate; where there is none yet, handshakes fail until one is shown.
    ///
    /// # Errors
    /// [`Error::Certificate`] when the cryptographic library cannot serve it.
    pub fn new(certificate: Option<TlsCertificate>) -> Result<Self, Error> {
        let current = Arc::new(Current(RwLock::new(Shown {
            certificate,
            answers: BTreeMap::new(),
        })));
        let mut config = ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| bad(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Current>::clone(&current));
        config.alpn_protocols = vec![HTTP.to_vec(), ACME.to_vec()];
        Ok(Self {
            current,
            acceptor: TlsAcceptor::from(Arc::new(config)),
        })
    }

    /// The certificate that is shown now.
    #[must_use]
    pub fn certificate(&self) -> Option<TlsCertificate> {
        self.current.read(|shown| shown.certificate.clone())
    }

    /// Shows another certificate from the next handshake on; connections that are open stay.
    pub fn replace(&self, certificate: TlsCertificate) {
        self.current
            .write(|shown| shown.certificate = Some(certificate));
    }

    /// Answers whoever asks for `acme-tls/1` under this name that the holder of an account has it (RFC 8737), until what is
    /// given back is dropped. `digest` is the SHA-256 of the key authorization.
    ///
    /// # Errors
    /// [`Error::Certificate`] when the name is none.
    pub fn answer(&self, name: &str, digest: &[u8; 32]) -> Result<Answering, Error> {
        let made = issue::answer(name, digest)?;
        let pem = |error| bad(format!("the answer is no PEM: {error}"));
        let certificate = CertificateDer::from_pem_slice(made.certificate.as_bytes());
        let key = PrivateKeyDer::from_pem_slice(made.key.as_bytes()).map_err(pem)?;
        let key = provider()
            .key_provider
            .load_private_key(key)
            .map_err(|error| bad(error.to_string()))?;
        // Its critical extension, which rustls does not know, is in the way of comparing both.
        let answer = CertifiedKey::new(vec![certificate.map_err(pem)?], key);
        let name = name.to_ascii_lowercase();
        self.current.write(|shown| {
            shown.answers.insert(name.clone(), Arc::new(answer));
        });
        Ok(Answering {
            current: Arc::clone(&self.current),
            name,
        })
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
        let mut stream = self.acceptor.accept(wrap(plain)).await?;
        if stream.get_ref().1.alpn_protocol() == Some(ACME) {
            // The authority has seen in the handshake what it wanted to see.
            stream.shutdown().await?;
            return Ok(None);
        }
        Ok(Some(stream))
    }
}

/// The listener answers an authority as long as this lives.
#[derive(Debug)]
pub struct Answering {
    current: Arc<Current>,
    name: String,
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.current.write(|shown| {
            shown.answers.remove(&self.name);
        });
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

/// What is shown now.
struct Current(RwLock<Shown>);

struct Shown {
    certificate: Option<TlsCertificate>,
    /// By name, for authorities.
    answers: BTreeMap<String, Arc<CertifiedKey>>,
}

impl Current {
    fn read<T>(&self, read: impl FnOnce(&Shown) -> T) -> T {
        read(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut Shown) -> T) {
        write(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl fmt::Debug for Current {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Current")
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // RFC 8737 has it offered alone.
        let asks = hello
            .alpn()
            .is_some_and(|mut offered| offered.next() == Some(ACME) && offered.next().is_none());
        if asks {
            let name = hello.server_name()?.to_ascii_lowercase();
            return self.read(|shown| shown.answers.get(&name).cloned());
        }
        self.read(|shown| Some(Arc::clone(&shown.certificate.as_ref()?.key)))
    }
}

fn provider() -> CryptoProvider {
    aws_lc_rs::default_provider()
}

pub(super) fn bad(why: impl Into<String>) -> Error {
    Error::Certificate { why: why.into() }
}
