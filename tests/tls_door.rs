//! HTTPS on loopback, with the real program: the certificate, who is told to trust it, the gates behind the handshake, and
//! what does not get through it. `openssl`, `curl`, NSS's `certutil` and Chromium are the witnesses.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use jpki_agent::tls::folder::TlsFolder;
use jpki_agent::tls::identity::{Identity, LIFETIME};
use jpki_agent::tls::stores::{Store, StoreKind};
use serde_json::Value;
use support::http::Request;
use support::parts::{Part, require};
use support::process::{Agent, Home, PORTAL_ALLOWED};

fn words(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn run(home: &Home, code: i32, arguments: &[&str]) -> String {
    let output = home.run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", words(&output));
    words(&output)
}

/// A port nobody listens on. Settings must name one: the usual ones may be another test's.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A user who may use HTTPS on this port, once it is enabled.
fn home(port: u16) -> Home {
    let home = Home::new();
    home.configure(&format!("# mine\n[tls]\nport = {port}\n\n{PORTAL_ALLOWED}"));
    home
}

fn folder(home: &Home) -> TlsFolder {
    TlsFolder::at(home.path("state/jpki-agent/tls"))
}

/// An agent with HTTPS whose identity was made by this program, and no store touched.
struct Door {
    agent: Agent,
    port: u16,
}

impl Door {
    fn open() -> Self {
        Self::with(|home| folder(home).write(&Identity::generate(now()).unwrap()).unwrap())
    }

    fn with(prepare: impl FnOnce(&Home)) -> Self {
        let port = free_port();
        let home = Home::new();
        home.configure(&format!("[tls]\nenabled = true\nport = {port}\n\n{PORTAL_ALLOWED}"));
        prepare(&home);
        Self { agent: Agent::start(home, &["--simulator", "--auto-approve"], |_| {}), port }
    }

    fn curl(&self, arguments: &[&str]) -> Output {
        let ca = folder(self.agent.home()).authority_file();
        let fixed =
            ["--silent", "--show-error", "--max-time", "20", "--noproxy", "*", "--cacert", ca.to_str().unwrap()];
        Command::new("curl").args(fixed).args(arguments).output().unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.port)
    }

    /// The status of what curl asks.
    fn status(&self, arguments: &[&str]) -> String {
        let output = self.curl(&[&["--output", "/dev/null", "--write-out", "%{http_code}"], arguments].concat());
        words(&output)
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    fn is_well(&self) -> bool {
        self.status(&[&self.url("/v1/health")]) == "200"
    }
}

#[expect(clippy::disallowed_methods, reason = "browsers and curl live in the present")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

#[test]
fn the_same_gates_stand_behind_the_handshake() {
    if !require(&[Part::Curl]) {
        return;
    }
    let door = Door::open();
    let health = door.curl(&["--include", &door.url("/v1/health")]);
    let text = words(&health);
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("jpki-agent"), "{text}");
    assert!(!text.to_ascii_lowercase().contains("strict-transport-security"), "{text}");
    let endpoint: Value =
        serde_json::from_slice(&fs::read(door.agent.home().runtime().join("endpoint.json")).unwrap()).unwrap();
    assert_eq!((&endpoint["tlsPort"], &endpoint["port"]), (&door.port.into(), &door.agent.port().into()));

    let status = door.url("/v1/status");
    let origin = "Origin: https://portal.example";
    let host = |host: &str| format!("Host: {host}");
    for (code, arguments) in [
        ("200", &["-H", origin, &status][..]),
        ("403", &["-H", "Origin: https://other.example", &status]),
        ("403", &["-H", "Origin: null", &status]),
        ("403", &["-H", origin, "-H", "Sec-Fetch-Mode: navigate", &status]),
        ("401", &[&status]),
        ("421", &["-H", &host(&format!("localhost:{}", door.port)), &status]),
        ("421", &["-H", &host(&format!("127.0.0.1:{}", door.agent.port())), &status]),
        ("421", &["-H", &host("127.0.0.1"), &status]),
        ("421", &["-H", &host("rebound.example"), &status]),
        ("404", &["-H", origin, &door.url("/none")]),
        ("415", &["-H", origin, "--data", "{}", &door.url("/v1/sign")]),
        ("403", &["-H", origin, "-X", "DELETE", &door.url("/v1/origins?origin=https://portal.example")]),
        ("200", &["--request-target", &status, "-H", origin, &status]),
        ("421", &["--request-target", &status.replace("https:", "http:"), "-H", origin, &status]),
    ] {
        assert_eq!(door.status(arguments), code, "{arguments:?}");
    }
    let localhost = door.url("/v1/health").replace("127.0.0.1", "localhost");
    assert_eq!(door.status(&["--ipv4", &localhost]), "421", "the certificate is good, the gate is not passed");
    let token = fs::read_to_string(door.agent.home().runtime().join("token")).unwrap();
    assert_eq!(door.status(&["-H", &format!("Authorization: Bearer {}", token.trim()), &status]), "200");
    let through_http = Request::get("/v1/health").header("Host", &format!("127.0.0.1:{}", door.port));
    assert_eq!(through_http.send(door.agent.port()).status, 421, "the other door's host");
}

