//! A client that costs little: requests made beforehand, one connection kept open, answers read by their length.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use crate::agent::PORTAL;

/// A log-in.
pub const NONCE_BODY: &str = r#"{"challengeNonce":"12345678123456781234567812345678912356789123"}"#;
/// One digest, certificate not wanted.
pub const SIGN_BARE_BODY: &str = r#"{"digests":[{"algorithm":"SHA-256","value":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}],"includeCertificate":false}"#;

/// So many digests, certificate wanted.
pub fn sign_body(count: usize) -> String {
    let digest =
        r#"{"algorithm":"SHA-256","value":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=","label":"report.pdf"}"#;
    format!(r#"{{"digests":[{}],"includeCertificate":true}}"#, vec![digest; count].join(","))
}

/// Who asks.
pub enum Caller {
    /// Anybody.
    None,
    /// A page of the portal.
    Page,
    /// A program with this token.
    Program(String),
}

/// A request without its host.
pub struct Request {
    line: String,
    rest: String,
}

impl Request {
    pub fn get(path: &str, caller: &Caller) -> Self {
        Self { line: format!("GET {path} HTTP/1.1\r\n"), rest: format!("{}\r\n", of(caller)) }
    }

    /// Of a page.
    pub fn post(path: &str, body: &str) -> Self {
        let headers = of(&Caller::Page);
        let length = body.len();
        let rest = format!("{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}");
        Self { line: format!("POST {path} HTTP/1.1\r\n"), rest }
    }
}

fn of(caller: &Caller) -> String {
    match caller {
        Caller::None => String::new(),
        Caller::Page => format!("Origin: {PORTAL}\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Site: cross-site\r\n"),
        Caller::Program(token) => format!("Authorization: Bearer {token}\r\n"),
    }
}

pub struct Connection {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a connection");
        stream.set_nodelay(true).expect("an option of the connection");
        Self { stream, host: format!("Host: 127.0.0.1:{port}\r\n"), buffer: Vec::with_capacity(64 * 1024) }
    }

    /// Sends it and reads the whole answer, which must be a good one.
    pub fn send(&mut self, request: &Request) {
        let Request { line, rest } = request;
        self.stream
            .write_all([line, &self.host, rest].map(String::as_str).concat().as_bytes())
            .expect("a request sent");
        self.buffer.clear();
        let mut piece = [0; 16 * 1024];
        loop {
            let length = self.stream.read(&mut piece).expect("an answer");
            assert!(length > 0, "the agent closed the connection: {}", String::from_utf8_lossy(&self.buffer));
            self.buffer.extend_from_slice(&piece[..length]);
            let Some(head) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]);
            assert!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.buffer));
            let length = text.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
            });
            if self.buffer.len() >= head + 4 + length.expect("the answer's length") {
                return;
            }
        }
    }
}
