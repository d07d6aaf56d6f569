//! Any header lines: `Host`, `Origin`, `Accept`, `Accept-Language` and those that say where a prompt belongs.
#![no_main]

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use jpki_agent::http::accept::CertificateForm;
use jpki_agent::http::cors::OriginHeader;
use jpki_agent::http::{Door, Peer, access, edge, seat};
use libfuzzer_sys::fuzz_target;

const PORT: u16 = 25754;

// The first line is the target of the request, each further one a header.
fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|byte| *byte == b'\n');
    let uri = lines.next().and_then(|target| Uri::try_from(target).ok()).unwrap_or_default();
    let mut headers = HeaderMap::new();
    for line in lines.take(64) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..colon]);
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    hosts(&uri, &headers);
    origins(&headers);
    let form = CertificateForm::wanted(&headers);
    assert!(headers.contains_key(header::ACCEPT) || form == CertificateForm::Json);
    let _ = edge::language(&headers);
    let peer = Peer { uid: 0, pid: None };
    if let Ok(seat) = seat::read(&headers, peer) {
        let values = [seat.term, seat.display, seat.lang];
        for value in values.iter().flatten() {
            assert!(value.len() <= 200 && value.bytes().all(|byte| byte.is_ascii_graphic()));
        }
        assert!(seat.tty.is_none_or(|tty| tty.starts_with("/dev")));
    }
});

fn hosts(uri: &Uri, headers: &HeaderMap) {
    let hosts: Vec<&[u8]> = headers.get_all(header::HOST).iter().map(HeaderValue::as_bytes).collect();
    if access::is_ours(Door::Tcp { port: PORT, owner: None }, uri, headers) {
        assert_eq!(hosts, [b"127.0.0.1:25754"], "a name that could be rebound is let in");
        assert!(uri.authority().is_none_or(|authority| authority.as_str() == "127.0.0.1:25754"));
    }
    if access::is_ours(Door::Socket { peer: None }, uri, headers) {
        assert!(hosts.len() == 1 && (hosts[0].starts_with(b"localhost") || hosts[0].starts_with(b"127.0.0.1")));
    }
}

fn origins(headers: &HeaderMap) {
    let sent: Vec<&[u8]> = headers.get_all(header::ORIGIN).iter().map(HeaderValue::as_bytes).collect();
    match OriginHeader::of(headers) {
        OriginHeader::Absent => assert!(sent.is_empty(), "a page would pass for a program"),
        OriginHeader::Page(origin) => assert_eq!(sent, [origin.as_str().as_bytes()]),
        OriginHeader::Unacceptable => assert!(!sent.is_empty()),
    }
}
