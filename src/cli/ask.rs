//! Commands that ask the running agent and show its answer: status, PINs, certificates.

use serde_json::{Value, json};

use super::session::{Exit, Failure, Session};
use super::{CertificatesArguments, ChosenReader, ReaderArgument};
use crate::agent::CHOOSE;
use crate::client::Request;
use crate::foreign_text::visible;
use crate::japan;
use crate::message;
use crate::message::Language;

/// `status`
pub(super) async fn status(session: &Session) -> Result<Exit, Failure> {
    session.show(Request::get("/v1/status"), |status| tell_status(session.language, status)).await
}

/// `pins`
pub(super) async fn pins(session: &Session, reader: &ReaderArgument) -> Result<Exit, Failure> {
    session.show(Request::get(&reader.target("/v1/pins")), |pins| tell_pins(session.language, pins)).await
}

/// `certificates [KIND]`
pub(super) async fn certificates(session: &Session, arguments: &CertificatesArguments) -> Result<Exit, Failure> {
    let reader = &arguments.reader;
    let Some(kind) = &arguments.kind else {
        let tell = |answer: &Value| {
            let certificates = answer.get("certificates")?.as_array()?;
            let texts: Option<Vec<String>> =
                certificates.iter().map(|certificate| tell_certificate(session.language, certificate)).collect();
            Some(texts?.join("\n\n"))
        };
        return session.show(Request::get(&reader.target("/v1/certificates")), tell).await;
    };
    let target = reader.target(&format!("/v1/certificates/{kind}"));
    let accept = match (arguments.pem, arguments.der) {
        (true, _) => "application/x-pem-file",
        (_, true) => "application/pkix-cert",
        _ => {
            let tell = |certificate: &Value| tell_certificate(session.language, certificate);
            return session.show(Request::get(&target), tell).await.map_err(|failure| to_disclose(session, failure));
        }
    };
    let request = Request { accept: Some(accept), ..Request::get(&target) };
    let answer = session.ask(request).await.map_err(|failure| to_disclose(session, failure))?;
    session.print_bytes(&answer.body);
    Ok(Exit::Done)
}

/// The agent's remedy is for authors of pages; here there is a command.
fn to_disclose(session: &Session, failure: Failure) -> Failure {
    match failure.problem_code().as_deref() {
        Some("pin_required") => failure.remedy(message!(session.language, "cli-certificate-pin-required-remedy")),
        _ => failure,
    }
}

/// `release`
pub(super) async fn release(session: &Session) -> Result<Exit, Failure> {
    let tell = |_: &Value| Some(message!(session.language, "cli-released"));
    session.show(Request::post("/v1/release", &json!({})), tell).await
}

/// `disclose`
pub(super) async fn disclose(session: &Session, reader: &ChosenReader) -> Result<Exit, Failure> {
    let body = reader.body(json!({}));
    let request = Request::post("/v1/certificates/signature/disclose", &body);
    session.show(request, |disclosure| tell_disclosure(session.language, disclosure)).await
}

impl ReaderArgument {
    /// `path`, with the reader in its query.
    pub(super) fn target(&self, path: &str) -> String {
        match &self.reader {
            None => path.to_owned(),
            Some(reader) => {
                let encoded: String = url::form_urlencoded::byte_serialize(reader.as_bytes()).collect();
                format!("{path}?reader={encoded}")
            }
        }
    }
}

impl ChosenReader {
    /// `body`, with the reader as a member.
    pub(super) fn body(&self, mut body: Value) -> Value {
        if let Some(members) = body.as_object_mut() {
            members.insert("reader".to_owned(), json!(self.reader));
        }
        body
    }

    /// Could this reader be the one?
    pub(super) fn admits(&self, id: Option<&str>) -> bool {
        self.reader == CHOOSE || id == Some(self.reader.as_str())
    }
}

/// A member that is text.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn tell_status(language: Language, status: &Value) -> Option<String> {
    let version = text(status.get("agent")?, "version")?;
    let backend = text(status, "backend")?;
    let mut lines = vec![message!(language, "cli-status-agent", version = version, backend = backend)];
    lines.extend(tell_readers(language, status)?);
    Some(lines.join("\n"))
}

/// What lies in each reader, or why there is none.
pub(super) fn tell_readers(language: Language, status: &Value) -> Option<Vec<String>> {
    let mut lines = Vec::new();
    let readers = status.get("readers")?.as_array()?;
    if status.get("problem").is_some() {
        lines.push(message!(language, "cli-status-no-service"));
    } else if readers.is_empty() {
        lines.push(message!(language, "cli-status-no-reader"));
    }
    for reader in readers {
        let name = text(reader, "displayName").or_else(|| text(reader, "name"))?;
        let (id, card) = (text(reader, "id")?, text(reader, "card")?);
        lines.push(message!(language, "cli-status-reader", id = id, name = visible(name), card = card));
    }
    Some(lines)
}

