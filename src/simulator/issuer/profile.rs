//! Names and extensions of the software card's certificates: order, criticality and string types as on a real card,
//! words that say they are not real. No host in them exists, so that a call to one is noticed.

use der::asn1::{Any, AnyRef, Ia5String, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode, Tag};
use jiff::{Timestamp, tz};
use x509_cert::ext::pkix::certpolicy::{PolicyInformation, PolicyQualifierInfo};
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, KeyUsage, KeyUsages,
};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::draft::DraftExtension;
use crate::certificate::attributes::{ADDRESS, ADDRESS_SUBSTITUTES, BIRTH_DATE, NAME, NAME_SUBSTITUTES, SEX};
use crate::certificate::extensions::{
    AUTHORITY_KEY_ID, BASIC_CONSTRAINTS, CLIENT_AUTHENTICATION, EXTENDED_KEY_USAGE, KEY_USAGE, POLICIES,
    SUBJECT_ALT_NAME, SUBJECT_KEY_ID,
};
use crate::certificate::roots::{AUTHENTICATION_UNIT, SIGNATURE_UNIT};
use crate::certificate::structure::{
    COMMON_NAME, COUNTRY, DistinguishedName, LOCALITY, NameAttribute, ORGANIZATION, ORGANIZATIONAL_UNIT, push_hex,
};
use crate::certificate::{Environment, chain};
use crate::jpki::KeyKind;
use crate::simulator::holder::{Birth, Holder};
use crate::simulator::keys::Generation;

const ISSUER_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.18");
const CRL_DISTRIBUTION_POINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.31");
const AUTHORITY_INFO_ACCESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");
const CPS_QUALIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");

const ORGANIZATION_NAME: &str = "JPKI-AGENT-TEST";
const WARNING_UNIT: &str = "NOT A REAL CA - keys published in jpki-agent";
const CPS: &str = "http://cps.jpki-agent.invalid/";
const OCSP_RESPONDER: &str = "http://ocsp.jpki-agent.invalid";
/// Nine characters, the first five in the place of a municipality's code; there is no 00000.
const WINDOW: &str = "00000001T";

/// How a certificate names its issuer's key.
pub(super) struct IssuerKey<'a> {
    pub(super) key_id: [u8; 20],
    pub(super) name: &'a [u8],
    pub(super) serial_number: &'a [u8],
}

/// DER of an authority's name; the same for both generations.
pub(super) fn authority_name(kind: KeyKind) -> der::Result<Vec<u8>> {
    name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, ORGANIZATION_NAME),
        (ORGANIZATIONAL_UNIT, unit(kind)),
        (ORGANIZATIONAL_UNIT, WARNING_UNIT),
    ])
}

/// Serial number of an authority's certificate.
pub(super) fn authority_serial(kind: KeyKind, generation: Generation) -> Vec<u8> {
    match (kind, generation) {
        (_, Generation::Older) => vec![0x01],
        (KeyKind::Authentication, Generation::Current) => vec![0x01, 0x33, 0xC3],
        (KeyKind::Signature, Generation::Current) => vec![0x01, 0x32, 0xC4],
    }
}

/// Section 1.1.
pub(super) fn authority_extensions(kind: KeyKind, key_id: [u8; 20]) -> der::Result<Vec<DraftExtension>> {
    Ok(vec![
        key_usage(KeyUsages::KeyCertSign | KeyUsages::CRLSign)?,
        DraftExtension::new(SUBJECT_ALT_NAME, false, &vec![directory_name(&japanese_name(kind)?)?])?,
        DraftExtension::new(BASIC_CONSTRAINTS, true, &BasicConstraints { ca: true, path_len_constraint: None })?,
        crl_distribution_points(&authority_name(kind)?)?,
        subject_key_id(key_id)?,
    ])
}

