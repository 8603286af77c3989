// SPDX-License-Identifier: MIT
//! The commands for keys, and their options.
//!
//! Spec: none; nouns and verbs are those of the reference's `meshman` where it has them.
//! Here: `key`.
//! Not here: what commands do (`command`).

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Key files; nonces, secrets and their shares.
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Writes the keys of a file in another form. Reads what 'mesh key show' shows.
    ///
    /// Private keys are written where the input has some, else public ones. What a form does not have is refused: PEM has no Ed448 seed of
    /// the Mesh, and an X448 public key in PEM loses what the Mesh needs of it.
    #[command(after_help = "\
Examples:
  mesh key convert ~/.ssh/id_ed25519 id.key --format record
  mesh key convert server.p12 server.pem --format pem --new-passphrase
  mesh key convert putty.ppk id --format openssh --comment alice@laptop
  mesh key convert alice.key - --public --format pem")]
    Convert {
        /// The key file.
        #[arg(value_name = "IN")]
        input: PathBuf,
        /// The file to write; - is standard output, for public keys.
        #[arg(value_name = "OUT")]
        output: PathBuf,
        /// The form to write.
        #[arg(long, value_enum)]
        format: KeyForm,
        /// Writes the public keys, also of private ones.
        #[arg(long)]
        public: bool,
        /// The comment that SSH puts beside a key [default: that of the input].
        #[arg(long, value_name = "TEXT")]
        comment: Option<String>,
        /// The passphrase of the input in the first line of this file of mode 0600; asked for otherwise.
        #[arg(long, value_name = "FILE")]
        passphrase_in: Option<PathBuf>,
        /// Encrypts the output under a new passphrase, which is asked for.
        #[arg(long)]
        new_passphrase: bool,
        /// The same with the passphrase in the first line of this file of mode 0600.
        #[arg(long, value_name = "FILE", conflicts_with = "new_passphrase")]
        new_passphrase_in: Option<PathBuf>,
        /// Replaces an existing file.
        #[arg(long)]
        force: bool,
    },
    /// Derives the key of an algorithm from a seed in UDF form (Z...), which is read from standard input, asked for on a terminal.
    ///
    /// With FILE the key is written as 'mesh key generate' writes one; without it only its public half is shown.
    #[command(after_help = "\
Examples:
  mesh key derive --alg x448 < seed
  mesh key derive alice.key --alg ed25519 --name backup --format openssh < seed")]
    Derive {
        /// The file to write; the public key goes beside it, with the ending .pub.
        file: Option<PathBuf>,
        /// The name under which the key is derived.
        #[arg(
            long,
            value_name = "TEXT",
            default_value = "",
            hide_default_value = true
        )]
        name: String,
        /// The algorithm.
        #[arg(long, value_enum)]
        alg: KeyName,
        /// How it is written.
        #[command(flatten)]
        write: NewKeyArgs,
    },
    /// A fresh key of an encrypted resource, and the name under which the resource is found.
    #[command(after_help = "Example:\n  mesh key earl --domain example.com")]
    Earl {
        /// Bits of the key.
        #[arg(long, default_value_t = 140, value_parser = clap::value_parser!(u16).range(112..=440))]
        bits: u16,
        /// Also prints the web address of the resource at this domain.
        #[arg(long)]
        domain: Option<String>,
    },
    /// Makes a key and writes it into a file that only you can read, and the public key beside it, with the ending .pub.
    ///
    /// 'hybrid' are two keys for encryption, X448 and ML-KEM-768: what is sealed to both stays sealed when one of them is broken.
    #[command(after_help = "\
