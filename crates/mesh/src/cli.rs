// SPDX-License-Identifier: MIT
//! The commands and their options.
//!
//! Spec: none; nouns and verbs are those of the reference's `meshman` where it has them.
//! Here: the command tree.
//! Not here: what commands do (`command`).

mod data;
mod dns;
mod install;
mod key;
mod service;
mod tls;
mod wizard;

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mesh_protocol::transport::DEFAULT_PORT;

pub use self::data::{
    Archive, ContentCipher, Dare, Encoding, Form, IndexArgs, Log, LogType, OpenArgs, RecipientArgs,
    SealArgs, SignArgs,
};
pub use self::dns::DnsArgs;
pub use self::install::{InstallArgs, PackageArgs, PackageForm};
pub use self::key::{Key, KeyForm, KeyName, NewKeyArgs};
pub use self::service::{
    DataArgs, InviteArgs, InviteCommand, LogFormat, MigrateArgs, OperationArgs, RotateArgs,
    ServiceAccount, ServiceCli, ServiceCommand, SignUpName, StoreArgs, UpgradeArgs,
};
pub use self::tls::TlsArgs;
pub use self::wizard::WizardArgs;
use crate::text;

/// Carries keys, passwords and other credentials between all devices of a person, through a service that can read none of it.
#[derive(Debug, Parser)]
#[command(name = "mesh", version, after_help = text::AFTER_HELP, propagate_version = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args, Debug)]
pub struct Global {
    /// Prints one JSON object.
    #[arg(long, global = true)]
    pub json: bool,
    /// Which home, account and services are meant.
    #[command(flatten)]
    pub place: Place,
    /// Reads the passphrase of the home from this file, which must have mode 0600.
    #[arg(long, global = true, env = "MMM_PASSPHRASE_FILE", value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Reads the passphrase of the home from this open file descriptor.
    #[arg(long, global = true, value_name = "NUMBER")]
    pub passphrase_fd: Option<u32>,
    /// Makes a new home whose keys are stored in clear: whoever reads the disk has them.
    #[arg(long, global = true)]
    pub no_passphrase: bool,
}

/// Which home, account and services are meant: options of every command, and of the wizards.
#[derive(Args, Clone, Debug)]
pub struct Place {
    /// Directory of this device's home [default: ~/.mmm].
    #[arg(long, global = true, env = "MMM_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Addresses of services, before any discovery: localhost=http://127.0.0.1:15099,...
    #[arg(
        long,
        global = true,
        env = "MMM_SERVICES",
        value_name = "MAP",
        default_value = "",
        hide_default_value = true
    )]
    pub services: String,
    /// DNS records in a file, which stand before those of the DNS, as 'servermesh dns' prints them.
    #[arg(long, global = true, env = "MMM_DNS", value_name = "FILE")]
    pub dns: Option<PathBuf>,
    /// The account that is meant, when this device has several.
    #[arg(long, global = true, value_name = "ADDRESS")]
    pub account: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Accounts: create, synchronise, make recovery codes, recover.
    #[command(subcommand)]
    Account(Account),
    /// Keeps the home unlocked for a while, for scripts and repeated use.
    #[command(subcommand)]
    Agent(Agent),
    /// Archives: files and directories in one file, encrypted.
    #[command(subcommand)]
    Archive(Box<Archive>),
    /// Prints a completion script for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Other people: their keys for you, and yours for them.
    #[command(subcommand)]
    Contact(Contact),
    /// Envelopes: files encrypted, signed, verified.
    #[command(subcommand)]
    Dare(Box<Dare>),
    /// Devices: connect, list, remove.
    #[command(subcommand)]
    Device(Device),
    /// Checks the home and the service, and says what is wrong.
    Doctor {
        /// Deletes the entries that cannot be read, on all devices.
        #[arg(long)]
        discard: bool,
    },
    /// Fingerprints, digests and authenticators of files.
    #[command(subcommand)]
    Hash(Hash),
    /// The home of this device.
    #[command(subcommand)]
    Home(Home),
    /// Key files; nonces, secrets and their shares.
    #[command(subcommand)]
    Key(Key),
    /// Logs: entries appended durably, encrypted, in one tree.
    #[command(subcommand)]
    Log(Log),
    /// Mail accounts: addresses, and the servers by which mail comes and goes.
    #[command(subcommand)]
    Mail(Mail),
    /// Writes the manual pages into a directory.
    Man {
        /// The directory.
        directory: PathBuf,
    },
    /// Wireless networks and their passwords.
    #[command(subcommand)]
    Network(Network),
    /// Passwords.
    #[command(subcommand)]
    Password(Password),
    /// Shows which device reads which store, and for how long a thief of it could; 'policy set' allows reading without the service.
    Policy(PolicyArgs),
    /// Tells the story of the product on a real service in a temporary directory.
    Quickstart(QuickstartArgs),
    /// Tests this program on a service of its own, in a temporary directory. Examples: mesh selftest --hostile; mesh selftest --seeds 10000
    Selftest(SelftestArgs),
    /// Runs a Mesh service; the same as servermesh.
    Serve(Box<ServeArgs>),
    /// SSH keys.
    #[command(subcommand)]
    Ssh(Ssh),
}

