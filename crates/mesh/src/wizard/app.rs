// SPDX-License-Identifier: MIT
//! What a wizard holds between two requests.
//!
//! Spec: none.
//! Here: the key of the home while it is unlocked, what is shown once, and the home itself for as long as one action takes.
//! Not here: requests (`server`), pages (`page`).
//!
//! A home has one process at a time. A page stays open for hours, so the home is opened for each action and closed after it; other
//! programs wait for moments. The passphrase is forgotten as soon as it has opened the key of the home, and that key when the page is locked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use mesh_client::{
    Account, AccountAddress, AccountState, AccountSummary, Client, Home, HomeUnlock, ServiceMap,
};
use mesh_crypto::{Environment, SecretBytes, SecretString};
use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::{FileStore, Platform, Sealing, SealingKind};
use mesh_protocol::discovery::Resolver;
use tokio::sync::Notify;
use zeroize::Zeroizing;

use super::Kind;
use super::gate::Gate;
use super::trouble::Trouble;
use crate::context;
use crate::import::List;
use crate::step::Invitation;

/// How long the opening link may wait to be followed.
const LINK: Duration = Duration::from_secs(600);
/// How long after it was locked, or should have been, the program waits for a person before it ends.
const ABANDONED: Duration = Duration::from_secs(3600);
/// How long a wrong passphrase keeps the next one waiting.
const WRONG: Duration = Duration::from_secs(1);

/// A running wizard.
pub(super) struct App {
    pub(super) kind: Kind,
    pub(super) directory: PathBuf,
    pub(super) env: SystemEnvironment,
    resolver: Arc<dyn Resolver>,
    idle: Duration,
    pub(super) gate: Mutex<Gate>,
    held: Mutex<Held>,
    /// One action at a time has the home.
    turn: tokio::sync::Mutex<()>,
    pub(super) end: Notify,
    /// True while a home is being made: it is there already, and not open yet.
    making: AtomicBool,
}

/// What is held.
pub(super) struct Held {
    client: Client,
    /// The map of services, as it was given.
    services: String,
    /// What was added to it in this run, by domain.
    added: BTreeMap<String, String>,
    pub(super) named: Option<AccountAddress>,
    /// What opens the home.
    key: Option<SecretBytes>,
    /// When a person last did something.
    used: Instant,
    /// The one page that may show secrets.
    view: Option<String>,
    pub(super) codes: Option<Codes>,
    pub(super) invitation: Option<Offer>,
    pub(super) joined: Option<Joined>,
    pub(super) import: Option<List>,
    pub(super) pending: Option<Waiting>,
    pub(super) notice: Option<String>,
}

/// Recovery codes that wait to be put on paper.
#[derive(Clone)]
pub(super) struct Codes {
    pub(super) codes: Vec<Zeroizing<String>>,
    pub(super) quorum: u8,
    pub(super) voided: usize,
    pub(super) address: String,
    pub(super) udf: String,
    pub(super) made: String,
}

/// A PIN that waits for its device.
#[derive(Clone)]
pub(super) struct Offer {
    pub(super) invitation: Invitation,
    pub(super) account: String,
    /// The devices that there were before.
    pub(super) known: Vec<String>,
}

/// A device that was let in, until a page has said so.
pub(super) struct Joined {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) roles: mesh_client::Roles,
}

/// A request of this device that waits to be decided.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) account: String,
    pub(super) udf: String,
    pub(super) witness: String,
    /// True when it was made with a PIN.
    pub(super) pin: bool,
}

/// Whether the home is there and open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    NoHome,
    Locked,
    Open,
}

/// How a new home is sealed.
pub(super) enum NewSeal {
    Passphrase(SecretString),
    Desktop,
}

