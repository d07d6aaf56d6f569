//! The pinned table, and an administrator's folder.

use std::fs;

use der::asn1::AnyRef;
use der::pem::LineEnding;
use der::{Decode, Encode, Tag};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey};

use super::*;
use crate::simulator::issuer::Authority;
use crate::simulator::issuer::draft::Draft;
use crate::simulator::keys::Generation;

fn authority(kind: KeyKind, generation: Generation) -> Authority {
    Authority::new(kind, generation, "2026-11-22T03:00:00Z".parse().unwrap()).unwrap()
}

/// DER of an authority's certificate after `change`, with a key that is not the software card's.
fn changed(kind: KeyKind, change: impl FnOnce(&mut Draft)) -> Vec<u8> {
    let key = include_bytes!("../../../tests/data/other-authority-key.der");
    let key = RsaPrivateKey::from_pkcs8_der(key).unwrap();
    let mut draft = authority(kind, Generation::Current).draft;
    draft.public_key = key.to_public_key().to_public_key_der().unwrap().into_vec();
    change(&mut draft);
    draft.sign(&key).unwrap()
}

fn pem(der: &[u8]) -> String {
    Document::try_from(der).unwrap().to_pem("CERTIFICATE", LineEnding::LF).unwrap()
}

/// Writes another O of the same length, in issuer and subject.
fn rename(draft: &mut Draft, organization: &str) {
    let bytes = draft.subject.clone();
    let mut name = crate::certificate::structure::DistinguishedName::from_der(&bytes).unwrap();
    let mut attribute = name[1].as_slice()[0];
    attribute.value = AnyRef::new(Tag::Utf8String, organization.as_bytes()).unwrap();
    name[1] = der::asn1::SetOfVec::from_iter([attribute]).unwrap();
    draft.subject = name.to_der().unwrap();
    draft.issuer = draft.subject.clone();
}

#[test]
fn six_authorities_of_real_cards_and_four_of_test_cards_are_pinned() {
    let store = TrustStore::pinned();
    let names = |kind| store.roots(kind).iter().map(|root| root.name.as_str()).collect::<Vec<_>>();
    assert_eq!(
        names(KeyKind::Authentication),
        ["auth-2015", "auth-2019", "auth-2023", "test-auth-2019", "test-auth-2023"]
    );
    assert_eq!(names(KeyKind::Signature), ["sign-2015", "sign-2019", "sign-2023", "test-sign-2019", "test-sign-2024"]);
    for root in KeyKind::ALL.into_iter().flat_map(|kind| store.roots(kind)) {
        let test = root.name.starts_with("test-");
        assert_eq!(root.environment, if test { Environment::JlisTest } else { Environment::Production });
    }
}

#[test]
fn the_pins_of_the_software_card_are_those_of_its_keys() {
    let store = TrustStore::empty().with_simulator();
    for kind in KeyKind::ALL {
        for (root, generation) in store.roots(kind).iter().zip([Generation::Current, Generation::Older]) {
            let authority = authority(kind, generation);
            let certificate = Certificate::parse(&authority.sign(&authority.draft).unwrap()).unwrap();
            assert_eq!(root.pin, Pin::PublicKey(certificate.public_key().fingerprint()));
            assert_eq!(root.key_id, certificate.public_key().key_id().0);
        }
    }
}

#[test]
fn a_folder_gives_what_it_can_and_names_what_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| fs::write(folder.path().join(name), content).unwrap();
    write("sign-2027.cer", &changed(KeyKind::Signature, |draft| rename(draft, "JPKI")));
    write("auth-2027.pem", pem(&changed(KeyKind::Authentication, |draft| rename(draft, "JPKI"))).as_bytes());
    write("other.pem", pem(&changed(KeyKind::Signature, |draft| rename(draft, "Example"))).as_bytes());
    write(".hidden", b"x");
    fs::create_dir(folder.path().join("below")).unwrap();
    write("a-text.txt", b"hello");
    write("binary.cer", &[0x30, 0x82, 0xFF]);
    write("huge.cer", &vec![0x30; 70_000]);
    write("key.pem", pem(&[0x30, 0x00]).replace("CERTIFICATE", "PRIVATE KEY").as_bytes());

    let mut store = TrustStore::pinned();
    let refused = store.add_directory(folder.path());
    let names: Vec<_> = refused.iter().map(|error| error.path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["a-text.txt", "binary.cer", "huge.cer", "key.pem"]);
    assert!(refused[0].to_string().ends_with("a-text.txt: not one certificate in PEM"), "{}", refused[0]);

    let added = |kind| store.roots(kind).iter().skip(5).map(|root| (root.name.as_str(), root.environment));
    assert!(added(KeyKind::Authentication).eq([("auth-2027", Environment::Production)]));
    assert!(added(KeyKind::Signature).eq([("other", Environment::Unknown), ("sign-2027", Environment::Production)]));
}

#[test]
fn a_missing_folder_is_one_error() {
    let refused = TrustStore::pinned().add_directory(Path::new("/nonexistent/roots"));
    assert!(matches!(refused.as_slice(), [RootFileError { reason: RootFileReason::Io(_), .. }]));
}

