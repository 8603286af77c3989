// SPDX-License-Identifier: MIT
//! TLS below the HTTP binding, at the client's end.
//!
//! Spec: RFC 8446.
//! Here: which certificates are accepted: those for which the system's authorities vouch, or those that are pinned.
//! Not here: who the service is: that is shown in the packets, whatever the certificate says (`mesh-protocol`, credential).

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use mesh_crypto::digest::{DigestAlgorithm, Hasher};
use mesh_protocol::TransportFault;
use mesh_protocol::discovery::{CertificatePin, ResolveError};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error as TlsError,
    InvalidMessage, OtherError, SignatureScheme, StreamOwned,
};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

/// Wraps connections of the HTTP library.
#[derive(Debug)]
pub(super) struct TlsConnector {
    config: Arc<ClientConfig>,
}

impl TlsConnector {
    /// Accepts the pinned certificates and no other, or what the system's authorities vouch for where none is pinned.
    pub(super) fn new(pins: &[CertificatePin]) -> Result<Self, String> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match pins.is_empty() {
            false => Arc::new(Pinned {
                pins: pins.to_vec(),
                provider: provider.clone(),
            }),
            true => Arc::new(
                rustls_platform_verifier::Verifier::new(provider.clone()).map_err(|error| {
                    format!("the authorities that this system trusts cannot be read: {error}")
                })?,
            ),
        };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
        })
    }
}

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = TlsTransport;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let Some(transport) = chained else {
            return Ok(None);
        };
        let host = details.uri.host().unwrap_or_default();
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| ureq::Error::BadUri(details.uri.to_string()))?;
        let mut connection = ClientConnection::new(self.config.clone(), name)
            .map_err(|error| ureq::Error::Other(Box::new(Handshake(error))))?;
        let mut below = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        below.set_timeout(details.timeout);
        while connection.is_handshaking() {
            connection.complete_io(&mut below).map_err(in_handshake)?;
        }
        let buffers = LazyBuffers::new(
            details.config.input_buffer_size(),
            details.config.output_buffer_size(),
        );
        Ok(Some(TlsTransport {
            buffers,
            stream: StreamOwned::new(connection, below),
        }))
    }
}

/// Nothing of a request was sent when a handshake fails.
fn in_handshake(error: io::Error) -> ureq::Error {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<TlsError>())
        .cloned();
    match tls {
        Some(tls) => ureq::Error::Other(Box::new(Handshake(tls))),
        None => match ureq::Error::from(error) {
            ureq::Error::Io(error) => ureq::Error::Other(Box::new(Broken(error))),
            error => error,
        },
    }
}

/// A handshake that failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Handshake(TlsError);

/// A connection that ended during the handshake.
#[derive(Debug, thiserror::Error)]
#[error("the connection ended in the TLS handshake: {0}")]
struct Broken(io::Error);

/// What an error of the HTTP library says about the host, for people, if it was found out before anything was sent.
pub(super) fn shown_by(error: &ureq::Error) -> Option<(String, TransportFault)> {
    let ureq::Error::Other(inner) = error else {
        return None;
    };
    if let Some(Handshake(error)) = inner.downcast_ref() {
        return Some(explained(error));
    }
    let not_sent = inner.is::<Broken>() || inner.is::<ResolveError>();
    not_sent.then(|| (inner.to_string(), TransportFault::NotSent))
}

fn explained(error: &TlsError) -> (String, TransportFault) {
    let why = match error {
        TlsError::InvalidMessage(InvalidMessage::InvalidContentType) => {
            return (
                "the host does not speak TLS there".to_owned(),
                TransportFault::NotSent,
            );
        }
        TlsError::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "it has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "it is not valid yet, by the clock of this machine".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "it is for another host".to_owned()
            }
            CertificateError::UnknownIssuer => {
                "no authority that this system trusts vouches for it".to_owned()
            }
            CertificateError::Other(OtherError(error)) => error.to_string(),
            error => error.to_string(),
        },
        error => {
            return (
                format!("the TLS handshake failed: {error}"),
                TransportFault::NotSent,
            );
        }
    };
    (why, TransportFault::Untrusted)
}

/// Accepts certain certificates, whatever names and times they state: who pins them has decided.
#[derive(Debug)]
struct Pinned {
    pins: Vec<CertificatePin>,
    provider: Arc<CryptoProvider>,
}

/// Another certificate was shown than the pinned one.
#[derive(Debug, thiserror::Error)]
#[error("it is {shown}, and {pinned} is expected")]
struct NotPinned {
    shown: CertificatePin,
    pinned: String,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let mut hasher = Hasher::new(DigestAlgorithm::Sha256);
        hasher.update(end_entity);
        let digest: [u8; 32] = hasher
            .finish()
            .try_into()
            .map_err(|_| TlsError::General("SHA-256 has 32 octets".to_owned()))?;
        let shown = CertificatePin::new(digest);
        if self.pins.contains(&shown) {
            return Ok(ServerCertVerified::assertion());
        }
        let pinned: Vec<String> = self.pins.iter().map(ToString::to_string).collect();
        let other = NotPinned {
            shown,
            pinned: pinned.join(" or "),
        };
        Err(CertificateError::Other(OtherError(Arc::new(other))).into())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Err(TlsError::General("TLS 1.2 is not spoken".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// A connection over TLS.
pub(super) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").finish_non_exhaustive()
    }
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
