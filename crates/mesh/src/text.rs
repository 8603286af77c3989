// SPDX-License-Identifier: MIT
//! Wording shown to people.
//!
//! Spec: none.
//! Here: remedies, help texts and prompts.
//! Not here: causes, which the libraries state.

use mesh_client::Error;
use mesh_jsonbcd::ErrorClass;
use mesh_protocol::Code;

/// What `servermesh` is.
pub const SERVE_ABOUT: &str = "Runs a Mesh service for a domain, and does what its operator asks";
/// Shown at the end of its help.
pub const SERVE_AFTER_HELP: &str = "\
Commands of the operator go to the running service over the socket admin.sock in its data directory, which only its user can open;
'backup' and 'verify' read the data directory beside it, and need no running service.

Environment:
  MMM_LOG   what is logged to standard error, for instance warn or mesh_service=debug

Exit codes:
  0 done   2 wrong use, or no such thing   3 malformed data   4 data not to be trusted
  5 not supported   6 refused   7 unavailable   8 defect of this program

Examples:
  servermesh mesh.example.org --data /var/lib/mesh --sign-up invitation --metrics 127.0.0.1:9151
  servermesh example.org --host mesh.example.org --acme
  servermesh dns mesh.example.org --address 192.0.2.1
  servermesh invite --uses 5 --expire 7d --label family --data /var/lib/mesh
  servermesh account list --data /var/lib/mesh
  servermesh backup /backup/mesh.dare --encrypt operator.key.pub --data /var/lib/mesh";
/// Shown at the end of the help.
pub const AFTER_HELP: &str = "\
Environment:
  MMM_HOME             directory of this device's home (default: ~/.mmm)
  MMM_PASSPHRASE_FILE  file of mode 0600 whose first line is the passphrase of the home
  MMM_SERVICES         addresses of services: localhost=http://127.0.0.1:15099,...
  MMM_DNS              file of DNS records that stand before those of the DNS
  SSL_CERT_FILE        file of the authorities whose certificates are believed, where not those of the system
  MMM_LOG              what is logged to standard error, for instance info or mesh_client=debug

Exit codes:
  0 done   2 wrong use, or no such thing   3 malformed data   4 data or peer not to be trusted
  5 not supported   6 refused   7 unavailable   8 defect of this program

Example:
  meshman account create alice@localhost && meshman password add example.com alice";
/// How a file of records is written.
pub const RECORDS: &str = "write records as 'servermesh dns' prints them, with whole names: _mmm._tcp.example.org. SRV 0 0 443 mesh.example.org.";
/// What an operator can do about an address on which the service cannot listen.
pub const LISTEN: &str = "choose another address, or end what uses this one; ports below 1024 are for root, unless systemd hands them over ('servermesh install') or they are redirected: a machine without IPv6 has 0.0.0.0:443 and not [::]:443";
/// What an operator can do about the name of a domain or a host.
pub const HOST_NAME: &str = "write a name of letters, digits, '-' and dots, as it stands in the DNS (xn--... where it has other letters)";
/// What `meshclient` is.
pub const CLIENT_ABOUT: &str =
    "Creates, recovers and looks after your Mesh account, on a page in your browser";
/// Shown at the end of its help.
pub const CLIENT_AFTER_HELP: &str = "\
The page is served by this program on the loopback address, to the browser in which its link is opened first, and to processes of this user
only. The link works once. The page locks itself; the program ends with the button on the page, with Ctrl-C, or after an hour without use.

Environment:
  MMM_HOME      directory of this device's home (default: ~/.mmm)
  MMM_SERVICES  addresses of services: localhost=http://127.0.0.1:15099,...
  MMM_LOG       what is logged to standard error, for instance info
  BROWSER       the browser that is opened

Examples:
  meshclient
  meshclient --no-open                  # prints the link, to be opened in a browser on this machine
  meshclient --terminal                 # over SSH, and where there is no browser";
