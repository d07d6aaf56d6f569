//! The files of the page, read once at the start, and the headers that keep it safe.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, io};

use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// What is served, where, and as what. Nothing else in the folder can be had.
const FILES: [(&str, &str, &str); 6] = [
    ("/", "index.html", "text/html; charset=utf-8"),
    ("/app.css", "app.css", "text/css; charset=utf-8"),
    ("/app.js", "app.js", "text/javascript; charset=utf-8"),
    ("/icon.svg", "icon.svg", "image/svg+xml"),
    ("/samples/return.xml", "samples/return.xml", "application/xml; charset=utf-8"),
    ("/samples/medical.csv", "samples/medical.csv", "text/csv; charset=utf-8"),
];

/// The page as it is sent.
#[derive(Clone)]
pub(crate) struct Pages {
    files: BTreeMap<&'static str, (&'static str, Bytes)>,
    policy: HeaderValue,
}

impl Pages {
    /// Reads the built page. The policy lets it reach the agent on these ports.
    pub(crate) fn read(folder: &Path, agent_ports: &[u16]) -> Result<Self, Box<dyn std::error::Error>> {
        let read = |(path, name, kind): (&'static str, &str, &'static str)| {
            let file = folder.join(name);
            let unreadable = |error: io::Error| {
                format!("{}: {error} (build the page: npm --prefix web run --workspace demo build)", file.display())
            };
            Ok((path, (kind, Bytes::from(fs::read(&file).map_err(unreadable)?))))
        };
        let files = FILES.into_iter().map(read).collect::<Result<_, String>>()?;
        Ok(Self { files, policy: policy(agent_ports)?.try_into()? })
    }

    /// The file at this path.
    pub(crate) fn get(&self, path: &str) -> Option<Response> {
        let (kind, content) = self.files.get(path)?;
        // Asked again each time: an example is changed often.
        Some(([(CONTENT_TYPE, *kind), (CACHE_CONTROL, "no-cache")], content.clone()).into_response())
    }

    /// Puts the headers on an answer.
    pub(crate) fn protect(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert("content-security-policy", self.policy.clone());
        // Not plain same-origin: Safari reaches the agent by a window of the agent's, which must be able to answer.
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin-allow-popups"));
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
        headers.insert("referrer-policy", HeaderValue::from_static("no-referrer"));
        headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    }
}

/// Nothing but this site's own files, and the agent. No Permissions-Policy names loopback, so it stays allowed.
fn policy(agent_ports: &[u16]) -> Result<String, std::fmt::Error> {
    let mut agent = String::new();
    for port in agent_ports {
        write!(agent, " http://127.0.0.1:{port}")?;
    }
    // Where the person has set up the TLS way.
    agent.push_str(" https://127.0.0.1:25755 https://127.0.0.1:29755");
    Ok(format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'{agent}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    ))
}