impl App {
    pub(super) fn new(
        kind: Kind,
        directory: PathBuf,
        (services, resolver): (String, Arc<dyn Resolver>),
        named: Option<AccountAddress>,
        idle: Duration,
        port: u16,
    ) -> Result<Self, Trouble> {
        let env = SystemEnvironment::new()?;
        let gate = Gate::new(port, &env);
        let held = Held {
            client: client(&services, &resolver, env, &directory)?,
            services,
            added: BTreeMap::new(),
            named,
            key: None,
            used: Instant::now(),
            view: None,
            codes: None,
            invitation: None,
            joined: None,
            import: None,
            pending: None,
            notice: None,
        };
        let app = Self {
            kind,
            directory,
            env,
            resolver,
            idle,
            gate: Mutex::new(gate),
            held: Mutex::new(held),
            turn: tokio::sync::Mutex::new(()),
            end: Notify::new(),
            making: AtomicBool::new(false),
        };
        // What needs no passphrase is open already.
        if Home::exists(&app.directory) {
            match app.sealing()? {
                SealingKind::Passphrase => {}
                SealingKind::Clear => app.keep(&Sealing::Clear)?,
                SealingKind::Platform => {
                    app.keep(&Sealing::Platform(Arc::new(Platform::session()?)))?;
                }
            }
        }
        Ok(app)
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn door(&self) -> Door {
        let open = self.held().key.is_some();
        let made = Home::exists(&self.directory) && !self.making.load(Ordering::SeqCst);
        match (made, open) {
            (false, _) => Door::NoHome,
            (true, false) => Door::Locked,
            (true, true) => Door::Open,
        }
    }

    pub(super) fn client(&self) -> Client {
        self.held().client.clone()
    }

    /// Says where the service of a domain is, for this run of the program.
    pub(super) fn add_service(&self, domain: &str, url: &str) -> Result<(), Trouble> {
        let mut held = self.held();
        let mut added = held.added.clone();
        let services = services_with(&held.services, &mut added, domain, url)?;
        held.client = client(&services, &self.resolver, self.env, &self.directory)?;
        held.added = added;
        Ok(())
    }

    /// A client that finds the service of a domain there, while that is only being typed.
    pub(super) fn client_with(&self, domain: &str, url: &str) -> Result<Client, Trouble> {
        let (base, mut added) = {
            let held = self.held();
            (held.services.clone(), held.added.clone())
        };
        let services = services_with(&base, &mut added, domain, url)?;
        client(&services, &self.resolver, self.env, &self.directory)
    }

    /// Remembers that a person did something.
    pub(super) fn note_use(&self) {
        self.held().used = Instant::now();
    }

    /// Holds what only an open page may show. What finishes after the page was locked is forgotten.
    pub(super) fn hold(&self, put: impl FnOnce(&mut Held)) -> Result<(), Trouble> {
        let mut held = self.held();
        if held.key.is_none() {
            return Err(Trouble::Locked);
        }
        put(&mut held);
        Ok(())
    }

    /// Says something on the next page; nothing once the page is locked, as it tells of the account.
    pub(super) fn say_next(&self, text: impl Into<String>) {
        let mut held = self.held();
        if held.key.is_some() {
            held.notice = Some(text.into());
        }
    }

    /// # Errors
    /// [`Trouble::Locked`] unless the home is there and open.
    pub(super) fn must_be_open(&self) -> Result<(), Trouble> {
        match self.door() {
            Door::Open => Ok(()),
            Door::Locked | Door::NoHome => Err(Trouble::Locked),
        }
    }

    /// True when nobody has used the page for so long that it is locked.
    pub(super) fn is_idle(&self) -> bool {
        self.held().used.elapsed() > self.idle
    }

    /// Locks the page when nobody has used it for long, and ends what nobody needs any longer.
    pub(super) fn watch(&self) {
        let idle = self.held().used.elapsed();
        let unused = idle > LINK && self.gate().waits();
        if unused || idle > ABANDONED.saturating_add(self.idle) {
            self.end.notify_one();
        } else if idle > self.idle && self.door() == Door::Open {
            self.lock();
        }
    }

    /// Forgets the key of the home and every secret. Where there is no passphrase to ask for, the program ends.
    pub(super) fn lock(&self) {
        let passphrase = matches!(self.sealing(), Ok(SealingKind::Passphrase));
        {
            let mut held = self.held();
            held.key = None;
            held.view = None;
            held.codes = None;
            held.invitation = None;
            held.joined = None;
            held.import = None;
            held.pending = None;
            held.notice = None;
        }
        if !passphrase {
            self.end.notify_one();
        }
    }

    fn sealing(&self) -> Result<SealingKind, Trouble> {
        Ok(FileStore::sealing(&Home::key_directory(&self.directory))?)
    }

    /// True when the home asks for a passphrase.
    pub(super) fn has_passphrase(&self) -> bool {
        matches!(self.sealing(), Ok(SealingKind::Passphrase))
    }

    /// Opens the key of the home and keeps it.
    fn keep(&self, sealing: &Sealing) -> Result<(), Trouble> {
        let store = FileStore::open(&Home::key_directory(&self.directory), sealing)?;
        let key = store.expose_store_key();
        let mut held = self.held();
        held.key = Some(key);
        held.used = Instant::now();
        Ok(())
    }

    /// Unlocks the home.
    pub(super) async fn unlock(self: &Arc<Self>, passphrase: SecretString) -> Result<(), Trouble> {
        // Also keeps several tries from being made at once.
        let _turn = self.turn.lock().await;
        let app = self.clone();
        let opened = blocking(move || app.keep(&Sealing::Passphrase(passphrase))).await;
        if opened.is_err() {
            tokio::time::sleep(WRONG).await;
        }
        opened
    }

    /// Makes the home of this device, and keeps it unlocked.
    pub(super) async fn create_home(self: &Arc<Self>, seal: NewSeal) -> Result<(), Trouble> {
        let _turn = self.turn.lock().await;
        let app = self.clone();
        self.making.store(true, Ordering::SeqCst);
        let made = blocking(move || {
            let sealing = match seal {
                NewSeal::Passphrase(passphrase) => Sealing::Passphrase(passphrase),
                NewSeal::Desktop => Sealing::Platform(Arc::new(Platform::session()?)),
            };
            drop(Home::create(&app.directory, &sealing, app.client())?);
            app.keep(&sealing)
        })
        .await;
        self.making.store(false, Ordering::SeqCst);
        made
    }

    /// Does something with the home, which is closed afterwards.
    pub(super) async fn with_home<T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&Home) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        self.with_client(self.client(), act).await
    }

    /// The same over another client.
    pub(super) async fn with_client<T: Send + 'static>(
        self: &Arc<Self>,
        client: Client,
        act: impl FnOnce(&Home) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let _turn = self.turn.lock().await;
        let key = self.held().key.clone().ok_or(Trouble::Locked)?;
        let directory = self.directory.clone();
        blocking(move || {
            let home = Home::open(&directory, &HomeUnlock::StoreKey(key), client)?;
            act(&home)
        })
        .await
    }

    /// Does something with the account.
    pub(super) async fn with_account<T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&mut Account) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let named = self.held().named.clone();
        self.with_home(move |home| act(&mut home.account(named.as_ref())?))
            .await
    }

    /// The account that is meant, when there is one.
    pub(super) async fn summary(self: &Arc<Self>) -> Result<Found, Trouble> {
        let named = self.held().named.as_ref().map(ToString::to_string);
        self.with_home(move |home| {
            let mut accounts = home.accounts()?;
            if let Some(named) = named {
                accounts.retain(|account| account.address == named);
            }
            Ok(match (accounts.pop(), accounts.is_empty()) {
                (None, _) => Found::None,
                (Some(account), true) => Found::One(account),
                (Some(account), false) => {
                    accounts.push(account);
                    Found::Several(accounts)
                }
            })
        })
        .await
    }

    /// A page that may show secrets begins: whichever could before no longer may.
    pub(super) fn new_view(&self) -> String {
        let mut octets = [0; 16];
        self.env.random(&mut octets);
        let view = data_encoding::BASE64URL_NOPAD.encode(&octets);
        let mut held = self.held();
        if held.key.is_some() {
            held.view = Some(view.clone());
        }
        view
    }

    /// Whether a page may show secrets.
    pub(super) fn is_view(&self, view: &str) -> bool {
        self.held().view.as_deref() == Some(view)
    }
}

