//! The ten steps of section 4, each with a certificate that fails it, made by the software card's own authorities; and
//! the real bytes of a J-LIS test card.

use der::asn1::{ObjectIdentifier, OctetString};
use der::{Encode, flagset::FlagSet};
use jiff::Timestamp;
use sha1::{Digest as _, Sha1};
use x509_cert::certificate::Version;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};

use super::*;
use crate::certificate::extensions::{
    AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, KEY_USAGE, POLICIES, SUBJECT_KEY_ID,
};
use crate::certificate::{CertificateError, structure};
use crate::simulator::holder::Holder;
use crate::simulator::issuer::Authority;
use crate::simulator::issuer::draft::{Draft, DraftExtension};
use crate::simulator::keys::Generation;

const SHA1_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
const SHA384_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.9.9");

fn now() -> Timestamp {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

fn authority(kind: KeyKind, generation: Generation) -> Authority {
    Authority::new(kind, generation, now()).unwrap()
}

fn draft(kind: KeyKind) -> Draft {
    authority(kind, Generation::Current).draft_for(&Holder::standard(), now()).unwrap()
}

/// The report on `draft`, signed by and shown with the current authority of `kind`.
fn report(kind: KeyKind, draft: &Draft) -> ChainReport {
    let authority = authority(kind, Generation::Current);
    let certificate = Certificate::parse(&authority.sign(draft).unwrap()).unwrap();
    let on_card = Certificate::parse(&authority.sign(&authority.draft).unwrap()).unwrap();
    TrustStore::pinned().with_simulator().check(&certificate, kind, Some(&on_card))
}

fn extension(draft: &mut Draft, id: ObjectIdentifier) -> &mut DraftExtension {
    draft.extensions.iter_mut().find(|extension| extension.id == id).unwrap()
}

fn usage(usages: impl Into<FlagSet<KeyUsages>>) -> Vec<u8> {
    KeyUsage(usages.into()).to_der().unwrap()
}

/// Applies `spoil` to a good certificate of `kind` and expects `result`.
#[track_caller]
fn spoiled(kind: KeyKind, result: ChainResult, spoil: impl FnOnce(&mut Draft)) {
    let mut draft = draft(kind);
    assert_eq!(report(kind, &draft).result, ChainResult::Trusted);
    spoil(&mut draft);
    assert_eq!(report(kind, &draft).result, result);
}

/// Step 2.
#[test]
fn another_version_or_signature_algorithm_is_refused() {
    for kind in KeyKind::ALL {
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| draft.version = Version::V2);
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| draft.outer_algorithm = SHA384_WITH_RSA);
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| draft.inner_algorithm = SHA384_WITH_RSA);
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            (draft.inner_algorithm, draft.outer_algorithm) = (SHA1_WITH_RSA, SHA1_WITH_RSA);
            draft.digest_info = |content| {
                let prefix = b"\x30\x21\x30\x09\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00\x04\x14";
                [prefix.as_slice(), Sha1::digest(content).as_slice()].concat()
            };
        });
    }
}

/// Step 2.
#[test]
fn a_weak_key_is_refused() {
    for kind in KeyKind::ALL {
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            draft.public_key = include_bytes!("../../../tests/data/rsa-1024-public.der").to_vec();
        });
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            // The last three bytes are the exponent: 65537 becomes 65536, which is even.
            let length = draft.public_key.len();
            draft.public_key[length - 3..].copy_from_slice(&[1, 0, 0]);
        });
    }
}

/// Step 3.
#[test]
fn an_issuer_that_is_not_known_by_key_id_serial_and_name_is_unknown() {
    for kind in KeyKind::ALL {
        spoiled(kind, ChainResult::UnknownIssuer, |draft| {
            draft.extensions.retain(|extension| extension.id != AUTHORITY_KEY_ID);
        });
        // A byte of the key id, of the name, and of the serial number.
        for offset in [23, 24 + 100] {
            spoiled(kind, ChainResult::UnknownIssuer, |draft| {
                let value = &mut extension(draft, AUTHORITY_KEY_ID).value;
                value[offset] ^= 1;
            });
        }
        spoiled(kind, ChainResult::UnknownIssuer, |draft| {
            *extension(draft, AUTHORITY_KEY_ID).value.last_mut().unwrap() ^= 1;
        });
    }
}