fn tell_pins(language: Language, pins: &Value) -> Option<String> {
    let mut lines = Vec::new();
    for pin in pins.get("pins")?.as_array()? {
        let kind = message!(language, "cli-key-kind", kind = text(pin, "kind")?);
        let left = pin.get("triesLeft").and_then(Value::as_u64).unwrap_or_default();
        let max = pin.get("triesMax").and_then(Value::as_u64).unwrap_or_default();
        let state = text(pin, "state")?;
        let tries = message!(language, "cli-pin-tries", state = state, left = left, max = max);
        lines.push(message!(language, "cli-pin", kind = kind, tries = tries));
        lines.extend(text(pin, "guidance").map(|guidance| format!("  → {guidance}")));
    }
    Some(lines.join("\n"))
}

/// Until when a certificate is in force, and when it may be renewed; one that has ended is not renewed but issued anew.
pub(super) fn tell_dates(language: Language, certificate: &Value) -> Option<Vec<String>> {
    let date = text(certificate, "notAfterJst")?;
    let days = certificate.get("daysLeft").and_then(Value::as_i64).unwrap_or_default();
    let period = text(certificate, "period")?;
    let from = text(certificate, "notBefore").and_then(japan::to_the_day).unwrap_or_default();
    let mut lines =
        vec![message!(language, "cli-certificate-period", period = period, from = from, date = date, days = days)];
    let renewal = certificate.get("renewal").filter(|renewal| renewal.is_object());
    match (period, renewal) {
        ("in_period", Some(renewal)) => {
            let open = if renewal.get("open")?.as_bool()? { "yes" } else { "no" };
            lines.push(message!(language, "cli-certificate-renewal", open = open, date = text(renewal, "opensOnJst")?));
        }
        ("expired", Some(_)) => lines.push(message!(language, "cli-certificate-anew")),
        _ => {}
    }
    Some(lines)
}

/// One certificate, in short or whole.
fn tell_certificate(language: Language, certificate: &Value) -> Option<String> {
    let mut lines = vec![message!(language, "cli-certificate-kind", kind = text(certificate, "kind")?)];
    match text(certificate, "state") {
        Some("pin_required") => {
            lines.push(message!(language, "cli-certificate-pin-required"));
            return Some(lines.join("\n  "));
        }
        Some("absent") => {
            lines.push(message!(language, "cli-certificate-absent"));
            return Some(lines.join("\n  "));
        }
        _ => {}
    }
    lines.extend(tell_dates(language, certificate)?);
    let chain = certificate.get("chain")?;
    lines.push(message!(
        language,
        "cli-certificate-chain",
        result = text(chain, "result")?,
        root = text(chain, "root").unwrap_or_default(),
        environment = text(chain, "environment")?
    ));
    if let Some(subject) = text(certificate, "subject") {
        lines.push(message!(language, "cli-certificate-subject", subject = subject));
    }
    if let Some(issuer) = text(certificate, "issuer") {
        lines.push(message!(language, "cli-certificate-issuer", issuer = issuer));
    }
    if let Some(serial) = text(certificate, "serialNumber") {
        lines.push(message!(language, "cli-certificate-serial", serial = serial));
    }
    if let Some(fingerprint) = text(certificate, "fingerprintSha256") {
        lines.push(message!(language, "cli-certificate-fingerprint", fingerprint = fingerprint));
    }
    lines.push(message!(language, "cli-revocation-not-checked"));
    Some(lines.join("\n  "))
}

