//! A real Chromium, driven over WebDriver: no more of the protocol than the tests need.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// The name under which the protocol hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Notes what no page of ours may cause: a broken policy, a fault of a script, a shift of the layout.
const WATCH: &str = "
    window.seen = { policy: [], faults: [], shifts: [] };
    document.addEventListener('securitypolicyviolation', event =>
        window.seen.policy.push(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
    window.addEventListener('error', event => window.seen.faults.push(String(event.message)));
    window.addEventListener('unhandledrejection', event => window.seen.faults.push(String(event.reason)));
    new PerformanceObserver(list => { for (const shift of list.getEntries()) if (!shift.hadRecentInput)
        window.seen.shifts.push(shift.value + ' ' + shift.sources.map(source => source.node && source.node.nodeName
            + '.' + source.node.className).join(' ')); })
        .observe({ type: 'layout-shift', buffered: true });";

/// How a browser is set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub javascript: bool,
    /// What the browser says it reads.
    pub language: &'static str,
}

impl Default for Setup {
    fn default() -> Self {
        Self { javascript: true, language: "en" }
    }
}

/// One browser with one window and cookies of its own.
pub struct Browser {
    driver: Child,
    agent: ureq::Agent,
    session: String,
    base: String,
}

/// Something on a page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Browser {
    /// A browser for the desk at that address. One that is missing fails the test.
    pub fn open(address: &str, setup: Setup) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is missing: run the tests with tests/run, which installs it");
        let mut lines = BufReader::new(driver.stdout.take().expect("standard output"));
        let port = loop {
            let mut line = String::new();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "chromedriver ended before it served");
            if let Some(port) = line.trim().strip_prefix("ChromeDriver was started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        std::thread::spawn(move || lines.read_to_string(&mut String::new()));
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(2)))
            .build()
            .into();
        let mut browser = Self {
            driver,
            agent,
            session: format!("http://127.0.0.1:{port}/session"),
            base: format!("http://{address}"),
        };
        let made = browser.post("", &json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": {
                "binary": "/usr/bin/chromium",
                "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                    "--hide-scrollbars", "--window-size=1440,1000", "--force-color-profile=srgb"],
                "prefs": {
                    "intl.accept_languages": setup.language,
                    "profile.managed_default_content_settings.javascript": if setup.javascript { 1 } else { 2 },
                },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
            "unhandledPromptBehavior": "accept",
        } } }));
        let id = made["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {made}"));
        browser.session = format!("{}/{id}", browser.session);
        browser.tell_browser("Page.addScriptToEvaluateOnNewDocument", &json!({ "source": WATCH }));
        browser.size(1440, 1000);
        browser
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.agent.post(format!("{}{path}", self.session)).send_json(body);
        Self::value(path, answer).unwrap_or_else(|error| panic!("{path} {}: {error}", short(body)))
    }

    fn value(
        path: &str,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Value> {
        let mut answer =
            answer.unwrap_or_else(|error| panic!("chromedriver does not answer to {path}: {error}"));
        let good = answer.status().is_success();
        let mut body: Value = answer.body_mut().with_config().limit(64 << 20).read_json().expect("JSON");
        if good { Ok(body["value"].take()) } else { Err(body["value"]["message"].take()) }
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.agent.get(format!("{}{path}", self.session)).call();
        Self::value(path, answer).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Asks the browser itself, beside the protocol.
    pub fn tell_browser(&self, command: &str, parameters: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters }))
    }

    pub fn go(&self, path: &str) {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.post("/url", &json!({ "url": url }));
    }

    /// The address of the page without the desk's own.
    pub fn path(&self) -> String {
        let url = self.get("/url").as_str().unwrap_or_default().to_owned();
        url.strip_prefix(&self.base).unwrap_or(&url).to_owned()
    }

    pub fn size(&self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell_browser("Emulation.setDeviceMetricsOverride", &metrics);
    }

    /// `light` or `dark`, as the system of the reader has it.
    pub fn scheme(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.tell_browser("Emulation.setEmulatedMedia", &features);
    }

    pub fn try_find(&self, selector: &str) -> Option<Element> {
        let body = json!({ "using": "css selector", "value": selector });
        let found = self.post("/elements", &body);
        Some(Element(found.get(0)?[ELEMENT].as_str()?.to_owned()))
    }

    /// The first such element; waits a little for pages under way.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Element {
        for _ in 0..100 {
            if let Some(found) = self.try_find(selector) {
                return found;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.fail(&format!("nothing is {selector:?}"))
    }

    fn on(&self, element: &Element, what: &str, body: &Value) -> Value {
        self.post(&format!("/element/{}/{what}", element.0), body)
    }

    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.on(&element, "click", &json!({}));
    }

    /// Writes into a field after what stands there.
    #[track_caller]
    pub fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.on(&element, "value", &json!({ "text": text }));
    }

    /// Writes into a field in the place of what stands there.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.on(&element, "clear", &json!({}));
        self.on(&element, "value", &json!({ "text": text }));
    }

    /// Presses keys one after the other, wherever the focus is.
    pub fn press(&self, keys: &str) {
        let keys: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [json!({ "type": "keyDown", "value": key }), json!({ "type": "keyUp", "value": key })]
            })
            .collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] }));
    }

    /// Presses a key while another is held.
    pub fn chord(&self, held: &str, key: &str) {
        self.post(
            "/actions",
            &json!({ "actions": [{ "type": "key", "id": "keys", "actions": [
            { "type": "keyDown", "value": held }, { "type": "keyDown", "value": key },
            { "type": "keyUp", "value": key }, { "type": "keyUp", "value": held },
        ] }] }),
        );
    }

    /// What a reader sees; nothing while one page goes and the next has not come.
    pub fn text(&self) -> String {
        let read = || {
            let path = format!("/element/{}/text", self.try_find("body")?.0);
            Self::value(&path, self.agent.get(format!("{}{path}", self.session)).call()).ok()
        };
        read().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Waits until the reader sees a text.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        for _ in 0..100 {
            if self.text().contains(text) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.fail(&format!("{text:?} is not seen"))
    }

    /// Ends the test with what the reader sees; a picture of it stays in `target`.
    #[track_caller]
    pub fn fail(&self, why: &str) -> ! {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/failed.png");
        std::fs::write(&file, self.picture(false)).expect("a picture of the failure");
        panic!("{why} on {} (see {}):\n{}", self.path(), file.display(), self.text());
    }

    /// Runs a script on the page; the policy of the page does not bind it.
    pub fn run(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script that hands its answer to its last argument.
    pub fn run_async(&self, script: &str) -> Value {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    /// Forgets who is signed in.
    pub fn forget(&self) {
        let answer = self.agent.delete(format!("{}/cookie", self.session)).call();
        Self::value("/cookie", answer).expect("cookies are forgotten");
    }

    /// Everything the console and the page itself complained of since the last time.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", &json!({ "type": "browser" }));
        let grave = |entry: &&Value| entry["level"] == "SEVERE" || entry["level"] == "WARNING";
        let log = log.as_array().into_iter().flatten().filter(grave).map(|e| e["message"].to_string());
        let seen = self.run("return window.seen ? window.seen.policy.concat(window.seen.faults) : []");
        let seen = seen.as_array().into_iter().flatten().map(ToString::to_string);
        log.chain(seen).collect()
    }

    /// What moved on the page without the reader's doing.
    pub fn shifts(&self) -> Vec<String> {
        let shifts = self.run("return window.seen ? window.seen.shifts : []");
        shifts.as_array().into_iter().flatten().map(ToString::to_string).collect()
    }

    /// The whole page as a PNG.
    pub fn picture(&self, whole: bool) -> Vec<u8> {
        let taken = self.tell_browser(
            "Page.captureScreenshot",
            &json!({ "format": "png", "captureBeyondViewport": whole }),
        );
        decode(taken["data"].as_str().expect("a picture"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The beginning of what was sent, for a message.
fn short(body: &Value) -> String {
    body.to_string().chars().take(200).collect()
}

/// Base64, as the protocol wraps pictures.
fn decode(text: &str) -> Vec<u8> {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::with_capacity(text.len() * 3 / 4));
    for sign in text.bytes() {
        let Some(value) = SIGNS.iter().position(|s| *s == sign) else { continue };
        bits = (bits << 6) | u32::try_from(value).expect("six bits");
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).expect("eight bits"));
        }
    }
    bytes
}
