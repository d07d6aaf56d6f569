//! What is shown, as a pure function of what is known: icon, title, tooltip, menu.
//!
//! The icon has three faces, the last with a card or without. Attention is for what the person should act on; everything that needs it is said in the
//! tooltip and stands in the menu. Foreign text, as the names of readers and sites, is cleaned here.

use super::Wish;
use super::state::{
    Activity, Card, Dates, Details, Environment, Kind, Link, Period, PinState, Reader, Reminder, State,
};
use crate::foreign_text::visible;
use crate::japan;
use crate::message;
use crate::message::Language;

/// A certificate that ends in so many days, or sooner, is to be renewed: its renewal opens about then.
const ENDS_SOON: i32 = 90;
/// Longest foreign text shown, in characters.
const LONGEST: usize = 60;
/// Longest reminder: whole sentences of ours, the longest of which is that about the stay.
const LONGEST_REMINDER: usize = 300;
/// Longest line about a failure: it may have a path in it.
const LONGEST_TROUBLE: usize = 160;

/// What the icon says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Face {
    /// A card is there and all is well.
    Ready,
    /// No card that can be used is there.
    NoCard,
    /// The person should look.
    Attention {
        /// A card that can be used is there.
        card: bool,
    },
}

/// Everything the desktop shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The icon.
    pub face: Face,
    /// The icon bears the mark of the software card.
    pub simulated: bool,
    /// The name of the icon.
    pub title: String,
    /// What the icon means, a line for each thing.
    pub summary: Vec<String>,
    /// The menu.
    pub menu: Vec<Item>,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// It only tells.
    Text(String),
    /// It divides.
    Rule,
    /// It opens further lines that only tell.
    Group(String, Vec<String>),
    /// It does something.
    Button(String, Wish),
}

/// What to show for `state`.
#[must_use]
pub fn view(state: &State, language: Language) -> View {
    let worries: Vec<String> = trouble(state).chain(worries(state, language)).collect();
    let has_card = state.with_card().next().is_some();
    let face = match (worries.is_empty(), has_card) {
        (false, card) => Face::Attention { card },
        (true, true) => Face::Ready,
        (true, false) => Face::NoCard,
    };
    let simulated = state.is_simulated();
    let mark = || message!(language, "tray-simulated");
    let name = message!(language, "tray-title");
    let title = if simulated { format!("{} {name}", mark()) } else { name };
    let mut summary = if simulated { vec![mark()] } else { Vec::new() };
    if worries.is_empty() {
        summary.push(calm(state, has_card, language));
    } else {
        summary.extend(worries.iter().cloned());
    }
    View { face, simulated, title, summary, menu: menu(state, &worries, language) }
}

/// What went wrong.
fn trouble(state: &State) -> impl Iterator<Item = String> {
    state.trouble.iter().map(|line| cut(line, LONGEST_TROUBLE))
}

/// What the person should act on, most urgent first.
fn worries(state: &State, language: Language) -> Vec<String> {
    match state.link {
        Link::Down => return vec![message!(language, "tray-agent-down")],
        Link::Starting => return Vec::new(),
        Link::Up if state.service_down => return vec![message!(language, "tray-no-service")],
        Link::Up => {}
    }
    let mut worries = Vec::new();
    for details in state.readers.iter().filter_map(|reader| reader.details.as_ref()) {
        let pins = details.pins.iter().filter(|pin| matches!(pin.state, PinState::Blocked | PinState::LastTry));
        worries.extend(pins.map(|pin| tries(pin.kind, pin.state, pin.tries_left, language)));
        worries.extend(certificates(details).filter(|(_, dates)| is_due(dates)).map(|(k, d)| term(k, d, language)));
    }
    if state.log_altered {
        worries.push(message!(language, "tray-log-altered"));
    }
    worries
}

fn certificates(details: &Details) -> impl Iterator<Item = (Kind, &Dates)> {
    let authentication = details.authentication.as_ref().map(|dates| (Kind::Authentication, dates));
    authentication.into_iter().chain(details.signature.as_ref().map(|dates| (Kind::Signature, dates)))
}

fn is_open(dates: &Dates) -> bool {
    dates.renewal.as_ref().is_some_and(|renewal| renewal.open)
}

/// Should its holder do something about it?
fn is_due(dates: &Dates) -> bool {
    dates.period != Period::InPeriod || is_open(dates) || dates.days_left <= ENDS_SOON
}

/// What there is to say where nothing is to be done.
fn calm(state: &State, has_card: bool, language: Language) -> String {
    if state.link == Link::Starting {
        message!(language, "tray-agent-starting")
    } else if has_card {
        message!(language, "tray-ready")
    } else if state.readers.is_empty() {
        message!(language, "tray-no-reader")
    } else {
        let lies_there = |card| state.readers.iter().any(|reader| reader.card == card);
        if lies_there(Card::Busy) {
            message!(language, "tray-card-busy")
        } else if lies_there(Card::Mute) {
            message!(language, "tray-card-mute")
        } else if lies_there(Card::Unsupported) || lies_there(Card::Other) {
            message!(language, "tray-card-other")
        } else {
            message!(language, "tray-no-card")
        }
    }
}