/// What is tested.
#[derive(Args, Debug)]
pub struct SelftestArgs {
    /// The service cheats in every way that is known; says of each attack whether it was detected.
    #[arg(long, required_unless_present = "seeds", conflicts_with = "seeds")]
    pub hostile: bool,
    /// Three devices write at once while packets are lost, repeated and delayed, the service restarts and the clock jumps; so many stories of
    /// chance, each of which its number repeats.
    #[arg(long, value_name = "COUNT")]
    pub seeds: Option<u64>,
    /// The number of the first story.
    #[arg(long, default_value_t = 0, requires = "seeds", value_name = "SEED")]
    pub from: u64,
}

/// Accounts.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Connects the preconfigured device whose label has this URI. Example: meshman account connect --qr-image label.png --name camera
    Connect {
        /// The mcd:// URI of the label; other users of this machine can see it, --uri-stdin hides it.
        #[arg(required_unless_present_any = ["uri_stdin", "qr_image"], conflicts_with_all = ["uri_stdin", "qr_image"])]
        uri: Option<String>,
        /// Reads the URI from standard input, asking for it on a terminal.
        #[arg(long, conflicts_with = "qr_image")]
        uri_stdin: bool,
        /// Reads the QR code in this picture, PNG or JPEG.
        #[arg(long, value_name = "FILE")]
        qr_image: Option<PathBuf>,
        /// Its roles.
        #[command(flatten)]
        roles: RoleArgs,
        /// A name for it.
        #[arg(long)]
        name: Option<String>,
    },
    /// Creates a personal account, with this device as its first. Example: meshman account create alice@localhost
    Create {
        /// Its address: name@domain.
        address: String,
        /// The name of this device [default: that of the machine].
        #[arg(long)]
        name: Option<String>,
        /// The cipher under which all devices keep the catalogs; a256cbc is for accounts that a device running the reference is to read.
        #[arg(long, value_enum, default_value_t = CatalogCipher::A256gcm)]
        cipher: CatalogCipher,
        /// An invitation, where the service asks for one.
        #[command(flatten)]
        invitation: InvitationArgs,
    },
    /// Forgets the account on this device. The account itself and its other devices stay as they are.
    Delete {
        /// Says that only local data is meant.
        #[arg(long, required = true)]
        local: bool,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Makes recovery codes, and prints them once. Example: meshman account escrow --shares 3 --quorum 2
    Escrow {
        /// How many codes.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=15))]
        shares: u8,
        /// How many of them recover the account.
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=15))]
        quorum: u8,
        /// Voids all codes that were made before.
        #[arg(long, conflicts_with = "account_key")]
        rotate: bool,
        /// Makes codes that hold the key of the account itself, as the reference does: they can never be voided.
        #[arg(long)]
        account_key: bool,
        /// Makes no codes, but reads some from standard input, one in a line, and says which of them recover this account.
        #[arg(long, conflicts_with_all = ["shares", "quorum", "sheets", "rotate", "account_key"])]
        verify: bool,
        /// Writes a sheet for each holder into this directory, which must not exist: as text and as a page to print.
        #[arg(long, value_name = "DIR")]
        sheets: Option<PathBuf>,
    },
    /// Lists the accounts that this device knows.
    List,
    /// Writes everything of the account into a file, encrypted; recovery codes open it. Example: meshman account export alice.mesh
    Export {
        /// The file, created with mode 0600; it must not exist.
        file: PathBuf,
    },
    /// Brings an account back from a file, on a machine that knows nothing of it, to its service or another one.
    ///
    /// Recovery codes are read from standard input, one in a line.
    Import {
        /// The file that 'account export' wrote.
        file: PathBuf,
        /// The address that the account is to have [default: the one in the file].
        #[arg(long)]
        address: Option<String>,
        /// The name of this device [default: that of the machine].
        #[arg(long)]
        name: Option<String>,
        /// An invitation, where the service asks for one.
        #[command(flatten)]
        invitation: InvitationArgs,
    },
    /// Goes where the account has moved, on a device that was not told. Example: meshman account follow alice@new.example
    Follow {
        /// The address to which the account was moved.
        address: String,
    },
    /// Moves the account to another service, with all its devices and stores. Example: meshman account move alice@new.example
    ///
    /// Needs the device that holds the key of the account: the one that created or recovered it. The others follow as soon as they synchronise;
    /// the former place tells them, until 'account unbind --at' gives it up. An interrupted move is continued with the same command.
    Move {
        /// The new address.
        address: String,
        /// Leaves no note at the former service, which is gone or not to be trusted: what other devices have written there since this one last
        /// synchronised stays behind, and they must be told by hand.
        #[arg(long)]
        without_note: bool,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
        /// An invitation, where the service asks for one.
        #[command(flatten)]
        invitation: InvitationArgs,
    },
    /// Issues a PIN with which one device is connected without further asking. Example: meshman account pin --roles web
    Pin {
        /// The roles of that device.
        #[command(flatten)]
        roles: RoleArgs,
        /// How long it can be used: 10m, 1h, 1d.
        #[arg(long, default_value = "1h")]
        expire: String,
        /// The name of that device [default: device-2 and so on].
        #[arg(long)]
        name: Option<String>,
        /// Shows a QR code too, for the camera of that device.
        #[arg(long)]
        qr: bool,
        /// Writes the QR code to this file, created with mode 0600; .png or .svg.
        #[arg(long, value_name = "FILE")]
        qr_file: Option<PathBuf>,
    },
    /// Recovers an account from recovery codes, on a machine that knows nothing of it.
    ///
    /// Without codes in the command they are read from standard input, one in a line, so that they do not show in the process list.
    Recover {
        /// The address of the account.
        address: String,
        /// Recovery codes.
        codes: Vec<String>,
        /// The name of this device [default: that of the machine].
        #[arg(long, conflicts_with = "drill")]
        name: Option<String>,
        /// Only rehearses it: everything is fetched and opened in a directory that is deleted again, and compared with this device.
        #[arg(long)]
        drill: bool,
    },
    /// Writes again after the service contradicted what this device had seen, if it shows that again now.
    Resume {
        /// Takes over what the service shows instead; replicas as they are now are kept aside, and what only this device has is added again.
        #[arg(long)]
        theirs: bool,
        /// Gives the service back what it has lost, for instance after it was restored from a backup.
        #[arg(long, conflicts_with = "theirs")]
        ours: bool,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Compares this device with the service.
    Status,
    /// Fetches what other devices have written.
    Sync {
        /// Also accepts every device that asks with a valid PIN.
        #[arg(long)]
        auto: bool,
    },
    /// Deletes the account at its service, for all devices; or at a service that it has left.
    Unbind {
        /// The address that it had there.
        #[arg(long, value_name = "ADDRESS")]
        at: Option<String>,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Reads and checks every replica on this device.
    Verify,
}

/// An invitation to register an account.
#[derive(Args, Debug)]
pub struct InvitationArgs {
    /// Reads the invitation that the operator of the service has given from this file, which must have mode 0600.
    #[arg(long, value_name = "FILE")]
    pub invitation_file: Option<PathBuf>,
    /// Reads it from standard input, asking for it on a terminal.
    #[arg(long, conflicts_with = "invitation_file")]
    pub invitation_stdin: bool,
}

/// The agent.
#[derive(Debug, Subcommand)]
pub enum Agent {
    /// Unlocks the home and keeps its key in memory until the time is over; runs until then.
    Start {
        /// How long: 10m, 1h, 1d.
        #[arg(long, default_value = "1h")]
        expire: String,
    },
    /// Says whether an agent runs.
    Status,
    /// Makes the agent forget the key.
    Stop,
}

/// Other people: the files in which they give you their keys, and yours for them.
#[derive(Debug, Subcommand)]
pub enum Contact {
    /// Adds the contact in a file that somebody has given you, or updates the one that is known.
    ///
    /// The file shows which account it is of; whether that is the account of the person you mean only the fingerprint tells. Have it read to you,
    /// by telephone or face to face, and give it with --expect: then a contact of anybody else is refused.
    #[command(after_help = "\
Examples:
  mesh contact add bob.contact --name bob --expect MBNI-JKRW-Q5PT-6VWQ-WPWS-TFAG-DNBC
  mesh contact add bob.contact")]
    Add {
        /// The contact; - is standard input.
        file: PathBuf,
        /// What to call them here.
        #[arg(long)]
        name: Option<String>,
        /// The fingerprint of their account that came in another way, at least 20 letters of it.
        #[arg(long, value_name = "FINGERPRINT")]
        expect: Option<String>,
        /// Takes the place of another account that is known under the address, or of a later contact.
        #[arg(long)]
        replace: bool,
    },
    /// Deletes a contact.
    #[command(after_help = "Example:\n  mesh contact delete bob")]
    Delete {
        /// An address, a nickname or a fingerprint.
        name: String,
    },
    /// Lists the contacts; an account begins with that of its user.
    #[command(after_help = "Example:\n  mesh contact list --json")]
    List,
    /// Calls a contact something else.
    #[command(after_help = "Example:\n  mesh contact rename bob@example.com bob")]
    Rename {
        /// An address, a nickname or a fingerprint.
        name: String,
        /// The new nickname.
        new: String,
    },
    /// Writes your own contact, signed, for other people: with it they encrypt for you and verify what you sign.
    #[command(
        name = "self",
        after_help = "\
Examples:
  mesh contact self alice.contact --name 'Alice Example'
  mesh contact self | mail -s 'my keys' bob@example.com"
    )]
    Own {
        /// The file [default: standard output].
        #[arg(default_value = "-", hide_default_value = true)]
        file: PathBuf,
        /// Your name, as others are shown it; it is kept for the next time.
        #[arg(long)]
        name: Option<String>,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Shows a contact, with its keys.
    #[command(after_help = "Example:\n  mesh contact show bob")]
    Show {
        /// An address, a nickname or a fingerprint.
        name: String,
    },
}

