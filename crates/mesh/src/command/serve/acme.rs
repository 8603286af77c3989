// SPDX-License-Identifier: MIT
//! A certificate from an authority by ACME, and its renewal.
//!
//! Spec: RFC 8555; RFC 8737 for tls-alpn-01.
//! Here: the account at the authority, orders, answering its challenges, when to renew and when to try again, what is kept.
//! Not here: messages of ACME (`instant-acme`), TLS (`mesh-service`, listener).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path as UrlPath, State};
use axum::http::StatusCode;
use axum::routing::get;
use data_encoding::BASE64URL_NOPAD;
use instant_acme::{
    Account, AccountBuilder, AccountCredentials, AuthorizationStatus, ChallengeType,
    ExternalAccountKey, Identifier, KeyAuthorization, LetsEncrypt, NewAccount, NewOrder, Order,
    OrderStatus, RetryPolicy,
};
use mesh_crypto::SecretBytes;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::file::{Existing, create_private_dir, read_private, write_private};
use mesh_service::listener::{
    Answering, CertificateRequest, ListenerLimits, Tls, TlsCertificate, serve,
};
use rustls::crypto::aws_lc_rs;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use zeroize::Zeroizing;

use super::certificate::{hang_ups, now};
use crate::cli::TlsArgs;
use crate::error::Failure;
use crate::output::told_by_others;

/// What is kept, in a directory of the data directory.
const DIRECTORY: &str = "acme";
const ACCOUNT: &str = "account.json";
const CERTIFICATE: &str = "certificate.pem";
/// The key of a certificate that is being ordered.
const NEXT_KEY: &str = "next-key.pem";
/// Octets of the largest file of these.
const MAX_FILE: usize = 1 << 20;
/// How long an attempt may take altogether.
const ATTEMPT: Duration = Duration::from_secs(300);
/// How long the authority may take to look, and to issue.
const PATIENCE: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .backoff(1.5)
    .timeout(Duration::from_secs(120));
/// How long after a first failure it is tried again; three times as long after each further one, so that an authority which
/// allows five failures an hour goes on listening.
const AGAIN: Duration = Duration::from_secs(60);
/// The longest time between two attempts.
const AT_LEAST: Duration = Duration::from_secs(12 * 3600);
/// The clock may be set, and a machine may sleep: the time is looked at so often.
const LOOK: Duration = Duration::from_secs(3600);

/// What gets and renews the certificate of a service.
pub(super) struct Acme {
    /// What the listener speaks.
    pub(super) tls: Tls,
    /// The names for which the certificate is; that of the host first.
    names: Vec<String>,
    authority: String,
    root: Option<PathBuf>,
    binding: Option<Binding>,
    contact: Vec<String>,
    kept: PathBuf,
    http: Option<SocketAddr>,
    answers: Answers,
}

/// By what the authority knows who is allowed an account.
struct Binding {
    id: String,
    key: SecretBytes,
}

impl Binding {
    fn read(id: &str, file: &Path) -> Result<Self, Failure> {
        let octets = read_private(file, MAX_FILE)?;
        let text = octets.expose_secret().trim_ascii();
        let digits = text.len().saturating_sub(
            text.iter()
                .rev()
                .take_while(|octet| **octet == b'=')
                .count(),
        );
        let key = BASE64URL_NOPAD.decode(text.get(..digits).unwrap_or_default());
        match key {
            Ok(key) if !key.is_empty() => Ok(Self {
                id: id.to_owned(),
                key: SecretBytes::new(key),
            }),
            // What is wrong with it would be a part of it.
            _ => Err(Failure::misuse(
                format!("{} holds no key in base64url", file.display()),
                "write the key into it as the authority gave it, and nothing else",
            )),
        }
    }
}

/// Answers to http-01, by token.
type Answers = Arc<Mutex<BTreeMap<String, String>>>;

/// The account at the authority, as it is kept.
#[derive(Deserialize, Serialize)]
struct Saved {
    authority: String,
    contact: Vec<String>,
    /// The identifier of the key by which the authority allowed it.
    #[serde(default)]
    binding: Option<String>,
    credentials: AccountCredentials,
}

/// Why there is no certificate, for the log.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the authority: {}", chain(.0))]
    Acme(#[from] instant_acme::Error),
    #[error("the authority says that it could not make sure of {host}: {why}")]
    Refused { host: String, why: String },
    #[error("{0}")]
    Other(String),
}