/// Step 3: the stores of the two kinds are never mixed.
#[test]
fn an_authority_of_the_other_kind_is_unknown() {
    let store = TrustStore::pinned().with_simulator();
    for (kind, other) in [(KeyKind::Authentication, KeyKind::Signature), (KeyKind::Signature, KeyKind::Authentication)]
    {
        let authority = authority(other, Generation::Current);
        let on_card = Certificate::parse(&authority.sign(&authority.draft).unwrap()).unwrap();
        assert_eq!(store.check_authority(&on_card, other).result, ChainResult::Trusted);
        assert_eq!(store.check_authority(&on_card, kind).result, ChainResult::UnknownIssuer);

        // The profile of `kind`, issued by the authority of `other`.
        let mut leaf = authority.draft_for(&Holder::standard(), now()).unwrap();
        let named = extension(&mut leaf, AUTHORITY_KEY_ID).clone();
        leaf.extensions = draft(kind).extensions;
        *extension(&mut leaf, AUTHORITY_KEY_ID) = named;
        let leaf = Certificate::parse(&authority.sign(&leaf).unwrap()).unwrap();
        assert_eq!(store.check(&leaf, kind, Some(&on_card)).result, ChainResult::UnknownIssuer);
        assert_eq!(store.check(&leaf, other, Some(&on_card)).result, ChainResult::NotAJpkiCertificate);
    }
}

/// Step 4.
#[test]
fn another_issuer_name_is_unknown() {
    for kind in KeyKind::ALL {
        spoiled(kind, ChainResult::UnknownIssuer, |draft| draft.issuer = draft.subject.clone());
    }
}

/// Step 5.
#[test]
fn the_other_generation_under_the_same_name_did_not_sign_it() {
    for kind in KeyKind::ALL {
        let (current, older) = (authority(kind, Generation::Current), authority(kind, Generation::Older));
        assert_eq!(current.draft.subject, older.draft.subject);
        let leaf = current.draft_for(&Holder::standard(), now()).unwrap();
        let forged = Certificate::parse(&older.sign(&leaf).unwrap()).unwrap();
        let store = TrustStore::pinned().with_simulator();
        let on_card = Certificate::parse(&current.sign(&current.draft).unwrap()).unwrap();
        let report = store.check(&forged, kind, Some(&on_card));
        assert_eq!(report, ChainReport::unverified(ChainResult::BadSignature));

        // The card shows the other generation, or none: the right key is not at hand.
        let genuine = Certificate::parse(&current.sign(&leaf).unwrap()).unwrap();
        let other = Certificate::parse(&older.sign(&older.draft).unwrap()).unwrap();
        for on_card in [Some(&other), None] {
            assert_eq!(store.check(&genuine, kind, on_card).result, ChainResult::UnknownIssuer);
        }
    }
}

/// Step 6 is not part of the result.
#[test]
fn dates_do_not_change_the_result() {
    for kind in KeyKind::ALL {
        spoiled(kind, ChainResult::Trusted, |draft| draft.validity.not_after = draft.validity.not_before);
    }
}

/// Step 7.
#[test]
fn extensions_must_be_known_if_critical_and_stand_once() {
    for kind in KeyKind::ALL {
        let unknown = |critical| DraftExtension { id: UNKNOWN, critical, value: vec![0x05, 0x00] };
        spoiled(kind, ChainResult::Trusted, |draft| draft.extensions.push(unknown(false)));
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| draft.extensions.push(unknown(true)));
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            draft.extensions.extend([unknown(false), unknown(false)]);
        });
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            let again = extension(draft, KEY_USAGE).clone();
            draft.extensions.push(again);
        });
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| extension(draft, SUBJECT_KEY_ID).critical = true);
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| extension(draft, KEY_USAGE).value.push(0));
    }
}

/// Step 7, with the policies of section 2.4.
#[test]
fn policies_must_be_there_and_belong_to_kind_and_environment() {
    for kind in KeyKind::ALL {
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            draft.extensions.retain(|extension| extension.id != POLICIES);
        });
        let other = KeyKind::ALL.into_iter().find(|other| *other != kind).unwrap();
        let phone = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.1.40");
        let wrong =
            [policy(kind, Environment::Production), policy(other, Environment::Simulator), phone, SHA1_WITH_RSA];
        for wrong in wrong {
            spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
                extension(draft, POLICIES).value = vec![vec![wrong]].to_der().unwrap();
            });
        }
    }
}

