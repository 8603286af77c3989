// SPDX-License-Identifier: MIT
//! Who may speak to a wizard: the browser that its link was opened in, and no other page or program.
//!
//! Spec: none.
//! Here: the link, the cookie it is exchanged for, and what each request must show. Functions of their arguments, without a socket.
//! Not here: who may connect at all (`listen`), what is answered (`server`).
//!
//! | Attack | What refuses it |
//! |---|---|
//! | another user of the machine connects | `listen`: the process at the other end must be of this user |
//! | a page of another site sends a form, or fetches | the cookie is `SameSite=Strict`; `Origin`, `Sec-Fetch-Site`; each form carries a code of its own |
//! | a name that leads here after all (DNS rebinding) | `Host` is compared with the one address |
//! | a page of another program on this machine | the same, as `Origin` and `Sec-Fetch-Site` tell ports apart |
//! | another program on this machine, whose page is opened in the same browser, is sent the cookie: cookies tell hosts apart, not ports | the cookie is sent to addresses below a path by chance only, which stands in no link but those of the pages themselves |
//! | the link is read in the list of processes, or in a history | it counts once; used a second time it ends the program |

use axum::http::{HeaderMap, HeaderName, Method, header};
use data_encoding::BASE64URL_NOPAD;
use mesh_crypto::{Environment, SecretString};

/// Octets of a link, a cookie and the code of the forms.
const SECRET: usize = 32;
/// The header that carries the code of the forms where a script asks.
pub(super) const FORM_HEADER: HeaderName = HeaderName::from_static("x-mesh-form");
/// Says from where a request was caused; browsers alone set it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Says that a person followed a link or sent a form; browsers alone set it.
const FETCH_USER: HeaderName = HeaderName::from_static("sec-fetch-user");

/// What each request must show.
pub(super) struct Gate {
    /// Host and port, as they stand in the address.
    host: String,
    cookie_name: String,
    cookie: SecretString,
    /// Tells the browser that followed the link from another one. It is sent with the link alone, as the other cookie is only with pages.
    again: SecretString,
    form: SecretString,
    link: SecretString,
    /// The path below which all pages are, without a slash at its end.
    root: String,
    used: bool,
    ended: bool,
}

/// Why a request goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is meant for another host.
    Host,
    /// It does not show the cookie.
    Cookie,
    /// It was caused by another site or program.
    Site,
    /// It does not carry the code of the forms.
    Form,
}

/// What became of the opening link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    /// The browser gets the cookie.
    First,
    /// The same browser followed it again.
    Again,
    /// Another browser or program followed it too: somebody else has it.
    Twice,
    /// It is no link of this program.
    Unknown,
}

impl Gate {
    pub(super) fn new(port: u16, env: &dyn Environment) -> Self {
        Self {
            host: format!("127.0.0.1:{port}"),
            // Cookies do not tell ports apart: two wizards must not take each other's.
            cookie_name: format!("mesh-{port}"),
            cookie: secret(env),
            again: secret(env),
            form: secret(env),
            link: secret(env),
            root: format!("/{}", secret(env).expose_secret()),
            used: false,
            ended: false,
        }
    }

    /// The address that the browser opens, which counts once.
    pub(super) fn link(&self) -> SecretString {
        let Self { host, link, .. } = self;
        SecretString::new(format!("http://{host}/start/{}", link.expose_secret()))
    }

    /// The code that each form carries.
    pub(super) fn form(&self) -> &str {
        self.form.expose_secret()
    }

    /// The headers that give the browser its cookies: the one for the pages, and the one for the link.
    pub(super) fn set_cookies(&self) -> [String; 2] {
        let set = |value: &SecretString, path: &str| {
            let (name, value) = (&self.cookie_name, value.expose_secret());
            format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict")
        };
        [
            set(&self.cookie, &format!("{}/", self.root)),
            set(
                &self.again,
                &format!("/start/{}", self.link.expose_secret()),
            ),
        ]
    }

