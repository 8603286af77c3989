// SPDX-License-Identifier: MIT
//! The store of a service: a directory, or a data base.
//!
//! Spec: none.
//! Here: which of the two is meant; where the password of a data base comes from.
//! Not here: stores (`mesh-service`, store).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use mesh_crypto::SecretString;
use mesh_jsonbcd::ErrorClass;
use mesh_keystore::file::read_private;
use mesh_keystore::passphrase::{NoPrompt, PassphraseSource, Purpose};
use mesh_service::store::{EmbeddedStore, PostgresOptions, PostgresStore, Store, StoreError};
use zeroize::Zeroizing;

use crate::cli::StoreArgs;
use crate::error::Failure;

/// Octets of a file of passwords.
const MAX_PASSWORDS: usize = 1 << 20;

/// Opens the store of a service: a data base if one is named, the data directory otherwise.
pub(crate) fn open(args: &StoreArgs, data: &Path) -> Result<Arc<dyn Store>, Failure> {
    match &args.store {
        Some(url) => Ok(Arc::new(open_postgres(url, args)?)),
        None => Ok(Arc::new(EmbeddedStore::open(data)?)),
    }
}

/// Opens the store in a data base.
pub(crate) fn open_postgres(url: &str, args: &StoreArgs) -> Result<PostgresStore, Failure> {
    Ok(PostgresStore::open(options(url, args)?)?)
}

/// How to reach a data base.
pub(crate) fn options(url: &str, args: &StoreArgs) -> Result<PostgresOptions, Failure> {
    let options = PostgresOptions::parse(url)?;
    let password = password(&options, args.store_password_file.as_deref())?;
    let options = options.with_connections(usize::from(args.store_connections));
    Ok(match &password {
        Some(password) => options.with_password(password),
        None => options,
    })
}

/// Whether a store that is named is in a data base.
pub(crate) fn is_url(name: &str) -> bool {
    name.starts_with("postgres://") || name.starts_with("postgresql://")
}

fn password(
    options: &PostgresOptions,
    file: Option<&Path>,
) -> Result<Option<SecretString>, Failure> {
    if let Some(file) = file {
        let source = PassphraseSource::File(file.to_owned());
        return Ok(Some(source.read(Purpose::Open, &mut NoPrompt)?));
    }
    if let Ok(password) = std::env::var("PGPASSWORD") {
        return Ok(Some(SecretString::new(password)));
    }
    let named = std::env::var_os("PGPASSFILE").map(PathBuf::from);
    let usual = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".pgpass"));
    let Some(file) = named.clone().or_else(usual) else {
        return Ok(None);
    };
    if named.is_none() && !file.exists() {
        return Ok(None);
    }
    let octets = read_private(&file, MAX_PASSWORDS)?;
    let text = std::str::from_utf8(octets.expose_secret()).map_err(|_| {
        Failure::misuse(
            format!("{} is not UTF-8", file.display()),
            "write one line for each password: host:port:database:user:password",
        )
    })?;
    Ok(find(text, options))
}

/// The password that the first line which fits gives: host, port, data base and user, each itself or '*'.
fn find(text: &str, options: &PostgresOptions) -> Option<SecretString> {
    let hosts = options.hosts();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let mut fields = Vec::new();
            let mut field = Zeroizing::new(String::new());
            let mut letters = line.chars();
            while let Some(letter) = letters.next() {
                match letter {
                    '\\' => field.extend(letters.next()),
                    // The password is the rest of the line, also where it holds the separator.
                    ':' if fields.len() < 4 => fields.push(std::mem::take(&mut *field)),
                    letter => field.push(letter),
                }
            }
            let [host, port, database, user] = fields.as_slice() else {
                return None;
            };
            let is = |pattern: &str, value: &str| pattern == "*" || pattern == value;
            let there = hosts
                .iter()
                .any(|(name, number)| is(host, name) && is(port, &number.to_string()));
            let fits = there && is(database, options.database()) && is(user, options.user());
            fits.then(|| SecretString::new(std::mem::take(&mut *field)))
        })
}

/// What an operator can do about a store that cannot be opened.
pub(crate) fn remedy(error: &StoreError) -> Option<&'static str> {
    Some(match error {
        StoreError::DatabaseNotAStore => {
            "give the service a data base of its own: createdb --encoding UTF8 --template template0 mesh"
        }
        StoreError::DatabaseRefused { .. } => {
            "check the name of the data base, its user, and the password in --store-password-file, PGPASSWORD or PGPASSFILE"
        }
        StoreError::DatabaseUrl { .. } => {
            "write postgres://user@host/database and put the password into --store-password-file, PGPASSWORD or PGPASSFILE"
        }
        StoreError::SchemaOlder { .. } => {
            "stop the service, and bring its store to this version with 'servermesh upgrade', which says first what it changes"
        }
        StoreError::SchemaNewer { .. } => {
            "run a version of this program that is at least as new as the one that has used the store"
        }
        StoreError::SchemaGap { .. } => {
            "restore the data base from a backup: something has changed it that was not this program"
        }
        error if error.class() == ErrorClass::Unavailable => {
            "check that the data base runs and can be reached, and try again"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, url: &str) -> Option<String> {
        let options = PostgresOptions::parse(url).unwrap();
        find(text, &options).map(|password| password.expose_secret().to_owned())
    }

    #[test]
    fn the_first_line_that_fits_gives_the_password() {
        let text = "# passwords\n\
                    other.example:*:*:*:one\n\
                    db.example:5433:mesh:mesh:two\n\
                    db.example:*:mesh:mesh:th\\:ree:and\\\\more\n\
                    localhost:*:*:mesh:four\n\
                    broken\n";
        let url = |host: &str| format!("postgres://mesh@{host}/mesh");
        assert_eq!(found(text, &url("db.example:5433")).as_deref(), Some("two"));
        assert_eq!(
            found(text, &url("db.example")).as_deref(),
            Some("th:ree:and\\more")
        );
        assert_eq!(found(text, &url("localhost")).as_deref(), Some("four"));
        assert_eq!(
            found(text, &url("%2Frun%2Fpostgresql")).as_deref(),
            Some("four")
        );
        assert_eq!(found(text, "postgres://bob@db.example/mesh"), None);
        assert_eq!(found(text, &url("elsewhere.example")), None);
    }
}