/// An error with what it came from: the library says why only so.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = inner.source();
    }
    told_by_others(&text)
}

impl Acme {
    /// Reads the options, and what was kept.
    ///
    /// # Errors
    /// [`Failure`] when they cannot be used.
    pub(super) fn load(options: &TlsArgs, data: &Path, host: &str) -> Result<Self, Failure> {
        let authority = match &options.acme_directory {
            None => LetsEncrypt::Production.url().to_owned(),
            Some(url) if url.starts_with("https://") => url.clone(),
            Some(url) => {
                return Err(Failure::misuse(
                    format!("{url:?} is no directory of an authority"),
                    "name its URL, which begins with https://",
                ));
            }
        };
        let mut names = vec![host.to_ascii_lowercase()];
        for name in &options.acme_names {
            let name = name.to_ascii_lowercase();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let wrong = names
            .iter()
            .find(|name| name.parse::<std::net::IpAddr>().is_ok() || !is_name(name));
        if let Some(name) = wrong {
            return Err(Failure::misuse(
                format!("no authority gives a certificate for {name:?}"),
                "name hosts as the DNS knows them with --host and --acme-names, or use --self-signed",
            ));
        }
        let binding = match (&options.acme_eab, &options.acme_eab_key_file) {
            (Some(id), Some(file)) => Some(Binding::read(id, file)?),
            _ => None,
        };
        if let Some(root) = &options.acme_ca {
            // The library reads it at each attempt; that it is there is better known now.
            std::fs::metadata(root).map_err(|error| Failure::of_file(root, &error))?;
        }
        let contact = options.acme_contact.iter();
        let acme = Self {
            tls: Tls::new(None)?,
            names,
            authority,
            root: options.acme_ca.clone(),
            binding,
            contact: contact.map(|address| format!("mailto:{address}")).collect(),
            kept: data.join(DIRECTORY),
            http: options.acme_http,
            answers: Answers::default(),
        };
        create_private_dir(&acme.kept)?;
        // What the library speaks TLS with; it is there already where somebody else has said so.
        let _ = aws_lc_rs::default_provider().install_default();
        match acme.kept_certificate() {
            Ok(Some(certificate)) => acme.tls.replace(certificate),
            Ok(None) => {}
            // Another one takes its place.
            Err(trouble) => tracing::warn!(%trouble, "the certificate that was kept is not used"),
        }
        Ok(acme)
    }

    /// Listens for http-01 where that is asked for; where that is.
    ///
    /// # Errors
    /// [`Failure`] when it cannot listen.
    pub(super) async fn listen(&self) -> Result<Option<SocketAddr>, Failure> {
        let Some(address) = self.http else {
            return Ok(None);
        };
        let failed = |error: std::io::Error| Failure {
            cause: format!("cannot listen on {address} for the authority: {error}"),
            remedy: crate::text::LISTEN.to_owned(),
            class: ErrorClass::Unavailable,
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let answer = |State(answers): State<Answers>, UrlPath(token): UrlPath<String>| async move {
            let answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.get(&token).cloned().ok_or(StatusCode::NOT_FOUND)
        };
        let router = Router::new()
            .route("/.well-known/acme-challenge/{token}", get(answer))
            .with_state(Arc::clone(&self.answers));
        tokio::spawn(async move {
            let mut limits = ListenerLimits::default();
            limits.max_connections = 64;
            serve(listener, router, &limits, std::future::pending()).await;
        });
        Ok(Some(bound))
    }

    /// Gets a certificate when there is none, and another one when two thirds of its time are over; tries again until it has it. The
    /// former one is shown as long as there is no other.
    pub(super) async fn keep(self) {
        let Some(mut told) = hang_ups() else {
            return;
        };
        let mut failures = 0;
        // What is shown and could not be written.
        let mut unwritten: Option<Zeroizing<String>> = None;
        loop {
            unwritten = unwritten.filter(|file| !self.write(file));
            let due = self.due_in();
            if !due.is_zero() {
                let look = match unwritten {
                    Some(_) => AGAIN,
                    None => LOOK,
                };
                tokio::select! {
                    () = tokio::time::sleep(due.min(look)) => {}
                    _ = told.recv() => tracing::info!(?due, "the certificate is not due for renewal"),
                }
                continue;
            }
            let obtained = tokio::time::timeout(ATTEMPT, self.obtain()).await;
            let obtained = obtained.map(|obtained| {
                obtained.map(|file| unwritten = Some(file).filter(|file| !self.write(file)))
            });
            match obtained {
                Ok(Ok(())) if self.due_in() >= AGAIN => {
                    failures = 0;
                    continue;
                }
                // Whatever is wrong with times: ordering on would use up what the authority allows.
                Ok(Ok(())) => {
                    let host = self.host();
                    tracing::error!(
                        host,
                        "the certificate that was issued is due for renewal already: check the clock of this machine"
                    );
                }
                Ok(Err(trouble)) => self.failed(&trouble),
                Err(_) => self.failed(&Trouble::Other("it took too long".to_owned())),
            }
            let wait = AGAIN
                .saturating_mul(3_u32.saturating_pow(failures))
                .min(AT_LEAST);
            failures = failures.saturating_add(1);
            tracing::info!(?wait, "it is tried again then, or on SIGHUP");
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = told.recv() => {}
            }
        }
    }

    fn failed(&self, trouble: &Trouble) {
        let host = self.host();
        let Some(certificate) = self.tls.certificate() else {
            tracing::error!(%trouble, host, "there is no certificate, and clients are not served until there is one");
            return;
        };
        match certificate.not_after().checked_sub(now()) {
            None => {
                tracing::error!(%trouble, host, "the certificate has expired and was not renewed: clients refuse it")
            }
            Some(left) => {
                let days = left.as_secs() / 86_400;
                tracing::error!(%trouble, host, days, "the certificate was not renewed, and is still valid for so many days");
            }
        }
    }

    /// How long until the certificate is to be renewed; nothing when that is now.
    fn due_in(&self) -> Duration {
        let due = self.tls.certificate().map(|certificate| {
            let (from, until) = (certificate.not_before(), certificate.not_after());
            from.saturating_add(until.saturating_sub(from).saturating_mul(2) / 3)
        });
        due.map_or(Duration::ZERO, |due| due.saturating_sub(now()))
    }

    /// Gets a certificate and shows it; what is to be kept of it.
    async fn obtain(&self) -> Result<Zeroizing<String>, Trouble> {
        let mut order = self.order().await?;
        // Answers are given until the authority has looked.
        let mut answering = Vec::new();
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            match authorization.status {
                AuthorizationStatus::Pending => {}
                AuthorizationStatus::Valid => continue,
                status => {
                    return Err(Trouble::Other(format!(
                        "the authority has an authorization in the state {status:?}"
                    )));
                }
            }
            let kind = match self.http {
                Some(_) => ChallengeType::Http01,
                None => ChallengeType::TlsAlpn01,
            };
            let Some(mut challenge) = authorization.challenge(kind.clone()) else {
                return Err(Trouble::Other(format!(
                    "the authority does not offer {kind:?}"
                )));
            };
            let token = challenge.token.clone();
            let Identifier::Dns(name) = challenge.identifier().identifier else {
                return Err(other("the authority asks for something that is no name"));
            };
            let name = name.clone();
            if !self.names.contains(&name) {
                return Err(other("the authority asks for a name that was not ordered"));
            }
            let key = challenge.key_authorization();
            answering.push(self.answer(&name, token, &key)?);
            challenge.set_ready().await?;
        }
        match order.poll_ready(&PATIENCE).await {
            Ok(OrderStatus::Ready) => {}
            Ok(_) => return Err(self.refused(&mut order, None).await),
            Err(error) => return Err(self.refused(&mut order, Some(error)).await),
        }
        drop(answering);
        let asked = CertificateRequest::generate(&self.names()).map_err(other)?;
        // Where there is no room for a key, no certificate is used up.
        write_private(
            &self.kept.join(NEXT_KEY),
            asked.key.as_bytes(),
            Existing::Replace,
        )
        .map_err(other)?;
        order.finalize_csr(&asked.request).await?;
        let issued = order.poll_certificate(&PATIENCE).await?;
        let certificate = self.check(issued.as_bytes(), asked.key.as_bytes())?;
        let file = Zeroizing::new(format!("{}{}{issued}", self.heading(), *asked.key));
        let days = certificate.not_after().saturating_sub(now()).as_secs() / 86_400;
        self.tls.replace(certificate);
        tracing::info!(
            host = self.host(),
            days,
            "a certificate was issued, and is shown from now on"
        );
        Ok(file)
    }