/// Section 2.3: country and 23 characters.
pub(super) fn authentication_subject(seed: &[u8]) -> der::Result<Vec<u8>> {
    let mut common_name = String::new();
    seed.iter().take(7).for_each(|byte| push_hex(&mut common_name, *byte));
    common_name.make_ascii_uppercase();
    common_name.push_str(WINDOW);
    name(&[(COUNTRY, "JP"), (COMMON_NAME, &common_name)])
}

/// Section 2.1: country, prefecture, municipality, and 28 characters that begin with the time of the request.
pub(super) fn signature_subject(seed: &[u8], issued: Timestamp) -> der::Result<Vec<u8>> {
    let requested = tz::Offset::constant(9).to_datetime(issued);
    let number = seed.iter().take(2).fold(0, |number, byte| number * 256 + u32::from(*byte));
    let common_name = format!("{}{number:05}{WINDOW}", requested.strftime("%Y%m%d%H%M%S"));
    let (prefecture, municipality) = Holder::PLACE;
    name(&[(COUNTRY, "JP"), (LOCALITY, prefecture), (LOCALITY, municipality), (COMMON_NAME, &common_name)])
}

/// A serial number of four bytes.
pub(super) fn serial(seed: &[u8]) -> Vec<u8> {
    let mut serial: Vec<u8> = seed.iter().rev().take(4).copied().collect();
    if let Some(first) = serial.first_mut() {
        // Positive, and never with a zero in front.
        *first = *first & 0x3F | 0x40;
    }
    serial
}

/// Section 2.3.
pub(super) fn authentication_extensions(issuer: &IssuerKey<'_>, key_id: [u8; 20]) -> der::Result<Vec<DraftExtension>> {
    let kind = KeyKind::Authentication;
    let responder = AccessDescription {
        access_method: OCSP,
        access_location: GeneralName::UniformResourceIdentifier(Ia5String::new(OCSP_RESPONDER)?),
    };
    Ok(vec![
        key_usage(KeyUsages::DigitalSignature.into())?,
        DraftExtension::new(EXTENDED_KEY_USAGE, false, &vec![CLIENT_AUTHENTICATION])?,
        policies(kind)?,
        DraftExtension::new(ISSUER_ALT_NAME, false, &vec![directory_name(&japanese_name(kind)?)?])?,
        crl_distribution_points(&crl_name(kind)?)?,
        DraftExtension::new(AUTHORITY_INFO_ACCESS, false, &vec![responder])?,
        authority_key_id(issuer)?,
        subject_key_id(key_id)?,
    ])
}

/// Sections 2.1 and 2.2.
pub(super) fn signature_extensions(
    holder: &Holder,
    birth: Birth,
    issuer: &IssuerKey<'_>,
    key_id: [u8; 20],
) -> der::Result<Vec<DraftExtension>> {
    let kind = KeyKind::Signature;
    Ok(vec![
        key_usage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation)?,
        DraftExtension::new(SUBJECT_ALT_NAME, false, &basic_attributes(holder, birth)?)?,
        policies(kind)?,
        DraftExtension::new(ISSUER_ALT_NAME, false, &vec![directory_name(&japanese_name(kind)?)?])?,
        crl_distribution_points(&crl_name(kind)?)?,
        authority_key_id(issuer)?,
        subject_key_id(key_id)?,
    ])
}

fn basic_attributes(holder: &Holder, birth: Birth) -> der::Result<Vec<GeneralName>> {
    let flags = |given: Option<&str>, text: &str| given.map_or_else(|| "0".repeat(text.chars().count()), str::to_owned);
    let birth_date = birth.text();
    let name_substitutes = flags(holder.name_substitutes, holder.name);
    let address_substitutes = flags(holder.address_substitutes, holder.address);
    // In the order of a real one: 1, 4, 3, 5, 2, 6.
    let known = [
        (NAME, holder.name),
        (BIRTH_DATE, &birth_date),
        (SEX, holder.sex),
        (ADDRESS, holder.address),
        (NAME_SUBSTITUTES, &name_substitutes),
        (ADDRESS_SUBSTITUTES, &address_substitutes),
    ];
    known.into_iter().chain(holder.extra).map(|(id, text)| other_name(id, text)).collect()
}

