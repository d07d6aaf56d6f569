//! Any bytes as a certificate, and whom it chains to.
#![no_main]

use std::sync::LazyLock;

use jpki_agent::certificate::{Certificate, ChainResult, Fingerprint};
use jpki_agent::digest::DigestAlgorithm;
use jpki_agent::jpki::{INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::simulator::{Holder, issue};
use jpki_agent_fuzz::{TRUST, moment};
use libfuzzer_sys::fuzz_target;

/// Those that an authority did sign, of all holders.
static GENUINE: LazyLock<Vec<Fingerprint>> = LazyLock::new(|| {
    let holders = Holder::names().filter_map(Holder::by_name);
    let cards = holders.map(|holder| issue(&holder, moment()).expect("a card"));
    let certificates = cards.flat_map(|card| [Some(card.authentication_certificate), card.signature_certificate]);
    certificates.flatten().map(|der| Certificate::parse(&der).expect("a certificate").fingerprint()).collect()
});

fuzz_target!(|data: &[u8]| {
    let Ok(certificate) = Certificate::parse(data) else { return };
    assert_eq!(certificate.der(), data, "one certificate has one form");
    assert!(Certificate::parse(&[data, &[0]].concat()).is_err(), "nothing may follow");
    for kind in KeyKind::ALL {
        let report = TRUST.check(&certificate, kind, None);
        if report.result == ChainResult::Trusted {
            assert!(GENUINE.contains(&certificate.fingerprint()), "a certificate that nobody signed is trusted");
        }
        let _ = TRUST.check(&certificate, kind, Some(&certificate));
        let _ = TRUST.check_authority(&certificate, kind);
    }
    // What is shown of it.
    let now = moment();
    let _ = (certificate.subject(), certificate.issuer(), certificate.serial_number(), certificate.key_algorithm());
    let _ = (certificate.days_left(now), certificate.renewal(now), certificate.period(now));
    let _ = (certificate.not_before_jst(), certificate.not_after_jst());
    if certificate.is_supported_key(INDIVIDUAL_NUMBER_CARD.signature.algorithm) {
        assert_eq!(certificate.key_algorithm(), "RSA-2048");
    }
    assert!(certificate.verify(&DigestAlgorithm::Sha256.digest(data), &[0x5A; 256]).is_err());
    assert_eq!(format!("{certificate:?}"), format!("Certificate({})", certificate.fingerprint()));
    if let Some(attributes) = certificate.attributes() {
        let texts = [attributes.name(), attributes.address(), attributes.sex_raw()];
        let length: usize = texts.into_iter().flatten().map(str::len).sum();
        assert!(length < data.len());
    }
});
