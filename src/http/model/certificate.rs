//! `GET /v1/certificates` and the single certificate. There is no member called `valid`: a certificate is in its
//! period, chains to somebody, and was not checked for revocation.

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::{Base64, names};
use crate::agent::{CertificateState, CertificateView, CertificatesReport};
use crate::certificate::{ChainReport, ChainResult, Environment, Period, Renewal};
use crate::jpki::{CertificateKind, KeyKind};

/// The certificates on the card, in short.
#[derive(Serialize, ToSchema)]
pub struct Certificates {
    /// The reader with the card.
    #[schema(example = "r1")]
    reader: String,
    /// All four, those that cannot be read by their state alone.
    #[schema(min_items = 4, max_items = 4)]
    certificates: Vec<ListedCertificate>,
}

/// One certificate of the list.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum ListedCertificate {
    /// It can be read.
    Readable(Box<ReadableCertificate>),
    /// It cannot.
    Unreadable(UnreadableCertificate),
}

/// A certificate that can be read, in short.
#[derive(Serialize, ToSchema)]
pub struct ReadableCertificate {
    /// Which of the four.
    kind: CertificateKindName,
    /// It can be read.
    state: Readable,
    #[serde(flatten)]
    summary: CertificateSummary,
}

/// A certificate that cannot be read.
#[derive(Serialize, ToSchema)]
pub struct UnreadableCertificate {
    /// Which of the four.
    kind: CertificateKindName,
    /// Why not.
    state: Unreadable,
}

/// One certificate, whole.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SingleCertificate {
    /// Which of the four.
    kind: CertificateKindName,
    /// It was read.
    state: Readable,
    #[serde(flatten)]
    summary: CertificateSummary,
    /// Its serial number, hexadecimal.
    #[schema(pattern = "^([0-9a-f]{2})+$")]
    serial_number: String,
    /// Whom it is about, in the order of the certificate.
    #[schema(example = "C=JP, O=JPKI, CN=…")]
    subject: String,
    /// Who issued it.
    issuer: String,
    /// Its DER.
    #[schema(value_type = String, content_encoding = "base64")]
    certificate: Base64,
}

/// What is told of a certificate that can be read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSummary {
    /// SHA-256 of its DER.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    fingerprint_sha256: String,
    /// First instant of its period.
    #[schema(format = DateTime, example = "2025-10-27T05:12:00Z")]
    not_before: String,
    /// Last instant of its period.
    #[schema(format = DateTime, example = "2030-02-17T14:59:59Z")]
    not_after: String,
    /// Last day of its period in Japan.
    #[schema(format = Date, example = "2030-02-17")]
    not_after_jst: String,
    /// Where now lies.
    period: PeriodName,
    /// Days to its last day, counted in Japan; negative once it has ended.
    days_left: i32,
    /// When it may be renewed; only of the holder's own certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    renewal: Option<RenewalWindow>,
    /// Whom it chains to.
    chain: Chain,
    /// Revocation cannot be checked by the agent.
    revocation: Revocation,
    /// Algorithm and size of its key.
    #[schema(example = "RSA-2048")]
    key_algorithm: String,
}

/// When a certificate may be renewed. The municipal office has the last word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RenewalWindow {
    /// First day, in Japan.
    #[schema(format = Date, example = "2029-11-18")]
    opens_on_jst: String,
    /// That day has come, and the certificate is still in its period.
    open: bool,
}

/// Whom a certificate chains to. Dates never change it.
#[derive(Serialize, ToSchema)]
pub struct Chain {
    /// What the check found.
    result: ChainResultName,
    /// The pinned authority that issued it, or null.
    #[schema(required = true, example = "auth-2023")]
    root: Option<String>,
    /// That authority's world.
    environment: EnvironmentName,
}

/// What is known of revocation.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// Nothing.
    NotChecked,
}

/// A certificate can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readable {
    /// Yes.
    Readable,
}

/// Why a certificate cannot be read: it is behind its PIN (see the `disclose` route), or the card has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// With its PIN only.
    PinRequired,
    /// The card has none.
    Absent,
}

/// DER, as a schema.
pub struct DerFile;

