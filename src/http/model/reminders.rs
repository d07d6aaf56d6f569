//! `GET /v1/reminders`. Nothing in it names the holder.

use serde::Serialize;
use utoipa::ToSchema;

use super::certificate::{PeriodName, RenewalWindow};
use super::names;
use crate::agent::{RemindersReport, SignatureStanding};
use crate::message::Language;
use crate::reminders::{About, Code, Reminder, words};

/// What the card's holder should know in time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reminders {
    /// The reader with the card.
    #[schema(example = "r1")]
    reader: String,
    /// The card's signature certificate as it was read some time before, by disclosing or signing; null if it never was.
    #[schema(required = true)]
    signature_certificate: Option<SignatureCertificate>,
    /// What holds now, told before or not.
    reminders: Vec<ReminderEntry>,
    /// What neither card nor agent can tell, in the caller's language: moving or marriage voids the signature certificate.
    note: String,
}

/// A signature certificate that was read before.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignatureCertificate {
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
    /// When it may be renewed.
    renewal: RenewalWindow,
}

/// One reminder.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReminderEntry {
    /// What it is about.
    about: AboutName,
    /// What there is to say.
    code: CodeName,
    /// Days to `dateJst`, negative after it; null where none are counted.
    #[schema(required = true)]
    days_left: Option<i32>,
    /// The last day, in Japan; for a password the day on which the year was full.
    #[schema(required = true, format = Date, example = "2030-02-17")]
    date_jst: Option<String>,
    /// The same in words, in the caller's language.
    text: String,
}

names! {
    /// What a reminder is about: one of the two certificates, the signature password, the period of stay.
    AboutName of About {
        Authentication = About::Authentication => "authentication",
        Signature = About::Signature => "signature",
        Password = About::Password => "password",
        Stay = About::Stay => "stay",
    }
}

names! {
    /// What a reminder says.
    CodeName of Code {
        ExpiresSoon = Code::ExpiresSoon => "expires_soon",
        RenewalOpen = Code::RenewalOpen => "renewal_open",
        Expired = Code::Expired => "expired",
        PasswordDue = Code::PasswordDue => "password_due",
        StayEnds = Code::StayEnds => "stay_ends",
    }
}

impl Reminders {
    /// The body for `report`, with texts in `language`.
    #[must_use]
    pub fn new(report: &RemindersReport, language: Language) -> Self {
        let entry = |reminder: &Reminder| ReminderEntry {
            about: reminder.about.into(),
            code: reminder.code.into(),
            days_left: reminder.days_left,
            date_jst: Some(reminder.date.to_string()),
            text: words::text(language, reminder),
        };
        Self {
            reader: report.reader.as_str().to_owned(),
            signature_certificate: report.signature.as_ref().map(SignatureCertificate::from),
            reminders: report.reminders.iter().map(entry).collect(),
            note: words::note(language),
        }
    }
}

impl From<&SignatureStanding> for SignatureCertificate {
    fn from(standing: &SignatureStanding) -> Self {
        let validity = standing.validity;
        Self {
            fingerprint_sha256: standing.fingerprint.to_string(),
            not_before: validity.not_before.to_string(),
            not_after: validity.not_after.to_string(),
            not_after_jst: validity.not_after_jst().to_string(),
            period: standing.period.into(),
            days_left: standing.days_left,
            renewal: standing.renewal.into(),
        }
    }
}