    /// Writes the certificate that is shown, with its key; whether that is done.
    fn write(&self, file: &Zeroizing<String>) -> bool {
        let path = self.kept.join(CERTIFICATE);
        let written = write_private(&path, file.as_bytes(), Existing::Replace);
        let host = self.host();
        if let Err(error) = written {
            tracing::error!(%error, host, "the certificate that is shown cannot be written, and is lost when this service ends; it is tried again every minute and on SIGHUP");
            return false;
        }
        // The key is in both files; an attempt that follows replaces what is left of this one.
        if let Err(error) = std::fs::remove_file(self.kept.join(NEXT_KEY)) {
            tracing::debug!(%error, "the key of the order stays");
        }
        true
    }

    /// Why the authority did not believe us: it says so of the challenge.
    async fn refused(&self, order: &mut Order, error: Option<instant_acme::Error>) -> Trouble {
        let mut authorizations = order.authorizations();
        while let Some(Ok(mut authorization)) = authorizations.next().await {
            let Ok(state) = authorization.refresh().await else {
                break;
            };
            let found = state
                .challenges
                .iter()
                .find_map(|challenge| challenge.error.as_ref());
            if let Some(problem) = found {
                return Trouble::Refused {
                    host: match state.identifier().identifier {
                        Identifier::Dns(name) => name.clone(),
                        _ => self.host().to_owned(),
                    },
                    why: told_by_others(&problem.to_string()),
                };
            }
        }
        match error {
            Some(error) => error.into(),
            None => Trouble::Other("the authority does not want to issue it".to_owned()),
        }
    }