impl PartialSchema for DerFile {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().content_media_type("application/pkix-cert").into()
    }
}

impl ToSchema for DerFile {}

names! {
    /// Which of the four certificates on a card.
    CertificateKindName of CertificateKind {
        Authentication = CertificateKind::Holder(KeyKind::Authentication) => "authentication",
        AuthenticationCa = CertificateKind::Authority(KeyKind::Authentication) => "authentication-ca",
        Signature = CertificateKind::Holder(KeyKind::Signature) => "signature",
        SignatureCa = CertificateKind::Authority(KeyKind::Signature) => "signature-ca",
    }
}

names! {
    /// Where a moment lies.
    PeriodName of Period {
        InPeriod = Period::InPeriod => "in_period",
        Expired = Period::Expired => "expired",
        NotYetValid = Period::NotYetValid => "not_yet_valid",
    }
}

names! {
    /// What the check of a chain found. An unknown issuer is a warning: perhaps a new generation of authorities.
    ChainResultName of ChainResult {
        Trusted = ChainResult::Trusted => "trusted",
        UnknownIssuer = ChainResult::UnknownIssuer => "unknown_issuer",
        BadSignature = ChainResult::BadSignature => "bad_signature",
        NotAJpkiCertificate = ChainResult::NotAJpkiCertificate => "not_a_jpki_certificate",
    }
}

names! {
    /// Which world a certificate belongs to: real cards, test cards of J-LIS, the software card.
    EnvironmentName of Environment {
        Production = Environment::Production => "production",
        JlisTest = Environment::JlisTest => "jlis-test",
        Simulator = Environment::Simulator => "simulator",
        Unknown = Environment::Unknown => "unknown",
    }
}

impl From<CertificatesReport> for Certificates {
    fn from(report: CertificatesReport) -> Self {
        let certificates = report.certificates.into_iter().map(ListedCertificate::from).collect();
        Self { reader: report.reader.as_str().to_owned(), certificates }
    }
}

impl From<CertificateState> for ListedCertificate {
    fn from(state: CertificateState) -> Self {
        let unreadable = |kind: CertificateKind, state| UnreadableCertificate { kind: kind.into(), state };
        match state {
            CertificateState::Readable(view) => {
                let (kind, summary) = (view.kind.into(), (&view).into());
                Self::Readable(Box::new(ReadableCertificate { kind, state: Readable::Readable, summary }))
            }
            CertificateState::PinRequired(kind) => Self::Unreadable(unreadable(kind, Unreadable::PinRequired)),
            CertificateState::Absent(kind) => Self::Unreadable(unreadable(kind, Unreadable::Absent)),
        }
    }
}

impl From<&CertificateView> for SingleCertificate {
    fn from(view: &CertificateView) -> Self {
        let certificate = &view.certificate;
        Self {
            kind: view.kind.into(),
            state: Readable::Readable,
            summary: view.into(),
            serial_number: certificate.serial_number(),
            subject: certificate.subject().to_owned(),
            issuer: certificate.issuer().to_owned(),
            certificate: Base64(certificate.der().to_vec()),
        }
    }
}

impl From<&CertificateView> for CertificateSummary {
    fn from(view: &CertificateView) -> Self {
        let certificate = &view.certificate;
        Self {
            fingerprint_sha256: certificate.fingerprint().to_string(),
            not_before: certificate.not_before().to_string(),
            not_after: certificate.not_after().to_string(),
            not_after_jst: certificate.not_after_jst().to_string(),
            period: view.period.into(),
            days_left: view.days_left,
            renewal: view.renewal.map(RenewalWindow::from),
            chain: Chain::from(&view.chain),
            revocation: Revocation::NotChecked,
            key_algorithm: certificate.key_algorithm(),
        }
    }
}

impl From<Renewal> for RenewalWindow {
    fn from(renewal: Renewal) -> Self {
        Self { opens_on_jst: renewal.opens_on.to_string(), open: renewal.open }
    }
}

impl From<&ChainReport> for Chain {
    fn from(report: &ChainReport) -> Self {
        Self { result: report.result.into(), root: report.root.clone(), environment: report.environment.into() }
    }
}