/// Cipher of the catalogs of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CatalogCipher {
    /// AES-256-CBC: not bound to the place of an entry.
    A256cbc,
    /// AES-256-GCM.
    A256gcm,
}

/// Devices.
#[derive(Debug, Subcommand)]
pub enum Device {
    /// Connects the device whose screen shows this witness value. Example: meshman device accept "always outside noble deposit blouse grain mobile chief"
    Accept {
        /// The witness value, or its words between quotation marks.
        #[arg(required_unless_present = "stdin", conflicts_with = "stdin")]
        witness: Option<String>,
        /// Reads from standard input what 'device join --request' printed on the device.
        #[arg(long)]
        stdin: bool,
        /// Its roles.
        #[command(flatten)]
        roles: RoleArgs,
        /// A name for it.
        #[arg(long)]
        name: Option<String>,
    },
    /// Changes the roles of a connected device. Example: meshman device auth phone --roles web,message
    Auth {
        /// Its name, its fingerprint or the beginning of that.
        device: String,
        /// Its new roles.
        #[command(flatten)]
        roles: RoleArgs,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Completes the connection of this device once it has been accepted.
    Complete {
        /// Waits so many seconds for the decision.
        #[arg(long, default_value_t = 0, value_name = "SECONDS")]
        wait: u64,
    },
    /// Removes a device: from now on the service refuses it, and it decrypts nothing more. Says how each store is cut off.
    Delete {
        /// Its name, its fingerprint or the beginning of that.
        device: String,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Installs on this device what its maker has prepared with 'device preconfig'; 'device complete' then waits for whoever adopts it.
    Install {
        /// The secret file of the device.
        file: PathBuf,
    },
    /// Lists the connected devices.
    List,
    /// Lists the devices that ask to be connected.
    Pending,
    /// Prepares a device that whoever reads its label can adopt. Example: meshman device preconfig camera.medk --label camera.svg
    ///
    /// Writes the secret file that goes into the device, and prints the URI that goes onto its label.
    Preconfig {
        /// The secret file to write, created with mode 0600; it must not exist.
        file: PathBuf,
        /// Writes the label, the URI as a QR code, to this file, created with mode 0600; .png or .svg.
        #[arg(long, value_name = "FILE")]
        label: Option<PathBuf>,
        /// Shows the label as a QR code here.
        #[arg(long)]
        qr: bool,
    },
    /// Gives a device another name. Example: meshman device rename device-2 phone
    Rename {
        /// Its name, its fingerprint or the beginning of that.
        device: String,
        /// The new name.
        name: String,
    },
    /// Refuses the device whose screen shows this witness value.
    Reject {
        /// The witness value, or its words between quotation marks.
        witness: String,
    },
    /// Shows a connected device: its roles, and how it holds the key of each store.
    Show {
        /// Its name, its fingerprint or the beginning of that.
        device: String,
    },
    /// Connects a machine without a screen in one line. Example: ssh box mesh device join alice@localhost --request | mesh device accept --stdin
    ///
    /// Asks, prints one line for 'device accept --stdin', waits for the decision and completes the connection.
    Join {
        /// The address of the account.
        address: String,
        /// Says that the request is to be printed as one line of JSON.
        #[arg(long, required = true)]
        request: bool,
        /// Waits so many seconds for the decision.
        #[arg(long, default_value_t = 120, value_name = "SECONDS")]
        wait: u64,
    },
    /// Asks for this device to be connected to an account. Example: meshman device request alice@localhost
    ///
    /// Instead of the address and a PIN: the URI that 'account pin' printed, or a picture of its QR code.
    Request {
        /// The address of the account, or an mcd:// URI; other users of this machine can see the PIN in a URI.
        #[arg(required_unless_present_any = ["uri_stdin", "qr_image"], conflicts_with_all = ["uri_stdin", "qr_image"])]
        address: Option<String>,
        /// A PIN issued on another device. Other users of this machine can see it; --pin-stdin hides it.
        #[arg(long, conflicts_with = "pin_stdin", requires = "address")]
        pin: Option<String>,
        /// Reads the PIN from standard input, asking for it on a terminal.
        #[arg(long, requires = "address")]
        pin_stdin: bool,
        /// Reads the mcd:// URI from standard input, asking for it on a terminal; from the clipboard: wl-paste | meshman device request --uri-stdin
        #[arg(long, conflicts_with = "qr_image")]
        uri_stdin: bool,
        /// Reads the QR code in this picture, PNG or JPEG.
        #[arg(long, value_name = "FILE")]
        qr_image: Option<PathBuf>,
    },
}

/// The roles of a device.
#[derive(Args, Debug)]
pub struct RoleArgs {
    /// Its roles, separated by commas: admin, web, message, developer, device; single catalogs as Credential:read or Network:write.
    #[arg(long, default_value = "web")]
    pub roles: String,
    /// Gives it whole keys instead of shares, so that it decrypts without the service: a thief of the device then can, too.
    #[arg(long)]
    pub whole_keys: bool,
}

/// Fingerprints, digests and authenticators of files.
#[derive(Debug, Subcommand)]
pub enum Hash {
    /// The digest of a file, in hexadecimal form. Example: meshman hash digest picture.png --alg sha256
    Digest {
        /// The file; - is standard input.
        file: PathBuf,
        /// The algorithm.
        #[arg(long, value_enum, default_value_t = DigestName::Sha512)]
        alg: DigestName,
    },
    /// A commitment to a file that only the key reveals. Without a key a fresh one is made and printed.
    Mac {
        /// The file; - is standard input.
        file: PathBuf,
        /// The content type [default: that of the ending of the name].
        #[arg(long, value_name = "TYPE")]
        cty: Option<String>,
        /// Reads the key, in UDF form, from this file.
        #[arg(long, value_name = "FILE")]
        key_file: Option<PathBuf>,
        /// Bits of the result.
        #[arg(long, default_value_t = 140, value_parser = clap::value_parser!(u16).range(100..=440))]
        bits: u16,
        /// Only says whether the result is this one.
        #[arg(long, value_name = "UDF", requires = "key_file")]
        expect: Option<String>,
    },
    /// The fingerprint of a file. Example: meshman hash udf report.pdf --expect MDLI-GX2C-3OQB-BVWI-REXY-EB56-JG4R
    Udf {
        /// The file; - is standard input.
        file: PathBuf,
        /// The content type [default: that of the ending of the name].
        #[arg(long, value_name = "TYPE")]
        cty: Option<String>,
        /// The algorithm: sha512 or sha3-512.
        #[arg(long, value_enum, default_value_t = DigestName::Sha512)]
        alg: DigestName,
        /// Bits of the result.
        #[arg(long, default_value_t = 140, value_parser = clap::value_parser!(u16).range(100..=440))]
        bits: u16,
        /// Only says whether the result is this one.
        #[arg(long, value_name = "UDF")]
        expect: Option<String>,
    },
}

/// A digest algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DigestName {
    /// SHA-2-256.
    Sha256,
    /// SHA-2-512.
    Sha512,
    /// SHA-3-256.
    #[value(name = "sha3-256")]
    Sha3_256,
    /// SHA-3-512.
    #[value(name = "sha3-512", alias = "sha3")]
    Sha3_512,
}

/// The home.
#[derive(Debug, Subcommand)]
pub enum Home {
    /// Seals the keys of the home anew, under a passphrase read from a file or the terminal, or in clear with --no-passphrase.
    Passphrase {
        /// The file with the new passphrase, mode 0600; asked for otherwise.
        #[arg(long, value_name = "FILE")]
        new_file: Option<PathBuf>,
    },
    /// Says where the home is and how its keys are sealed.
    Show,
}

/// Mail accounts.
#[derive(Debug, Subcommand)]
pub enum Mail {
    /// Adds a mail account, or replaces it. Its password is one of 'mesh password'.
    #[command(
        after_help = "Example:\n  mesh mail add alice@example.net --inbound imaps://alice@imap.example.net --outbound submit://alice@mail.example.net"
    )]
    Add {
        /// The address.
        address: String,
        /// By which server mail comes: imap, imaps, pop or pops.
        #[arg(long, value_name = "URI")]
        inbound: Option<String>,
        /// By which server mail goes: submit or submits.
        #[arg(long, value_name = "URI")]
        outbound: Option<String>,
    },
    /// Deletes a mail account.
    Delete {
        /// The address.
        address: String,
    },
    /// Shows the servers of a mail account.
    Get {
        /// The address.
        address: String,
    },
    /// Takes over the mail accounts of Thunderbird, without their passwords; all of them, in one transaction.
    #[command(after_help = "Examples:\n  mesh mail import\n  mesh mail import old/prefs.js")]
    Import {
        /// Files called prefs.js in the directories of profiles, or entries as JSON; - is standard input [default: the profiles of this user].
        files: Vec<PathBuf>,
        /// Replaces accounts that are there with other servers; they stay otherwise.
        #[arg(long)]
        replace: bool,
    },
    /// Lists the mail accounts.
    List,
}

