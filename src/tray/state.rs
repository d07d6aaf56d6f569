//! What the tray knows, read from the agent's JSON (`api-contract` 3). What a newer agent says in other words is passed
//! over, never an error: the tray shows less then.

use jiff::Unit;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

/// Everything that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Is there an agent?
    pub link: Link,
    /// Would quitting end the agent, too?
    pub owns_agent: bool,
    /// The agent works with the software card in place of readers.
    pub simulator: bool,
    /// The PC/SC service does not answer.
    pub service_down: bool,
    /// The readers.
    pub readers: Vec<Reader>,
    /// What the card was used for, latest first; `None`: not looked up yet.
    pub activity: Option<Vec<Activity>>,
    /// What the holder should know in time, of all cards that were seen.
    pub reminders: Vec<Reminder>,
    /// The audit log was changed by somebody else.
    pub log_altered: bool,
    /// How many sites were refused.
    pub refused: usize,
    /// What the person wanted last and did not get, why, and what to do, in their language.
    pub trouble: Vec<String>,
}

/// Is there an agent?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// It is being looked for or started.
    #[default]
    Starting,
    /// Yes.
    Up,
    /// No.
    Down,
}

/// A reader and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Its id.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// What lies in it.
    pub card: Card,
    /// What is known of the card; `None`: nothing (yet).
    pub details: Option<Details>,
}

/// What lies in a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Card {
    /// Nothing.
    None,
    /// A My Number card.
    Jpki,
    /// Another card.
    Other,
    /// A JPKI token that is no My Number card.
    Unsupported,
    /// Something that does not answer.
    Mute,
    /// A card that another program holds.
    Busy,
    /// What this version has no word for.
    #[serde(other)]
    Unknown,
}

/// What is known of a card without any PIN.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// How the PINs stand.
    pub pins: Vec<Pin>,
    /// The dates of the authentication certificate.
    pub authentication: Option<Dates>,
    /// The dates of the signature certificate, where the agent has kept them.
    pub signature: Option<Dates>,
    /// Whose card it is.
    pub environment: Option<Environment>,
}

/// How a PIN stands.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    /// Whose.
    pub kind: Kind,
    /// How.
    pub state: PinState,
    /// Tries left.
    pub tries_left: Option<u8>,
}

/// Which of the two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// For log-ins.
    Authentication,
    /// For signatures.
    Signature,
}

/// How a PIN stands, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PinState {
    /// Two tries or more.
    Ok,
    /// One try.
    LastTry,
    /// None.
    Blocked,
    /// The card does not say.
    #[serde(other)]
    Unknown,
}

/// The dates of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dates {
    /// Where now lies.
    pub period: Period,
    /// Days to its last one.
    pub days_left: i32,
    /// Its first moment.
    pub not_before: String,
    /// Its last day in Japan.
    pub not_after_jst: String,
    /// May it be renewed?
    pub renewal: Option<Renewal>,
}

/// Where now lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Within it.
    InPeriod,
    /// After it.
    Expired,
    /// Before it.
    NotYetValid,
}

/// When a certificate may be renewed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Renewal {
    /// The first day, in Japan.
    pub opens_on_jst: String,
    /// Now.
    pub open: bool,
}

impl Dates {
    /// What the agent said of another day, as of `today` in Japan. Before its first moment a certificate stays what it was:
    /// a look tells.
    fn turn_to(&mut self, today: Date) {
        let Ok(last) = self.not_after_jst.parse::<Date>() else { return };
        self.days_left = today.until((Unit::Day, last)).map_or(0, |span| span.get_days());
        if self.period != Period::NotYetValid {
            self.period = if today > last { Period::Expired } else { Period::InPeriod };
        }
        if let Some(renewal) = &mut self.renewal {
            let has_come = renewal.opens_on_jst.parse().is_ok_and(|opens_on: Date| today >= opens_on);
            renewal.open = has_come && self.period == Period::InPeriod;
        }
    }
}

/// Whose card it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// A real one.
    Production,
    /// A test card of J-LIS.
    JlisTest,
    /// The software card.
    Simulator,
    /// Nobody can say.
    #[serde(other)]
    Unknown,
}

/// What the holder should know in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// It is about the software card.
    pub simulated: bool,
    /// In the person's language.
    pub text: String,
}

/// Something that was asked of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// When, as the agent writes it (RFC 3339); `None` where nobody could say.
    pub time: Option<String>,
    /// The site or program.
    pub who: Option<String>,
    /// What for.
    pub operation: String,
    /// What came of it.
    pub outcome: String,
}