/// What `meshconnect` is.
pub const CONNECT_ABOUT: &str = "Connects this device to a Mesh account, on a page in your browser";
/// Shown at the end of its help.
pub const CONNECT_AFTER_HELP: &str = "\
On a device that is an administrator of the account, meshclient or 'meshman account pin' shows what to type here. Nothing of administration
is in this program. The page is served as that of meshclient is.

Environment:
  MMM_HOME      directory of this device's home (default: ~/.mmm)
  MMM_SERVICES  addresses of services: localhost=http://127.0.0.1:15099,...

Examples:
  meshconnect
  meshconnect --terminal";
/// Asks for the passphrase of an existing home.
pub const PROMPT_OPEN: &str = "Passphrase of this Mesh home: ";
/// Asks for the passphrase of a new home.
pub const PROMPT_NEW: &str = "New passphrase for this Mesh home: ";
/// Asks for it again.
pub const PROMPT_AGAIN: &str = "The same passphrase again: ";
/// Asks for a passphrase that data were encrypted to.
pub const PROMPT_DATA: &str = "Passphrase: ";
/// Asks for one that data are to be encrypted to.
pub const PROMPT_DATA_NEW: &str = "New passphrase for this file: ";
/// Asks for a PIN.
pub const PROMPT_PIN: &str = "PIN (empty for none): ";
/// Asks for leave to register an account.
pub const PROMPT_INVITATION: &str = "Invitation: ";
/// Asks for an invitation.
pub const PROMPT_URI: &str = "URI (mcd://...): ";
/// Of a recovery code that is in order.
pub const CODE_GOOD: &str = "recovers this account, with others of its set";
/// Of one that is not.
pub const CODE_WRONG: &str =
    "does not recover this account: it was altered, or is of another set or account";
/// Stands behind recovery codes.
pub const CODES_ADVICE: &str = "Write each code on its own sheet and keep the sheets in different places. They are not shown again.";

/// Of a store whose whole key a device has.
pub const WINDOW_ALWAYS: &str = "always: the device has the whole key";
/// Of a store that a device reads with the help of the service only.
pub const WINDOW_SERVED: &str = "only while the service helps, until the device is removed";
/// Stands behind what the removal of a device has cut off.
pub const KEPT_IN_CLEAR: &str = "What it has read already it may have in clear: change passwords that it could read if it may be in wrong hands.";
/// Of a device that had the account's whole decryption key.
pub const KEPT_MESSAGES: &str = "\nnot cut off: it keeps the keys that open what is encrypted to the account: messages, which the service refuses it, and files that it gets hold of";
/// Of a device that signed for the account.
pub const KEPT_SIGNATURE: &str = "\nnot cut off: it keeps the key that signs for the account, by which contacts verify files: if it was stolen, tell them, and create a new account";
/// Of a device that held the key of the account itself.
pub const KEPT_ACCOUNT: &str = "\nNOTHING IS CUT OFF from whoever can open its keys: it holds the key of the account itself, as recovery codes do, and with it reads everything, connects devices and deletes the account. If it was stolen and may be opened, create a new account and move to it";
/// Of a device that was an administrator.
pub const KEPT_ADMINISTRATOR: &str = "\nnot cut off: it keeps the administrators' signature key. Together with the service it could connect a device: if it was stolen, create a new account";

/// Stands behind a contact whose fingerprint is the one that was expected.
pub const CONTACT_COMPARED: &str = "\nwhich is the one that was expected";
/// Stands behind a contact that was taken as it came.
pub const CONTACT_UNCHECKED: &str = "\nnot compared yet: ask the person, by telephone or face to face, for the fingerprint of their account, which 'mesh contact list' shows them, and give it to 'mesh contact add --expect'";
/// Stands behind the account's own fingerprint.
pub const CONTACT_TELL: &str = "\nread the fingerprint to whoever gets the file, by telephone or face to face: nothing else shows that it is yours";

