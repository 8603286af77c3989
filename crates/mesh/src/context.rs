// SPDX-License-Identifier: MIT
//! What every command needs: the home, opened.
//!
//! Spec: none.
//! Here: where the home is, how its keys are unlocked or sealed, how services are reached.
//! Not here: the sources of a passphrase (`mesh-keystore`, passphrase).

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_client::dns::{RecordFile, SystemResolver};
use mesh_client::{
    Account, AccountAddress, Client, Directory, Home, HomeUnlock, ServiceMap, check_address,
};
use mesh_crypto::{Environment, SecretString};
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::file::read_private;
use mesh_keystore::passphrase::{PassphraseOptions, Terminal, Unlock};
use mesh_keystore::store::{FileStore, Platform, Sealing, SealingKind};
use mesh_keystore::system::host_name;
use mesh_keystore::{Error as KeyStoreError, SystemEnvironment};
use mesh_protocol::discovery::Resolver;

use crate::cli::{Global, InvitationArgs};
use crate::command::device::secret_from_stdin;
use crate::error::Failure;
use crate::output::note;
use crate::text;

/// The socket of the agent of a home.
const AGENT: &str = "agent.sock";
/// Octets of the largest file with an invitation.
const MAX_INVITATION: usize = 1024;

/// Options of the command line, made usable.
pub struct Context {
    /// Directory of the home.
    pub directory: PathBuf,
    /// True when one object is to be printed.
    pub json: bool,
    account: Option<AccountAddress>,
    passphrase: PassphraseOptions,
    prompts: Terminal,
    clear: bool,
    client: Client,
}

impl Context {
    /// Reads the options.
    ///
    /// # Errors
    /// [`Failure`] when one of them cannot be used.
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let directory = home_directory(global.place.home.as_deref())?;
        let services = ServiceMap::parse(&global.place.services)?;
        let resolver = resolver(
            global.place.dns.as_deref(),
            Arc::new(SystemResolver::default()),
        )?;
        let client = client(services, resolver, SystemEnvironment::new()?, &directory);
        Self::with_client(global, directory, client)
    }

    /// The same over a client of the caller's choice, for the home in `directory`.
    ///
    /// # Errors
    /// As [`Context::new`].
    pub fn with_client(
        global: &Global,
        directory: PathBuf,
        client: Client,
    ) -> Result<Self, Failure> {
        let passphrase = PassphraseOptions {
            file: global.passphrase_file.clone(),
            descriptor: global.passphrase_fd,
            agent: Some(directory.join(AGENT)),
            interactive: std::io::stdin().is_terminal() || std::io::stderr().is_terminal(),
        };
        let account = global
            .place
            .account
            .as_deref()
            .map(check_address)
            .transpose()?;
        Ok(Self {
            directory,
            json: global.json,
            account,
            passphrase,
            prompts: terminal(),
            clear: global.no_passphrase,
            client,
        })
    }

    /// The same asking for passphrases in other words.
    #[must_use]
    pub fn with_prompts(mut self, prompts: Terminal) -> Self {
        self.prompts = prompts;
        self
    }

    /// Clock and random source.
    #[must_use]
    pub fn environment(&self) -> &dyn Environment {
        self.client.environment()
    }

    /// How services are reached.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// The socket of the agent.
    #[must_use]
    pub fn agent_socket(&self) -> PathBuf {
        self.directory.join(AGENT)
    }

    /// The account named by `--account`.
    #[must_use]
    pub fn named(&self) -> Option<&AccountAddress> {
        self.account.as_ref()
    }

    /// Opens the home.
    ///
    /// # Errors
    /// [`Failure`] when there is none, or it cannot be unlocked.
    pub fn home(&self) -> Result<Home, Failure> {
        if !Home::exists(&self.directory) {
            return Err(mesh_client::Error::NoHome {
                path: self.directory.clone(),
            }
            .into());
        }
        let unlock = self.unlock()?;
        Ok(Home::open(&self.directory, &unlock, self.client.clone())?)
    }

    /// Opens the home, or makes it.
    ///
    /// # Errors
    /// As [`Context::home`].
    pub fn home_or_new(&self) -> Result<Home, Failure> {
        if Home::exists(&self.directory) {
            return self.home();
        }
        let sealing = self.new_sealing(None)?;
        Ok(Home::create(
            &self.directory,
            &sealing,
            self.client.clone(),
        )?)
    }

    /// The same with a name for this device: the one given, else that of the machine.
    ///
    /// # Errors
    /// [`Failure`] when the name given cannot be one.
    pub fn with_device_name(mut self, name: Option<&str>) -> Result<Self, Failure> {
        self.client = match (name, host_name()) {
            (Some(name), _) => self.client.with_device_name(name)?,
            (None, Some(name)) => {
                let named = self.client.clone().with_device_name(&name);
                named.unwrap_or(self.client)
            }
            (None, None) => self.client,
        };
        Ok(self)
    }

    /// The same with the invitation that was given.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be read.
    pub fn with_invitation(mut self, args: &InvitationArgs) -> Result<Self, Failure> {
        let code = match (&args.invitation_file, args.invitation_stdin) {
            (Some(file), _) => {
                let octets = read_private(file, MAX_INVITATION)?;
                let text = std::str::from_utf8(octets.expose_secret()).map_err(|_| {
                    Failure::misuse(
                        format!("{}: this is no invitation", file.display()),
                        "put the invitation alone into the file",
                    )
                })?;
                Some(SecretString::new(text.trim().to_owned()))
            }
            (None, true) => {
                let line = secret_from_stdin(text::PROMPT_INVITATION)?;
                Some(SecretString::new(line.trim().to_owned()))
            }
            (None, false) => None,
        };
        if let Some(code) = code {
            self.client = self.client.with_invitation(code);
        }
        Ok(self)
    }

    /// Opens the account that is meant.
    ///
    /// # Errors
    /// As [`Context::home`], and those of the account.
    pub fn account(&self) -> Result<Account, Failure> {
        Ok(self.home()?.account(self.named())?)
    }

    /// What opens the keys of the home.
    ///
    /// # Errors
    /// [`Failure`] when no passphrase is to be had.
    pub fn unlock(&self) -> Result<HomeUnlock, Failure> {
        let keys = Home::key_directory(&self.directory);
        Ok(match FileStore::sealing(&keys)? {
            SealingKind::Clear => HomeUnlock::Sealing(Sealing::Clear),
            SealingKind::Platform => {
                HomeUnlock::Sealing(Sealing::Platform(Arc::new(Platform::session()?)))
            }
            SealingKind::Passphrase => match self
                .passphrase
                .unlock(&FileStore::name_of(&keys)?, &mut self.prompts.clone())?
            {
                Unlock::Passphrase(passphrase) => {
                    HomeUnlock::Sealing(Sealing::Passphrase(passphrase))
                }
                Unlock::StoreKey(key) => HomeUnlock::StoreKey(key),
            },
        })
    }

    /// How new keys are sealed: in clear only on explicit choice, under a given passphrase, by the desktop, or under one asked for.
    ///
    /// # Errors
    /// [`Failure`] when none of these is possible.
    pub fn new_sealing(&self, file: Option<PathBuf>) -> Result<Sealing, Failure> {
        if self.clear {
            note("note: the keys of this home are stored in clear, as asked with --no-passphrase");
            return Ok(Sealing::Clear);
        }
        let options = match file {
            Some(file) => PassphraseOptions {
                file: Some(file),
                ..PassphraseOptions::default()
            },
            None => self.passphrase.clone(),
        };
        let named = options.file.is_some() || options.descriptor.is_some();
        if !named && Platform::available() {
            return Ok(Sealing::Platform(Arc::new(Platform::session()?)));
        }
        Ok(Sealing::Passphrase(options.choose(&mut self.prompts.clone()).map_err(|error| match error {
            KeyStoreError::NoPassphrase | KeyStoreError::NoTerminal => Failure {
                remedy: "set MMM_PASSPHRASE_FILE, use --passphrase-fd, run it on a terminal, or choose --no-passphrase".to_owned(),
                ..Failure::from(error)
            },
            error => error.into(),
        })?))
    }
}