/// Step 8.
#[test]
fn an_authority_is_no_holder() {
    for kind in KeyKind::ALL {
        let right = match kind {
            KeyKind::Authentication => KeyUsages::DigitalSignature.into(),
            KeyKind::Signature => KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
        };
        let constraints = |ca| DraftExtension {
            id: BASIC_CONSTRAINTS,
            critical: true,
            value: BasicConstraints { ca, path_len_constraint: None }.to_der().unwrap(),
        };
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| draft.extensions.push(constraints(true)));
        spoiled(kind, ChainResult::Trusted, |draft| draft.extensions.push(constraints(false)));
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            extension(draft, KEY_USAGE).value = usage(right | KeyUsages::KeyCertSign);
        });
        spoiled(kind, ChainResult::NotAJpkiCertificate, |draft| {
            draft.extensions.retain(|extension| extension.id != KEY_USAGE);
        });
    }
}

/// Step 9.
#[test]
fn the_usage_must_be_that_of_the_kind() {
    let both = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
    spoiled(KeyKind::Authentication, ChainResult::NotAJpkiCertificate, |draft| {
        extension(draft, KEY_USAGE).value = usage(both);
    });
    spoiled(KeyKind::Authentication, ChainResult::NotAJpkiCertificate, |draft| {
        draft.extensions.retain(|extension| extension.id != EXTENDED_KEY_USAGE);
    });
    spoiled(KeyKind::Authentication, ChainResult::NotAJpkiCertificate, |draft| {
        extension(draft, EXTENDED_KEY_USAGE).value = vec![UNKNOWN].to_der().unwrap();
    });
    for alone in [KeyUsages::DigitalSignature, KeyUsages::NonRepudiation] {
        spoiled(KeyKind::Signature, ChainResult::NotAJpkiCertificate, |draft| {
            extension(draft, KEY_USAGE).value = usage(alone);
        });
    }
}

/// Step 10.
#[test]
fn the_report_names_the_root_whose_key_verified_it() {
    let good = report(KeyKind::Signature, &draft(KeyKind::Signature));
    let expected = authority(KeyKind::Signature, Generation::Current).draft.validity;
    assert_eq!(
        good,
        ChainReport {
            result: ChainResult::Trusted,
            root: Some("simulator".to_owned()),
            environment: Environment::Simulator,
            root_validity: Some(expected),
        }
    );
}

#[test]
fn a_given_root_is_checked_against_without_a_card() {
    let kind = KeyKind::Signature;
    let authority = authority(kind, Generation::Current);
    let root = Certificate::parse(&authority.sign(&authority.draft).unwrap()).unwrap();
    let leaf = Certificate::parse(&authority.sign(&draft(kind)).unwrap()).unwrap();
    let mut store = TrustStore::empty();
    assert_eq!(store.check(&leaf, kind, Some(&root)).result, ChainResult::UnknownIssuer);
    store.add("mine", root).unwrap();
    let report = store.check(&leaf, kind, None);
    assert_eq!((report.result, report.root.as_deref()), (ChainResult::Trusted, Some("simulator")));
    assert_eq!(report.environment, Environment::Simulator);
}

/// What RSA proved is remembered with the certificate it is about; what could not be told is asked anew.
#[test]
fn a_signature_is_checked_once_and_an_unknown_issuer_is_no_lasting_answer() {
    let kind = KeyKind::Authentication;
    let authority = authority(kind, Generation::Current);
    let root = Certificate::parse(&authority.sign(&authority.draft).unwrap()).unwrap();
    let leaf = Certificate::parse(&authority.sign(&draft(kind)).unwrap()).unwrap();
    let store = TrustStore::pinned().with_simulator();
    assert_eq!(store.check(&leaf, kind, None).result, ChainResult::UnknownIssuer);
    assert_eq!(leaf.signed_by.get(), None);
    for _ in 0..2 {
        assert_eq!(store.check(&leaf, kind, Some(&root)).result, ChainResult::Trusted);
        assert_eq!(leaf.signed_by.get(), Some(&root.fingerprint()));
        assert_eq!(root.signed_by.get(), Some(&root.fingerprint()));
    }
    // It holds between these two alone, whoever is trusted.
    assert_eq!(TrustStore::pinned().check(&leaf, kind, Some(&root)).result, ChainResult::UnknownIssuer);
    let mut older = self::authority(kind, Generation::Older);
    older.draft.serial_number.clone_from(&authority.draft.serial_number);
    let older = Certificate::parse(&older.sign(&older.draft).unwrap()).unwrap();
    assert!(!leaf.is_signed_by(&older));
    assert!(leaf.is_signed_by(&root));

    let mut forged = authority.sign(&draft(kind)).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    let forged = Certificate::parse(&forged).unwrap();
    assert_eq!(store.check(&forged, kind, Some(&root)).result, ChainResult::BadSignature);
    assert_eq!(forged.signed_by.get(), None);
}

