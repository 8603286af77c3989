// SPDX-License-Identifier: MIT
//! Preconfigured devices: made, installed, adopted.
//!
//! Spec: mesh-protocol, "Device Connection".
//! Here: the secret file and the label.
//! Not here: what they are (`mesh-client`, device).

use std::io::Read;
use std::path::Path;

use mesh_crypto::SecretBytes;
use mesh_jsonbcd::SecretString;
use mesh_keystore::file::{Existing, write_private};
use zeroize::Zeroizing;

use super::connect::secret_from_stdin;
use crate::cli::RoleArgs;
use crate::command::roles_of;
use crate::context::Context;
use crate::error::Failure;
use crate::output::Answer;
use crate::{qr, text};

/// The largest secret file that is read, in octets.
const MAX_FILE: u64 = 64 << 10;

/// Prepares a device: the secret file, and the URI for its label.
pub(super) fn make(
    context: &Context,
    file: &Path,
    label: Option<&Path>,
    show: bool,
) -> Result<Answer, Failure> {
    // Before a device is made whose secret would be lost.
    if let Some(label) = label {
        qr::picture("", label)?;
    }
    for file in std::iter::once(file).chain(label) {
        if file.exists() {
            return Err(Failure::misuse(
                format!("{} exists", file.display()),
                "name another file",
            ));
        }
    }
    let mut account = context.account()?;
    account.sync()?;
    let made = account.preconfigure_device()?;
    write_private(file, made.secret.expose_secret(), Existing::Keep)?;
    let uri = made.uri.expose_secret();
    if let Some(label) = label {
        write_private(label, &qr::picture(uri, label)?, Existing::Keep)?;
    }
    let mut human = Zeroizing::new(format!(
        "device  {}\nfile    {}\nuri     {uri}\nPut the file into the device, and the URI onto its label: whoever reads the label can adopt the device.",
        made.device_udf,
        file.display()
    ));
    if show {
        human.push('\n');
        human.push_str(&qr::terminal(uri)?);
    }
    Ok(Answer::say(human.as_str())
        .with("device", made.device_udf)
        .with("file", file.display().to_string())
        .with("uri", uri))
}

/// Installs a secret file on this device.
pub(super) fn install(context: &Context, file: &Path) -> Result<Answer, Failure> {
    let mut octets = Zeroizing::new(Vec::new());
    std::fs::File::open(file)?
        .take(MAX_FILE)
        .read_to_end(&mut octets)?;
    let secret = SecretBytes::new(octets.to_vec());
    let installed = context.home_or_new()?.install_device(&secret)?;
    Ok(Answer::say(format!(
        "device     {}\npublished  {}\nRun 'meshman device complete --wait SECONDS' until somebody adopts it, and delete {}: it holds the private key of this device.",
        installed.device_udf,
        installed.publisher,
        file.display()
    ))
    .with("device", installed.device_udf)
    .with("publisher", installed.publisher.to_string()))
}

/// Adopts the device of a label.
pub(crate) fn adopt(
    context: &Context,
    uri: Option<&str>,
    qr_image: Option<&Path>,
    roles: &RoleArgs,
    name: Option<&str>,
) -> Result<Answer, Failure> {
    let roles = roles_of(roles)?;
    let uri = match (uri, qr_image) {
        (Some(uri), _) => Zeroizing::new(uri.to_owned()),
        (None, Some(file)) => qr::read(file)?,
        (None, None) => secret_from_stdin(text::PROMPT_URI)?,
    };
    let mut account = context.account()?;
    account.sync()?;
    let uri = SecretString::new(uri.to_string());
    let device = account.adopt_device(&uri, &roles, name)?;
    Ok(Answer::say(format!(
        "{} ({}) is connected with the roles {roles} as soon as it asks",
        device.name, device.device_udf
    ))
    .with("device", device.device_udf)
    .with("name", device.name)
    .with("roles", roles.names()))
}