fn tell_disclosure(language: Language, disclosure: &Value) -> Option<String> {
    let attributes = disclosure.get("attributes")?;
    let mut lines = vec![
        message!(language, "cli-attribute-name", value = text(attributes, "name").unwrap_or("-")),
        message!(language, "cli-attribute-address", value = text(attributes, "address").unwrap_or("-")),
    ];
    if let Some(birth) = attributes.get("birthDate").filter(|birth| birth.is_object()) {
        // Japanese births are written with what is known: a part may be unknown.
        let part = |name: &str, width: usize| match birth.get(name).and_then(Value::as_i64) {
            Some(number) => format!("{number:0width$}"),
            None => "?".repeat(width),
        };
        let date = format!("{}-{}-{}", part("year", 4), part("month", 2), part("day", 2));
        lines.push(message!(language, "cli-attribute-birth-date", value = date));
    }
    if let Some(sex) = text(attributes, "sex") {
        lines.push(message!(language, "cli-attribute-sex", value = sex));
    }
    lines.push(String::new());
    lines.push(tell_certificate(language, disclosure.get("certificate")?)?);
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_contract_are_told_in_both_languages() {
        let status = json!({"agent": {"product": "jpki-agent", "version": "0.1.0"}, "backend": "pcsc",
            "grantedScopes": ["status"], "readers": [{"id": "r1", "name": "ACS ACR1252 00 00", "card": "jpki"}]});
        let pins = json!({"reader": "r1", "pins": [
            {"kind": "authentication", "state": "ok", "triesLeft": 3, "triesMax": 3},
            {"kind": "signature", "state": "blocked", "triesLeft": 0, "triesMax": 5, "guidance": "…"},
            {"kind": "signature", "state": "unknown", "triesLeft": null, "triesMax": 5}]});
        let certificate = json!({"kind": "authentication", "state": "readable", "fingerprintSha256": "00",
            "notBefore": "2025-10-27T05:12:00Z", "notAfter": "2030-02-17T14:59:59Z", "notAfterJst": "2030-02-17",
            "period": "in_period", "daysLeft": 1183, "renewal": {"opensOnJst": "2029-11-18", "open": false},
            "chain": {"result": "trusted", "root": "auth-2023", "environment": "production"},
            "revocation": "not_checked", "keyAlgorithm": "RSA-2048"});
        let disclosure = json!({"certificate": certificate, "attributes": {"name": "見本　花子", "address": "見本県",
            "birthDate": {"era": "showa", "year": 1980, "month": 2, "day": null}, "sex": "female"}});
        for language in Language::ALL {
            let told = tell_status(language, &status).unwrap();
            assert!(told.contains("r1  ACS ACR1252 00 00") && told.lines().count() == 2, "{told}");
            let told = tell_pins(language, &pins).unwrap();
            assert_eq!(told.lines().count(), 4, "{told}");
            let told = tell_certificate(language, &certificate).unwrap();
            assert!(told.contains("2030-02-17") && told.contains("1183") && told.contains("not_checked"), "{told}");
            let told = tell_disclosure(language, &disclosure).unwrap();
            assert!(told.contains("1980-02-??") && told.contains("見本　花子"), "{told}");
            for odd in [json!(null), json!({}), json!({"readers": 1, "pins": 1})] {
                assert!(tell_status(language, &odd).is_none() && tell_pins(language, &odd).is_none());
                assert!(tell_certificate(language, &odd).is_none() && tell_disclosure(language, &odd).is_none());
            }
        }
    }

    #[test]
    fn a_certificate_out_of_its_period_says_what_to_do_and_no_date_to_wait_for() {
        let certificate = |period: &str, days: i32| {
            json!({"notBefore": "2030-02-16T15:00:00Z", "notAfterJst": "2035-02-17", "period": period, "daysLeft": days,
                "renewal": {"opensOnJst": "2034-11-18", "open": false}})
        };
        for (language, office, begins) in [
            (Language::Japanese, "新しい発行を申請", "2030-02-17 から有効"),
            (Language::English, "apply for a new one", "begins on 2030-02-17"),
        ] {
            let expired = tell_dates(language, &certificate("expired", -3)).unwrap().join("\n");
            assert!(expired.contains(office) && expired.contains("2035-02-17"), "{expired}");
            let to_come = tell_dates(language, &certificate("not_yet_valid", 2000)).unwrap().join("\n");
            assert!(to_come.contains(begins) && !to_come.contains("2035-02-17"), "{to_come}");
            let now = tell_dates(language, &certificate("in_period", 20)).unwrap().join("\n");
            let shown = [&expired, &to_come, &now].map(|text| text.contains("2034-11-18"));
            assert_eq!(shown, [false, false, true], "the renewal window");
            // The certificate of an authority is nobody's to apply for.
            let mut of_authority = certificate("expired", -3);
            of_authority["renewal"] = Value::Null;
            assert_eq!(tell_dates(language, &of_authority).unwrap().len(), 1);
        }
    }

    #[test]
    fn a_reader_is_escaped() {
        let reader = ReaderArgument { reader: Some("r1&x=ß ".to_owned()) };
        assert_eq!(reader.target("/v1/pins"), "/v1/pins?reader=r1%26x%3D%C3%9F+");
        let reader = ChosenReader { reader: "r1&x=ß ".to_owned() };
        assert_eq!(reader.body(json!({"a": 1})), json!({"a": 1, "reader": "r1&x=ß "}));
        assert!(!reader.admits(Some("r1")) && reader.admits(Some("r1&x=ß ")));
        let choose = ChosenReader { reader: CHOOSE.to_owned() };
        assert!(choose.admits(Some("r1")) && choose.admits(None));
    }
}