#[test]
fn a_strange_authority_is_told_apart() {
    let store = TrustStore::pinned();
    let kind = KeyKind::Signature;
    let authority = authority(kind, Generation::Current);
    let parse = |der: &[u8]| Certificate::parse(der).unwrap();
    let check = |draft: &Draft| store.check_authority(&parse(&authority.sign(draft).unwrap()), kind).result;
    assert_eq!(check(&authority.draft), ChainResult::UnknownIssuer);
    assert_eq!(check(&draft(kind)), ChainResult::NotAJpkiCertificate);
    let mut der = authority.sign(&authority.draft).unwrap();
    *der.last_mut().unwrap() ^= 1;
    assert_eq!(store.check_authority(&parse(&der), kind).result, ChainResult::BadSignature);
    // With the right public key, but not signed by it.
    let store = TrustStore::pinned().with_simulator();
    assert_eq!(store.check_authority(&parse(&der), kind).result, ChainResult::BadSignature);
}

#[test]
fn a_key_id_in_the_subject_is_not_believed() {
    // A store finds issuers by the id of the key itself, whatever the certificate says it is.
    let authority = authority(KeyKind::Signature, Generation::Current);
    let mut claiming = authority.draft.clone();
    extension(&mut claiming, SUBJECT_KEY_ID).value = OctetString::new([7; 20]).unwrap().to_der().unwrap();
    let mut store = TrustStore::empty();
    store.add("claiming", Certificate::parse(&authority.sign(&claiming).unwrap()).unwrap()).unwrap();
    let leaf = Certificate::parse(&authority.sign(&draft(KeyKind::Signature)).unwrap()).unwrap();
    assert_eq!(store.check(&leaf, KeyKind::Signature, None).result, ChainResult::Trusted);
}

/// Step 1.
#[test]
fn trailing_bytes_are_no_certificate() {
    let authority = authority(KeyKind::Signature, Generation::Current);
    let mut der = authority.sign(&draft(KeyKind::Signature)).unwrap();
    assert!(Certificate::parse(&der).is_ok());
    der.push(0);
    assert_eq!(Certificate::parse(&der).unwrap_err(), CertificateError::Structure);
    der.truncate(der.len() - 2);
    assert_eq!(Certificate::parse(&der).unwrap_err(), CertificateError::Structure);
}

/// Step 1.
#[test]
fn another_encoding_than_der_is_no_certificate() {
    // `critical FALSE` is the default, so DER leaves it out.
    let authority = authority(KeyKind::Signature, Generation::Current);
    let der = authority.sign(&draft(KeyKind::Signature)).unwrap();
    let id = SUBJECT_KEY_ID.to_der().unwrap();
    let at = der.windows(id.len()).position(|window| window == id).unwrap() + id.len();
    let mut longer = der.clone();
    longer.splice(at..at, [0x01, 0x01, 0x00]);
    // The lengths around it: extension, extensions, [3], content, certificate.
    longer[at - id.len() - 1] += 3;
    let content = 4;
    for header in [0, content] {
        let length = u16::from_be_bytes([longer[header + 2], longer[header + 3]]) + 3;
        longer[header + 2..header + 4].copy_from_slice(&length.to_be_bytes());
    }
    let outer = (content..at).rev().find(|i| longer[*i..].starts_with(&[0xA3, 0x82])).unwrap();
    for header in [outer, outer + 4] {
        let length = u16::from_be_bytes([longer[header + 2], longer[header + 3]]) + 3;
        longer[header + 2..header + 4].copy_from_slice(&length.to_be_bytes());
    }
    assert_eq!(Certificate::parse(&longer).unwrap_err(), CertificateError::NotDer);
}

#[test]
fn no_flipped_bit_is_trusted_and_none_panics() {
    let store = TrustStore::pinned().with_simulator();
    for kind in KeyKind::ALL {
        let authority = authority(kind, Generation::Current);
        let on_card = Certificate::parse(&authority.sign(&authority.draft).unwrap()).unwrap();
        let good = authority.sign(&draft(kind)).unwrap();
        for index in 0..good.len() {
            let mut der = good.clone();
            der[index] ^= 1 << (index % 8);
            if let Ok(certificate) = Certificate::parse(&der) {
                let result = store.check(&certificate, kind, Some(&on_card)).result;
                assert_ne!(result, ChainResult::Trusted, "byte {index}");
            }
        }
    }
}