#[test]
fn only_tls_1_3_and_http_1_1_are_spoken() {
    if !require(&[Part::Curl, Part::OpenSsl]) {
        return;
    }
    let door = Door::open();
    let ca = folder(door.agent.home()).authority_file();
    let client = |arguments: &[&str]| {
        let connect = format!("127.0.0.1:{}", door.port);
        let fixed = ["s_client", "-connect", &connect, "-CAfile", ca.to_str().unwrap(), "-verify_return_error"];
        let output = Command::new("openssl").args(fixed).args(arguments).stdin(Stdio::null()).output().unwrap();
        (output.status.success(), words(&output))
    };
    let (good, said) = client(&["-verify_ip", "127.0.0.1", "-alpn", "h2,http/1.1"]);
    assert!(good && said.contains("TLSv1.3") && said.contains("ALPN protocol: http/1.1"), "{said}");
    assert!(said.contains("Verify return code: 0 (ok)") && !said.contains("New Session Ticket"), "{said}");
    for refused in [&["-tls1_2"][..], &["-alpn", "h2"], &["-verify_ip", "127.0.0.2"]] {
        let (good, said) = client(refused);
        assert!(!good, "{refused:?}: {said}");
    }
    assert!(door.is_well());
}

#[test]
fn a_bad_handshake_disturbs_nobody_and_is_no_error() {
    if !require(&[Part::Curl]) {
        return;
    }
    let mut door = Door::open();
    let mut virgin = door.connect();
    let mut half = door.connect();
    half.write_all(&[22, 3, 1, 2, 0, 1]).unwrap(); // the beginning of a hello
    let begun = Instant::now();
    for bytes in [
        &b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"[..],
        b"\0\0\0\0",
        &[0xFF; 4096],
        &[22, 3, 1, 0, 4, 1, 0, 0, 0],
        &[22, 3, 1, 0xFF, 0xFF],
        &[21, 3, 3, 0, 2, 2, 40],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = door.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer); // an alert, or the end
        assert!(!answer.starts_with(b"HTTP"), "{bytes:?}: {}", String::from_utf8_lossy(&answer));
    }
    for _ in 0..50 {
        drop(door.connect());
    }
    assert!(door.is_well());
    // What never goes on is closed after ten seconds; what has not begun is kept.
    let mut rest = Vec::new();
    let _ = half.read_to_end(&mut rest);
    assert!((8..15).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    virgin.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(virgin.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "it was closed");
    assert!(door.is_well());
    let log = door.agent.log();
    assert!(!log.contains("ERROR") && !log.to_ascii_lowercase().contains("handshake"), "{log}");
    // Nor does the end of the agent wait for it.
    door.connect().write_all(&[22, 3, 1, 2, 0, 1]).unwrap();
    let begun = Instant::now();
    assert!(door.agent.stop().success() && begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn without_a_good_certificate_http_goes_on_alone() {
    let long_ago = now() - LIFETIME;
    let write = |home: &Home, made| folder(home).write(&Identity::generate(made).unwrap()).unwrap();
    let expired = |home: &Home| write(home, long_ago);
    let not_yet = |home: &Home| write(home, now() + jiff::SignedDuration::from_hours(48));
    let open = |home: &Home| {
        write(home, now());
        fs::set_permissions(folder(home).identity_file(), Permissions::from_mode(0o644)).unwrap();
    };
    let mixed = |home: &Home| {
        write(home, now());
        let other = Identity::generate(now()).unwrap();
        let key = other.text().split_inclusive("-----END PRIVATE KEY-----").next().unwrap().to_owned();
        let own = fs::read_to_string(folder(home).identity_file()).unwrap();
        let certificates = own.split_once("-----END PRIVATE KEY-----").unwrap().1;
        fs::write(folder(home).identity_file(), format!("{key}{certificates}")).unwrap();
    };
    let absent = |_: &Home| {};
    /// Words of the log, what is wrong, `doctor`'s name for it, and what it says of it in Japanese.
    type Case<'a> = (&'a str, &'a dyn Fn(&Home), &'a str, &'a str);
    let cases: [Case; 5] = [
        ("ended at", &expired, "tls_not_in_force", "tls enable"),
        ("begins at", &not_yet, "tls_not_in_force", "tls enable"),
        ("can be read by others", &open, "tls_unusable", "ほかの利用者が読めるので"),
        ("cannot be used", &mixed, "tls_unusable", "鍵と証明書を使えません"),
        ("there is no certificate yet", &absent, "tls_unusable", "証明書はまだありません"),
    ];
    for (why, prepare, code, japanese) in cases {
        let mut door = Door::with(prepare);
        assert_eq!(Request::get("/v1/health").send(door.agent.port()).status, 200);
        assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, door.port)).is_err(), "{why}");
        let log = door.agent.log();
        assert!(log.contains(why) && log.contains("HTTP goes on"), "{why}: {log}");
        let endpoint = fs::read_to_string(door.agent.home().runtime().join("endpoint.json")).unwrap();
        assert!(!endpoint.contains("tlsPort"), "{endpoint}");
        let doctor = words(&door.agent.home().run(&["--json", "doctor"]));
        assert!(doctor.contains(code), "{code}: {doctor}");
        let doctor = door.agent.home().command().arg("doctor").env("LANG", "ja_JP.UTF-8").output().unwrap();
        assert!(words(&doctor).contains(japanese), "{japanese}: {}", words(&doctor));
        assert!(door.agent.stop().success());
    }
    let soon = Door::with(|home| write(home, now() - LIFETIME + jiff::SignedDuration::from_hours(24 * 20)));
    assert!(soon.agent.log().contains("ends soon"), "{}", soon.agent.log());
    assert!(words(&soon.agent.home().run(&["doctor"])).contains("tls enable"));
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, soon.port)).is_ok());
}