/// The accounts of the home.
pub(super) enum Found {
    None,
    One(AccountSummary),
    Several(Vec<AccountSummary>),
}

impl Found {
    /// The one account, when this device is connected to it.
    pub(super) fn connected(&self) -> Option<&AccountSummary> {
        match self {
            Self::One(account) if account.state == AccountState::Connected => Some(account),
            _ => None,
        }
    }
}

/// The map of services with one more: it takes the place of every other of its domain.
fn services_with(
    base: &str,
    added: &mut BTreeMap<String, String>,
    domain: &str,
    url: &str,
) -> Result<String, Trouble> {
    // The map is a list with commas, which a person who types one address does not mean.
    if url.contains(|letter: char| letter == ',' || letter.is_whitespace()) {
        return Err(Trouble::Input(|t| t.err_service_url));
    }
    added.insert(domain.to_ascii_lowercase(), url.to_owned());
    let mut services = base.to_owned();
    // The last one of a domain counts.
    for (domain, url) in added {
        services.push_str(&format!(",{domain}={url}"));
    }
    Ok(services)
}

fn client(
    services: &str,
    resolver: &Arc<dyn Resolver>,
    env: SystemEnvironment,
    home: &Path,
) -> Result<Client, Trouble> {
    let services = ServiceMap::parse(services).map_err(mesh_client::Error::from)?;
    Ok(context::client(services, resolver.clone(), env, home))
}

/// Runs what waits for disks, the network or Argon2 where it keeps nobody else waiting.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "an action failed");
            Err(Trouble::Defect)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_service_is_corrected() {
        let base = "example.com=http://127.0.0.1:1";
        let mut added = BTreeMap::new();
        let mut find = |domain: &str, url: &str| {
            let services = services_with(base, &mut added, domain, url)?;
            let map = ServiceMap::parse(&services).map_err(mesh_client::Error::from)?;
            let found = map.find("example.com").map(|found| found.url().to_owned());
            Ok::<_, Trouble>(found.unwrap_or_default())
        };
        assert!(
            find("Example.com", "http://127.0.0.1:2")
                .unwrap()
                .contains(":2/")
        );
        assert!(
            find("example.com", "http://127.0.0.1:3")
                .unwrap()
                .contains(":3/")
        );
        assert!(
            find("other.example", "http://127.0.0.1:4")
                .unwrap()
                .contains(":3/")
        );
        for url in ["http://127.0.0.1:5,example.com=http://evil", "http://a b"] {
            let refused = find("other.example", url);
            assert!(matches!(refused, Err(Trouble::Input(_))), "{refused:?}");
        }
    }
}
