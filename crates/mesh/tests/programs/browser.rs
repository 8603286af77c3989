// SPDX-License-Identifier: MIT
//! A real browser: Chromium, driven over WebDriver, and wizards to look at in it.
//!
//! Spec: W3C WebDriver.
//! Here: starting and ending both, what a person does on a page, what is true of every page.
//! Not here: the stories (`wizard`).

use std::cell::OnceCell;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::Device;

/// How long something may take that must happen in the end; nothing is said about how long it does.
const AT_MOST: Duration = Duration::from_secs(240);

/// The driver of the browsers.
pub(crate) struct Driver {
    child: Child,
    port: u16,
    directory: TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browsers of a story that failed are still open, and would outlive the one who is killed.
        let asked = TcpStream::connect(("127.0.0.1", self.port)).and_then(|mut stream| {
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(
                b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            )?;
            stream.read_to_end(&mut Vec::new())
        });
        if asked.is_ok() {
            let end = Instant::now() + Duration::from_secs(5);
            while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a browser looks.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
    pub(crate) language: &'static str,
}

pub(crate) const DESKTOP: Look = Look {
    width: 900,
    height: 900,
    dark: false,
    language: "en",
};
pub(crate) const PHONE: Look = Look {
    width: 400,
    height: 800,
    dark: true,
    language: "de",
};

impl Driver {
    pub(crate) fn start() -> Self {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the tests of the wizards need chromium and chromium-driver: apt install them");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .map_while(Result::ok)
            .find_map(|line| {
                let (_, port) = line.split_once("started successfully on port ")?;
                port.trim_end_matches('.').parse().ok()
            })
            .expect("the driver says where it listens");
        Self {
            child,
            port,
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// A browser of its own, without anything of another one.
    pub(crate) async fn browser(&self, name: &str, look: Look) -> Browser {
        let profile = self.directory.path().join(name);
        let mut args = vec![
            "--headless=new".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--hide-scrollbars".to_owned(),
            "--no-first-run".to_owned(),
            format!("--user-data-dir={}", profile.display()),
            format!("--lang={}", look.language),
            format!("--window-size={},{}", look.width, look.height),
        ];
        // Its sandbox does not work for root, which tests in containers often are.
        if rustix::process::geteuid().is_root() {
            args.push("--no-sandbox".to_owned());
        }
        if look.dark {
            args.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let mut capabilities = Capabilities::new();
        let options = json!({ "args": args, "prefs": { "intl.accept_languages": look.language } });
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let client = builder
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await
            .unwrap();
        client
            .set_window_size(look.width, look.height)
            .await
            .unwrap();
        Browser {
            client,
            driver: self.port,
        }
    }
}

/// A browser and who uses it.
pub(crate) struct Browser {
    pub(crate) client: Client,
    /// The port of its driver.
    driver: u16,
}

impl Browser {
    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Opens a page of the wizard that is open.
    pub(crate) async fn visit(&self, page: &str) {
        let url = self.client.current_url().await.unwrap();
        let (root, _) = split_root(url.path());
        let url = url.join(&format!("{root}{page}")).unwrap();
        self.open(url.as_str()).await;
    }

    /// The name of the page: its path below the root, which is by chance.
    pub(crate) async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        split_root(url.path()).1.to_owned()
    }

    /// Waits until the page has this path.
    pub(crate) async fn arrive(&self, path: &str) {
        let end = Instant::now() + AT_MOST;
        loop {
            let here = self.path().await;
            if here == path && self.script("return document.readyState").await == "complete" {
                return;
            }
            assert!(
                Instant::now() < end,
                "at {here} in the place of {path}: {}",
                self.text("main").await
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until an element is there, and gives its text.
    pub(crate) async fn text(&self, css: &str) -> String {
        let found = self.client.wait().at_most(AT_MOST);
        let found = found.for_element(Locator::Css(css)).await;
        found
            .unwrap_or_else(|error| panic!("{css}: {error}"))
            .text()
            .await
            .unwrap()
    }

    /// Waits until an element says something with these words in it.
    pub(crate) async fn reads(&self, css: &str, words: &str) {
        let end = Instant::now() + AT_MOST;
        loop {
            let text = match self.client.find(Locator::Css(css)).await {
                Ok(element) => element.text().await.unwrap_or_default(),
                Err(_) => String::new(),
            };
            if text.contains(words) {
                return;
            }
            assert!(Instant::now() < end, "{css} says {text:?}, not {words:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub(crate) async fn click(&self, css: &str) {
        let found = self.client.wait().at_most(AT_MOST);
        let found = found.for_element(Locator::Css(css)).await;
        let element = found.unwrap_or_else(|error| panic!("{css}: {error}"));
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses keys where the focus is.
    pub(crate) async fn press(&self, keys: &str) {
        let keyboard = KeyActions::new("keyboard".to_owned());
        let pressed = keys.chars().fold(keyboard, |keyboard, value| {
            keyboard
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value })
        });
        self.client.perform_actions(pressed).await.unwrap();
    }

    /// Goes with the key Tab alone to something, which then has the focus.
    pub(crate) async fn tab_to(&self, css: &str) {
        const TAB: &str = "\u{E004}";
        let there =
            format!("return !!document.activeElement && document.activeElement.matches({css:?})");
        for _ in 0..100 {
            if self.script(&there).await == true {
                return;
            }
            self.press(TAB).await;
        }
        panic!("{css} is not reached by the keyboard");
    }

    pub(crate) async fn fill(&self, id: &str, text: &str) {
        let css = format!("#{id}");
        let found = self.client.wait().at_most(AT_MOST);
        let element = found.for_element(Locator::Css(&css)).await.unwrap();
        element.clear().await.unwrap();
        element.send_keys(text).await.unwrap();
    }

    /// Gives a file to an input.
    pub(crate) async fn give(&self, id: &str, file: &Path) {
        let css = format!("#{id}");
        let element = self.client.find(Locator::Css(&css)).await.unwrap();
        element.send_keys(file.to_str().unwrap()).await.unwrap();
    }

    pub(crate) async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    pub(crate) async fn source(&self) -> String {
        self.client.source().await.unwrap()
    }

    /// What is true of every page; and its picture, where pictures are wanted.
    pub(crate) async fn inspect(&self, name: &str) {
        let faults = self.script(FAULTS).await;
        assert_eq!(faults, json!([]), "{name}");
        if let Some(engine) = std::env::var_os("MESH_AXE") {
            self.examine(name, Path::new(&engine)).await;
        }
        if let Some(directory) = std::env::var_os("MESH_SCREENSHOTS") {
            let (width, height) = self.client.get_window_size().await.unwrap();
            // The whole page, whatever of it the window shows.
            let needed = self.script("scrollTo(0, 0); return Math.ceil(document.documentElement.getBoundingClientRect().height) + outerHeight - innerHeight").await;
            let needed = u32::try_from(needed.as_u64().unwrap()).unwrap();
            let width32 = u32::try_from(width).unwrap();
            self.client.set_window_size(width32, needed).await.unwrap();
            let picture = self.client.screenshot().await.unwrap();
            let height = u32::try_from(height).unwrap();
            self.client.set_window_size(width32, height).await.unwrap();
            let file = Path::new(&directory).join(format!("{name}.png"));
            write_small(&picture, &file);
        }
    }

    /// What axe-core says of the page, in light and dark, as wide as a desktop and as a phone.
    async fn examine(&self, name: &str, engine: &Path) {
        let engine = std::fs::read_to_string(engine).unwrap();
        self.script(&engine).await;
        // It finds what is wrong, if there is something.
        self.script("document.querySelector('main').append(document.createElement('img'))")
            .await;
        let found = self.client.execute_async(AXE, Vec::new()).await.unwrap();
        assert!(found.to_string().contains("image-alt"), "{name}: {found}");
        self.script("document.querySelector('main > img').remove()")
            .await;
        let (width, height) = self.client.get_window_size().await.unwrap();
        let (width, height) = (
            u32::try_from(width).unwrap(),
            u32::try_from(height).unwrap(),
        );
        for scheme in ["light", "dark"] {
            let scheme_is = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
            self.develop(
                "Emulation.setEmulatedMedia",
                json!({ "features": scheme_is }),
            )
            .await;
            for look in [DESKTOP, PHONE] {
                let size = self.client.set_window_size(look.width, look.height);
                size.await.unwrap();
                let found = self.client.execute_async(AXE, Vec::new()).await.unwrap();
                assert_eq!(found, json!([]), "{name}, {scheme}, {} wide", look.width);
            }
        }
        self.client.set_window_size(width, height).await.unwrap();
        self.develop("Emulation.setEmulatedMedia", json!({ "features": [] }))
            .await;
    }

    /// Gives a command of the tools for developers.
    async fn develop(&self, command: &str, parameters: Value) {
        let session = self.client.session_id().await.unwrap().unwrap();
        let path = format!("/session/{session}/goog/cdp/execute");
        let body = json!({ "cmd": command, "params": parameters }).to_string();
        let kind = ("Content-Type", "application/json");
        let answer = http(self.driver, "POST", &path, &[kind], &body);
        assert_eq!(answer.status, 200, "{command}: {answer:?}");
    }

    /// Allows pages what a person would be asked about, and nothing else.
    pub(crate) async fn allow(&self, origin: &str, permissions: &[&str]) {
        let parameters = json!({ "origin": origin, "permissions": permissions });
        self.develop("Browser.grantPermissions", parameters).await;
    }

    /// Waits until an element no longer says something with these words in it.
    pub(crate) async fn reads_no_longer(&self, css: &str, words: &str) {
        let end = Instant::now() + AT_MOST;
        while self.text(css).await.contains(words) {
            assert!(Instant::now() < end, "{css} still says {words:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Milliseconds from asking for the page to its first content on the screen.
    pub(crate) async fn first_paint(&self) -> f64 {
        let end = Instant::now() + AT_MOST;
        loop {
            let painted = self.script("const [entry] = performance.getEntriesByName('first-contentful-paint'); return entry ? entry.startTime : null").await;
            if let Some(painted) = painted.as_f64() {
                return painted;
            }
            assert!(Instant::now() < end, "nothing is painted");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// The root of the pages, and the name of one, in a path.
fn split_root(path: &str) -> (&str, &str) {
    let below = path.strip_prefix('/').unwrap_or(path);
    let end = below.find('/').map_or(path.len(), |end| end + 1);
    path.split_at(end)
}

/// Writes a picture as small as it gets.
fn write_small(picture: &[u8], file: &Path) {
    use image::ImageEncoder;
    use image::codecs::png::{CompressionType, FilterType, PngEncoder};
    let picture = image::load_from_memory(picture).unwrap().to_rgb8();
    let (width, height) = picture.dimensions();
    let mut small = Vec::new();
    PngEncoder::new_with_quality(&mut small, CompressionType::Best, FilterType::NoFilter)
        .write_image(&picture, width, height, image::ExtendedColorType::Rgb8)
        .unwrap();
    std::fs::write(file, small).unwrap();
}

/// Asks axe-core, which was given to the page before, for what it is sure to be wrong.
const AXE: &str = r##"
const done = arguments[arguments.length - 1];
axe.run(document, { resultTypes: ['violations'] }).then(
  (results) => done(results.violations.map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | '))),
  (error) => done([String(error)]),
);
"##;

/// What a person who reads with the ears, uses the keyboard only, or has a small screen would stumble over.
const FAULTS: &str = r##"
const faults = [];
const say = (what, element) => faults.push(what + ': ' + element.outerHTML.slice(0, 160));
if (!document.documentElement.lang) faults.push('no language');
if (!document.title) faults.push('no title');
const headings = [...document.querySelectorAll('h1, h2, h3, h4')];
if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
let level = 0;
for (const heading of headings) {
  const next = Number(heading.tagName[1]);
  if (next > level + 1) say('a level is left out', heading);
  if (!heading.textContent.trim()) say('an empty heading', heading);
  level = next;
}
const ids = new Set();
for (const element of document.querySelectorAll('[id]')) {
  if (ids.has(element.id)) say('an id twice', element);
  ids.add(element.id);
}
for (const attribute of ['for', 'aria-describedby', 'aria-labelledby', 'aria-controls']) {
  for (const element of document.querySelectorAll('[' + attribute + ']')) {
    for (const id of element.getAttribute(attribute).split(' ')) if (!ids.has(id)) say('refers to nothing', element);
  }
}
const named = (element) => (element.getAttribute('aria-label') || element.textContent || '').trim();
for (const element of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
  if (![...element.labels].some(named) && !element.getAttribute('aria-label')) say('no label', element);
}
for (const element of document.querySelectorAll('button, a[href], summary')) if (!named(element)) say('no name', element);
for (const element of document.querySelectorAll('img:not([alt]), svg:not([aria-hidden]):not([aria-label])')) say('no text instead', element);
for (const element of document.querySelectorAll('fieldset')) if (!element.querySelector('legend')) say('no legend', element);
for (const element of document.querySelectorAll('[tabindex]')) if (element.tabIndex > 0) say('order of the keyboard', element);
for (const element of document.querySelectorAll('[style], [onclick], script:not([src])')) say('inline', element);
for (const landmark of ['header', 'main', 'footer']) if (document.querySelectorAll('body > ' + landmark).length !== 1) faults.push('not one ' + landmark);

// Letters stand out from their ground (WCAG 2.2, 1.4.3).
const parse = (color) => color.match(/[\d.]+/g).map(Number);
const ground = (element) => {
  for (; element; element = element.parentElement) {
    const color = parse(getComputedStyle(element).backgroundColor);
    if (color.length < 4 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
const light = (color) => {
  const [r, g, b] = color.slice(0, 3).map((part) => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walker.nextNode());) {
  const element = node.parentElement;
  if (!node.textContent.trim() || !element.checkVisibility() || element.closest('script, svg, .skip')) continue;
  const [one, other] = [light(parse(getComputedStyle(element).color)), light(ground(element))];
  const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (contrast < 4.5) say('contrast ' + contrast.toFixed(2), element);
}

// Where the keyboard is can be seen.
const here = document.activeElement;
for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]):not([disabled]), select, summary')) {
  if (!element.checkVisibility()) continue;
  element.focus({ focusVisible: true, preventScroll: true });
  if (document.activeElement === element && getComputedStyle(element).outlineStyle === 'none') say('focus is not seen', element);
}
if (here && here !== document.body) here.focus({ preventScroll: true }); else document.activeElement.blur();

// It fits, and comes from nowhere else.
if (document.scrollingElement.scrollWidth > innerWidth) faults.push('wider than the screen by ' + (document.scrollingElement.scrollWidth - innerWidth));
for (const entry of performance.getEntriesByType('resource')) if (!entry.name.startsWith(location.origin + '/')) faults.push('from elsewhere: ' + entry.name);
return faults;
"##;

/// A wizard that runs.
pub(crate) struct Wizard {
    child: Child,
    /// The opening link.
    pub(crate) link: String,
    /// The root of the pages, once the cookie was given for it.
    root: OnceCell<String>,
    /// The cookie that goes with the link alone.
    cookie_of_link: OnceCell<String>,
}

impl Drop for Wizard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Wizard {
    pub(crate) fn start(device: &Device<'_>, program: &str, options: &[&str]) -> Self {
        Self::start_in(device, program, options, &[])
    }

    /// The same with variables of the environment.
    pub(crate) fn start_in(
        device: &Device<'_>,
        program: &str,
        options: &[&str],
        variables: &[(&str, &str)],
    ) -> Self {
        let program = match program {
            "meshclient" => env!("CARGO_BIN_EXE_meshclient"),
            _ => env!("CARGO_BIN_EXE_meshconnect"),
        };
        let mut child = device
            .command(program)
            .arg("--no-open")
            .args(options)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut link = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut link)
            .unwrap();
        let link = link.trim().to_owned();
        assert!(link.starts_with("http://127.0.0.1:"), "{link}");
        Self {
            child,
            link,
            root: OnceCell::new(),
            cookie_of_link: OnceCell::new(),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        let (_, rest) = self.link.split_once("127.0.0.1:").unwrap();
        rest.split('/').next().unwrap().parse().unwrap()
    }

    /// Waits for the end of the program.
    pub(crate) fn ended(mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    /// The cookie that the link is exchanged for.
    pub(crate) fn follow(&self) -> String {
        let path = self
            .link
            .split_once(&format!(":{}", self.port()))
            .unwrap()
            .1;
        let answer = self.http("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{answer:?}");
        let cookies = answer.head.lines().filter_map(|line| {
            let (name, cookie) = line.split_once(": ")?;
            let (cookie, attributes) = cookie.split_once("; Path=")?;
            let path = attributes.split(';').next()?;
            name.eq_ignore_ascii_case("set-cookie")
                .then(|| (cookie.to_owned(), path.to_owned()))
        });
        let (of_link, of_pages): (Vec<_>, Vec<_>) = cookies.partition(|(_, of)| of == path);
        let [(of_link, _)] = of_link.try_into().unwrap();
        let [(of_pages, root)] = of_pages.try_into().unwrap();
        self.cookie_of_link.set(of_link).unwrap();
        self.root
            .set(root.trim_end_matches('/').to_owned())
            .unwrap();
        of_pages
    }

    /// The cookie that a browser which has followed the link sends with it again.
    pub(crate) fn cookie_of_link(&self) -> String {
        self.cookie_of_link.get().unwrap().clone()
    }

    /// A request for a page as it is written here, with the right host unless another is given.
    pub(crate) fn http(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> HttpAnswer {
        let root = self.root.get().filter(|_| !path.starts_with("/start/"));
        let path = format!("{}{path}", root.map_or("", String::as_str));
        let mut answer = http(self.port(), method, &path, headers, body);
        answer.root = root.cloned().unwrap_or_default();
        answer
    }

    /// The same for a path that is not below the root of the pages.
    pub(crate) fn http_outside(&self, path: &str, headers: &[(&str, &str)]) -> HttpAnswer {
        http(self.port(), "GET", path, headers, "")
    }
}

/// A request to a port of this machine.
fn http(port: u16, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> HttpAnswer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        request.push_str(&format!("Host: 127.0.0.1:{}\r\n", port));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    stream.write_all(request.as_bytes()).unwrap();
    // Up to the end of what is announced: the driver of the browsers keeps the connection open.
    let (mut answer, mut piece) = (Vec::new(), [0; 8192]);
    while !is_whole(&answer) {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(read) => answer.extend_from_slice(&piece[..read]),
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    HttpAnswer {
        status: status.unwrap_or(0),
        head: head.to_owned(),
        body: body.to_owned(),
        root: String::new(),
    }
}

/// True when an answer has as many octets as it says.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| answer.len() >= head.len() + 4 + length)
}

/// What came back.
#[derive(Debug)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
    root: String,
}

impl HttpAnswer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1);
        let mut pairs = lines.filter_map(|line| line.split_once(": "));
        let (_, value) = pairs.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        // A page is named as the stories do.
        Some(value.strip_prefix(&self.root).unwrap_or(value))
    }
}