    fn answer(
        &self,
        name: &str,
        token: String,
        key: &KeyAuthorization,
    ) -> Result<Promise, Trouble> {
        if self.http.is_some() {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.insert(token.clone(), key.as_str().to_owned());
            return Ok(Promise::Http {
                answers: Arc::clone(&self.answers),
                token,
            });
        }
        let digest = key.digest();
        let digest = digest.as_ref().try_into().map_err(other)?;
        let answering = self.tls.answer(name, digest).map_err(other)?;
        Ok(Promise::Tls(answering))
    }

    /// Orders a certificate, under the account that is kept or a new one.
    async fn order(&self) -> Result<Order, Trouble> {
        let names = self.names.iter().cloned().map(Identifier::Dns);
        let names: Vec<Identifier> = names.collect();
        let asked = NewOrder::new(&names);
        let ordered = match self.kept_account().await {
            Ok(Some(account)) => account.new_order(&asked).await.map_err(Trouble::from),
            Ok(None) => return Ok(self.new_account().await?.new_order(&asked).await?),
            Err(trouble) => Err(trouble),
        };
        match ordered {
            Err(Trouble::Acme(error)) if is_forgotten(&error) => {
                tracing::warn!(
                    authority = self.authority,
                    "the authority does not know the account any more: another one is made"
                );
                Ok(self.new_account().await?.new_order(&asked).await?)
            }
            ordered => ordered,
        }
    }

