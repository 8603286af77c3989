// SPDX-License-Identifier: MIT
//! Devices: what is known of them while they are connected and afterwards.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: the values shown to callers.
//! Not here: asking (`request`), deciding (`accept`), listing (`list`), removing and other roles (`revoke`), the first device of an account
//! (`account/create`).

mod accept;
mod list;
mod pin;
pub(crate) mod preconfigured;
mod request;
pub(crate) mod revoke;

use mesh_crypto::{DateTime, Pin, SecretBytes};
use mesh_jsonbcd::SecretString;
use mesh_schema::message::ValidAcknowledgement;
use mesh_schema::{AccountAddress, Offline, Role, Roles, StoreLabel};

use crate::account::Account;
use crate::error::Error;

/// The longest name of a device, in octets.
const MAX_NAME: usize = 64;

/// What a device that has asked to be connected shows.
#[derive(Clone, Debug)]
pub struct PendingConnection {
    /// Address of the account.
    pub address: AccountAddress,
    /// Fingerprint of the account.
    pub account_udf: String,
    /// Fingerprint of the device.
    pub device_udf: String,
    /// What an administrator's screen must show too.
    pub witness: String,
}

/// What became of a request to be connected.
#[derive(Debug)]
pub enum Completion {
    /// The device is connected; the account has been synchronised.
    Connected(Box<Account>),
    /// No administrator has decided yet.
    Pending(PendingConnection),
    /// Nobody has adopted the preconfigured device yet.
    Unclaimed(InstalledDevice),
    /// An administrator rejected the device; nothing of the request is left.
    Rejected,
}

/// A PIN for connecting a device.
#[derive(Debug)]
pub struct IssuedPin {
    /// What is typed on the new device.
    pub pin: Pin,
    /// Until when it can be used.
    pub expires: DateTime,
    /// The roles of the device that uses it.
    pub roles: Roles,
    /// The name that device will have.
    pub name: Option<String>,
}

/// Whether a request was made with a PIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PinState {
    /// Without.
    None,
    /// With one that cannot be used, and why.
    Refused(String),
    /// With a valid one, which gives these roles.
    Valid(Roles),
}

/// A device that asks to be connected.
#[derive(Clone, Debug)]
pub struct PendingDevice {
    /// What the screen of the device shows.
    pub witness: String,
    /// Fingerprint of the device.
    pub device_udf: String,
    /// When the service received the request.
    pub received: Option<DateTime>,
    /// Whether it was made with a PIN.
    pub pin: PinState,
    /// The name that was chosen for it when its PIN was issued.
    pub name: Option<String>,
    pin_id: Option<String>,
    request: ValidAcknowledgement,
    /// Witnesses of earlier requests of the same device: it has asked again, for want of an answer.
    earlier: Vec<String>,
}

/// A device that was accepted.
#[derive(Clone, Debug)]
pub struct AcceptedDevice {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// Its name.
    pub name: String,
    /// Its roles.
    pub roles: Roles,
    /// The witness of its request; there is none when it was adopted.
    pub witness: Option<String>,
}

/// A device that waits for whoever reads its label.
#[derive(Debug)]
pub struct PreconfiguredDevice {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// What stands on its label: `mcd://` with the account that published it and the key by which it is adopted.
    pub uri: SecretString,
    /// The file that is installed in the device: its private key, its profile and the URI, as JSON.
    pub secret: SecretBytes,
}

/// A preconfigured device that has been installed.
#[derive(Clone, Debug)]
pub struct InstalledDevice {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// The account that published it, where its adoption is announced.
    pub publisher: AccountAddress,
}

/// A connected device.
#[derive(Clone, Debug)]
pub struct DeviceSummary {
    /// Fingerprint of the device.
    pub device_udf: String,
    /// Its roles.
    pub roles: Roles,
    /// For how long it may read which stores without the service.
    pub offline: Offline,
    /// The name that it was given.
    pub name: Option<String>,
    /// True for the device on which this is asked.
    pub this: bool,
    /// When it was connected.
    pub connected: Option<DateTime>,
}

/// What the removal of a device, or of some of its roles, takes from it, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CutOff {
    /// Stores of whose keys the device had shares: the service contributes no longer, so that nothing more opens, old or new.
    pub by_share: Vec<StoreLabel>,
    /// Stores of which the device had the whole keys: they have new keys, so that nothing new opens. What was in them it may have read.
    pub by_key: Vec<StoreLabel>,
    /// True when the device has the key of the account itself, from which all others follow or by which they are opened: then nothing is
    /// cut off from whoever can use it, and only another account helps.
    pub account: bool,
    /// True when the device has the key that signs for the account's administrators, which stays as it is.
    pub administrator: bool,
    /// True when the device has the whole key that opens messages to the account, which stays as it is.
    pub messages: bool,
    /// True when the device has the key that signs for the account, which stays as it is.
    pub signature: bool,
}

/// A device whose roles were changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The device, with its new roles.
    pub device: DeviceSummary,
    /// What it lost.
    pub cut_off: CutOff,
}

/// Nobody gives the role super: with it goes the key of the account, which only recovery codes hold.
pub(crate) fn not_super(roles: &Roles) -> Result<(), Error> {
    match roles.contains(Role::Super) {
        true => Err(Error::NotAllowed {
            what: "give the role super: recovery codes give it, with the key of the account",
        }),
        false => Ok(()),
    }
}

/// A witness or fingerprint as typed by a person: case and surrounding space do not matter.
fn canonical(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// Checks that a text can be the name of a device: it will stand in lists and on command lines.
pub(crate) fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Error::BadName { most: MAX_NAME });
    }
    Ok(name.to_owned())
}

/// The wanted name if no device has it, else the first one like it with a number that none has.
pub(crate) fn free_name(taken: &[&str], wanted: Option<&str>) -> String {
    let stem = match wanted {
        Some(name) if !taken.contains(&name) => return name.to_owned(),
        Some(name) => name,
        None => "device",
    };
    let mut number = taken.len().saturating_add(1);
    loop {
        let name = format!("{stem}-{number}");
        if !taken.contains(&name.as_str()) {
            return name;
        }
        number = number.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_free_or_numbered() {
        assert_eq!(free_name(&[], None), "device-1");
        assert_eq!(free_name(&["laptop"], None), "device-2");
        assert_eq!(free_name(&["laptop"], Some("phone")), "phone");
        assert_eq!(free_name(&["laptop"], Some("laptop")), "laptop-2");
        assert_eq!(free_name(&["b", "device-2"], None), "device-3");
        assert_eq!(free_name(&["device-2"], None), "device-3");
    }

    #[test]
    fn names_that_would_deceive_or_flood_are_refused() {
        assert_eq!(check_name(" laptop ").unwrap(), "laptop");
        for name in ["", " ", "a\nb", "\u{1b}[2J", &"x".repeat(65)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
