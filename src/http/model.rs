//! Bodies as the contract writes them (`api-contract` section 3), with their schemas, and conversions from and to
//! domain types, which know nothing of JSON.

pub mod audit;
pub mod authenticate;
pub mod certificate;
pub mod disclose;
pub mod doctor;
pub mod guide;
pub mod openings;
pub mod origins;
pub mod pins;
pub mod reminders;
pub mod settings;
pub mod sign;
pub mod status;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::consent::Step;

/// Name of this product.
pub const PRODUCT: &str = "jpki-agent";
/// Its version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// An enum for the API, with the names of one in the domain. A variant more there does not compile here.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident of $domain:path {
        $($variant:ident = $pattern:pat => $text:tt),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`.")] #[serde(rename = $text)] $variant),+
        }

        impl From<$domain> for $name {
            fn from(value: $domain) -> Self {
                match value { $($pattern => Self::$variant),+ }
            }
        }
    };
}
pub(in crate::http) use names;

/// Who answers.
#[derive(Serialize, ToSchema)]
pub struct AgentName {
    /// Always `jpki-agent`.
    #[schema(example = "jpki-agent")]
    pub product: &'static str,
    /// Its version.
    #[schema(example = "0.1.0")]
    pub version: &'static str,
}

impl AgentName {
    /// This agent.
    pub const THIS: Self = Self { product: PRODUCT, version: VERSION };
}

/// Bytes, in JSON as standard base64 with padding (RFC 4648, 4).
#[derive(Clone, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Base64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("standard base64 with padding")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Base64, E> {
                STANDARD.decode(text).map(Base64).map_err(|_| E::custom("not standard base64 with padding"))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl fmt::Debug for Base64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// An optional member that is there: `null` is a value of the wrong type, not another way to leave it out.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Which of two requests for one thing the person does: reading the certificate, then signing. The prompt says so, in
/// its own words.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(try_from = "String")] // serde's own form of an enum can also be an object
pub enum StepName {
    /// The first.
    #[serde(rename = "1/2")]
    First,
    /// The second.
    #[serde(rename = "2/2")]
    Second,
}

impl TryFrom<String> for StepName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "1/2" => Ok(Self::First),
            "2/2" => Ok(Self::Second),
            _ => Err("must be 1/2 or 2/2"),
        }
    }
}

impl From<StepName> for Step {
    fn from(name: StepName) -> Self {
        match name {
            StepName::First => Self::First,
            StepName::Second => Self::Second,
        }
    }
}

/// The body of a route that asks the person and takes nothing but the reader.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenReaderBody {
    /// Id of a reader from the status, or `choose`: of several cards the person chooses one. Without it: the only reader
    /// that holds a My Number card.
    #[schema(nullable = false, max_length = 200, example = "r1")]
    #[serde(default, deserialize_with = "given")]
    pub reader: Option<String>,
}

/// The body of a route that takes nothing but the reader.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReaderBody {
    /// Id of a reader from the status. Without it: the only reader that holds a My Number card.
    #[schema(nullable = false, max_length = 200, example = "r1")]
    #[serde(default, deserialize_with = "given")]
    pub reader: Option<String>,
}