    /// The name of the host.
    fn host(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    fn bound(&self) -> Option<String> {
        self.binding.as_ref().map(|binding| binding.id.clone())
    }

    fn builder(&self) -> Result<AccountBuilder, Trouble> {
        Ok(match &self.root {
            Some(root) => Account::builder_with_root(root)?,
            None => Account::builder()?,
        })
    }

    fn contact(&self) -> Vec<&str> {
        self.contact.iter().map(String::as_str).collect()
    }

    /// The account that is kept, if there is one with this authority.
    async fn kept_account(&self) -> Result<Option<Account>, Trouble> {
        let path = self.kept.join(ACCOUNT);
        let saved = match self.saved(&path) {
            Ok(saved) => saved,
            Err(trouble) => {
                tracing::warn!(%trouble, "the account at the authority cannot be read: another one is made");
                return Ok(None);
            }
        };
        // Another key of the authority is another customer.
        let is_this = |saved: &Saved| {
            saved.authority == self.authority
                && (self.binding.is_none() || saved.binding == self.bound())
        };
        let Some(saved) = saved.filter(is_this) else {
            return Ok(None);
        };
        let account = self.builder()?.from_credentials(saved.credentials).await?;
        if saved.contact != self.contact {
            match account.update_contacts(&self.contact()).await {
                Ok(()) => {
                    let saved = self
                        .saved(&path)?
                        .ok_or_else(|| other("the account is gone"))?;
                    self.save(&path, saved.credentials)?;
                }
                Err(error) if is_forgotten(&error) => return Err(error.into()),
                // A certificate can be had all the same; the next attempt tells it again.
                Err(error) => {
                    let error = chain(&error);
                    tracing::warn!(error, "the authority does not take the contact");
                }
            }
        }
        Ok(Some(account))
    }

    async fn new_account(&self) -> Result<Account, Trouble> {
        let asked = NewAccount {
            contact: &self.contact(),
            terms_of_service_agreed: true,
            only_return_existing: false,
        };
        let authority = self.authority.clone();
        let binding = self.binding.as_ref().map(|binding| {
            ExternalAccountKey::new(binding.id.clone(), binding.key.expose_secret())
        });
        let created = self.builder()?.create(&asked, authority, binding.as_ref());
        let (account, credentials) = created.await?;
        self.save(&self.kept.join(ACCOUNT), credentials)?;
        tracing::info!(authority = self.authority, "an account was made");
        Ok(account)
    }

    fn saved(&self, path: &Path) -> Result<Option<Saved>, Trouble> {
        if !path.exists() {
            return Ok(None);
        }
        let octets = read_private(path, MAX_FILE).map_err(other)?;
        let saved = serde_json::from_slice(octets.expose_secret());
        saved.map(Some).map_err(|error| {
            other(format!(
                "{}: {error}; without it another account is made",
                path.display()
            ))
        })
    }

    fn save(&self, path: &Path, credentials: AccountCredentials) -> Result<(), Trouble> {
        let saved = Saved {
            authority: self.authority.clone(),
            contact: self.contact.clone(),
            binding: self.bound(),
            credentials,
        };
        let octets = Zeroizing::new(serde_json::to_vec(&saved).map_err(other)?);
        write_private(path, &octets, Existing::Replace).map_err(other)
    }

    /// The first line of the file, by which a certificate of another authority or for another host is known.
    fn heading(&self) -> String {
        format!("{} by {}\n", self.names.join(","), self.authority)
    }

    fn kept_certificate(&self) -> Result<Option<TlsCertificate>, Trouble> {
        let path = self.kept.join(CERTIFICATE);
        if !path.exists() {
            return Ok(None);
        }
        let octets = read_private(&path, MAX_FILE).map_err(other)?;
        let octets = octets.expose_secret();
        match octets.starts_with(self.heading().as_bytes()) {
            true => self.check(octets, octets).map(Some),
            false => Err(other("it is by another authority or for another host")),
        }
    }

    fn check(&self, chain: &[u8], key: &[u8]) -> Result<TlsCertificate, Trouble> {
        let certificate = TlsCertificate::from_pem(chain, key).map_err(other)?;
        let shown = certificate.names();
        match self.names.iter().all(|name| shown.contains(name)) {
            true => Ok(certificate),
            false => Err(other(
                "the certificate is not for this host and its further names",
            )),
        }
    }
}

/// Whether it may be the name of a host that others know; the authority finds out the rest.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || octet == b'-')
    };
    name.contains('.') && name.split('.').all(label)
}

/// Whether the authority has no such account, as one that began anew.
fn is_forgotten(error: &instant_acme::Error) -> bool {
    match error {
        instant_acme::Error::Api(problem) => {
            problem.r#type.as_deref() == Some("urn:ietf:params:acme:error:accountDoesNotExist")
        }
        _ => false,
    }
}

fn other(error: impl ToString) -> Trouble {
    Trouble::Other(error.to_string())
}

/// The authority is answered as long as this lives.
#[expect(dead_code, reason = "what is held ends an answer when it is dropped")]
enum Promise {
    Tls(Answering),
    Http { answers: Answers, token: String },
}

impl Drop for Promise {
    fn drop(&mut self) {
        if let Self::Http { answers, token } = self {
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.remove(token);
        }
    }
}
