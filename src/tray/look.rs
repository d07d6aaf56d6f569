//! Looks at what the event stream does not tell: tries left and dates of the cards, what the card was used for, who was
//! refused. Only after a change of card, after its use and when the menu opens; no request of these costs a try or asks the person.

use serde_json::Value;
use url::form_urlencoded;

use super::state::{Activity, Details, Reminder, State};
use crate::client::{Client, Request};

/// How many entries of the audit log are shown.
const ENTRIES: usize = 5;

/// How much to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extent {
    /// The cards.
    Cards,
    /// All that the menu shows.
    Menu,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    cards: Vec<(String, Details)>,
    menu: Option<Menu>,
}

/// What is looked up for the menu: bodies, null where there was none.
#[derive(Debug)]
struct Menu {
    audit: Value,
    origins: Value,
    reminders: Value,
}

/// Looks at the cards in `readers`. What cannot be read is left out.
pub(super) async fn look(client: Client, readers: Vec<String>, extent: Extent) -> Found {
    let mut cards = Vec::new();
    for reader in readers {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("reader", &reader).finish();
        let pins = read(&client, &format!("/v1/pins?{query}")).await;
        let certificates = read(&client, &format!("/v1/certificates?{query}")).await;
        // Of an agent that keeps no dates of signature certificates: not found.
        let reminders = read(&client, &format!("/v1/reminders?{query}")).await;
        cards.push((reader, Details::of(&pins, &certificates, &reminders)));
    }
    let menu = match extent {
        Extent::Cards => None,
        Extent::Menu => Some(Menu {
            audit: read(&client, &format!("/v1/audit?limit={ENTRIES}")).await,
            origins: read(&client, "/v1/origins").await,
            reminders: read(&client, "/v1/reminders/kept").await,
        }),
    };
    Found { cards, menu }
}

/// The body of a GET; null where there was none.
async fn read(client: &Client, target: &str) -> Value {
    match client.ask(&Request::get(target)).await {
        Ok(answer) if answer.is_success() => answer.json(),
        Ok(answer) => {
            tracing::debug!(target, status = answer.status, "left out");
            Value::Null
        }
        Err(error) => {
            tracing::debug!(target, %error, "left out");
            Value::Null
        }
    }
}

impl Found {
    /// Enters it where it still belongs: a card may have gone while it was looked at.
    pub(super) fn enter(self, state: &mut State) {
        for (id, details) in self.cards {
            let there =
                state.readers.iter_mut().find(|reader| reader.id == id && reader.card == super::state::Card::Jpki);
            if let Some(reader) = there {
                reader.details = Some(details);
            }
        }
        if let Some(Menu { audit, origins, reminders }) = self.menu {
            state.reminders = Reminder::of(&reminders);
            state.activity = audit.is_object().then(|| Activity::of(&audit));
            state.log_altered = audit.get("intact").and_then(Value::as_bool) == Some(false);
            state.refused = origins.get("refused").and_then(Value::as_array).map_or(0, Vec::len);
        }
    }
}