/// Wireless networks.
#[derive(Debug, Subcommand)]
pub enum Network {
    /// Adds a network, or replaces it; the password is asked for. Example: meshman network add "At home"
    Add {
        /// Its name, the SSID.
        ssid: String,
        /// How it admits devices.
        #[arg(long, value_enum, default_value_t = NetworkProtocol::Wpa2)]
        protocol: NetworkProtocol,
        /// The name of the user, where each has one.
        #[arg(long, required_if_eq("protocol", "wpa2-eap"))]
        username: Option<String>,
        /// Reads the password from standard input.
        #[arg(long)]
        stdin: bool,
    },
    /// Deletes a network.
    Delete {
        /// Its name.
        ssid: String,
        /// Its protocol, when there are several of the name.
        #[arg(long)]
        protocol: Option<NetworkProtocol>,
    },
    /// Prints the password of a network, or the network in the form of another program.
    #[command(
        after_help = "Examples:\n  mesh network get Home\n  mesh network get Home --format qr\n  sudo install -m 600 /dev/stdin /etc/NetworkManager/system-connections/Home.nmconnection < <(mesh network get Home --format nmconnection)"
    )]
    Get {
        /// Its name.
        ssid: String,
        /// Its protocol, when there are several of the name.
        #[arg(long)]
        protocol: Option<NetworkProtocol>,
        /// What is printed.
        #[arg(long, value_enum, default_value_t = NetworkFormat::Password)]
        format: NetworkFormat,
        /// Writes it to this file, created with mode 0600; a QR code as PNG or SVG.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Takes over networks of NetworkManager or wpa_supplicant; all of them, in one transaction.
    ///
    /// Also a file with the text of a WIFI: code, or with an entry as JSON.
    #[command(
        after_help = "Example:\n  sudo cat /etc/wpa_supplicant/wpa_supplicant.conf | mesh network import -"
    )]
    Import {
        /// The files; - is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Replaces networks that are there with another password; they stay otherwise.
        #[arg(long)]
        replace: bool,
    },
    /// Lists the networks, not the passwords.
    List,
}

