// SPDX-License-Identifier: MIT
//! Commands of the operator to the running service, and what it counts of itself.
//!
//! Spec: none.
//! Here: HTTP for a socket that only the operator can open: `POST /command` with one [`Command`] as JSON, `GET /metrics`, `GET /health`; the page
//! of the operator (`page`).
//! Not here: what commands do (`operator`), the socket and its permissions (`mesh`): whoever reaches this router is the operator.

mod page;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use mesh_jsonbcd::ErrorClass;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::page::page_router;

use crate::listener::Draining;
use crate::metrics::MEDIA_TYPE;
use crate::operator::{Allowance, OperatorError};
use crate::service::Service;
use crate::store::StoreFigures;

/// Where commands go.
pub const COMMAND: &str = "/command";
/// Octets of the largest command.
const MAX_COMMAND: usize = 64 << 10;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Lists accounts behind one: [`crate::operator::AccountLine`] each.
    Accounts {
        /// The number of that one.
        after: Option<u64>,
        /// How many.
        limit: usize,
    },
    /// Shows an account: [`crate::operator::AccountDetail`].
    Account {
        /// Its address or fingerprint.
        name: String,
    },
    /// Deletes an account; as it was.
    DeleteAccount {
        /// Its address or fingerprint.
        name: String,
    },
    /// Stops serving an account; as it is then.
    Suspend {
        /// Its address or fingerprint.
        name: String,
    },
    /// Serves an account again; as it is then.
    Resume {
        /// Its address or fingerprint.
        name: String,
    },
    /// Sets how much an account may keep; as it is then.
    Quota {
        /// Its address or fingerprint.
        name: String,
        /// How much.
        allowance: Allowance,
    },
    /// Makes an invitation: [`Invited`].
    Invite {
        /// How many accounts it admits.
        uses: u64,
        /// For how many seconds.
        seconds: u64,
        /// What to call it.
        label: Option<String>,
    },
    /// Lists the invitations that still admit somebody: [`crate::operator::InvitationLine`] each.
    Invitations,
    /// Takes an invitation back; as it was.
    Withdraw {
        /// Its fingerprint, or the beginning of that.
        id: String,
    },
    /// Says how the service is: [`Condition`].
    Condition,
}

/// A new invitation, with its code.
#[derive(Deserialize, Serialize)]
pub struct Invited {
    /// Its code.
    pub code: String,
    /// The rest.
    #[serde(flatten)]
    pub line: crate::operator::InvitationLine,
}

impl std::fmt::Debug for Invited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invited")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// How the service is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The domain whose accounts it serves.
    pub domain: String,
    /// Whether it ends.
    pub draining: bool,
    /// Who becomes an account: `open`, `invitation` or `closed`.
    pub sign_up: String,
    /// Accounts, whatever their state.
    pub accounts: u64,
    /// Octets of its data.
    pub data: u64,
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The name of the class of the error.
    pub class: String,
    /// What happened.
    pub message: String,
}

/// The router for the socket of the operator.
pub fn router(service: Service, draining: Draining) -> Router {
    let shared = Shared { service, draining };
    Router::new()
        .route(COMMAND, post(command))
        .route("/health", get(health))
        .layer(DefaultBodyLimit::max(MAX_COMMAND))
        .with_state(shared.clone())
        .merge(metrics_router(shared.service))
}

/// The router for whatever collects metrics: `GET /metrics`.
pub fn metrics_router(service: Service) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .with_state(service)
}

#[derive(Clone)]
struct Shared {
    service: Service,
    draining: Draining,
}

async fn health(State(shared): State<Shared>) -> Response {
    shared.draining.health()
}

async fn metrics(State(service): State<Service>) -> Response {
    let counted = service.metrics();
    match tokio::task::spawn_blocking(move || counted.present()).await {
        Ok(text) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn command(State(shared): State<Shared>, body: Bytes) -> Response {
    let done = tokio::task::spawn_blocking(move || {
        let command = serde_json::from_slice(&body).map_err(|error| Refusal {
            class: ErrorClass::Malformed.name().to_owned(),
            message: format!("this is no command: {error}"),
        })?;
        shared.execute(command)
    });
    let (status, object) = match done.await {
        Ok(Ok(object)) => (StatusCode::OK, object),
        Ok(Err(refusal)) => (StatusCode::BAD_REQUEST, json(&refusal)),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    };
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, object).into_response()
}

/// These types have nothing that JSON cannot say.
fn json(object: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(object).unwrap_or_default()
}

impl From<OperatorError> for Refusal {
    fn from(error: OperatorError) -> Self {
        Self {
            class: error.class().name().to_owned(),
            message: error.to_string(),
        }
    }
}

impl Shared {
    fn execute(&self, command: Command) -> Result<Vec<u8>, Refusal> {
        let service = &self.service;
        Ok(match command {
            Command::Accounts { after, limit } => json(&service.account_lines(after, limit)?),
            Command::Account { name } => json(&service.account_detail(&name)?),
            Command::DeleteAccount { name } => json(&service.delete_account(&name)?),
            Command::Suspend { name } => json(&service.suspend_account(&name)?),
            Command::Resume { name } => json(&service.resume_account(&name)?),
            Command::Quota { name, allowance } => {
                json(&service.set_account_quota(&name, allowance)?)
            }
            Command::Invite {
                uses,
                seconds,
                label,
            } => {
                let new = service.invite(uses, seconds, label.as_deref())?;
                json(&Invited {
                    code: new.code.expose_secret().to_owned(),
                    line: new.line,
                })
            }
            Command::Invitations => json(&service.invitations()?),
            Command::Withdraw { id } => json(&service.withdraw_invitation(&id)?),
            Command::Condition => {
                let StoreFigures { accounts, data, .. } =
                    service.figures().map_err(OperatorError::from)?;
                json(&Condition {
                    domain: service.domain().to_owned(),
                    draining: self.draining.is(),
                    sign_up: service.policy().sign_up.name().to_owned(),
                    accounts,
                    data,
                })
            }
        })
    }
}

/// Reads what the service answered to a command.
///
/// # Errors
/// [`Refusal`] as the service said it, or that its answer cannot be read.
pub fn read_answer<T: DeserializeOwned>(done: bool, octets: &[u8]) -> Result<T, Refusal> {
    let unreadable = |error: serde_json::Error| Refusal {
        class: ErrorClass::Malformed.name().to_owned(),
        message: format!("the answer of the service cannot be read: {error}"),
    };
    match done {
        true => serde_json::from_slice(octets).map_err(unreadable),
        false => Err(serde_json::from_slice(octets).unwrap_or_else(unreadable)),
    }
}