/// What a person can do when the service contradicts what a device has seen.
const CONTRADICTION: &str = "nothing is written from this device until it is cleared up; compare with another device and ask the operator of the service; then 'meshman account resume' goes on if the service shows again what this device has seen, with --ours it is given back what it has lost, with --theirs what it shows is taken over";

/// What a person can do about an error of the client.
#[must_use]
pub fn remedy(error: &Error) -> &'static str {
    match error {
        Error::AccountExists { .. } => {
            "see 'meshman account list'; 'meshman account delete --local' forgets it on this device"
        }
        Error::Ambiguous { .. } => "name the one that is meant",
        Error::AnotherAccount { .. } => {
            "ask the person, not by mail from that address, for the fingerprint of their account; if they have a new account, 'mesh contact add --replace --expect FINGERPRINT' takes it over"
        }
        Error::BadName { .. } | Error::NameIsAddress => "choose a short name of plain characters",
        Error::Contention { .. } => "try again when the other devices are done",
        Error::DeviceRemoved { .. } => {
            "ask an administrator of the account; 'meshman account delete --local' clears this device, 'meshman device request' asks to be connected again"
        }
        Error::Exists { .. } => "choose another name, or delete the one that is there",
        Error::Fork { .. }
        | Error::Frozen { .. }
        | Error::Rollback { .. }
        | Error::Withheld { .. } => CONTRADICTION,
        Error::Store { .. } if error.class() == ErrorClass::Untrusted => CONTRADICTION,
        Error::OldContact { .. } => {
            "ask for a new one; 'mesh contact add --replace' takes the earlier one all the same"
        }
        Error::OwnContact => "give its file to other people: 'mesh contact self FILE'",
        Error::UnexpectedFingerprint { .. } => {
            "do not use it: nothing was written. Ask the person for the contact and for the fingerprint of their account again"
        }
        Error::OldEntry => {
            "do not write to the account; compare with another device and ask the operator of the service"
        }
        Error::HeadsMissing { .. } => {
            "put the file back from a backup of the same time; otherwise 'meshman account delete --local' and connect this device again"
        }
        Error::HomeExists { .. } => "choose another directory with --home or MMM_HOME",
        Error::HomeUnusable { .. } => {
            "check the directory's owner, its mode and the space on the disk"
        }
        Error::KeyStore(error) => keystore_remedy(error),
        Error::NeedsService { .. } => {
            "check the network and that the service runs; an administrator can allow reading without it for a while: 'meshman policy set --offline 1d'"
        }
        Error::NoAccount { .. } => {
            "'meshman account create', 'meshman device request' or 'meshman account recover' connects this device"
        }
        Error::NoHome { .. } => {
            "'meshman account create', 'meshman device request' or 'meshman account recover' makes one; MMM_HOME names another"
        }
        Error::NotAllowed { .. } => {
            "use a device whose roles include it; 'meshman device list' shows them"
        }
        Error::NotFound { .. } => "'meshman account sync' fetches what other devices have added",
        Error::Pending { .. } => {
            "have it accepted on another device, then run 'meshman device complete'"
        }
        Error::Moved { .. } => "give the new address",
        Error::Unheard { .. } => "run 'meshman device request' again",
        Error::Unclaimed => {
            "have its owner give its label to 'meshman account connect', then run 'meshman device complete'"
        }
        Error::Protocol(error) => match (error.refusal(), error) {
            (Some(Code::AccountRegistered), _) => "choose another name",
            (Some(Code::InvitationNeeded), _) => {
                "ask the operator of the service for an invitation, and give it with --invitation-file or --invitation-stdin"
            }
            (Some(Code::QuotaExceeded), _) => {
                "ask the operator of the service for more room: what is deleted stays in the history of a store"
            }
            (Some(Code::Suspended), _) => {
                "ask the operator of the service; nothing is lost, and what this device has it still shows"
            }
            (Some(Code::TooManyRequests), _)
            | (_, mesh_protocol::Error::TooManyRequests { .. }) => {
                "wait as long as it says and try again; nothing was done"
            }
            (_, mesh_protocol::Error::UntrustedHost { .. }) => {
                "nothing was sent. Somebody may stand between, or have forged what the DNS says; otherwise the operator renews the certificate, or tells you its fingerprint, or that there is no TLS, by telephone or face to face: MMM_SERVICES=domain=https://host:port#sha256:... accepts that one, MMM_SERVICES=domain=http://host:port none. Of an authority of your own, SSL_CERT_FILE names the certificate"
            }
            (_, mesh_protocol::Error::Schema(mesh_schema::Error::Ended { .. })) => {
                "nothing was sent. Check the clock of this device; if it is right, somebody may answer with keys that the operator of the service has exchanged: ask the operator"
            }
            (Some(Code::NotFound), _) => "check the address of the account",
            (Some(Code::NotAuthorized), _) => "check that this device is connected to the account",
            (
                _,
                mesh_protocol::Error::Unreachable { .. } | mesh_protocol::Error::SessionLost { .. },
            ) => {
                "check that the service runs, and that the DNS or MMM_SERVICES names its address: 'servermesh dns' shows what the DNS says"
            }
            _ => class_remedy(error.class()),
        },
        Error::SharesOfAnother { .. } => {
            "check the address, and that the codes are from its last set"
        }
        Error::WrongService { .. } => {
            "check MMM_SERVICES; if it is right, ask the operator of the service"
        }
        Error::Crypto(_) => "compare the codes with the sheets, letter by letter",
        error => class_remedy(error.class()),
    }
}