/// How a network admits devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NetworkProtocol {
    /// Everybody.
    Open,
    /// By a key that is soon found out.
    Wep,
    /// By a password.
    Wpa2,
    /// By a password that cannot be guessed at home.
    Wpa3,
    /// By a name and a password of each user.
    #[value(name = "wpa2-eap")]
    Enterprise,
}

/// The form in which a network is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NetworkFormat {
    /// The password alone.
    Password,
    /// A key file of NetworkManager.
    Nmconnection,
    /// A block of wpa_supplicant.conf.
    WpaSupplicant,
    /// A QR code that telephones read.
    Qr,
}

/// Passwords.
#[derive(Debug, Subcommand)]
pub enum Password {
    /// Adds a password, or replaces it; it is asked for. Example: meshman password add example.com alice
    Add {
        /// The service or site.
        service: String,
        /// The name of the user there.
        username: String,
        /// Reads it from standard input.
        #[arg(long, conflicts_with = "generate")]
        stdin: bool,
        /// Makes a random one.
        #[arg(long)]
        generate: bool,
        /// Characters of a random one.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(8..=256))]
        length: u16,
    },
    /// Deletes a password.
    Delete {
        /// The service or site.
        service: String,
        /// The name of the user there, when there are several.
        username: Option<String>,
    },
    /// Prints a password. Example: meshman password get example.com
    Get {
        /// The service or site.
        service: String,
        /// The name of the user there, when there are several.
        username: Option<String>,
    },
    /// Takes over passwords that a browser or another manager has exported as CSV: all of them, in one transaction.
    ///
    /// The first line names the columns; they may be called as Chromium, Firefox, Safari, Bitwarden, KeePassXC, 1Password or LastPass do.
    /// Delete the file afterwards: it holds the passwords in clear.
    #[command(after_help = "Example:\n  mesh password import passwords.csv && rm passwords.csv")]
    Import {
        /// The file; - is standard input.
        file: PathBuf,
        /// Replaces passwords that are there under the same service and user; they stay otherwise.
        #[arg(long)]
        replace: bool,
    },
    /// Lists services and users, not the passwords.
    List,
}

