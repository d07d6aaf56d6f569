//! A plain HTTP/1.1 client (RFC 9112) for tests: it sends exactly the bytes it is given, also ones no library would send,
//! and reads one response after another from a connection.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

/// How long a response may take. Longer than any of the agent's own limits that tests wait for.
const READ_LIMIT: Duration = Duration::from_secs(60);

/// What a request is made of. Nothing is added that was not asked for, except `Host` and, with a body, its length.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// A request without headers or body.
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: None }
    }

    /// A GET.
    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A POST with a JSON body.
    pub fn post(target: &str, json: &Value) -> Self {
        Self::new("POST", target).header("Content-Type", "application/json").body(json.to_string())
    }

    /// Adds a header; the same name may be added again. A `Host` given here takes the place of the right one.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Asks as a page of this origin.
    #[must_use]
    pub fn origin(self, origin: &str) -> Self {
        self.header("Origin", origin)
    }

    /// Sets the body and with it `Content-Length`.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The bytes on the wire, for a server called `host`.
    pub fn encode(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let has = |wanted: &str| self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
        if !has("Host") {
            head.push_str(&format!("Host: {host}\r\n"));
        }
        if let Some(body) = &self.body
            && !has("Content-Length")
            && !has("Transfer-Encoding")
        {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }

    /// Sends it to 127.0.0.1 and reads the response.
    pub fn send(&self, port: u16) -> Response {
        Connection::tcp(port).ask(self)
    }

    /// Sends it over the agent's Unix socket and reads the response.
    #[cfg(unix)]
    pub fn send_to_socket(&self, path: &Path) -> Response {
        Connection::socket(path).ask(self)
    }
}

/// One connection; kept open between requests as far as the server allows.
pub struct Connection {
    reader: BufReader<Box<dyn Read + Send>>,
    writer: Box<dyn Write + Send>,
    host: String,
}

impl Connection {
    /// Connects to 127.0.0.1.
    pub fn tcp(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_read_timeout(Some(READ_LIMIT)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self::new(stream.try_clone().unwrap(), stream, format!("127.0.0.1:{port}"))
    }

    /// Connects to a Unix socket.
    #[cfg(unix)]
    pub fn socket(path: &Path) -> Self {
        let stream = std::os::unix::net::UnixStream::connect(path).unwrap();
        stream.set_read_timeout(Some(READ_LIMIT)).unwrap();
        Self::new(stream.try_clone().unwrap(), stream, "localhost".to_owned())
    }

    fn new(reader: impl Read + Send + 'static, writer: impl Write + Send + 'static, host: String) -> Self {
        Self { reader: BufReader::new(Box::new(reader)), writer: Box::new(writer), host }
    }

    /// Sends one request and reads its response.
    pub fn ask(&mut self, request: &Request) -> Response {
        self.write(&request.encode(&self.host));
        let to_head = request.method == "HEAD";
        self.read_response(to_head).expect("the server closed the connection without a response")
    }

    /// Sends exactly these bytes. That the server has closed already is not a failure: its response may still be read.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.writer.write_all(bytes).and_then(|()| self.writer.flush());
    }

    /// Reads one response; `None` where the server closed instead. The answer to a HEAD (`to_head`) has no body.
    pub fn read_response(&mut self, to_head: bool) -> Option<Response> {
        let line = self.read_line()?;
        let mut parts = line.splitn(3, ' ');
        assert_eq!(parts.next(), Some("HTTP/1.1"), "a status line: {line:?}");
        let status: u16 = parts.next().and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{line:?}"));

        let mut headers = Vec::new();
        loop {
            let line = self.read_line().expect("the headers end with an empty line");
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("a header: {line:?}"));
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut response = Response { status, headers, body: Vec::new() };
        if to_head || matches!(status, 100..200 | 204 | 304) {
            return Some(response);
        }
        response.body = if response.header("transfer-encoding") == Some("chunked") {
            self.read_chunks()
        } else if let Some(length) = response.header("content-length") {
            let mut body = vec![0; length.parse().unwrap()];
            self.reader.read_exact(&mut body).unwrap();
            body
        } else {
            let mut body = Vec::new();
            self.reader.read_to_end(&mut body).unwrap();
            body
        };
        Some(response)
    }

    /// Whether the server closed the connection, with nothing more to say.
    pub fn is_closed(&mut self) -> bool {
        self.reader.fill_buf().map_or(true, <[u8]>::is_empty)
    }

    fn read_chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let line = self.read_line().expect("a chunk begins with its size");
            let size = usize::from_str_radix(line.split(';').next().unwrap().trim(), 16).unwrap();
            let start = body.len();
            body.resize(start + size, 0);
            self.reader.read_exact(&mut body[start..]).unwrap();
            // Behind each chunk stands an empty line; behind the last, trailers may come first.
            while self.read_line().is_some_and(|line| !line.is_empty()) {}
            if size == 0 {
                return body;
            }
        }
    }

    /// A line without its end; `None` where the connection was closed, kindly or not.
    fn read_line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        match self.reader.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(String::from_utf8(line).unwrap().trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("no response: {error}"),
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in small letters, in the order received.
    pub headers: Vec<(String, String)>,
    /// The body, with any chunking undone.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name, in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {:?}", String::from_utf8_lossy(&self.body)))
    }

    /// The `code` of a problem document; panics where it is none.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        self.json()["code"].as_str().expect("a problem has a code").to_owned()
    }
}