fn menu(state: &State, worries: &[String], language: Language) -> Vec<Item> {
    let mut menu = Vec::new();
    if state.is_simulated() {
        menu.push(Item::Text(message!(language, "tray-simulated")));
    }
    if state.link != Link::Up || state.service_down {
        menu.extend(worries.iter().cloned().map(Item::Text));
    } else {
        menu.extend(trouble(state).map(Item::Text));
    }
    match state.link {
        Link::Down => menu.push(Item::Button(message!(language, "tray-start"), Wish::StartAgent)),
        Link::Starting => menu.push(Item::Text(message!(language, "tray-agent-starting"))),
        Link::Up => about_the_agent(state, language, &mut menu),
    }
    menu.push(Item::Rule);
    let quit = match state.link {
        _ if state.owns_agent => message!(language, "tray-quit-both"),
        Link::Up => message!(language, "tray-quit"),
        Link::Starting | Link::Down => message!(language, "tray-quit-icon"),
    };
    menu.push(Item::Button(quit, Wish::Quit));
    menu
}

/// What an agent that runs has to tell, and what it can do.
fn about_the_agent(state: &State, language: Language, menu: &mut Vec<Item>) {
    if state.readers.is_empty() && !state.service_down {
        menu.push(Item::Text(message!(language, "tray-no-reader")));
    }
    for reader in &state.readers {
        menu.push(Item::Text(card(reader, language)));
        let Some(details) = &reader.details else { continue };
        let pins = details.pins.iter().map(|pin| tries(pin.kind, pin.state, pin.tries_left, language));
        let terms = certificates(details).map(|(kind, dates)| term(kind, dates, language));
        let is_secret = details.authentication.is_some() && details.signature.is_none();
        let secret = is_secret.then(|| message!(language, "tray-signature-unknown"));
        menu.extend(pins.chain(terms).chain(secret).map(|line| Item::Text(format!("  {line}"))));
    }
    menu.push(Item::Rule);
    if state.log_altered {
        menu.push(Item::Text(message!(language, "tray-log-altered")));
    }
    if !state.reminders.is_empty() {
        let marked = |text: &str| message!(language, "reminder-title-simulated", title = text);
        let words = |Reminder { simulated, text }: &Reminder| if *simulated { marked(text) } else { text.clone() };
        let reminders = state.reminders.iter().map(|reminder| cut(&words(reminder), LONGEST_REMINDER)).collect();
        menu.push(Item::Group(message!(language, "tray-reminders"), reminders));
    }
    match state.activity.as_deref() {
        None => {}
        Some([]) => menu.push(Item::Text(message!(language, "tray-activity-none"))),
        Some(used) => {
            let used = used.iter().map(|activity| one_use(activity, language)).collect();
            menu.push(Item::Group(message!(language, "tray-activity"), used));
        }
    }
    if state.refused > 0 {
        menu.push(Item::Button(message!(language, "tray-refused", count = state.refused), Wish::OpenPage));
    }
    menu.push(Item::Rule);
    if state.with_card().next().is_some() {
        menu.push(Item::Button(message!(language, "tray-release"), Wish::Release));
    }
    menu.push(Item::Button(message!(language, "tray-open"), Wish::OpenPage));
}

fn card(reader: &Reader, language: Language) -> String {
    let card = match (reader.card, reader.details.as_ref().and_then(|details| details.environment)) {
        (Card::Jpki, None) => "jpki",
        (Card::Jpki, Some(Environment::Production)) => "production",
        (Card::Jpki, Some(Environment::JlisTest)) => "jlis-test",
        (Card::Jpki, Some(Environment::Simulator)) => "simulator",
        (Card::Jpki, Some(Environment::Unknown)) => "unknown-issuer",
        (Card::None, _) => "none",
        (Card::Other, _) => "other",
        (Card::Unsupported, _) => "unsupported",
        (Card::Mute, _) => "mute",
        (Card::Busy, _) => "busy",
        (Card::Unknown, _) => "unknown",
    };
    message!(language, "tray-reader", name = plain(&reader.name), card = card)
}

fn tries(kind: Kind, state: PinState, left: Option<u8>, language: Language) -> String {
    let state = match (state, left) {
        (PinState::Ok, Some(_)) => "ok",
        (PinState::LastTry, _) => "last_try",
        (PinState::Blocked, _) => "blocked",
        (PinState::Ok, None) | (PinState::Unknown, _) => "unknown",
    };
    message!(language, "tray-tries", kind = kind.name(), state = state, left = left.unwrap_or_default())
}

fn term(kind: Kind, dates: &Dates, language: Language) -> String {
    let state = match dates.period {
        Period::Expired => "expired",
        Period::NotYetValid => "not_yet_valid",
        Period::InPeriod if is_open(dates) => "renewable",
        Period::InPeriod => "in_period",
    };
    let (from, date) = (japan::to_the_day(&dates.not_before), plain(&dates.not_after_jst));
    let from = from.unwrap_or_else(|| "-".to_owned());
    message!(language, "tray-term", kind = kind.name(), state = state, days = dates.days_left, from = from, date = date)
}

fn one_use(activity: &Activity, language: Language) -> String {
    let time = activity.time.as_deref().and_then(japan::to_the_minute).unwrap_or_else(|| "-".to_owned());
    let who = activity.who.as_deref().map(plain);
    let who = who.unwrap_or_else(|| message!(language, "tray-program"));
    let (operation, outcome) = (activity.operation.as_str(), activity.outcome.as_str());
    message!(language, "tray-use", time = time, who = who, operation = operation, outcome = outcome)
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Authentication => "authentication",
            Self::Signature => "signature",
        }
    }
}

/// Fit for a menu: one line of characters that say what they seem to, not too many.
fn plain(text: &str) -> String {
    cut(text, LONGEST)
}

fn cut(text: &str, longest: usize) -> String {
    let mut cut: String = visible(text).chars().take(longest).collect();
    if text.chars().nth(longest).is_some() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests;
