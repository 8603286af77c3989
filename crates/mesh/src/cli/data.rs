// SPDX-License-Identifier: MIT
//! The commands for data at rest, and their options.
//!
//! Spec: none; nouns and verbs are those of the reference's `meshman` where it has them.
//! Here: `archive`, `dare`, `log`.
//! Not here: what commands do (`command`).

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Files and directories in one file, each of which is found and read by itself.
#[derive(Debug, Subcommand)]
pub enum Archive {
    /// Adds files and directories to an archive; what is there already and has not changed is passed over, so that an interrupted command
    /// is repeated and goes on where it was.
    #[command(after_help = "Example:\n  mesh archive append photos.darc photos")]
    Append {
        /// The archive.
        archive: PathBuf,
        /// What to add.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// What opens the archive.
        #[command(flatten)]
        keys: OpenArgs,
        /// By whom.
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Copies an archive after verifying it, for the same people.
    #[command(after_help = "Example:\n  mesh archive copy --purge photos.darc smaller.darc")]
    Copy {
        /// The archive.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The copy.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// Leaves out what was deleted or replaced.
        #[arg(long)]
        purge: bool,
        /// What opens the archive.
        #[command(flatten)]
        keys: OpenArgs,
        /// Who must have signed it: see 'mesh archive verify'. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
        /// By whom a purged copy is signed.
        #[command(flatten)]
        sign: SignArgs,
        /// How entries are found.
        #[command(flatten)]
        index: IndexArgs,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Puts files and directories into a new archive. Names begin with the last component of each path.
    ///
    /// Rights and times are kept, owners are not; links are not followed, holes stay holes. Sockets, pipes and devices are left out and named.
    #[command(after_help = "\
Examples:
  mesh archive create photos.darc photos --encrypt alice@example.com
  mesh archive create photos.darc photos --encrypt bob@example.com --sign-account
  mesh archive create work.darc src docs --passphrase
  mesh archive create open.darc docs")]
    Create {
        /// The archive.
        archive: PathBuf,
        /// What to put into it.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// For whom.
        #[command(flatten)]
        keys: RecipientArgs,
        /// By whom.
        #[command(flatten)]
        sign: SignArgs,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Deletes entries: they are not listed or extracted any more. 'mesh archive copy --purge' leaves out their content, too.
    #[command(after_help = "Example:\n  mesh archive delete photos.darc photos/2019")]
    Delete {
        /// The archive.
        archive: PathBuf,
        /// Names in the archive; that of a directory stands for everything in it.
        #[arg(required = true)]
        names: Vec<String>,
        /// What opens the archive.
        #[command(flatten)]
        keys: OpenArgs,
        /// By whom.
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Extracts entries, and writes nowhere but below one directory.
    ///
    /// Nothing that exists is replaced without --force. Names that lead elsewhere, and links that point elsewhere, are refused before anything
    /// is written; no link on the way to a file is followed.
    #[command(after_help = "\
Examples:
  mesh archive extract photos.darc --into restored
  mesh archive extract photos.darc photos/2024/beach.jpg")]
    Extract {
        /// The archive.
        archive: PathBuf,
        /// Names in the archive; that of a directory stands for everything in it [default: everything].
        names: Vec<String>,
        /// The directory, which is made if it does not exist.
        #[arg(long, value_name = "DIR", default_value = ".")]
        into: PathBuf,
        /// What opens the archive.
        #[command(flatten)]
        keys: OpenArgs,
        /// Somebody who must have signed all of it, which is verified first: a device of the account, your account, a contact, a fingerprint,
        /// or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
        /// How entries are found.
        #[command(flatten)]
        index: IndexArgs,
        /// Replaces existing files.
        #[arg(long)]
        force: bool,
        /// Accepts links that point out of the directory.
        #[arg(long)]
        links_outside: bool,
        /// Refuses names that mean something else on other systems: devices, letters that are not allowed, names that differ in case only.
        #[arg(long)]
        portable: bool,
    },
    /// Lists the entries.
    #[command(after_help = "Example:\n  mesh archive list photos.darc --json")]
    List {
        /// The archive.
        archive: PathBuf,
        /// What opens the archive.
        #[command(flatten)]
        keys: OpenArgs,
        /// How entries are found.
        #[command(flatten)]
        index: IndexArgs,
    },
    /// Reads everything and verifies it: the tree, the index, each entry, each signature.
    #[command(after_help = "\
Examples:
  mesh archive verify photos.darc
  mesh archive verify release.darc --signed-by builder.pub")]
    Verify {
        /// The archive.
        archive: PathBuf,
        /// What opens the archive.
        #[command(flatten)]
        keys: OpenArgs,
        /// Somebody who must have signed all of it: a device of the account, your account, a contact, a fingerprint, or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
    },
}

/// Files that are encrypted, signed and verified.
#[derive(Debug, Subcommand)]
pub enum Dare {
    /// Writes an envelope in another encoding; signatures and encryption stay as they are.
    #[command(after_help = "\
Examples:
  mesh dare convert report.dare report.json --to json
  mesh dare convert --document settings.json settings.jcd --to json-c")]
    Convert {
        /// The envelope; - is standard input.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The same in another encoding; - is standard output.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// The encoding.
        #[arg(long, value_enum)]
        to: Encoding,
        /// The input is no envelope but any document in JSON, JSON-B, JSON-C or JSON-D.
        #[arg(long)]
        document: bool,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Writes the content of an envelope. Nothing appears under the name of the output before all of it has been verified.
    ///
    /// To a pipe (OUT is -) content goes in pieces that have been authenticated each; where the envelope does not allow that, or a signature
    /// is asked for, it waits in an unnamed temporary file until its end.
    #[command(after_help = "\
Examples:
  mesh dare decode report.dare report.pdf
  mesh dare decode --passphrase report.dare report.pdf
  mesh dare decode --identity ~/.ssh/id_ed25519 report.dare report.pdf
  mesh dare decode --signed-by bob@example.com report.dare report.pdf
  mesh dare decode --signed-by laptop backup.dare - | tar -x")]
    Decode {
        /// The envelope; - is standard input.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The content; - is standard output.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// What opens it.
        #[command(flatten)]
        keys: OpenArgs,
        /// Somebody who must have signed it: a device of the account, your account, a contact, a fingerprint, or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Encrypts a file under a fresh key, and prints that key and where whoever has it will look for the file.
    #[command(after_help = "\
Examples:
  mesh dare earl report.pdf --domain example.com
  mesh dare earl report.pdf report.dare --json")]
    Earl {
        /// The content; - is standard input.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The envelope [default: the name under which it will be looked for, with the ending .dare, in this directory].
        #[arg(value_name = "OUT")]
        output: Option<PathBuf>,
        /// The domain from which it will be fetched.
        #[arg(long)]
        domain: Option<String>,
        /// Bits of the key.
        #[arg(long, default_value_t = 140, value_parser = clap::value_parser!(u16).range(112..=440))]
        bits: u16,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Writes a file as an envelope: encrypted, signed, or with a digest only.
    #[command(after_help = "\
Examples:
  mesh dare encode report.pdf report.dare --encrypt alice@example.com --sign
  mesh dare encode report.pdf report.dare --encrypt bob@example.com --sign
  mesh dare encode report.pdf report.dare --encrypt laptop --encrypt friend.pub
  mesh dare encode report.pdf report.dare --passphrase
  tar -c photos | mesh dare encode - photos.dare --key-file photos.key
  mesh dare encode release.tar release.dare --sign")]
    Encode {
        /// The content; - is standard input.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The envelope; - is standard output.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// For whom, and by whom.
        #[command(flatten)]
        keys: SealArgs,
        /// The cipher.
        #[arg(long, value_enum, default_value_t = ContentCipher::A256gcm)]
        cipher: ContentCipher,
        /// The form: JSON-B is compact, JSON is text.
        #[arg(long, value_enum, default_value_t = Form::JsonB)]
        format: Form,
        /// States the digest of what is stored, which anybody can verify. So it is anyway where something is signed, or in clear, or under
        /// a256cbc.
        #[arg(long)]
        digest: bool,
        /// The content type [default: that of the ending of the name].
        #[arg(long, value_name = "TYPE")]
        cty: Option<String>,
        /// Shows name, type and time of an encrypted file to everybody, not only to those who can open it.
        #[arg(long)]
        open_metadata: bool,
        /// A note for those who can open it. Can be repeated.
        #[arg(long, value_name = "TEXT")]
        annotate: Vec<String>,
        /// A file that is shown to those who cannot open it.
        #[arg(long, value_name = "FILE")]
        cover: Option<PathBuf>,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Shows what an envelope says of itself, without any key; with one, also what is hidden.
    #[command(after_help = "Example:\n  mesh dare inspect report.dare --json")]
    Inspect {
        /// The envelope; - is standard input.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// What opens it.
        #[command(flatten)]
        keys: OpenArgs,
    },
    /// Verifies an envelope, and fails on any doubt: content, digest, signatures, signers.
    ///
    /// Without a key that opens it, what is verified is the digest over the ciphertext and the signatures; an encrypted envelope without
    /// either needs the key.
    #[command(after_help = "\
Examples:
  mesh dare verify release.dare
  mesh dare verify release.dare --signed-by builder.pub
  mesh dare verify report.dare --key-file report.key")]
    Verify {
        /// The envelope; - is standard input.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// What opens it.
        #[command(flatten)]
        keys: OpenArgs,
        /// Somebody who must have signed it: a device of the account, your account, a contact, a fingerprint, or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
    },
}

/// Logs: entries that are appended durably, each encrypted, all in one tree.
#[derive(Debug, Subcommand)]
pub enum Log {
    /// Appends an entry, or each line of standard input as one; every entry is durable before the next lines are read.
    ///
    /// Several processes may append to one log, one after the other. A log that is encrypted is continued by whoever can open it; --encrypt
    /// lets one continue it who cannot.
    #[command(after_help = "\
Examples:
  mesh log append audit.dlog 'backup finished'
  server 2>&1 | mesh log append server.dlog --encrypt operator.pub")]
    Append {
        /// The log.
        log: PathBuf,
        /// The entry [default: the lines of standard input].
        text: Option<String>,
        /// Encrypts what is appended for an account, a contact, a device or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        encrypt: Vec<String>,
        /// What opens the log.
        #[command(flatten)]
        keys: OpenArgs,
        /// By whom.
        #[command(flatten)]
        sign: SignArgs,
    },
    /// Checks a proof that 'mesh log prove' wrote, against apexes that are trusted; the log is not needed.
    #[command(after_help = "\
Examples:
  mesh log check entry.proof --apex 4f1c...
  mesh log check growth.proof --apex 4f1c... --earlier 09ab...")]
    Check {
        /// The proof.
        proof: PathBuf,
        /// The apex of the log, in hexadecimal, as 'mesh log verify' and 'mesh log prove' print it.
        #[arg(long, value_name = "HEX")]
        apex: String,
        /// The apex at the earlier state, for a proof that the log has only grown.
        #[arg(long, value_name = "HEX")]
        earlier: Option<String>,
    },
    /// Begins a log.
    #[command(after_help = "\
Examples:
  mesh log create audit.dlog --encrypt alice@example.com
  mesh log create open.dlog")]
    Create {
        /// The log.
        log: PathBuf,
        /// For whom.
        #[command(flatten)]
        keys: RecipientArgs,
        /// By whom.
        #[command(flatten)]
        sign: SignArgs,
        /// How its frames are tied together.
        #[arg(long = "type", value_enum, default_value_t = LogType::Merkle)]
        kind: LogType,
    },
    /// Makes entries unreadable for ever, by destroying what their keys are made of; everything else still verifies.
    ///
    /// Only an encrypted log can do that. Copies of the log made before keep the entry.
    #[command(after_help = "Example:\n  mesh log erase audit.dlog 17 --yes")]
    Erase {
        /// The log.
        log: PathBuf,
        /// Numbers of the entries, as 'mesh log list --numbers' shows them.
        #[arg(required = true)]
        entries: Vec<u64>,
        /// Does not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Prints entries as they are appended, until it is interrupted.
    #[command(after_help = "Example:\n  mesh log follow server.dlog --last 10 | grep error")]
    Follow {
        /// The log.
        log: PathBuf,
        /// Begins with this many entries that are there.
        #[arg(long, default_value_t = 10)]
        last: u64,
        /// What opens the log.
        #[command(flatten)]
        keys: OpenArgs,
    },
    /// Prints the entries. With --json, one that is not UTF-8 has its octets, too, in Base64url.
    #[command(after_help = "\
Examples:
  mesh log list audit.dlog --last 20
  mesh log list audit.dlog --json")]
    List {
        /// The log.
        log: PathBuf,
        /// Only this many entries from the end.
        #[arg(long)]
        last: Option<u64>,
        /// Shows the number of each entry.
        #[arg(long)]
        numbers: bool,
        /// What opens the log.
        #[command(flatten)]
        keys: OpenArgs,
        /// Somebody who must have signed all of it, which is verified first: a device of the account, your account, a contact, a fingerprint,
        /// or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
    },
    /// Writes a proof that an entry is in the log, or that the log has only grown since an earlier state.
    #[command(after_help = "\
Examples:
  mesh log prove audit.dlog entry.proof --entry 17
  mesh log prove audit.dlog growth.proof --since 1200")]
    Prove {
        /// The log, of the type merkle.
        log: PathBuf,
        /// The proof, as JSON; - is standard output.
        proof: PathBuf,
        /// The number of the entry.
        #[arg(long, value_name = "NUMBER", required_unless_present = "since")]
        entry: Option<u64>,
        /// The number of the last entry of the earlier state.
        #[arg(long, value_name = "NUMBER", conflicts_with = "entry")]
        since: Option<u64>,
        /// The number of the last entry of the state that is proved against [default: the last one].
        #[arg(long, value_name = "NUMBER")]
        at: Option<u64>,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Copies a log without the content of some entries; their digests stay, and signatures and proofs hold.
    #[command(after_help = "Example:\n  mesh log redact audit.dlog public.dlog 17 18")]
    Redact {
        /// The log.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The copy.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// Numbers of the entries, as 'mesh log list --numbers' shows them.
        #[arg(required = true)]
        entries: Vec<u64>,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Reads everything and verifies it: frames, digests, the tree; with a key, also each entry.
    #[command(after_help = "\
Examples:
  mesh log verify audit.dlog
  mesh log verify audit.dlog --signed-by server.pub")]
    Verify {
        /// The log.
        log: PathBuf,
        /// What opens the log.
        #[command(flatten)]
        keys: OpenArgs,
        /// Somebody who must have signed all of it: a device of the account, your account, a contact, a fingerprint, or a file with a public key. Can be repeated.
        #[arg(long, value_name = "NAME")]
        signed_by: Vec<String>,
    },
}

/// How the frames of a log are tied together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogType {
    /// Each digest covers the one before.
    Chain,
    /// Each frame has a digest.
    Digest,
    /// Each frame stands alone.
    List,
    /// A tree over the digests: the last one covers all.
    Merkle,
    /// Frames point back, so that one is found quickly.
    Tree,
}

/// For whom data is sealed.
#[derive(Args, Debug, Default)]
pub struct RecipientArgs {
    /// Who can open it: your account or a contact (an address, a nickname or a fingerprint), a device of the account, or a file with a public key. Can be repeated.
    #[arg(long, value_name = "NAME")]
    pub encrypt: Vec<String>,
    /// A file of mode 0600 with a symmetric key, as 'mesh key secret' prints it. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub key_file: Vec<PathBuf>,
    /// Whoever knows a passphrase can open it; it is asked for.
    #[arg(long)]
    pub passphrase: bool,
    /// The same with the passphrase in the first line of this file of mode 0600.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    pub passphrase_in: Option<PathBuf>,
}

/// By whom data is signed.
#[derive(Args, Debug, Default)]
pub struct SignArgs {
    /// Signs with the key of this device, which its account knows.
    #[arg(long)]
    pub sign: bool,
    /// Signs with the key of the account instead, so that those who have its contact can verify it; devices with the role message can.
    #[arg(long, conflicts_with = "sign")]
    pub sign_account: bool,
    /// Signs with the private key in this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["sign", "sign_account"])]
    pub sign_key: Option<PathBuf>,
}

/// For whom data is sealed, and by whom.
#[derive(Args, Debug, Default)]
pub struct SealArgs {
    /// For whom.
    #[command(flatten)]
    pub recipients: RecipientArgs,
    /// Signs with the key of this device and, where this device has it, with that of the account, so that those who have its contact can
    /// verify it.
    #[arg(long)]
    pub sign: bool,
    /// Signs with the private key in this file. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub sign_key: Vec<PathBuf>,
}

/// How entries of an archive are found.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct IndexArgs {
    /// Does not trust the index of the archive, which may be damaged or false: reads the header of every frame instead.
    #[arg(long)]
    pub no_index: bool,
}

/// What opens data. Without any of these the keys of this device do.
#[derive(Args, Debug, Default)]
pub struct OpenArgs {
    /// A file of mode 0600 with a symmetric key. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub key_file: Vec<PathBuf>,
    /// A file with a private key. Can be repeated.
    #[arg(long, value_name = "FILE")]
    pub identity: Vec<PathBuf>,
    /// A passphrase, which is asked for.
    #[arg(long)]
    pub passphrase: bool,
    /// The passphrase in the first line of this file of mode 0600.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    pub passphrase_in: Option<PathBuf>,
}

/// Cipher of content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ContentCipher {
    /// AES-256-CBC, as the reference reads it. Only a signature shows who altered it.
    A256cbc,
    /// AES-256-GCM in segments.
    A256gcm,
}

/// An encoding of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Encoding {
    /// Text.
    Json,
    /// With binary values.
    JsonB,
    /// The same with a dictionary of strings.
    JsonC,
    /// The same with further forms of numbers.
    JsonD,
}

/// The form of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Text, a third longer.
    Json,
    /// The body in binary.
    JsonB,
}