    /// The path below which all pages are, such as `/Xq…`.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// The name of a page by its path.
    pub(super) fn page<'a>(&self, path: &'a str) -> Option<&'a str> {
        path.strip_prefix(&self.root)
            .filter(|page| page.starts_with('/'))
    }

    /// True while the link has not been followed.
    pub(super) fn waits(&self) -> bool {
        !self.used
    }

    /// Somebody follows the link.
    pub(super) fn open(&mut self, shown: &str, headers: &HeaderMap) -> Opened {
        if !same(shown, &self.link) || self.ended {
            return Opened::Unknown;
        }
        match (self.used, self.has_cookie(headers, &self.again)) {
            (false, _) => {
                self.used = true;
                Opened::First
            }
            (true, true) => Opened::Again,
            (true, false) => {
                self.ended = true;
                Opened::Twice
            }
        }
    }

    /// Whether a request is meant for this program, whoever sends it.
    pub(super) fn check_host(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match only(headers, header::HOST) {
            Some(host) if host == self.host => Ok(()),
            _ => Err(Refusal::Host),
        }
    }

    /// Whether a request comes from the page in the browser that opened the link.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
        self.check_host(headers)?;
        if !self.has_cookie(headers, &self.cookie) || self.ended {
            return Err(Refusal::Cookie);
        }
        // "none" is an address that the person typed, or a bookmark.
        let caused = headers.get_all(FETCH_SITE);
        if caused.iter().any(|by| by != "same-origin" && by != "none") {
            return Err(Refusal::Site);
        }
        if method == Method::GET {
            return Ok(());
        }
        match only(headers, header::ORIGIN).and_then(|origin| origin.strip_prefix("http://")) {
            Some(origin) if origin == self.host => Ok(()),
            _ => Err(Refusal::Site),
        }
    }

    /// Whether a person caused a request, as far as the browser says so.
    pub(super) fn is_by_person(headers: &HeaderMap) -> bool {
        only(headers, FETCH_USER) == Some("?1")
    }

    /// Whether a form, or the header of a script, carries the code.
    pub(super) fn check_form(
        &self,
        field: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let shown = field.or_else(|| only(headers, FORM_HEADER));
        match shown.is_some_and(|shown| same(shown, &self.form)) {
            true => Ok(()),
            false => Err(Refusal::Form),
        }
    }

    fn has_cookie(&self, headers: &HeaderMap, wanted: &SecretString) -> bool {
        let pairs = headers.get_all(header::COOKIE).iter();
        pairs
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(name, value)| name == self.cookie_name && same(value, wanted))
    }
}

fn secret(env: &dyn Environment) -> SecretString {
    let mut octets = [0; SECRET];
    env.random(&mut octets);
    SecretString::new(BASE64URL_NOPAD.encode(&octets))
}

/// Compares without telling by the time how much of it fits.
fn same(shown: &str, secret: &SecretString) -> bool {
    SecretString::new(shown.to_owned()) == *secret
}

