// SPDX-License-Identifier: MIT
//! `servermesh`: the service, and the commands of its operator.
//!
//! Spec: none.
//! Here: their options.
//! Not here: what they do (`command`, serve and operator).

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mesh_service::rate::Rate;

use super::{DnsArgs, InstallArgs, OpenArgs, PackageArgs, RecipientArgs, ServeArgs};
use crate::text;

/// Runs a Mesh service for a domain, and does what its operator asks.
#[derive(Debug, Parser)]
#[command(
    name = "servermesh",
    version,
    about = text::SERVE_ABOUT,
    after_help = text::SERVE_AFTER_HELP,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct ServiceCli {
    /// What the operator asks; the service is run otherwise.
    #[command(subcommand)]
    pub command: Option<ServiceCommand>,
    /// The service; read only without a command.
    #[command(flatten)]
    pub serve: ServeArgs,
}

/// What the operator asks.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Accounts: list, show, suspend, resume, quota, delete.
    #[command(subcommand)]
    Account(ServiceAccount),
    /// Copies everything of the service into one encrypted file, while it runs. Example: servermesh backup mesh.dare --encrypt operator.key.pub
    Backup {
        /// The file to write; or an existing directory, to which what has changed since the last backup in it is added.
        file: PathBuf,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
        /// For whom; the keys of the service are in it, too.
        #[command(flatten)]
        keys: RecipientArgs,
        /// The data base, where the accounts are in one; a mirror of it is kept in the data directory.
        #[command(flatten)]
        store: StoreArgs,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Prints the DNS records by which clients find the service of a domain, and checks those that are there; exit code 4 when one is missing
    /// or wrong, 7 when the DNS gives no answer. Example: servermesh dns example.org --host mesh.example.org --address 192.0.2.1
    Dns(DnsArgs),
    /// Makes it a service of this system, under systemd, which listens for it: writes units, /etc/default/servermesh and the program. Example:
    /// servermesh install -- example.org --host mesh.example.org --acme
    Install(InstallArgs),
    /// Makes an invitation to register accounts, and prints it once. Example: servermesh invite --uses 5 --expire 7d --label family
    Invite(InviteArgs),
    /// Moves a service to another store, while it serves: between a directory and PostgreSQL. What was interrupted goes on with the same
    /// command. Example: servermesh migrate --from mesh-service --to postgres://mesh@db.example/mesh
    Migrate(MigrateArgs),
    /// Makes a package of this program for other machines. Example: servermesh package --deb servermesh.deb
    Package(PackageArgs),
    /// Brings a service back from a backup, into a directory that is empty or does not exist, and verifies it.
    Restore {
        /// The file that 'servermesh backup' wrote, or the directory.
        file: PathBuf,
        /// What opens it.
        #[command(flatten)]
        keys: OpenArgs,
        /// The empty data base into which the accounts are to go; the data directory has the keys only then.
        #[command(flatten)]
        store: StoreArgs,
        /// Where the service is to be.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Gives the host of a service new keys. Clients know the service by its own key, and do not notice; the former keys of the host are
    /// believed for 30 days at most. Start the service anew then, and each further host with a copy of the keys. Example: servermesh rotate
    /// --data /var/lib/mesh
    Rotate(RotateArgs),
    /// Says how the running service is.
    Status {
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Brings the store of a service that was stopped to the version of this program; without --backed-up it only says what that would be.
    /// There is no way back but a backup. Example: servermesh upgrade --data /var/lib/mesh --backed-up
    Upgrade(UpgradeArgs),
    /// Computes every digest and every tree of every account again, also while the service runs; exit code 4 when something is not in order.
    Verify {
        /// The data base, where the accounts are in one.
        #[command(flatten)]
        store: StoreArgs,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Where a service is, and how to answer.
#[derive(Args, Debug)]
pub struct DataArgs {
    /// Directory of its data.
    #[arg(long, default_value = "mesh-service")]
    pub data: PathBuf,
    /// Prints one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Whose keys are exchanged.
#[derive(Args, Debug)]
pub struct RotateArgs {
    /// The data base, where the accounts are in one.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Reads the passphrase of the keys of the service from this file, where they are under one.
    #[arg(long, value_name = "FILE")]
    pub key_passphrase_file: Option<PathBuf>,
    /// Where the service is.
    #[command(flatten)]
    pub data: DataArgs,
}

/// Which store is upgraded.
#[derive(Args, Debug)]
pub struct UpgradeArgs {
    /// Does it: there is a backup, by 'servermesh backup' of the former version or, of a data base, by its own tools.
    #[arg(long)]
    pub backed_up: bool,
    /// The data base, where the accounts are in one.
    #[command(flatten)]
    pub store: StoreArgs,
    /// Where the service is.
    #[command(flatten)]
    pub data: DataArgs,
}

/// From where to where a service is moved.
#[derive(Args, Debug)]
pub struct MigrateArgs {
    /// The store to move from: a directory or a postgres:// URL. In the end it is closed to writers, in every process that uses it.
    #[arg(long, value_name = "STORE")]
    pub from: String,
    /// The store to move to, empty: a directory or a postgres:// URL. No service is served from it before it is whole.
    #[arg(long, value_name = "STORE")]
    pub to: String,
    /// Reads the password of the data base to move from from this file, which must have mode 0600; otherwise as for --store.
    #[arg(long, value_name = "FILE")]
    pub from_password_file: Option<PathBuf>,
    /// Reads the password of the data base to move to from this file, which must have mode 0600; otherwise as for --store.
    #[arg(long, value_name = "FILE")]
    pub to_password_file: Option<PathBuf>,
    /// Gives a migration up that has not finished: the source takes writes again.
    #[arg(long)]
    pub abandon: bool,
    /// Prints one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// The data base in which a service keeps its accounts.
#[derive(Args, Debug)]
pub struct StoreArgs {
    /// Keeps the accounts in PostgreSQL, which several hosts may share, and not in the data directory: postgres://user@host/database. TLS is
    /// used, and the certificate checked, unless the data base is on this machine or sslmode=disable is said; sslrootcert=FILE names who is
    /// believed. The password comes from --store-password-file, PGPASSWORD, or PGPASSFILE [default: ~/.pgpass].
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// Reads the password of the data base from this file, which must have mode 0600.
    #[arg(long, value_name = "FILE")]
    pub store_password_file: Option<PathBuf>,
    /// How many connections to the data base this host opens at most.
    #[arg(long, value_name = "NUMBER", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub store_connections: u16,
}

/// Accounts of a service.
#[derive(Debug, Subcommand)]
pub enum ServiceAccount {
    /// Deletes an account with everything that it keeps here. Its devices keep what they have.
    Delete {
        /// Its address or fingerprint.
        account: String,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Lists the accounts: address, state, octets, quota, fingerprint.
    List {
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Sets how much an account may keep. Example: servermesh account quota alice@example.com 2GiB
    Quota {
        /// Its address or fingerprint.
        account: String,
        /// How much: octets, or with KiB, MiB, GiB, TiB; 'unlimited'; 'default' for that of every account.
        #[arg(value_parser = allowance)]
        size: mesh_service::operator::Allowance,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Serves a suspended account again.
    Resume {
        /// Its address or fingerprint.
        account: String,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Shows an account: its devices and stores by number and size.
    Show {
        /// Its address or fingerprint.
        account: String,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Stops serving an account, from the next request on; nothing of it is deleted.
    Suspend {
        /// Its address or fingerprint.
        account: String,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Invitations.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct InviteArgs {
    /// What to do with those that were made.
    #[command(subcommand)]
    pub command: Option<InviteCommand>,
    /// How many accounts it admits.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    pub uses: u64,
    /// How long it can be used: 10m, 1h, 1d.
    #[arg(long, default_value = "7d")]
    pub expire: String,
    /// What to call it in lists.
    #[arg(long)]
    pub label: Option<String>,
    /// Where the service is.
    #[command(flatten)]
    pub data: DataArgs,
}

/// What to do with invitations that were made.
#[derive(Debug, Subcommand)]
pub enum InviteCommand {
    /// Lists the invitations that still admit somebody; their codes are kept nowhere.
    List {
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
    /// Takes an invitation back.
    Delete {
        /// Its fingerprint in the list, or the beginning of that.
        id: String,
        /// Where the service is.
        #[command(flatten)]
        data: DataArgs,
    },
}

/// What the service allows, and what it tells.
#[derive(Args, Debug)]
pub struct OperationArgs {
    /// Who becomes an account: whoever asks, whoever has an invitation ('servermesh invite'), or nobody.
    #[arg(long, value_enum, default_value_t = SignUpName::Open)]
    pub sign_up: SignUpName,
    /// How many accounts it has at most.
    #[arg(long, value_name = "NUMBER")]
    pub max_accounts: Option<u64>,
    /// How many accounts are created within an hour without an invitation; 0 for any number.
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    pub sign_ups_per_hour: u32,
    /// How much an account may keep: octets, or with KiB, MiB, GiB, TiB; 'unlimited'.
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    pub quota: Size,
    /// How often one address may ask: a second (or a minute: 50/m), and at once after a rest; 'unlimited' [default: 50/s:500, this machine itself not counted].
    #[arg(long, value_name = "RATE", value_parser = rate)]
    pub per_address: Option<RateOption>,
    /// How often one account may ask; 'unlimited'.
    #[arg(long, value_name = "RATE", default_value = "100/s:2000", value_parser = rate)]
    pub per_account: RateOption,
    /// Addresses of proxies in front, separated by commas: what they say in X-Forwarded-For is believed.
    #[arg(long, value_name = "ADDRESSES", value_delimiter = ',')]
    pub proxy: Vec<IpAddr>,
    /// Shows its metrics to Prometheus at /metrics of this address; admin.sock in the data directory shows them, too.
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
    /// Shows a page with its load, errors, store and growth of the last day at this address, which must be of this machine itself: 127.0.0.1:9152.
    #[arg(long, value_name = "ADDRESS")]
    pub status: Option<SocketAddr>,
    /// The form of what it logs to standard error.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// How long it goes on after SIGTERM, while its health says that it ends, so that a load balancer notices: 5s. A second signal ends that.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = notice)]
    pub drain: Duration,
}

/// Who becomes an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SignUpName {
    /// Whoever asks.
    Open,
    /// Whoever has an invitation.
    Invitation,
    /// Nobody.
    Closed,
}

/// The form of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A number of octets, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub Option<u64>);

/// A rate, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateOption(pub Option<Rate>);

const UNLIMITED: &str = "unlimited";

fn size(text: &str) -> Result<Size, String> {
    if text == UNLIMITED {
        return Ok(Size(None));
    }
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let factor: u64 = match text.strip_prefix(digits).unwrap_or_default() {
        "" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return Err("write octets, or a number with KiB, MiB, GiB or TiB".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "this is no number".to_owned())?;
    let octets = number.checked_mul(factor);
    Ok(Size(Some(octets.ok_or("this is too large")?)))
}

fn rate(text: &str) -> Result<RateOption, &'static str> {
    match text == UNLIMITED {
        true => Ok(RateOption(None)),
        false => Ok(RateOption(Some(text.parse()?))),
    }
}

fn allowance(text: &str) -> Result<mesh_service::operator::Allowance, String> {
    use mesh_service::operator::Allowance;
    if text == "default" {
        return Ok(Allowance::Default);
    }
    Ok(match size(text)? {
        Size(Some(octets)) => Allowance::Octets(octets),
        Size(None) => Allowance::Unlimited,
    })
}

fn notice(text: &str) -> Result<Duration, String> {
    match text {
        "0s" => Ok(Duration::ZERO),
        text => crate::command::duration(text).map_err(|failure| failure.cause),
    }
}