#[test]
fn a_taken_port_leaves_http_as_it_is() {
    let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let home = Home::new();
    let port = holder.local_addr().unwrap().port();
    home.configure(&format!("[tls]\nenabled = true\nport = {port}\n\n{PORTAL_ALLOWED}"));
    folder(&home).write(&Identity::generate(now()).unwrap()).unwrap();
    let agent = Agent::start(home, &["--simulator", "--auto-approve"], |_| {});
    assert_eq!(Request::get("/v1/health").send(agent.port()).status, 200);
    assert!(agent.log().contains("taken by another program"), "{}", agent.log());
}

/// What `certutil` says is in this database.
fn listed(database: &std::path::Path) -> String {
    let database = format!("sql:{}", database.display());
    words(&Command::new("certutil").args(["-L", "-d", &database]).output().unwrap())
}

#[test]
fn enabling_renewing_and_disabling_leave_each_store_as_it_should_be() {
    if !require(&[Part::Certutil]) {
        return;
    }
    let port = free_port();
    let home = home(port);
    let settings = || fs::read_to_string(home.path("config/jpki-agent/config.toml")).unwrap();
    let before = settings();
    let status = || serde_json::from_str::<Value>(&run(&home, 0, &["--json", "tls", "status"])).unwrap();
    assert_eq!((&status()["enabled"], &status()["certificate"]), (&false.into(), &Value::Null));
    let chromium = home.path(".pki/nssdb");
    let firefox = home.path(".mozilla/firefox/abc.default-esr");
    fs::create_dir_all(&firefox).unwrap();
    let database = format!("sql:{}", firefox.display());
    assert!(Command::new("certutil").args(["-N", "--empty-password", "-d", &database]).status().unwrap().success());
    assert!(!chromium.exists(), "a look makes nothing");

    let told = run(&home, 0, &["tls", "enable"]);
    assert!(told.contains("trusted by Chromium") && told.contains("trusted by Firefox"), "{told}");
    assert_eq!(settings(), before.replace(&format!("port = {port}\n"), &format!("port = {port}\nenabled = true\n")));
    let name = folder(&home).load().unwrap().facts().authority.name.clone();
    for store in [&chromium, &firefox] {
        let list = listed(store);
        let line = list.lines().find(|line| line.starts_with(&name)).unwrap_or_else(|| panic!("{list}"));
        assert!(line.trim_end().ends_with("C,,"), "{line}");
    }
    let looked = status();
    assert_eq!((&looked["enabled"], &looked["certificate"]["state"]), (&true.into(), &"good".into()));
    assert!(looked["stores"].as_array().unwrap().iter().all(|store| store["trusted"] == true), "{looked}");

    let agent = Agent::start(home, &["--simulator", "--auto-approve"], |_| {});
    let home = agent.home();
    let status = || serde_json::from_str::<Value>(&run(home, 0, &["--json", "tls", "status"])).unwrap();
    assert_eq!(status()["agent"], serde_json::json!({"tlsPort": port, "restartNeeded": false}));
    let told = run(home, 0, &["tls", "enable"]);
    assert!(told.contains("Restart the agent"), "{told}");
    let renewed = folder(home).load().unwrap().facts().authority.name.clone();
    assert_ne!(renewed, name);
    for store in [&chromium, &firefox] {
        let list = listed(store);
        assert!(list.contains(&renewed) && !list.contains(&name), "{list}");
    }
    assert_eq!(status()["agent"]["restartNeeded"], true);

    let told = run(home, 0, &["tls", "disable"]);
    assert!(told.contains("HTTPS: disabled"), "{told}");
    for store in [&chromium, &firefox] {
        assert!(!listed(store).contains("jpki-agent"), "{}", listed(store));
    }
    let settings = fs::read_to_string(home.path("config/jpki-agent/config.toml")).unwrap();
    assert_eq!(settings, before.replace(&format!("port = {port}\n"), &format!("port = {port}\nenabled = false\n")));
    assert_eq!(fs::read_dir(home.path("state/jpki-agent/tls")).unwrap().count(), 0, "nothing of it is left");
    run(home, 0, &["tls", "disable"]);
}

