// SPDX-License-Identifier: MIT
//! `servermesh rotate`: new keys for the host.
//!
//! Spec: mesh-schema, "ProfileHost".
//! Here: which store and which keys are meant, and what is to be done next.
//! Not here: the keys (`mesh-service`, host).

use std::sync::Arc;

use mesh_keystore::SystemEnvironment;
use mesh_keystore::store::FileStore;
use mesh_service::host::Host;
use mesh_service::store::{EmbeddedStore, Store};

use crate::cli::RotateArgs;
use crate::command::serve::store::open_postgres;
use crate::command::serve::{KEYS, sealing};
use crate::error::Failure;
use crate::output::Answer;

pub(super) fn run(args: &RotateArgs) -> Result<Answer, Failure> {
    let data = &args.data.data;
    let keys = data.join(KEYS);
    if !FileStore::exists(&keys) {
        return Err(super::no_service(data));
    }
    let keys = FileStore::open(&keys, &sealing(args.key_passphrase_file.as_deref())?)?;
    // Beside the service that may be running.
    let store: Arc<dyn Store> = match &args.store.store {
        Some(url) => Arc::new(open_postgres(url, &args.store)?),
        None => Arc::new(EmbeddedStore::join(data)?),
    };
    let rotated = Host::rotate(&*store, &keys, &SystemEnvironment::new()?)?;
    let ends = rotated.ends.map(|ends| ends.to_string());
    let until = match &ends {
        Some(ends) => format!("until {ends}"),
        None => "for as long as they remember nothing else".to_owned(),
    };
    Ok(Answer::say(format!(
        "the host is {} from its next start on; the service is {} as before\nStart it anew, and each further host with a copy of {}. Clients believe the former keys {until}",
        rotated.host,
        rotated.service,
        data.join(KEYS).display()
    ))
    .with("host", rotated.host)
    .with("former", rotated.former)
    .with("service", rotated.service)
    .with("former_ends", ends))
}
