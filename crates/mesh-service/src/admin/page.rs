// SPDX-License-Identifier: MIT
//! The page of the operator: load, errors, store and growth of the last day.
//!
//! Spec: none.
//! Here: one page without scripts, plots drawn here, and its style; nothing on it names an account, a device or an address.
//! Not here: what is shown (`history`), at which address (`mesh`).

use std::fmt::Write as _;
use std::net::IpAddr;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::history::Sample;
use crate::service::Service;

/// What the page may load: its style, and nothing else from anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Width and height of a plot.
const WIDTH: i64 = 600;
const HEIGHT: i64 = 120;
/// Two samples that are further apart have something between them that nobody has seen.
const GAP: i64 = 150;

const STYLE: &str = "body { font: 15px/1.4 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff }
h1 { font-size: 1.3rem } h2 { font-size: 1rem; margin: 1.6rem 0 .2rem }
p { margin: .2rem 0 } table { border-collapse: collapse } td { padding: .1rem 1rem .1rem 0 } td:last-child { text-align: right }
svg { width: 100%; height: auto; background: #f5f6f8 } polyline { fill: none; stroke: #2a5db0; stroke-width: 1.5 }
.note { color: #59636e }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #14171a } svg { background: #20252a } polyline { stroke: #7fb0ff } .note { color: #9aa4ae } }
";

/// The router for whoever sits at the machine: `GET /` and its style. It answers to names of this machine only: a page of somebody else that
/// is open in the same browser must not read it under a name of its own.
pub fn page_router(service: Service) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/style.css", get(style))
        .layer(middleware::from_fn(guard))
        .with_state(service)
}

async fn guard(request: Request, next: Next) -> Response {
    if !is_here(request.headers()) {
        let text = "this page is shown under the names of this machine only\n";
        return (StatusCode::MISDIRECTED_REQUEST, text).into_response();
    }
    let mut response = next.run(request).await;
    let more = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in more {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// Whether a request is for this machine, by a name that it can only have here.
fn is_here(headers: &HeaderMap) -> bool {
    let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

async fn style() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (kind, STYLE).into_response()
}

async fn page(State(service): State<Service>) -> Response {
    // It asks the store, which blocks.
    let drawn = tokio::task::spawn_blocking(move || {
        let mut samples = service.history();
        samples.extend(service.sample());
        draw(service.domain(), &samples)
    });
    match drawn.await {
        Ok(page) => axum::response::Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A point of a plot: a time, and what was then, unless it is not known.
type Point = (i64, Option<u64>);

/// The page about some samples.
fn draw(domain: &str, samples: &[Sample]) -> String {
    let mut page = String::new();
    let now = samples.last().copied().unwrap_or_default();
    // Writing into a string does not fail. A domain has no letters that mean something in HTML, which the service has made sure of.
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{domain}: Mesh service</title>\
         <link rel=\"stylesheet\" href=\"style.css\"><meta name=\"viewport\" content=\"width=device-width\"></head>\n\
         <body><h1>Mesh service {domain}</h1>\n<table>\n"
    );
    for (name, value) in [
        ("Accounts", now.accounts.to_string()),
        ("Sessions", now.sessions.to_string()),
        ("Requests since the start", now.requests.to_string()),
        ("of which were refused or failed", now.refused.to_string()),
        ("Memory", octets(now.memory)),
        ("Data of the store", octets(now.data)),
        ("of which is free", octets(now.free)),
        ("Log in front of it", octets(now.log)),
    ] {
        let _ = writeln!(page, "<tr><td>{name}</td><td>{value}</td></tr>");
    }
    page.push_str("</table>\n");
    let number = |value: u64| value.to_string();
    let micros = |value: u64| format!("{value} µs");
    let rate = |of: fn(&Sample) -> u64| changes(samples, move |a, b| per_minute(a, b, of));
    let level = |of: fn(&Sample) -> u64| -> Vec<Point> {
        let point = |sample: &Sample| (sample.time, Some(of(sample)));
        samples.iter().map(point).collect()
    };
    let took = changes(samples, |a, b| {
        let requests = b.requests.checked_sub(a.requests)?;
        b.micros.checked_sub(a.micros)?.checked_div(requests)
    });
    plot(
        &mut page,
        "Load: requests a minute",
        &rate(|s| s.requests),
        number,
    );
    plot(&mut page, "Mean time of a request", &took, micros);
    plot(
        &mut page,
        "Errors: requests a minute that were refused or failed",
        &rate(|s| s.refused),
        number,
    );
    plot(
        &mut page,
        "Octets a minute that came",
        &rate(|s| s.received),
        octets,
    );
    plot(
        &mut page,
        "Octets a minute that went",
        &rate(|s| s.sent),
        octets,
    );
    plot(&mut page, "Sessions", &level(|s| s.sessions), number);
    plot(&mut page, "Memory", &level(|s| s.memory), octets);
    plot(
        &mut page,
        "Store: data that is used",
        &level(|s| s.data.saturating_sub(s.free)),
        octets,
    );
    plot(
        &mut page,
        "Growth: accounts",
        &level(|s| s.accounts),
        number,
    );
    page.push_str("<p class=\"note\">The last day, a point a minute; it begins anew with the service.</p></body></html>\n");
    page
}

/// What changed from each sample to the next.
fn changes(samples: &[Sample], of: impl Fn(&Sample, &Sample) -> Option<u64>) -> Vec<Point> {
    let pairs = samples.iter().zip(samples.iter().skip(1));
    pairs.map(|(a, b)| (b.time, of(a, b))).collect()
}

fn per_minute(a: &Sample, b: &Sample, of: fn(&Sample) -> u64) -> Option<u64> {
    let seconds = u64::try_from(b.time.checked_sub(a.time)?).ok()?;
    let more = of(b).checked_sub(of(a))?;
    more.saturating_mul(60).checked_div(seconds)
}

/// Draws a plot under its title, with the largest value and the last one in words.
fn plot(page: &mut String, title: &str, points: &[Point], present: impl Fn(u64) -> String) {
    let known = || points.iter().filter_map(|(_, value)| *value);
    let (largest, last) = (known().max().unwrap_or(0), known().next_back().unwrap_or(0));
    let _ = write!(
        page,
        "<h2>{title}</h2><p>now {}, at most {}</p>\n<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\">",
        present(last),
        present(largest)
    );
    let begin = points.first().map_or(0, |(time, _)| *time);
    let end = points.last().map_or(0, |(time, _)| *time);
    let span = end.saturating_sub(begin).max(1);
    let mut line = String::new();
    let mut before: Option<i64> = None;
    for (time, value) in points {
        let Some(value) = value else {
            finish(page, &mut line);
            before = None;
            continue;
        };
        if before.is_some_and(|before| time.saturating_sub(before) > GAP) {
            finish(page, &mut line);
        }
        before = Some(*time);
        let x = time.saturating_sub(begin).saturating_mul(WIDTH) / span;
        let _ = write!(line, "{x},{} ", height(*value, largest));
    }
    finish(page, &mut line);
    page.push_str("</svg>\n");
}

/// Where a value stands between the ground, two points from the edge, and the largest one.
fn height(value: u64, largest: u64) -> i64 {
    let room = HEIGHT.saturating_sub(4);
    let scaled = u128::from(value).saturating_mul(u128::from(room.unsigned_abs()));
    let above = scaled.checked_div(u128::from(largest)).unwrap_or(0);
    let above = i64::try_from(above).unwrap_or(room);
    HEIGHT.saturating_sub(2).saturating_sub(above)
}

fn finish(page: &mut String, line: &mut String) {
    if !line.is_empty() {
        let _ = write!(page, "<polyline points=\"{}\"/>", line.trim_end());
        line.clear();
    }
}

/// Octets as people write them.
fn octets(value: u64) -> String {
    let mut value = u128::from(value).saturating_mul(10);
    for unit in ["B", "KiB", "MiB", "GiB"] {
        if value < 10_240 {
            return format!("{}.{} {unit}", value / 10, value % 10);
        }
        value /= 1024;
    }
    format!("{}.{} TiB", value / 10, value % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(minute: i64, requests: u64) -> Sample {
        Sample {
            time: minute * 60,
            requests,
            micros: requests * 250,
            accounts: 7,
            ..Sample::default()
        }
    }

    #[test]
    fn a_rate_is_drawn_up_to_the_edges_and_broken_where_nothing_was_seen() {
        let samples =
            [0, 1, 2, 9, 10].map(|minute| sample(minute, u64::try_from(minute).unwrap() * 60));
        let page = draw("example.com", &samples);
        assert!(page.contains("now 60, at most 60"), "{page}");
        assert!(page.contains("now 250 µs, at most 250 µs"), "{page}");
        // Two pieces: before the gap and behind it.
        assert!(
            page.contains("<polyline points=\"0,2 66,2\"/><polyline points=\"533,2 600,2\"/>"),
            "{page}"
        );
        assert!(page.contains("now 7, at most 7"), "{page}");
    }

    #[test]
    fn a_service_that_has_just_begun_has_a_page() {
        assert!(draw("example.com", &[]).contains("</html>"));
        assert!(draw("example.com", &[sample(1, 0)]).contains("</html>"));
    }

    #[test]
    fn octets_are_written_for_people() {
        let written = [0, 1023, 1024, 1536, 5 << 30, 3 << 40].map(octets);
        let expected = [
            "0.0 B", "1023.0 B", "1.0 KiB", "1.5 KiB", "5.0 GiB", "3.0 TiB",
        ];
        assert_eq!(written, expected);
    }

    #[test]
    fn only_names_of_this_machine_are_answered_to() {
        let answered = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            is_here(&headers)
        };
        for host in [
            "localhost",
            "localhost:9152",
            "127.0.0.1:9152",
            "[::1]:9152",
            "[::1]",
        ] {
            assert!(answered(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example:9152",
            "192.0.2.1",
            "127.0.0.1.evil.example",
            "",
        ] {
            assert!(!answered(host), "{host}");
        }
        assert!(!is_here(&HeaderMap::new()));
    }
}