#[test]
fn nothing_is_begun_with_settings_that_are_not_understood() {
    let home = Home::new();
    home.configure("[tls\n");
    run(&home, 1, &["tls", "enable"]);
    assert!(!home.path("state/jpki-agent/tls").exists() && !home.path(".pki").exists());
}

#[test]
fn a_store_that_refuses_is_told_with_the_command_and_the_rest_is_done() {
    if !require(&[Part::Certutil]) {
        return;
    }
    let home = home(free_port());
    let broken = home.path(".mozilla/firefox/broken.default");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("cert9.db"), "not a database").unwrap();
    let told = run(&home, 1, &["tls", "enable"]);
    let command = format!("certutil -A -d sql:{}", broken.display());
    assert!(told.contains("trusted by Chromium") && told.contains(&command), "{told}");
    let told = run(&home, 1, &["tls", "disable"]);
    assert!(told.contains("certutil -D"), "{told}");
    assert!(!folder(&home).identity_file().exists(), "the key is gone all the same");
    assert!(home.path("state/jpki-agent/tls/stores.json").exists(), "and what is left to do is remembered");
}

/// As where a keychain could not be opened, or its owner was to type the commands and has not yet.
#[test]
fn a_store_that_still_trusts_is_told_until_it_is_clean() {
    if !require(&[Part::Certutil]) {
        return;
    }
    let home = home(free_port());
    run(&home, 0, &["tls", "enable"]);
    let authority = folder(&home).load().unwrap().facts().authority.clone();
    let mut noted = folder(&home).noted().unwrap();
    assert_eq!(noted.authorities, std::slice::from_ref(&authority));
    noted.stores.push(Store { kind: StoreKind::Keychain, path: "/nowhere/login.keychain-db".into() });
    folder(&home).note(&noted).unwrap();
    for _ in 0..2 {
        let told = run(&home, 1, &["tls", "disable"]);
        assert!(told.contains(&format!("security delete-certificate -t -Z {}", authority.sha1)), "{told}");
        assert!(!folder(&home).identity_file().exists() && !folder(&home).authority_file().exists());
        assert_eq!(folder(&home).noted().unwrap(), noted);
    }
}