/// `GET /v1/status` and each event.
#[derive(Debug, Deserialize)]
pub(super) struct StatusBody {
    backend: String,
    readers: Vec<ReaderBody>,
    problem: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReaderBody {
    id: String,
    /// As PC/SC has it.
    name: String,
    /// For people; an older agent does not say it.
    display_name: Option<String>,
    card: Card,
}

impl State {
    /// The agent says this. What was known of a card is kept while that lies where it did.
    pub(super) fn take_status(&mut self, status: StatusBody) {
        let mut known = std::mem::take(&mut self.readers);
        self.link = Link::Up;
        self.simulator = status.backend == "simulator";
        self.service_down = status.problem.is_some();
        let reader = |reader: ReaderBody| {
            let same = known.iter_mut().find(|old| old.id == reader.id && old.card == reader.card);
            let details = same.and_then(|old| old.details.take()).filter(|_| reader.card == Card::Jpki);
            let name = reader.display_name.unwrap_or(reader.name);
            Reader { id: reader.id, name, card: reader.card, details }
        };
        self.readers = status.readers.into_iter().map(reader).collect();
    }

    /// There is no agent any more: nothing that was known holds.
    pub(super) fn lose(&mut self) {
        let (owns_agent, trouble) = (false, std::mem::take(&mut self.trouble));
        *self = Self { link: Link::Down, owns_agent, trouble, ..Self::default() };
    }

    /// It is `today` in Japan: what is known of the cards is of that day.
    pub(super) fn turn_to(&mut self, today: Date) {
        for details in self.readers.iter_mut().filter_map(|reader| reader.details.as_mut()) {
            let Details { authentication, signature, .. } = details;
            authentication.iter_mut().chain(signature).for_each(|dates| dates.turn_to(today));
        }
    }

    /// Is anything shown that another day makes another?
    pub(super) fn has_dates(&self) -> bool {
        let known = self.readers.iter().filter_map(|reader| reader.details.as_ref());
        known.into_iter().any(|details| details.authentication.is_some() || details.signature.is_some())
    }

    /// The readers with a My Number card.
    pub(super) fn with_card(&self) -> impl Iterator<Item = &str> {
        self.readers.iter().filter(|reader| reader.card == Card::Jpki).map(|reader| reader.id.as_str())
    }

    /// Is any of this the software card?
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        let simulated = |reader: &Reader| {
            reader.details.as_ref().is_some_and(|details| details.environment == Some(Environment::Simulator))
        };
        self.simulator || self.readers.iter().any(simulated)
    }
}

impl Details {
    /// From the bodies of pins, certificates and reminders; null where there was none.
    pub(super) fn of(pins: &Value, certificates: &Value, reminders: &Value) -> Self {
        let listed = certificates.get("certificates").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_authentication =
            |certificate: &&Value| certificate.get("kind").and_then(Value::as_str) == Some("authentication");
        let own = listed.iter().find(is_authentication);
        Self {
            pins: each(pins.get("pins")),
            authentication: own.and_then(read),
            signature: reminders.get("signatureCertificate").and_then(read),
            environment: own.and_then(|own| read(own.get("chain")?.get("environment")?)),
        }
    }
}

impl Reminder {
    /// Those in the body of `GET /v1/reminders/kept`.
    pub(super) fn of(body: &Value) -> Vec<Self> {
        let array = |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        let of_card = |card: &Value| {
            let simulated = card.get("simulated").and_then(Value::as_bool) == Some(true);
            let text = |reminder: &Value| Some(reminder.get("text")?.as_str()?.to_owned());
            let texts: Vec<_> = array(card, "reminders").iter().filter_map(text).collect();
            texts.into_iter().map(move |text| Self { simulated, text })
        };
        array(body, "kept").iter().flat_map(of_card).collect()
    }
}

impl Activity {
    /// The requests in the body of `GET /v1/audit`, latest first.
    pub(super) fn of(audit: &Value) -> Vec<Self> {
        let entries = audit.get("entries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        entries.iter().rev().filter_map(Self::one).collect()
    }

    fn one(entry: &Value) -> Option<Self> {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let program = || entry.get("program")?.get("name")?.as_str().map(str::to_owned);
        let who = text("origin").or_else(|| text("onBehalfOf")).or_else(program);
        Some(Self { time: text("time"), who, operation: text("operation")?, outcome: text("outcome")? })
    }
}

/// The items of an array that are understood.
fn each<T: for<'de> Deserialize<'de>>(array: Option<&Value>) -> Vec<T> {
    let items = array.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(read).collect()
}

fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

#[cfg(test)]
mod tests;
