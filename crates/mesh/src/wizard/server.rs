// SPDX-License-Identifier: MIT
//! The server of a wizard: from a request to a page, behind the gate.
//!
//! Spec: none; Content Security Policy Level 3, Fetch Metadata.
//! Here: the order of the checks, the headers of every answer, limits, the beginning and the end.
//! Not here: what the checks are (`gate`, `listen`), what the pages say (`page`).

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use zeroize::Zeroizing;

use super::app::App;
use super::gate::{Gate, Opened, Refusal};
use super::listen::OwnUser;
use super::page::{self, Reply};
use super::text::Texts;
use crate::output::note;

/// Octets of a form.
const MAX_FORM: usize = 64 << 10;
/// Octets of a file that a page hands over: a picture of a code, a list of passwords.
const MAX_FILE: usize = 16 << 20;
/// How long an answer that is under way may hold up the end.
const GRACE: Duration = Duration::from_secs(2);

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
/// Sent with every answer.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    // Not "no-referrer": forms would then not say where they come from, which is checked.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// A request, as pages see it.
pub(super) struct Ask {
    pub(super) app: Arc<App>,
    pub(super) t: &'static Texts,
    fields: Vec<(String, Zeroizing<String>)>,
    /// A file that a script hands over.
    pub(super) body: Bytes,
}

impl Ask {
    /// A field of the form; empty when it is not there.
    pub(super) fn field(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every field of this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter();
        fields
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether a box is ticked.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }
}

/// Serves until the end.
pub(super) async fn serve(listener: OwnUser, app: Arc<App>) -> std::io::Result<()> {
    let router = Router::new().fallback(answer).with_state(app.clone());
    let watched = app.clone();
    tokio::spawn(async move {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        loop {
            second.tick().await;
            watched.watch();
        }
    });
    let (told, mut ending) = tokio::sync::watch::channel(false);
    let end = async move {
        tokio::select! {
            () = app.end.notified() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        // Nobody else waits if this fails.
        let _ = told.send(true);
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(end);
    tokio::select! {
        done = serving => done,
        // Browsers keep connections open that they do not use.
        () = async {
            let _ = ending.changed().await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    }
}

async fn answer(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (headers, method) = (&parts.headers, &parts.method);
    let path = parts.uri.path();
    let t = Texts::of(headers.get(header::ACCEPT_LANGUAGE));
    if let Err(refusal) = app.gate().check_host(headers) {
        return refused(refusal, t);
    }
    if let Some(link) = path.strip_prefix("/start/")
        && method == Method::GET
    {
        return start(&app, link, headers, t);
    }
    // What is not below the root of the pages is not sent the cookie.
    let page = app.gate().page(path).map(ToOwned::to_owned);
    let Some(path) = page.as_deref() else {
        return refused(Refusal::Cookie, t);
    };
    if let Err(refusal) = app.gate().check(method, headers) {
        return refused(refusal, t);
    }
    if method == Method::GET
        && let Some(reply) = page::asset(path)
    {
        return present(reply, &app, t);
    }
    let Ok(body) = axum::body::to_bytes(body, limit(path)).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE, t.err_too_large);
    };
    let kind = headers.get(header::CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    let fields = match is_form {
        true => form_urlencoded::parse(&body)
            .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
            .collect(),
        false => Vec::new(),
    };
    let ask = Ask {
        app: app.clone(),
        t,
        fields,
        body,
    };
    match *method {
        Method::GET => {}
        Method::POST => {
            let field = ask.all("form").next();
            if let Err(refusal) = app.gate().check_form(field, headers) {
                return refused(refusal, t);
            }
        }
        _ => return plain(StatusCode::METHOD_NOT_ALLOWED, t.err_no_page),
    }
    let (post, path) = (method == Method::POST, path.to_owned());
    // What a page asks or loads by itself is nobody's doing, unless it says that somebody is there: strangers could keep it busy.
    if (post && path != "/live/look") || ask.has("active") || Gate::is_by_person(headers) {
        app.note_use();
    }
    // A browser that goes away in the middle interrupts nothing: codes that were made are held, a home that is begun is finished.
    let reply = tokio::spawn(async move { page::answer(&ask, post, &path).await });
    match reply.await {
        Ok(reply) => present(reply, &app, t),
        Err(error) => {
            tracing::error!(%error, "a page failed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, t.err_internal)
        }
    }
}

/// Octets that a page may be sent.
fn limit(path: &str) -> usize {
    match path {
        "/live/networks" | "/live/passwords" | "/live/picture" => MAX_FILE,
        _ => MAX_FORM,
    }
}

/// Exchanges the opening link for the cookies.
fn start(app: &App, link: &str, headers: &HeaderMap, t: &Texts) -> Response {
    let opened = app.gate().open(link, headers);
    match opened {
        Opened::Unknown => refused(Refusal::Cookie, t),
        Opened::Twice => {
            note(t.link_twice);
            app.lock();
            app.end.notify_one();
            plain(StatusCode::FORBIDDEN, t.link_twice)
        }
        Opened::First | Opened::Again => {
            app.note_use();
            // Not a redirect: it would go on counting as caused by whatever led here, and the cookie would stay behind. The page takes
            // the place of the link in the history.
            let mut response = respond(
                StatusCode::OK,
                "text/html; charset=utf-8",
                Body::from(page::hop(t, app.gate().root())),
            );
            for cookie in app.gate().set_cookies() {
                if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                    response.headers_mut().append(header::SET_COOKIE, cookie);
                }
            }
            response.headers_mut().insert(
                header::REFERRER_POLICY,
                HeaderValue::from_static("no-referrer"),
            );
            response
        }
    }
}

fn present(reply: Reply, app: &App, t: &'static Texts) -> Response {
    match reply {
        Reply::Page(view) => {
            let status = view.status;
            let html = page::layout(app, t, view);
            respond(status, "text/html; charset=utf-8", Body::from(html))
        }
        Reply::Go(path) => {
            let mut response = respond(StatusCode::SEE_OTHER, "text/plain", Body::empty());
            let location = format!("{}{path}", app.gate().root());
            if let Ok(location) = HeaderValue::from_str(&location) {
                response.headers_mut().insert(header::LOCATION, location);
            }
            response
        }
        Reply::Object(object) => respond(
            StatusCode::OK,
            "application/json",
            Body::from(object.to_string()),
        ),
        Reply::Asset(kind, octets) => respond(StatusCode::OK, kind, Body::from(octets)),
        Reply::File(name, kind, octets) => {
            let mut response = respond(StatusCode::OK, kind, Body::from(Bytes::from_owner(octets)));
            let disposition = format!("attachment; filename=\"{name}\"");
            if let Ok(disposition) = HeaderValue::from_str(&disposition) {
                response
                    .headers_mut()
                    .insert(header::CONTENT_DISPOSITION, disposition);
            }
            response
        }
        Reply::Refused(status, text) => plain(status, text),
    }
}

fn refused(refusal: Refusal, t: &Texts) -> Response {
    tracing::debug!(?refusal, "a request is refused");
    match refusal {
        Refusal::Host => plain(StatusCode::MISDIRECTED_REQUEST, t.gate_host),
        Refusal::Cookie => plain(StatusCode::FORBIDDEN, t.gate_cookie),
        Refusal::Site | Refusal::Form => plain(StatusCode::FORBIDDEN, t.gate_site),
    }
}

fn plain(status: StatusCode, text: &str) -> Response {
    respond(
        status,
        "text/plain; charset=utf-8",
        Body::from(text.to_owned()),
    )
}

fn respond(status: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
