// SPDX-License-Identifier: MIT
//! One command to the running service, over the socket in its data directory.
//!
//! Spec: none.
//! Here: the client's end.
//! Not here: the service's end (`mesh-service`, admin).

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use mesh_jsonbcd::ErrorClass;
use mesh_service::admin::{COMMAND, Command, read_answer};
use serde::de::DeserializeOwned;
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::command::serve::operation::ADMIN_SOCKET;
use crate::error::Failure;

/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Gives a command to the service on a data directory, and reads what it answers.
///
/// # Errors
/// [`Failure`] when none runs there, and as the service refuses.
pub(super) fn call<T: DeserializeOwned>(data: &Path, command: &Command) -> Result<T, Failure> {
    let socket = data.join(ADMIN_SOCKET);
    let body = serde_json::to_vec(command).map_err(|error| {
        Failure::of(
            ErrorClass::Internal,
            format!("the command cannot be written: {error}"),
        )
    })?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let answered = runtime.block_on(async { timeout(PATIENCE, exchange(&socket, body)).await });
    let (done, octets) = answered
        .map_err(|_| Failure::unavailable("the service does not answer its operator"))??;
    read_answer(done, &octets).map_err(|refusal| {
        let class = class(&refusal.class);
        let remedy = match class {
            ErrorClass::Misuse => {
                "see 'servermesh account list' and 'servermesh invite list' for what there is"
            }
            _ => "see the log of the service",
        };
        Failure {
            cause: refusal.message,
            remedy: remedy.to_owned(),
            class,
        }
    })
}

async fn exchange(socket: &Path, body: Vec<u8>) -> Result<(bool, Vec<u8>), Failure> {
    let stream = UnixStream::connect(socket)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::NotFound | ErrorKind::ConnectionRefused => Failure {
                cause: format!(
                    "no service runs on this data directory: {} {error}",
                    socket.display()
                ),
                remedy: "name its directory with --data, or start it".to_owned(),
                class: ErrorClass::Unavailable,
            },
            ErrorKind::PermissionDenied => Failure::misuse(
                format!("{}: {error}", socket.display()),
                "run it as the user of the service",
            ),
            _ => Failure::unavailable(format!("{}: {error}", socket.display())),
        })?;
    let broken = |error: hyper::Error| Failure {
        cause: format!("the service broke the connection: {error}"),
        remedy: "see the log of the service".to_owned(),
        class: ErrorClass::Unavailable,
    };
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
    tokio::spawn(connection);
    let request = hyper::Request::post(COMMAND)
        .header(hyper::header::HOST, "localhost")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| Failure::of(ErrorClass::Internal, error.to_string()))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    let done = response.status().is_success();
    let body = response.into_body().collect().await.map_err(broken)?;
    Ok((done, body.to_bytes().to_vec()))
}

/// The class of errors with this name; a defect where there is none.
fn class(name: &str) -> ErrorClass {
    let classes = [
        ErrorClass::Malformed,
        ErrorClass::Misuse,
        ErrorClass::Refused,
        ErrorClass::Unavailable,
        ErrorClass::Unsupported,
        ErrorClass::Untrusted,
    ];
    let found = classes.into_iter().find(|class| class.name() == name);
    found.unwrap_or(ErrorClass::Internal)
}
