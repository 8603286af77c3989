// SPDX-License-Identifier: MIT
//! TLS to the data base.
//!
//! Here: whose certificates are believed.
//! Not here: when TLS is asked for (`options`).

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::options::Security;
use crate::store::StoreError;

/// What makes connections; it is not asked for TLS when there shall be none.
pub(super) fn connector(security: &Security) -> Result<MakeRustlsConnect, StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::DatabaseRefused {
        detail: format!("TLS cannot be set up: {error}"),
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|error| failed(&error))?;
    let config = match security {
        Security::Tls(None) => builder
            .with_platform_verifier()
            .map_err(|error| failed(&error))?
            .with_no_client_auth(),
        Security::Tls(Some(file)) => builder
            .with_root_certificates(roots(file)?)
            .with_no_client_auth(),
        Security::Clear => builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

fn roots(file: &Path) -> Result<RootCertStore, StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::DatabaseRefused {
        detail: format!(
            "the certificates in {} cannot be used: {error}",
            file.display()
        ),
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| failed(&error))? {
        let certificate = certificate.map_err(|error| failed(&error))?;
        roots.add(certificate).map_err(|error| failed(&error))?;
    }
    match roots.is_empty() {
        true => Err(failed(&"there are none")),
        false => Ok(roots),
    }
}