/// The value of a header that must be there once.
fn only(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    match values.next() {
        Some(_) => None,
        None => value.to_str().ok(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use mesh_keystore::SystemEnvironment;

    use super::*;

    const PORT: u16 = 4711;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        headers
    }

    fn gate() -> (Gate, String) {
        let gate = Gate::new(PORT, &SystemEnvironment::new().unwrap());
        let [cookie, _] = gate.set_cookies();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        (gate, cookie)
    }

    /// What a browser that was given the cookies sends to an address (RFC 6265, 5.1.4 "Paths and Path-Match").
    fn sent(gate: &Gate, path: &str) -> String {
        let sent = gate.set_cookies().into_iter().filter_map(|cookie| {
            let (pair, attributes) = cookie.split_once("; Path=")?;
            let of = attributes.split(';').next()?;
            let rest = path.strip_prefix(of)?;
            let fits = rest.is_empty() || of.ends_with('/') || rest.starts_with('/');
            fits.then(|| pair.to_owned())
        });
        sent.collect::<Vec<String>>().join("; ")
    }

    #[test]
    fn only_the_page_itself_gets_through() {
        let (gate, cookie) = gate();
        let cookie = ("cookie", cookie.as_str());
        let host = ("host", "127.0.0.1:4711");
        let check = |method, fields: &[_]| gate.check(&method, &headers(fields));
        assert_eq!(check(Method::GET, &[host, cookie]), Ok(()));
        for other in [
            "localhost:4711",
            "127.0.0.1",
            "127.0.0.1:4712",
            "evil.example:4711",
            "127.0.0.1.evil.example:4711",
            "",
        ] {
            let fields = [("host", other), cookie];
            assert_eq!(check(Method::GET, &fields), Err(Refusal::Host), "{other}");
        }
        let twice = [host, ("host", "evil.example"), cookie];
        assert_eq!(check(Method::GET, &twice), Err(Refusal::Host));
        assert_eq!(check(Method::GET, &[host]), Err(Refusal::Cookie));
        let wrong = format!("{}x", cookie.1);
        let wrong = [host, ("cookie", wrong.as_str())];
        assert_eq!(check(Method::GET, &wrong), Err(Refusal::Cookie));
        for site in ["cross-site", "same-site"] {
            let fields = [host, cookie, ("sec-fetch-site", site)];
            assert_eq!(check(Method::GET, &fields), Err(Refusal::Site), "{site}");
        }
        let mine = ("origin", "http://127.0.0.1:4711");
        assert_eq!(check(Method::POST, &[host, cookie, mine]), Ok(()));
        assert_eq!(check(Method::POST, &[host, cookie]), Err(Refusal::Site));
        for other in [
            "null",
            "http://127.0.0.1:4712",
            "http://localhost:4711",
            "https://127.0.0.1:4711",
        ] {
            let fields = [host, cookie, ("origin", other)];
            assert_eq!(check(Method::POST, &fields), Err(Refusal::Site), "{other}");
        }
    }

    #[test]
    fn no_other_program_is_sent_the_cookie() {
        let env = SystemEnvironment::new().unwrap();
        let (one, other) = (Gate::new(PORT, &env), Gate::new(PORT, &env));
        let [cookie, _] = one.set_cookies();
        let (_, attributes) = cookie
            .split_once("; ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let path = attributes
            .split("; ")
            .find_map(|attribute| attribute.strip_prefix("Path="));
        let path = path.unwrap();
        assert_eq!(path, format!("{}/", one.root()));
        assert!(path.len() > 40 && one.root() != other.root());
        let page = format!("{}/home", one.root());
        assert_eq!(one.page(&page), Some("/home"));
        for path in [
            "/home",
            "/",
            "",
            one.root(),
            &format!("{}x/home", one.root()),
        ] {
            assert_eq!(one.page(path), None, "{path}");
        }
        assert_eq!(other.page(&page), None);
        // Nor does whoever sees the link learn it.
        assert!(!one.link().expose_secret().contains(one.root()));
    }

    #[test]
    fn forms_carry_their_code() {
        let (gate, _) = gate();
        let form = gate.form().to_owned();
        assert_eq!(gate.check_form(Some(&form), &HeaderMap::new()), Ok(()));
        let by_script = headers(&[("x-mesh-form", &form)]);
        assert_eq!(gate.check_form(None, &by_script), Ok(()));
        let wrong = Err(Refusal::Form);
        assert_eq!(gate.check_form(None, &HeaderMap::new()), wrong);
        assert_eq!(gate.check_form(Some(""), &HeaderMap::new()), wrong);
        // A field counts before a header, so that neither vouches for the other.
        assert_eq!(gate.check_form(Some("x"), &by_script), wrong);
    }

    #[test]
    fn the_link_counts_once() {
        let (mut gate, cookie) = gate();
        let link = gate.link().expose_secret().to_owned();
        let code = link.rsplit('/').next().unwrap();
        let none = HeaderMap::new();
        assert_eq!(gate.open("x", &none), Opened::Unknown);
        assert!(gate.waits());
        assert_eq!(gate.open(code, &none), Opened::First);
        let mine = headers(&[("cookie", &cookie), ("host", "127.0.0.1:4711")]);
        // As the browser does it that followed the link.
        let again = sent(&gate, &format!("/start/{code}"));
        assert!(!again.is_empty() && !again.contains(&cookie));
        let again = headers(&[("cookie", &again)]);
        assert_eq!(gate.open(code, &again), Opened::Again);
        assert_eq!(gate.check(&Method::GET, &mine), Ok(()));
        let page = sent(&gate, &format!("{}/home", gate.root()));
        assert_eq!(page, cookie);
        for elsewhere in ["/", "/start", "/start/", "/home"] {
            assert_eq!(sent(&gate, elsewhere), "", "{elsewhere}");
        }
        assert_eq!(
            gate.open("x", &none),
            Opened::Unknown,
            "guessing ends nothing"
        );
        assert_eq!(gate.open(code, &none), Opened::Twice);
        assert_eq!(gate.check(&Method::GET, &mine), Err(Refusal::Cookie));
        assert_eq!(gate.open(code, &again), Opened::Unknown);
    }
}