fn unit(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Authentication => AUTHENTICATION_UNIT,
        KeyKind::Signature => SIGNATURE_UNIT,
    }
}

/// DER of an authority's Japanese name.
fn japanese_name(kind: KeyKind) -> der::Result<Vec<u8>> {
    let unit = match kind {
        KeyKind::Authentication => "試験用の個人認証サービス利用者証明用",
        KeyKind::Signature => "試験用の個人認証サービス署名用",
    };
    name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, "試験用の個人認証サービス"),
        (ORGANIZATIONAL_UNIT, unit),
        (ORGANIZATIONAL_UNIT, "本物の認証局ではありません"),
    ])
}

/// DER of the name under which revocation lists would be found.
fn crl_name(kind: KeyKind) -> der::Result<Vec<u8>> {
    let (prefecture, municipality) = Holder::PLACE;
    name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, ORGANIZATION_NAME),
        (ORGANIZATIONAL_UNIT, unit(kind)),
        (ORGANIZATIONAL_UNIT, "CRL Distribution Points"),
        (ORGANIZATIONAL_UNIT, prefecture),
        (COMMON_NAME, &format!("{municipality} CRLDP")),
    ])
}

/// DER of a name with one attribute in each relative name; the country is a PrintableString, all else UTF8String.
fn name(parts: &[(ObjectIdentifier, &str)]) -> der::Result<Vec<u8>> {
    let mut names: DistinguishedName<'_> = Vec::new();
    for (id, text) in parts {
        let tag = if *id == COUNTRY { Tag::PrintableString } else { Tag::Utf8String };
        let attribute = NameAttribute { id: *id, value: AnyRef::new(tag, text.as_bytes())? };
        names.push(SetOfVec::from_iter([attribute])?);
    }
    names.to_der()
}

fn directory_name(name: &[u8]) -> der::Result<GeneralName> {
    Name::from_der(name).map(GeneralName::DirectoryName)
}

fn other_name(id: ObjectIdentifier, text: &str) -> der::Result<GeneralName> {
    let value = Any::new(Tag::Utf8String, text.as_bytes())?;
    Ok(GeneralName::OtherName(OtherName { type_id: id, value }))
}

fn key_usage(usages: der::flagset::FlagSet<KeyUsages>) -> der::Result<DraftExtension> {
    DraftExtension::new(KEY_USAGE, true, &KeyUsage(usages))
}

fn policies(kind: KeyKind) -> der::Result<DraftExtension> {
    let qualifier = PolicyQualifierInfo {
        policy_qualifier_id: CPS_QUALIFIER,
        qualifier: Some(Any::new(Tag::Ia5String, CPS.as_bytes())?),
    };
    let policy = PolicyInformation {
        policy_identifier: chain::policy(kind, Environment::Simulator),
        policy_qualifiers: Some(vec![qualifier]),
    };
    DraftExtension::new(POLICIES, true, &CertificatePolicies(vec![policy]))
}

fn crl_distribution_points(name: &[u8]) -> der::Result<DraftExtension> {
    let point = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![directory_name(name)?])),
        reasons: None,
        crl_issuer: None,
    };
    DraftExtension::new(CRL_DISTRIBUTION_POINTS, false, &vec![point])
}

fn authority_key_id(issuer: &IssuerKey<'_>) -> der::Result<DraftExtension> {
    let id = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(issuer.key_id)?),
        authority_cert_issuer: Some(vec![directory_name(issuer.name)?]),
        authority_cert_serial_number: Some(SerialNumber::new(issuer.serial_number)?),
    };
    DraftExtension::new(AUTHORITY_KEY_ID, false, &id)
}

fn subject_key_id(key_id: [u8; 20]) -> der::Result<DraftExtension> {
    DraftExtension::new(SUBJECT_KEY_ID, false, &OctetString::new(key_id)?)
}