#[test]
fn changes_at_the_same_time_leave_what_fits_together() {
    if !require(&[Part::Certutil]) {
        return;
    }
    let home = home(free_port());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| run(&home, 0, &["tls", "enable"]));
        }
    });
    let identity = folder(&home).load().unwrap();
    assert_eq!(fs::read_to_string(folder(&home).authority_file()).unwrap(), identity.authority_pem().unwrap());
    let list = listed(&home.path(".pki/nssdb"));
    assert!(list.matches("jpki-agent").count() == 1 && list.contains(&identity.facts().authority.name), "{list}");
}

/// The page Chromium shows for this address, as a user with this home, and its complaints.
fn chromium(home: &Home, url: &str) -> String {
    let profile = format!("--user-data-dir={}", home.path("chromium").display());
    let fixed = ["--headless", "--no-sandbox", "--disable-gpu", "--no-proxy-server", "--timeout=8000", "--dump-dom"];
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "30", "/usr/bin/chromium"]).args(fixed).args([&profile, url]);
    command.env("HOME", home.path("")).env_remove("DBUS_SESSION_BUS_ADDRESS").stdin(Stdio::null());
    words(&command.output().unwrap())
}

#[test]
fn chromium_believes_it_while_it_is_enabled_and_no_longer() {
    if !require(&[Part::Certutil, Part::Chromium]) {
        return;
    }
    let port = free_port();
    let agent = |home: Home| Agent::start(home, &["--simulator", "--auto-approve"], |_| {});
    let home = home(port);
    run(&home, 0, &["tls", "enable"]);
    let url = format!("https://127.0.0.1:{port}/v1/health");
    let agent = agent(home);
    let page = chromium(&Home::new(), &url);
    assert!(page.contains("ERR_CERT_AUTHORITY_INVALID"), "a user who has not enabled it: {page}");
    let page = chromium(agent.home(), &url);
    assert!(page.contains("\"version\""), "{page}");
    run(agent.home(), 0, &["tls", "disable"]);
    let page = chromium(agent.home(), &url);
    assert!(page.contains("ERR_CERT_AUTHORITY_INVALID") && !page.contains("\"version\""), "{page}");
}
