//! The main job with nothing in between that we made up: `jpki-agent serve` over a real `pcscd`, the prompt a real pinentry
//! in a terminal, `curl` as the caller and `openssl` as the judge. Only the card is ours: the software card behind a virtual
//! reader.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

mod support;

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use support::parts::{Part, require};
use support::pcscd::Pcscd;
use support::process::{Agent, Home};
use support::terminal::Terminal;

const ORIGIN: &str = "https://portal.example";
const NONCE: &str = "12345678123456781234567812345678912356789123";

struct World {
    agent: Agent,
    terminal: Terminal,
    _card: support::child::Running,
    _pcscd: Pcscd,
}

impl World {
    fn new() -> Self {
        let pcscd = Pcscd::start();
        let card = pcscd.insert_software_card(0);
        let home = Home::new();
        home.configure(&format!(
            "language = \"ja\"\n[consent]\npinentry_program = \"/usr/bin/pinentry-tty\"\nguard_seconds = 0.2\n\
             phrase = \"青い鳥\"\n{}",
            support::process::PORTAL_ALLOWED
        ));
        let agent = Agent::start(home, &[], |command| {
            pcscd.lead(command);
        });
        Self { agent, terminal: Terminal::new(60), _card: card, _pcscd: pcscd }
    }

    /// `curl` over the agent's socket, with prompts in our terminal.
    fn curl(&self, path: &str, body: Option<&Value>) -> Child {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--max-time", "60", "--unix-socket"]).arg(self.agent.socket());
        curl.arg("-H").arg(format!("Jpki-Agent-Tty: {}", self.terminal.path().display()));
        curl.args(["-H", "Jpki-Agent-Term: xterm", "-H", "Accept-Language: ja"]);
        if let Some(body) = body {
            curl.args(["-H", "Content-Type: application/json", "-d", &body.to_string()]);
        }
        curl.arg(format!("http://localhost{path}")).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
    }

