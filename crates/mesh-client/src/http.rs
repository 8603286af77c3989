// SPDX-License-Identifier: MIT
//! Packets over HTTP.
//!
//! Spec: mesh-protocol, "HTTP Binding".
//! Here: the client's end.
//! Not here: the service's end (`mesh-service`, listener), protection of what is carried (`mesh-rud`).

use std::io::Read;
use std::time::Duration;

use mesh_protocol::transport::MAX_PACKET;
use mesh_protocol::{PacketReply, PacketTransport, TransportError};
use ureq::Agent;

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(120);

/// A transport to one service.
#[derive(Debug)]
pub struct HttpTransport {
    agent: Agent,
    url: String,
}

impl HttpTransport {
    /// A transport to the service at a URL, which is contacted with the first packet.
    #[must_use]
    pub fn new(url: String) -> Self {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(WHOLE))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .build();
        Self {
            agent: Agent::new_with_config(config),
            url,
        }
    }
}

impl PacketTransport for HttpTransport {
    fn exchange(&mut self, packet: &[u8]) -> Result<PacketReply, TransportError> {
        let failed = |error: &dyn std::fmt::Display, not_sent| TransportError {
            text: format!("{}: {error}", self.url),
            not_sent,
        };
        let sent = self
            .agent
            .post(&self.url)
            .content_type("application/octet-stream")
            .send(packet);
        let mut response = sent.map_err(|error| {
            let not_sent = matches!(
                error,
                ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::BadUri(_) | ureq::Error::Timeout(ureq::Timeout::Connect)
            ) || matches!(&error, ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::ConnectionRefused);
            failed(&error, not_sent)
        })?;
        match response.status().as_u16() {
            200 => {
                let mut octets = Vec::new();
                let limit = u64::try_from(MAX_PACKET)
                    .unwrap_or(u64::MAX)
                    .saturating_add(1);
                response
                    .body_mut()
                    .as_reader()
                    .take(limit)
                    .read_to_end(&mut octets)
                    .map_err(|error| failed(&error, false))?;
                match octets.len() > MAX_PACKET {
                    true => Err(failed(&"the answer is too large", false)),
                    false => Ok(PacketReply::Packet(octets)),
                }
            }
            429 => {
                let after = response.headers().get("retry-after");
                let after = after.and_then(|value| value.to_str().ok()?.trim().parse().ok());
                Ok(PacketReply::Later(after.unwrap_or(1)))
            }
            410 => Ok(PacketReply::SessionUnknown),
            status => Ok(PacketReply::Refused(status)),
        }
    }
}
