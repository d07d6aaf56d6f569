//! `POST /v1/certificates/signature/disclose`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::certificate::SingleCertificate;
use super::{StepName, given, names};
use crate::agent;
use crate::certificate::BasicAttributes;
use crate::certificate::attributes::{BirthDate, Era, Sex};
use crate::consent::Step;

/// How the certificate is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscloseBody {
    /// Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
    /// that holds a My Number card.
    #[schema(nullable = false, max_length = 200, example = "r1")]
    #[serde(default, deserialize_with = "given")]
    reader: Option<String>,
    /// Said by the prompt, where one thing the person does needs two requests.
    #[schema(nullable = false)]
    #[serde(default, deserialize_with = "given")]
    step: Option<StepName>,
}

impl From<DiscloseBody> for agent::DisclosureRequest {
    fn from(body: DiscloseBody) -> Self {
        Self { reader: body.reader, step: body.step.map(Step::from) }
    }
}

/// The signature certificate and what it says about its holder.
#[derive(Serialize, ToSchema)]
pub struct Disclosure {
    /// The certificate.
    certificate: SingleCertificate,
    /// The holder's four basic attributes; null if the certificate has none of them.
    #[schema(required = true)]
    attributes: Option<Attributes>,
}

/// Name, address, birth date and sex, each null if the certificate does not have it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// Name.
    #[schema(required = true)]
    name: Option<String>,
    /// Address.
    #[schema(required = true)]
    address: Option<String>,
    /// Birth date.
    #[schema(required = true)]
    birth_date: Option<BirthDateParts>,
    /// The birth date as it stands in the certificate; only where `era` is `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    birth_date_raw: Option<String>,
    /// Sex.
    #[schema(required = true)]
    sex: Option<SexName>,
    /// The code as it stands in the certificate; only where `sex` is `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sex_raw: Option<String>,
    /// One digit for each character of the name: 1 where it stands for another that cannot be carried.
    #[schema(required = true, example = "00000")]
    name_substitutes: Option<String>,
    /// The same for the address.
    #[schema(required = true, example = "0000")]
    address_substitutes: Option<String>,
}

/// A birth date, any part of which may be unknown.
#[derive(Serialize, ToSchema)]
pub struct BirthDateParts {
    /// The Japanese era.
    era: EraName,
    /// The year by the Gregorian calendar, or null.
    #[schema(required = true, example = 1980)]
    year: Option<u16>,
    /// The month, or null.
    #[schema(required = true, minimum = 1, maximum = 12, example = 2)]
    month: Option<u8>,
    /// The day, or null.
    #[schema(required = true, minimum = 1, maximum = 31, example = 17)]
    day: Option<u8>,
}

names! {
    /// A Japanese era. `other`: a code not known, given beside it.
    EraName of Era {
        Meiji = Era::Meiji => "meiji",
        Taisho = Era::Taisho => "taisho",
        Showa = Era::Showa => "showa",
        Heisei = Era::Heisei => "heisei",
        Reiwa = Era::Reiwa => "reiwa",
        Unknown = Era::Unknown => "unknown",
        Other = Era::Other => "other",
    }
}

names! {
    /// Sex. `other`: another code, given beside it.
    SexName of Sex {
        Male = Sex::Male => "male",
        Female = Sex::Female => "female",
        Other = Sex::Other => "other",
    }
}

impl From<&agent::Disclosure> for Disclosure {
    fn from(disclosure: &agent::Disclosure) -> Self {
        Self {
            certificate: SingleCertificate::from(&disclosure.view),
            attributes: disclosure.attributes.as_ref().map(Attributes::from),
        }
    }
}

impl From<&BasicAttributes> for Attributes {
    fn from(attributes: &BasicAttributes) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let birth_date = attributes.birth_date();
        let sex = attributes.sex();
        let raw_birth_date = birth_date.as_ref().filter(|date| date.era == Era::Other);
        Self {
            name: owned(attributes.name()),
            address: owned(attributes.address()),
            birth_date_raw: raw_birth_date.map(|date| date.raw.to_string()),
            birth_date: birth_date.as_ref().map(BirthDateParts::from),
            sex_raw: owned(attributes.sex_raw().filter(|_| sex == Some(Sex::Other))),
            sex: sex.map(SexName::from),
            name_substitutes: owned(attributes.name_substitutes()),
            address_substitutes: owned(attributes.address_substitutes()),
        }
    }
}

impl From<&BirthDate> for BirthDateParts {
    fn from(date: &BirthDate) -> Self {
        Self { era: date.era.into(), year: date.year, month: date.month, day: date.day }
    }
}