    async fn answer(child: Child) -> Value {
        let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    /// Types an entry once the prompt has been there for longer than the guard.
    async fn types(&self, prompt: &str, times: usize, entry: &str) {
        self.terminal.shows(prompt, times).await;
        tokio::time::sleep(Duration::from_millis(400)).await;
        self.terminal.type_keys(&format!("{entry}\n"));
    }
}

#[tokio::test]
async fn curl_gets_the_main_job_done_over_a_real_pcscd_with_a_real_prompt() {
    if !require(&[Part::Pcscd, Part::Pinentry, Part::OpenSsl]) {
        return;
    }
    let world = World::new();
    let status = World::answer(world.curl("/v1/status", None)).await;
    assert_eq!(status["backend"], "pcsc");
    assert_eq!(status["readers"][0]["card"], "jpki", "{status}");
    let pins = World::answer(world.curl("/v1/pins", None)).await;
    assert_eq!(pins["pins"][1], json!({"kind":"signature","state":"ok","triesLeft":5,"triesMax":5}));
    let certificates = World::answer(world.curl("/v1/certificates", None)).await;
    // Behind PC/SC the software card is still no real card.
    assert_eq!(certificates["certificates"][0]["chain"]["environment"], "simulator", "{certificates}");

    let body = json!({"challengeNonce": NONCE, "origin": ORIGIN});
    let token = world.curl("/v1/authenticate", Some(&body));
    world.types("暗証番号", 1, "1234").await;
    let token = World::answer(token).await;
    assert_eq!(token["token"]["format"], "web-eid:1.0", "{token}");
    let screen = world.terminal.screen();
    for words in [ORIGIN, "curl", "利用者証明用電子証明書", "青い鳥", "Virtual PCD"] {
        assert!(screen.contains(words), "{words:?} is not in the prompt: {screen}");
    }
    let token_file = world.agent.home().path("token.json");
    std::fs::write(&token_file, token["token"].to_string()).unwrap();
    let token_file = token_file.to_str().unwrap();
    let accepted = |origin: &str| {
        let verify = ["verify", "token", "--simulator", "--origin", origin, "--nonce", NONCE, token_file];
        world.agent.home().run(&verify).status.code()
    };
    assert_eq!((accepted(ORIGIN), accepted("https://other.example")), (Some(0), Some(1)));

    let document = world.agent.home().path("shinkoku.xtx");
    std::fs::write(&document, "令和8年分").unwrap();
    let digest = Command::new("openssl").args(["dgst", "-sha256", "-binary"]).arg(&document).output().unwrap().stdout;
    let body = json!({"digests":[{"algorithm":"SHA-256","value":base64(&digest),"label":"shinkoku.xtx"}]});
    let signed = world.curl("/v1/sign", Some(&body));
    world.types("パスワード", 1, "abc123").await;
    let signed = World::answer(signed).await;
    let folder = world.agent.home().path("");
    std::fs::write(folder.join("signer.der"), unbase64(&signed["certificate"])).unwrap();
    std::fs::write(folder.join("signature"), unbase64(&signed["signatures"][0]["value"])).unwrap();
    let judged = Command::new("sh")
        .args(["-c", "openssl x509 -inform DER -in signer.der -pubkey -noout > signer.pub && openssl dgst -sha256 -verify signer.pub -signature signature shinkoku.xtx"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&judged.stdout).trim(), "Verified OK", "{judged:?}");
    let screen = world.terminal.screen();
    for words in ["shinkoku.xtx", "署名用電子証明書", "住所"] {
        assert!(screen.contains(words), "{words:?} is not in the prompt: {screen}");
    }

    // A wrong entry says what is left; a caller that goes away takes its prompt along.
    let body = json!({"challengeNonce": NONCE, "origin": ORIGIN});
    let wrong = world.curl("/v1/authenticate", Some(&body));
    world.types("暗証番号", screen.matches("暗証番号").count() + 1, "9999").await;
    let wrong = World::answer(wrong).await;
    assert_eq!((&wrong["code"], &wrong["triesLeft"]), (&json!("pin_incorrect"), &json!(2)), "{wrong}");
    let seen = world.terminal.screen().matches("暗証番号").count();
    let mut gone = world.curl("/v1/authenticate", Some(&body));
    world.terminal.shows("暗証番号", seen + 1).await;
    gone.kill().unwrap();
    gone.wait().unwrap();
    let echoes = tokio::time::timeout(Duration::from_secs(2), async {
        while !world.terminal.echoes() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    echoes.await.expect("the prompt is still open");
    let pins = World::answer(world.curl("/v1/pins", None)).await;
    assert_eq!(pins["pins"][0]["triesLeft"], 2, "nothing was tried: {pins}");

    // A change of the password; the card behind the virtual reader is known to be the software card.
    let changed = world.curl("/v1/pins/signature/change", Some(&json!({})));
    for (label, entry) in
        [("今のパスワード：", "abc123"), ("新しいパスワード：", "kw48tr"), ("新しいパスワード（もう一度）：", "kw48tr")]
    {
        world.types(label, 1, entry).await;
    }
    let changed = World::answer(changed).await;
    let pin = json!({"kind":"signature","state":"ok","triesLeft":5,"triesMax":5});
    assert_eq!(changed["pins"], json!([pin]), "{changed}");
    let again = world.curl("/v1/pins/signature/change", Some(&json!({})));
    for (label, times, entry) in [
        ("今のパスワード：", 2, "abc123"),
        ("新しいパスワード：", 2, "xr59mp"),
        ("新しいパスワード（もう一度）：", 2, "xr59mp"),
    ] {
        world.types(label, times, entry).await;
    }
    let again = World::answer(again).await;
    let told = (&again["code"], &again["triesLeft"], &again["afterChange"]);
    assert_eq!(told, (&json!("pin_incorrect"), &json!(4), &json!("unchanged")), "the old one is good no more: {again}");
}

fn base64(bytes: &[u8]) -> String {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn unbase64(value: &Value) -> Vec<u8> {
    use ::base64::Engine as _;
    ::base64::engine::general_purpose::STANDARD.decode(value.as_str().unwrap()).unwrap()
}
