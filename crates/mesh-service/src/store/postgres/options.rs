// SPDX-License-Identifier: MIT
//! Where the data base is and how to connect to it.
//!
//! Here: [`PostgresOptions`], from a URL. A URL with a password is refused, for whoever lists the processes of a machine
//! reads it; TLS means a certificate that is checked, or nothing.
//! Not here: where the password comes from instead (the program), TLS itself (`tls`).

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use mesh_crypto::SecretString;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::store::StoreError;

/// How long one answer of the data base may take before the connection is given up; longer than it waits itself for a lock or a statement.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a peer may be silent before its system is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// How a [`PostgresStore`](super::PostgresStore) is opened.
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) config: Config,
    pub(super) security: Security,
    pub(super) connections: usize,
    pub(super) patience: Duration,
}

/// How a connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Security {
    /// Not at all.
    Clear,
    /// By TLS; the certificate must be of the host that the URL names, issued by somebody in this file or whom the system trusts.
    Tls(Option<PathBuf>),
}

impl PostgresOptions {
    /// Reads a URL: `postgres://user@host:port/database`, with parameters as `libpq` has them. `sslmode` is `disable` or
    /// `verify-full`, which `require` also means; without it only a data base on this machine is reached in clear.
    ///
    /// # Errors
    /// [`StoreError::DatabaseUrl`], which never repeats the URL.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let refused = |why: &str| StoreError::DatabaseUrl {
            why: why.to_owned(),
        };
        let (base, parameters) = url.split_once('?').unwrap_or((url, ""));
        let mut kept = Vec::new();
        let (mut mode, mut roots) = (None, None);
        for parameter in parameters
            .split('&')
            .filter(|parameter| !parameter.is_empty())
        {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) if value.contains('%') => {
                    return Err(refused("sslrootcert is a path without '%'"));
                }
                Some(("sslrootcert", "system")) => {}
                Some(("sslrootcert", value)) => roots = Some(PathBuf::from(value)),
                _ => kept.push(parameter),
            }
        }
        let plain = format!("{base}?{}", kept.join("&"));
        let mut config: Config = plain.parse().map_err(|error: tokio_postgres::Error| {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            refused(&source.unwrap_or_else(|| error.to_string()))
        })?;
        if config.get_password().is_some() {
            return Err(refused(
                "it holds a password, which other users of this machine can see",
            ));
        }
        if config.get_hosts().is_empty() {
            return Err(refused("it names no host"));
        }
        if config.get_user().is_none() {
            return Err(refused("it names no user"));
        }
        let security = match mode {
            Some("disable") => Security::Clear,
            Some("require" | "verify-full") => Security::Tls(roots),
            None if config.get_hosts().iter().all(is_here) => Security::Clear,
            None => Security::Tls(roots),
            Some(_) => {
                return Err(refused(
                    "sslmode is disable or verify-full: anything else lets somebody in between read along",
                ));
            }
        };
        config.ssl_mode(match security {
            Security::Clear => SslMode::Disable,
            Security::Tls(_) => SslMode::Require,
        });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_application_name().is_none() {
            config.application_name("servermesh");
        }
        config.keepalives_idle(KEEPALIVE);
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(KEEPALIVE);
        }
        Ok(Self {
            config,
            security,
            connections: 16,
            patience: PATIENCE,
        })
    }

    /// The same with a password.
    #[must_use]
    pub fn with_password(mut self, password: &SecretString) -> Self {
        self.config.password(password.expose_secret());
        self
    }

    /// The same with this number of connections at most; 16 otherwise. All hosts together must stay below what the data
    /// base allows.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// The same with this time for one answer of the data base; 40 seconds otherwise.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// For a file of passwords: each host and port as it writes them.
    #[must_use]
    pub fn hosts(&self) -> Vec<(String, u16)> {
        let ports = self.config.get_ports();
        let hosts = self.config.get_hosts().iter().enumerate();
        hosts
            .map(|(place, host)| {
                let name = match host {
                    Host::Tcp(name) => name.clone(),
                    Host::Unix(_) => "localhost".to_owned(),
                };
                let port = ports.get(place).or_else(|| ports.first());
                (name, port.copied().unwrap_or(5432))
            })
            .collect()
    }

    /// The user.
    #[must_use]
    pub fn user(&self) -> &str {
        self.config.get_user().unwrap_or_default()
    }

    /// The data base, which has the name of the user unless the URL says otherwise.
    #[must_use]
    pub fn database(&self) -> &str {
        self.config.get_dbname().unwrap_or_else(|| self.user())
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("hosts", &self.hosts())
            .field("user", &self.user())
            .field("database", &self.database())
            .field("security", &self.security)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<PostgresOptions, String> {
        PostgresOptions::parse(url).map_err(|error| error.to_string())
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_repeated() {
        for url in [
            "postgres://mesh:hunter2@db.example/mesh",
            "postgres://mesh@db.example/mesh?password=hunter2",
            "postgresql://mesh:hunter2@db.example:x/mesh",
        ] {
            let error = parse(url).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let options = PostgresOptions::parse("postgres://mesh@localhost/mesh").unwrap();
        let options = options.with_password(&SecretString::new("hunter2".to_owned()));
        assert!(!format!("{options:?}").contains("hunter2"));
    }

    #[test]
    fn only_a_data_base_on_this_machine_is_reached_in_clear_without_being_told() {
        let security = |url| parse(url).unwrap().security;
        for url in [
            "postgres://mesh@localhost/mesh",
            "postgres://mesh@[::1]:5433/mesh",
            "postgres://mesh@%2Frun%2Fpostgresql/mesh",
            "postgres://mesh@db.example/mesh?sslmode=disable",
        ] {
            assert_eq!(security(url), Security::Clear, "{url}");
        }
        for url in [
            "postgres://mesh@db.example/mesh",
            "postgres://mesh@localhost,db.example/mesh",
            "postgres://mesh@localhost/mesh?sslmode=require",
            "postgres://mesh@localhost/mesh?connect_timeout=3&sslmode=verify-full",
        ] {
            assert_eq!(security(url), Security::Tls(None), "{url}");
        }
        let roots = security("postgres://mesh@db.example/mesh?sslrootcert=/etc/db.pem");
        assert_eq!(roots, Security::Tls(Some("/etc/db.pem".into())));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for url in [
            "postgres://mesh@db.example/mesh?sslmode=prefer",
            "postgres://mesh@db.example/mesh?sslmode=verify-ca",
            "postgres://mesh@db.example/mesh?sslrootcert=%2Fetc%2Fdb.pem",
            "postgres://mesh@db.example/mesh?unheard=of",
            "postgres://db.example/mesh",
            "postgres:///mesh",
            "mesh-service",
        ] {
            assert!(parse(url).is_err(), "{url}");
        }
    }
}
