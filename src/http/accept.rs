//! Which form of a certificate a caller wants, by `Accept` (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, header};

/// A form of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateForm {
    /// JSON, with what the agent knows about it. Also for callers that name nothing the agent has.
    Json,
    /// DER.
    Der,
    /// DER in base64 between two lines (RFC 7468).
    Pem,
}

impl CertificateForm {
    /// In order of preference where a caller has none.
    const ALL: [Self; 3] = [Self::Json, Self::Der, Self::Pem];

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Der => "application/pkix-cert",
            Self::Pem => "application/x-pem-file",
        }
    }

    /// The form the caller likes best.
    #[must_use]
    pub fn wanted(headers: &HeaderMap) -> Self {
        let ranges: Vec<&str> =
            headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
        let ranges = ranges.join(",");
        let mut best = (0, Self::Json);
        for form in Self::ALL {
            let quality = form.quality(&ranges);
            if quality > best.0 {
                best = (quality, form);
            }
        }
        best.1
    }

    /// Thousandths of the weight the caller gives this form: that of the most specific range that covers it.
    fn quality(self, ranges: &str) -> u16 {
        let mut best = (0, 0); // how specific, weight
        for range in ranges.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let specific = match parts.next() {
                Some(name) if name.eq_ignore_ascii_case(self.media_type()) => 3,
                Some("application/*") => 2,
                Some("*/*") => 1,
                _ => continue,
            };
            if specific > best.0 {
                best = (specific, parts.find_map(weight).unwrap_or(1000));
            }
        }
        best.1
    }
}

/// Thousandths of `q=0.5`; `None` for other parameters. What is malformed counts for nothing.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    match (whole, fraction.len()) {
        ("1", _) => Some(1000),
        ("0", 0..=3) => format!("{fraction:0<3}").parse().ok().or(Some(0)),
        _ => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_with_the_greatest_weight_is_taken() {
        for (accept, form) in [
            ("", CertificateForm::Json),
            ("*/*", CertificateForm::Json),
            ("application/*", CertificateForm::Json),
            ("text/html", CertificateForm::Json),
            ("application/pkix-cert", CertificateForm::Der),
            ("Application/PKIX-Cert", CertificateForm::Der),
            ("application/x-pem-file", CertificateForm::Pem),
            ("application/json;q=0.5, application/x-pem-file;q=0.9", CertificateForm::Pem),
            ("application/pkix-cert;q=0, */*", CertificateForm::Json),
            ("application/json;q=0, application/*", CertificateForm::Der),
            ("application/pkix-cert;q=x", CertificateForm::Json),
            ("*/*;q=0.1, application/pkix-cert", CertificateForm::Der),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            assert_eq!(CertificateForm::wanted(&headers), form, "{accept}");
        }
    }
}
