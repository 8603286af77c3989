// SPDX-License-Identifier: MIT
//! Steps that commands and wizards take alike.
//!
//! Spec: mesh-protocol, "Device Connection"; mesh-architecture, "Escrow".
//! Here: offering a PIN, welcoming whoever used one, reading what an invited device was given, judging recovery codes.
//! Not here: what is printed (`command`) or shown (`wizard`).

use std::time::Duration;

use mesh_client::{AcceptedDevice, Account, CodeSet, PinState, Roles, SyncReport};
use mesh_crypto::share::ShareError;
use mesh_crypto::udf::uri::MeshUri;
use mesh_crypto::{Earl, Share};
use zeroize::Zeroizing;

use crate::error::Failure;

/// The most codes of a set, whoever made it: what makes codes and what takes them has room for as many.
pub(crate) const MAX_CODES: u8 = mesh_crypto::share::MAXIMUM_SHARES;

/// A PIN for one device, and what the device is told.
#[derive(Clone)]
pub(crate) struct Invitation {
    /// What is typed.
    pub(crate) pin: Zeroizing<String>,
    /// What a QR code shows: address and PIN.
    pub(crate) uri: Zeroizing<String>,
    /// The roles that it gives.
    pub(crate) roles: Roles,
    /// Until when.
    pub(crate) expires: String,
}

/// Issues a PIN.
pub(crate) fn invite(
    account: &mut Account,
    roles: &Roles,
    valid: Duration,
    name: Option<&str>,
) -> Result<Invitation, mesh_client::Error> {
    account.sync()?;
    let issued = account.issue_pin(roles, valid, name)?;
    let uri = MeshUri::Device {
        account: account.address().to_string(),
        key: issued.pin.to_udf_string(),
    };
    Ok(Invitation {
        pin: Zeroizing::new(issued.pin.to_udf_string().expose_secret().to_owned()),
        uri: Zeroizing::new(uri.to_uri_string().expose_secret().to_owned()),
        roles: roles.clone(),
        expires: issued.expires.to_string(),
    })
}

/// What a synchronisation brought to an administrator.
pub(crate) struct Welcome {
    pub(crate) report: SyncReport,
    /// The devices that were connected because they had a PIN.
    pub(crate) accepted: Vec<AcceptedDevice>,
}

/// Synchronises, and connects the devices that have asked with a valid PIN where that is wanted.
pub(crate) fn welcome(account: &mut Account, accept: bool) -> Result<Welcome, mesh_client::Error> {
    let mut report = account.sync()?;
    let accepted = match accept {
        true => account.accept_pins()?,
        false => Vec::new(),
    };
    if !accepted.is_empty() {
        report.new_frames = report.new_frames.saturating_add(account.sync()?.new_frames);
    }
    Ok(Welcome { report, accepted })
}

/// The devices that asked an administrator with a PIN that does not count: their witness values, and why. It opens each request.
pub(crate) fn refused_pins(
    account: &mut Account,
) -> Result<Vec<(String, String)>, mesh_client::Error> {
    if !account.roles().is_administrator() {
        return Ok(Vec::new());
    }
    let pending = account.pending()?.into_iter();
    let refused = pending.filter_map(|device| match device.pin {
        PinState::Refused(why) => Some((device.witness, why)),
        _ => None,
    });
    Ok(refused.collect())
}

/// Whether what was typed is meant as a link, which may hold a PIN and is never repeated.
pub(crate) fn is_link(typed: &str) -> bool {
    let typed = typed.trim_start();
    let scheme = typed.get(..4).unwrap_or_default();
    scheme.eq_ignore_ascii_case("mcd:") || typed.contains("://")
}

/// Reads the URI that an invited device was given: the address, and the PIN.
pub(crate) fn read_invitation(uri: &str) -> Result<(String, Zeroizing<String>), Failure> {
    match MeshUri::parse(uri.trim()) {
        Ok(MeshUri::Device { key, .. }) if Earl::parse(key.expose_secret()).is_ok() => {
            Err(Failure::misuse(
                "this is the label of a preconfigured device",
                "give it to 'meshman account connect' on an administrator's device",
            ))
        }
        Ok(MeshUri::Device { account, key }) => {
            Ok((account, Zeroizing::new(key.expose_secret().to_owned())))
        }
        // The text may be a secret of another kind: it is not repeated.
        _ => Err(Failure::misuse(
            "this is no URI for connecting a device",
            "take the one that 'meshman account pin' shows; it begins with mcd://",
        )),
    }
}

/// What a recovery code is.
pub(crate) enum Verdict {
    /// With others of its set it recovers the account.
    Good,
    /// It is a code, and not one of this account.
    Other,
    /// It is no code.
    None(ShareError),
}

/// What recovery codes are.
pub(crate) struct Judgement {
    /// Each of them.
    pub(crate) verdicts: Vec<Verdict>,
    /// The set of which the good ones are.
    pub(crate) set: Option<CodeSet>,
}

impl Judgement {
    /// The set, when there are codes and all of them are good.
    pub(crate) fn all_good(&self) -> Option<&CodeSet> {
        let good = |verdict: &Verdict| matches!(verdict, Verdict::Good);
        self.set.as_ref().filter(|_| self.verdicts.iter().all(good))
    }
}

/// Judges recovery codes of an account, one by one.
pub(crate) fn judge_codes<T: AsRef<str>>(
    account: &mut Account,
    codes: &[T],
) -> Result<Judgement, mesh_client::Error> {
    account.sync()?;
    let parsed: Vec<Result<Share, ShareError>> = codes
        .iter()
        .map(|code| Share::parse(code.as_ref()))
        .collect();
    let shares: Vec<Share> = parsed.iter().flatten().cloned().collect();
    let checked = account.verify_codes(&shares)?;
    let mut good = checked.good.into_iter();
    let judge = |parsed: Result<Share, ShareError>| match parsed {
        Ok(_) if good.next() == Some(true) => Verdict::Good,
        Ok(_) => Verdict::Other,
        Err(error) => Verdict::None(error),
    };
    Ok(Judgement {
        verdicts: parsed.into_iter().map(judge).collect(),
        set: checked.set,
    })
}