Examples:
  mesh key generate alice.key
  mesh key generate signer.key --alg ed448
  mesh key generate id_ed25519 --alg ed25519 --format openssh --comment alice@laptop --passphrase
  mesh key generate server.pem --alg p256 --format pem --passphrase-in secret.txt --json")]
    Generate {
        /// The file to write.
        file: PathBuf,
        /// The algorithm.
        #[arg(long, value_enum, default_value_t = KeyName::Hybrid)]
        alg: KeyName,
        /// How it is written.
        #[command(flatten)]
        write: NewKeyArgs,
    },
    /// A fresh value that is used once, and is no secret.
    #[command(after_help = "Example:\n  mesh key nonce --bits 256")]
    Nonce {
        /// Bits of it.
        #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u16).range(8..=440))]
        bits: u16,
    },
    /// Recovers a secret from shares, read from standard input, one in a line.
    #[command(after_help = "Example:\n  cat share1 share3 share4 | mesh key recover")]
    Recover,
    /// A fresh secret: a symmetric key.
    #[command(after_help = "Example:\n  (umask 077; mesh key secret > photos.key)")]
    Secret {
        /// Bits of it.
        #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u16).range(112..=440))]
        bits: u16,
    },
    /// Splits a secret into shares of which a quorum recovers it.
    #[command(
        after_help = "Examples:\n  mesh key share --shares 5 --quorum 3\n  mesh key share --stdin --json < photos.key"
    )]
    Share {
        /// How many shares.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=15))]
        shares: u8,
        /// How many of them recover it.
        #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=15))]
        quorum: u8,
        /// Bits of a fresh secret.
        #[arg(long, default_value_t = 128, value_parser = clap::value_parser!(u16).range(112..=440), conflicts_with = "stdin")]
        bits: u16,
        /// Splits the secret in UDF form that is read from standard input, asked for on a terminal.
        #[arg(long)]
        stdin: bool,
    },
    /// Shows what a file holds: keys in any form, certificates and requests, authorized_keys, known_hosts. Never a secret.
    ///
    /// Fingerprints are those of the Mesh and, where SSH has such keys, of SSH. Nothing is said about whether a certificate is to be
    /// believed; a request is verified with the key that it holds.
    #[command(after_help = "\
Examples:
  mesh key show alice.key.pub
  mesh key show friend.pub --expect MDHU-TLPK-ULU7-TGBX-OFSA-UF3V-FVM3
  mesh key show ~/.ssh/known_hosts --host example.com
  openssl req -new -key server.pem -subj /CN=example.com | mesh key show - --json")]
    Show {
        /// The file; - is standard input.
        file: PathBuf,
        /// Fails unless this is the fingerprint of the key. Where there are several keys each must be named.
        #[arg(long, value_name = "UDF")]
        expect: Vec<String>,
        /// Of known_hosts: only the keys of this host.
        #[arg(
            long,
            value_name = "NAME",
            help = "Of known_hosts: only the keys of this host, which may be hashed there. Another port than 22 is written [name]:port"
        )]
        host: Option<String>,
        /// The passphrase in the first line of this file of mode 0600; asked for otherwise.
        #[arg(long, value_name = "FILE")]
        passphrase_in: Option<PathBuf>,
    },
}

/// How a new key is written.
#[derive(Args, Debug)]
pub struct NewKeyArgs {
    /// The form.
    #[arg(long, value_enum, default_value_t = KeyForm::Record)]
    pub format: KeyForm,
    /// The comment that SSH puts beside a key.
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub comment: String,
    /// Encrypts the private key under a passphrase, which is asked for; for the forms pem and openssh.
    #[arg(long)]
    pub passphrase: bool,
    /// The same with the passphrase in the first line of this file of mode 0600.
    #[arg(long, value_name = "FILE", conflicts_with = "passphrase")]
    pub passphrase_in: Option<PathBuf>,
    /// Replaces existing files.
    #[arg(long)]
    pub force: bool,
}

/// The form of a key file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyForm {
    /// Files and lines of OpenSSH.
    Openssh,
    /// PKCS #8 and SubjectPublicKeyInfo in PEM.
    Pem,
    /// Records of the Mesh.
    Record,
    /// The block of RFC 4716, for public keys.
    Rfc4716,
}

/// An algorithm, or a pair of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyName {
    /// X448 and ML-KEM-768 side by side, for encryption.
    Hybrid,
    /// Signatures.
    Ed25519,
    /// Signatures.
    Ed448,
    /// Signatures that no quantum computer forges.
    #[value(name = "ml-dsa-44")]
    MlDsa44,
    /// The same, stronger.
    #[value(name = "ml-dsa-65")]
    MlDsa65,
    /// The same, strongest.
    #[value(name = "ml-dsa-87")]
    MlDsa87,
    /// Encryption that no quantum computer opens.
    #[value(name = "ml-kem-512")]
    MlKem512,
    /// The same, stronger.
    #[value(name = "ml-kem-768")]
    MlKem768,
    /// The same, strongest.
    #[value(name = "ml-kem-1024")]
    MlKem1024,
    /// Signatures and encryption on a NIST curve.
    P256,
    /// The same, stronger.
    P384,
    /// The same, strongest.
    P521,
    /// Signatures and encryption, for programs that have nothing else.
    Rsa2048,
    /// The same, stronger.
    Rsa3072,
    /// The same, strongest.
    Rsa4096,
    /// Encryption.
    X25519,
    /// Encryption.
    X448,
}