/// What a person can do about data that nothing vouches for.
pub const DOUBT: &str = "trust it no more than the place it came from";

/// What a person can do about an error of data at rest.
#[must_use]
pub fn data_remedy(error: &mesh_dare::Error) -> &'static str {
    use mesh_dare::Error as D;
    match error {
        D::NoKey { .. } => {
            "name what opens it: --identity, --key-file, --passphrase, or run it on a device of the account"
        }
        D::IndexWrong { .. } => {
            "do not use it, and get it again from where it came; where that cannot be, 'mesh archive extract --no-index' reads what there is without the index"
        }
        D::Altered => "check the passphrase or the key; if it is right, the data were altered",
        D::SignatureInvalid { .. } | D::SignatureMissing { .. } => {
            "do not use it: get it again from whoever signed it"
        }
        D::Storage { .. } => "check the name and the rights of the file, and the space on the disk",
        error => match error.class() {
            ErrorClass::Malformed => "check that it is the right file, and that it is complete",
            ErrorClass::Untrusted => "do not use it: get it again from where it came",
            class => class_remedy(class),
        },
    }
}

/// What a person can do about an error for which there is no better advice.
#[must_use]
pub fn class_remedy(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Internal => "this is a defect: please report it, with what MMM_LOG=debug shows",
        ErrorClass::Malformed => {
            "check what was given; 'meshman account verify' checks what is stored on this device"
        }
        ErrorClass::Misuse => "see the command with --help",
        ErrorClass::Refused => "see 'meshman account status' for what this device may do",
        ErrorClass::Unavailable => "check the service, the network and the disk, and try again",
        ErrorClass::Unsupported => "a newer version of this program may support it",
        ErrorClass::Untrusted => {
            "do not go on: compare with another device, and ask the operator of the service"
        }
    }
}

/// What a person can do about an error of the key store.
#[must_use]
pub fn keystore_remedy(error: &mesh_keystore::Error) -> &'static str {
    use mesh_keystore::Error as K;
    match error {
        K::WrongPassphrase => "try again; without the passphrase only recovery codes help",
        K::NoPassphrase | K::NoTerminal => {
            "set MMM_PASSPHRASE_FILE, use --passphrase-fd, or run it on a terminal"
        }
        K::InsecureMode { .. } => "chmod 600 the file",
        K::PrivateHalf => "name the file with the public key, which often ends with .pub",
        K::Locked { .. } => "wait for the other process, or end it",
        error => class_remedy(error.class()),
    }
}
