//! `GET /v1/reminders`. Nothing in it names the holder.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::certificate::{PeriodName, RenewalWindow};
use super::names;
use crate::agent::{RemindersReport, SignatureStanding};
use crate::message::Language;
use crate::reminders::{About, Code, KeptStanding, Reminder, words};

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
    /// What holds now, told before or not, without what the holder has seen to.
    reminders: Vec<ReminderEntry>,
    /// The yearly reminder to change the signature password is on, and waits until that password has been given once.
    yearly_reminder_waits: bool,
    /// What neither card nor agent can tell, in the caller's language: moving or marriage voids the signature certificate.
    note: String,
}

/// What holds for all cards that were seen, in a reader or not.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptReminders {
    /// One for each card of which there is something to say, and one for the period of stay.
    kept: Vec<KeptCardReminders>,
    /// The yearly reminder to change the signature password is on, and waits until that password has been given once.
    yearly_reminder_waits: bool,
    /// What neither card nor agent can tell, in the caller's language: moving or marriage voids the signature certificate.
    note: String,
}

/// What holds for one card, or for the period of stay.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptCardReminders {
    /// It is about the software card.
    simulated: bool,
    /// Of each subject the latest that holds, without what the holder has seen to.
    reminders: Vec<ReminderEntry>,
}

/// What the holder has seen to.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DoneBody {
    /// `dateJst` of the reminders: the last day of a certificate or of the stay, or the day on which a year was full.
    #[schema(format = Date, max_length = 10, example = "2030-02-17")]
    pub date_jst: String,
}

/// How many reminders that were.
#[derive(Serialize, ToSchema)]
pub struct Done {
    /// Those with that date; 0 if there was none.
    pub done: usize,
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
        Self {
            reader: report.reader.as_str().to_owned(),
            signature_certificate: report.signature.as_ref().map(SignatureCertificate::from),
            reminders: report.reminders.iter().map(|reminder| ReminderEntry::new(reminder, language)).collect(),
            yearly_reminder_waits: report.password_waits,
            note: words::note(language),
        }
    }
}

impl KeptReminders {
    /// The body for these, with texts in `language`.
    #[must_use]
    pub fn new(kept: &[KeptStanding], yearly_reminder_waits: bool, language: Language) -> Self {
        let of_card = |standing: &KeptStanding| KeptCardReminders {
            simulated: standing.simulated,
            reminders: standing.reminders.iter().map(|reminder| ReminderEntry::new(reminder, language)).collect(),
        };
        Self { kept: kept.iter().map(of_card).collect(), yearly_reminder_waits, note: words::note(language) }
    }
}

impl ReminderEntry {
    fn new(reminder: &Reminder, language: Language) -> Self {
        Self {
            about: reminder.about.into(),
            code: reminder.code.into(),
            days_left: reminder.days_left,
            date_jst: Some(reminder.date.to_string()),
            text: words::text(language, reminder),
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