/// The policy of offline use.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct PolicyArgs {
    /// What to do; shows the policy otherwise.
    #[command(subcommand)]
    pub command: Option<Policy>,
}

/// The policy of offline use.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// States for how long devices with shares of keys may read without the service. Example: meshman policy set --offline 1d --store Credential
    Set {
        /// How long after the service last helped: 10m, 1h, 1d, or none.
        #[arg(long, value_name = "none|DURATION")]
        offline: String,
        /// The stores that are meant, separated by commas [default: all that a device reads].
        #[arg(long, value_name = "STORES", value_delimiter = ',')]
        store: Vec<String>,
        /// The device that is meant: its name, its fingerprint or the beginning of that [default: all].
        #[arg(long)]
        device: Option<String>,
    },
}

/// SSH keys.
#[derive(Debug, Subcommand)]
pub enum Ssh {
    /// Makes an Ed25519 key. Example: meshman ssh create work
    Create {
        /// Its name.
        name: String,
    },
    /// Deletes a key.
    Delete {
        /// Its name.
        name: String,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Prints or writes a key. Example: meshman ssh get work --private --file ~/.ssh/id_work
    Get {
        /// Its name.
        name: String,
        /// The private key; the public key goes beside it with the ending .pub.
        #[arg(long)]
        private: bool,
        /// Writes it to this file, created with mode 0600.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Form of the public key.
        #[arg(long, value_enum, default_value_t = SshFormat::Openssh)]
        format: SshFormat,
        /// Replaces an existing file; prints a private key to a terminal.
        #[arg(long)]
        force: bool,
    },
    /// Takes over a private key that there is. Its passphrase is asked for.
    #[command(after_help = "Example:\n  mesh ssh import ~/.ssh/id_ed25519 --name laptop")]
    Import {
        /// The file with the private key, of OpenSSH or another form that 'mesh key' reads; it must have mode 0600.
        file: PathBuf,
        /// What it shall be called [default: the name of the file].
        #[arg(long)]
        name: Option<String>,
    },
    /// Lists the keys.
    List,
}

/// Form of a public SSH key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SshFormat {
    /// One line, as in id_ed25519.pub.
    Openssh,
    /// RFC 4716.
    Rfc4716,
}

/// The story.
#[derive(Args, Debug)]
pub struct QuickstartArgs {
    /// Leaves the homes and the service data in this directory, which must not exist.
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// The service.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The domain whose accounts it serves.
    pub domain: String,
    /// Where to listen [default: 127.0.0.1:15099].
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Directory of its data.
    #[arg(long, default_value = "mesh-service")]
    pub data: PathBuf,
    /// Seals the keys of the service under the passphrase in this file; they are stored in clear, mode 0600, otherwise.
    #[arg(long, value_name = "FILE")]
    pub key_passphrase_file: Option<PathBuf>,
    /// Where the accounts are kept.
    #[command(flatten)]
    pub store: StoreArgs,
    /// What it allows, and what it tells.
    #[command(flatten)]
    pub operation: OperationArgs,
    /// How it is reached.
    #[command(flatten)]
    pub tls: TlsArgs,
}

impl ServeArgs {
    /// Where to listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listen.unwrap_or(match self.tls.acme {
            true => (Ipv6Addr::UNSPECIFIED, 443).into(),
            false => (Ipv4Addr::LOCALHOST, DEFAULT_PORT).into(),
        })
    }
}