#[test]
fn arbitrary_bytes_never_panic() {
    let good = authority(KeyKind::Signature, Generation::Current).sign(&draft(KeyKind::Signature)).unwrap();
    for length in 0..good.len() {
        assert!(Certificate::parse(&good[..length]).is_err());
    }
    // A fixed sequence without any order in it, cut in many ways and put behind plausible headers.
    let noise: Vec<u8> =
        (0..64u8).flat_map(|seed| crate::digest::DigestAlgorithm::Sha512.digest(&[seed]).value().to_vec()).collect();
    for start in 0..noise.len() {
        let rest = &noise[start..];
        assert!(Certificate::parse(rest).is_err());
        let headed = [&good[..start % 600], rest].concat();
        assert!(Certificate::parse(&headed).is_err());
    }
}

mod jlis_test_card {
    //! Bytes of a test card lent by J-LIS; where they come from stands beside them.

    use super::*;

    fn data(name: &str) -> Certificate {
        let path = format!("{}/tests/data/jlis-test-card/{name}.der", env!("CARGO_MANIFEST_DIR"));
        Certificate::parse(&std::fs::read(path).unwrap()).unwrap()
    }

    #[test]
    fn real_certificates_are_trusted_as_a_test_card() {
        let store = TrustStore::pinned();
        for (kind, name, root) in [
            (KeyKind::Authentication, "authentication", "test-auth-2023"),
            (KeyKind::Signature, "signature", "test-sign-2024"),
        ] {
            let (certificate, on_card) = (data(name), data(&format!("{name}-ca")));
            let report = store.check(&certificate, kind, Some(&on_card));
            assert_eq!((report.result, report.root.as_deref()), (ChainResult::Trusted, Some(root)));
            assert_eq!(report.environment, Environment::JlisTest);
            assert_eq!(store.check_authority(&on_card, kind), report);
            assert_eq!(store.check(&certificate, kind, None).result, ChainResult::UnknownIssuer);
            // The pinned key id is that of the key, and the copy lends the key under the pinned name.
            let mut without_card = TrustStore::pinned();
            without_card.add("again", on_card.clone()).unwrap();
            assert_eq!(without_card.check(&certificate, kind, None), report);
            // Also as the only root, as from a file that happens to have the pinned name.
            let mut alone = TrustStore::empty();
            alone.add(root, on_card).unwrap();
            assert_eq!(alone.check(&certificate, kind, None), report);
        }
    }

    #[test]
    fn real_attributes_dates_and_names_are_read() {
        let certificate = data("signature");
        assert_eq!(certificate.not_after().to_string(), "2030-02-17T14:59:59Z");
        assert_eq!(certificate.key_algorithm(), "RSA-2048");
        assert_eq!(certificate.subject(), "C=JP, L=Tokyo-to, L=Kiyose-shi, CN=202510161726000013413221003A");
        assert_eq!(
            certificate.issuer(),
            "C=JP, O=JPKI-TEST, OU=JPKI for digital signature, \
             OU=Japan Agency for Local Authority Information Systems"
        );
        let attributes = certificate.attributes().unwrap();
        assert_eq!(attributes.name().unwrap().chars().count(), 5);
        assert_eq!(attributes.name_substitutes(), Some("00000"));
        assert_eq!(attributes.address_substitutes().unwrap().len(), 18);
        assert!(attributes.substitutes_fit());
        let birth = attributes.birth_date().unwrap();
        assert_eq!((birth.era.name(), birth.year, birth.month, birth.day), ("showa", Some(1980), Some(2), Some(17)));
        assert_eq!(attributes.sex().unwrap().name(), "male");
        assert_eq!(data("authentication").serial_number(), "227b13");
        assert!(data("authentication").attributes().is_none());
    }

    /// The order of extensions, and which are critical, is that of a real card.
    #[test]
    fn the_software_card_has_the_same_extensions() {
        let outline = |der: &[u8]| -> Vec<(ObjectIdentifier, bool)> {
            let parsed: structure::SignedCertificate<'_> = der::Decode::from_der(der).unwrap();
            parsed.content.extensions.unwrap().iter().map(|it| (it.id, it.critical)).collect()
        };
        for (kind, name) in [(KeyKind::Authentication, "authentication"), (KeyKind::Signature, "signature")] {
            let authority = authority(kind, Generation::Current);
            let ours = authority.sign(&draft(kind)).unwrap();
            assert_eq!(outline(&ours), outline(data(name).der()));
            let ours = authority.sign(&authority.draft).unwrap();
            assert_eq!(outline(&ours), outline(data(&format!("{name}-ca")).der()));
        }
    }
}
