//! The agent's own pages as a browser has them: a window that goes to one, and the requests of its document.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::http::{Connection, Request, Response};

/// No site that the agent knows.
pub const STRANGER: &str = "https://stranger.example";

/// As a browser sends it where a window goes to an address.
pub fn navigation(target: &str, site: &str) -> Request {
    Request::get(target)
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .header("Sec-Fetch-Site", site)
}

/// With what browsers add to a request of a document's own script.
pub fn by_own_script(request: Request) -> Request {
    request.header("Sec-Fetch-Mode", "cors").header("Sec-Fetch-Dest", "empty").header("Sec-Fetch-Site", "same-origin")
}

/// A page on its own port, whose script adds something of its own to each request.
pub trait OwnPage {
    fn port(&self) -> u16;

    /// The request as the document's script sends it.
    fn carried(&self, request: Request) -> Request;

    fn ask(&self, request: Request) -> Response {
        self.carried(request).send(self.port())
    }

    /// Sends it and leaves the answer for later.
    fn begin(&self, request: Request) -> Connection {
        let mut connection = Connection::tcp(self.port());
        connection.write(&self.encoded(request));
        connection
    }

    /// Sends it and waits for this much of an answer that goes on.
    fn stream(&self, request: Request, until: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
        stream.write_all(&self.encoded(request)).unwrap();
        let mut seen = Vec::new();
        let mut byte = [0];
        while !seen.ends_with(until) {
            assert_eq!(stream.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&seen));
            seen.push(byte[0]);
        }
        assert!(seen.starts_with(b"HTTP/1.1 200 "));
        stream
    }

    fn encoded(&self, request: Request) -> Vec<u8> {
        self.carried(request).encode(&format!("127.0.0.1:{}", self.port()))
    }
}

/// Waits until nobody listens on the port any more.
pub fn wait_until_closed(port: u16, limit: Duration) {
    let deadline = Instant::now() + limit;
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(Instant::now() < deadline, "the port stays open");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Sends each request, with everything right in it, as another user, who is refused, and then as this one, who is
/// answered: what is given out once has not been given out. For root alone.
#[cfg(target_os = "linux")]
pub fn check_that_another_user_is_refused(requests: &[(u16, Vec<u8>)]) {
    use std::os::unix::process::CommandExt as _;

    let ask = |uid: u32, port: u16, request: &[u8]| {
        let script = "exec 3<>/dev/tcp/127.0.0.1/$0; printf %s \"$1\" >&3; timeout 2 cat <&3";
        let mut command = std::process::Command::new("bash");
        command.args(["-c", script, &port.to_string(), std::str::from_utf8(request).unwrap()]);
        command.uid(uid).gid(uid).current_dir("/");
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    for (port, request) in requests {
        let theirs = ask(super::parts::NOBODY, *port, request);
        assert!(theirs.starts_with("HTTP/1.1 403 ") && theirs.contains("peer_not_allowed"), "{theirs}");
    }
    for (port, request) in requests {
        assert!(ask(0, *port, request).starts_with("HTTP/1.1 200 "));
    }
}