/// A client that finds services in a map, else by what a resolver knows, and remembers in the home how.
pub(crate) fn client(
    services: ServiceMap,
    resolver: Arc<dyn Resolver>,
    env: SystemEnvironment,
    home: &Path,
) -> Client {
    let env = Arc::new(env);
    let found = Directory::new(services, resolver, env.clone());
    Client::finding(found.remembering(Home::service_file(home)), env)
}

/// The records in a file, if there is one, before what `beyond` knows.
pub(crate) fn resolver(
    file: Option<&Path>,
    beyond: Arc<dyn Resolver>,
) -> Result<Arc<dyn Resolver>, Failure> {
    let Some(file) = file else {
        return Ok(beyond);
    };
    match RecordFile::load(file, beyond) {
        Ok(records) => Ok(Arc::new(records)),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => Err(Failure {
            cause: format!("{}: {error}", file.display()),
            remedy: text::RECORDS.to_owned(),
            class: ErrorClass::Malformed,
        }),
        Err(error) => Err(Failure::of_file(file, &error)),
    }
}

/// The directory of the home: the one given, else that of the user.
pub(crate) fn home_directory(given: Option<&Path>) -> Result<PathBuf, Failure> {
    match (given, std::env::var_os("HOME")) {
        (Some(directory), _) => Ok(directory.to_owned()),
        (None, Some(home)) => Ok(PathBuf::from(home).join(".mmm")),
        (None, None) => Err(Failure::misuse(
            "there is no home directory",
            "set MMM_HOME",
        )),
    }
}

fn terminal() -> Terminal {
    Terminal {
        open: text::PROMPT_OPEN.to_owned(),
        new: text::PROMPT_NEW.to_owned(),
        again: text::PROMPT_AGAIN.to_owned(),
    }
}