#[test]
fn only_self_signed_authorities_with_one_purpose_can_be_added() {
    let kind = KeyKind::Signature;
    let add = |der: &[u8]| TrustStore::empty().add("mine", Certificate::parse(der).unwrap());
    assert_eq!(add(&changed(kind, |_| ())), Ok(()));
    assert_eq!(add(&changed(kind, |draft| draft.extensions.clear())), Err(RootError::NotAnAuthority));
    assert_eq!(add(&changed(kind, |draft| draft.issuer = vec![0x30, 0x00])), Err(RootError::NotAnAuthority));
    let other_key = authority(kind, Generation::Older).draft.public_key;
    assert_eq!(add(&changed(kind, |draft| draft.public_key = other_key)), Err(RootError::NotAnAuthority));
    let nameless = changed(kind, |draft| {
        draft.subject = vec![0x30, 0x00];
        draft.issuer = vec![0x30, 0x00];
    });
    assert_eq!(add(&nameless), Err(RootError::UnknownPurpose));
}

#[test]
fn nobody_takes_the_name_of_another_root() {
    let certificate =
        |organization| Certificate::parse(&changed(KeyKind::Signature, |draft| rename(draft, organization))).unwrap();
    let mut store = TrustStore::pinned();
    for taken in ["", "auth-2023", "sign-2023", "simulator"] {
        assert_eq!(store.add(taken, certificate("First")), Err(RootError::NameTaken), "{taken}");
    }
    assert_eq!(store.add("mine", certificate("First")), Ok(()));
    assert_eq!(store.add("mine", certificate("Second")), Err(RootError::NameTaken));
    // The same certificate again is the same root.
    assert_eq!(store.add("again", certificate("First")), Ok(()));
    assert_eq!(store.roots(KeyKind::Signature).len(), 6);
}

#[test]
fn a_key_of_the_software_card_is_never_taken_for_a_real_one() {
    let authority = authority(KeyKind::Signature, Generation::Current);
    let mut draft = authority.draft.clone();
    rename(&mut draft, "JPKI");
    let mut store = TrustStore::pinned();
    store.add("mine", Certificate::parse(&authority.sign(&draft).unwrap()).unwrap()).unwrap();
    assert_eq!(store.roots(KeyKind::Signature).last().unwrap().environment, Environment::Simulator);
}

#[cfg(unix)]
#[test]
fn a_device_is_not_read() {
    let refused = TrustStore::empty().add_file(Path::new("/dev/zero"));
    assert!(matches!(refused, Err(RootFileReason::NotAFile)));
}

/// An authority is learned from a card once it is recognised, for its own kind of key alone, and never forgotten.
#[test]
fn what_cards_show_of_known_authorities_is_kept_and_nothing_else() {
    let kind = KeyKind::Authentication;
    let issued = |serial_number: u8| {
        let mut authority = authority(kind, Generation::Current);
        authority.draft.serial_number = vec![serial_number];
        let own = authority.sign(&authority.draft).unwrap();
        let holder = crate::simulator::holder::Holder::standard();
        let leaf = authority.draft_for(&holder, "2026-11-22T03:00:00Z".parse().unwrap()).unwrap();
        let leaf = Certificate::parse(&authority.sign(&leaf).unwrap()).unwrap();
        (Arc::new(Certificate::parse(&own).unwrap()), leaf)
    };
    let (authority, leaf) = issued(1);
    let store = TrustStore::pinned().with_simulator();
    let strange = Arc::new(Certificate::parse(&changed(kind, |_| {})).unwrap());
    let mut forged = authority.der().to_vec();
    *forged.last_mut().unwrap() ^= 1;
    let forged = Arc::new(Certificate::parse(&forged).unwrap());
    for certificate in [&strange, &forged, &Arc::new(leaf.clone())] {
        store.keep_shown(certificate, kind);
    }
    store.keep_shown(&authority, KeyKind::Signature);
    assert!(KeyKind::ALL.iter().all(|kind| store.roots(*kind).iter().all(|root| root.shown.iter().count() == 0)));
    assert!(!store.has_issuer(&leaf, kind));

    store.keep_shown(&authority, kind);
    assert!(store.has_issuer(&leaf, kind) && !store.has_issuer(&leaf, KeyKind::Signature));
    assert_eq!(store.check(&leaf, kind, None), store.check(&leaf, kind, Some(&authority)));
    assert_eq!(store.check(&leaf, kind, Some(&forged)).result, crate::certificate::ChainResult::Trusted);

    // The software card's authority issues itself another certificate at each start: the one that fits is found, as far
    // as there are places.
    let places = u8::try_from(shown::PLACES).unwrap();
    for serial_number in (1..=places + 1).chain(1..=places) {
        store.keep_shown(&issued(serial_number).0, kind);
    }
    let fits: Vec<bool> = (1..=places + 1).map(|number| store.has_issuer(&issued(number).1, kind)).collect();
    assert_eq!(fits, [vec![true; shown::PLACES], vec![false]].concat());
}
