//! Which browser is whose: a random id in a cookie that no script can read and no other site can send (RFC 6265bis).

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use jiff::{SignedDuration, Timestamp};
use jpki_agent::origin::Origin;
use serde::Serialize;

/// How long a browser stays logged in without doing anything.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// Most sessions at the same time.
const MOST: usize = 1_000;

/// The sessions of one process.
#[derive(Default)]
pub(crate) struct Sessions {
    living: HashMap<String, Session>,
}

struct Session {
    /// Who is logged in, if somebody is.
    account: Option<Account>,
    /// When it was last used.
    used: Timestamp,
}

/// Who is logged in. A real site looks up its own account by `key`.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Account {
    /// Issuer and serial number of the certificate, hashed: another certificate, after a renewal too, is another account.
    pub(crate) key: String,
    /// The last day of the certificate in Japan.
    pub(crate) not_after: String,
    /// `production`, or where else the card is from.
    pub(crate) environment: &'static str,
}

impl Sessions {
    /// The session whose cookie the request carries, which counts as used.
    pub(crate) fn find(&mut self, headers: &HeaderMap, origin: &Origin, now: Timestamp) -> Option<String> {
        let name = cookie_name(origin);
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let id = pairs.find(|(key, _)| *key == name)?.1;
        let session = self.living.get_mut(id).filter(|session| session.is_fresh(now))?;
        session.used = now;
        Some(id.to_owned())
    }

    /// Starts a session with a new id. At every log-in too, so that an id somebody planted before is worth nothing.
    pub(crate) fn start(&mut self, account: Option<Account>, now: Timestamp) -> Result<String, getrandom::Error> {
        self.living.retain(|_, session| session.is_fresh(now));
        if self.living.len() >= MOST {
            // Whoever opens pages without end makes others begin anew, but logs nobody out as long as there are such.
            let dispensable = |session: &Session| (session.account.is_some(), session.used);
            let oldest = self.living.iter().min_by_key(|(_, session)| dispensable(session)).map(|(id, _)| id.clone());
            oldest.and_then(|id| self.living.remove(&id));
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        let id: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        self.living.insert(id.clone(), Session { account, used: now });
        Ok(id)
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, id: &str) {
        self.living.remove(id);
    }

    /// Who is logged in there.
    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.living.get(id)?.account.as_ref()
    }
}

impl Session {
    fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.used) <= IDLE
    }
}

/// The header that gives the browser its session.
pub(crate) fn set_cookie(id: &str, origin: &Origin) -> String {
    let secure = if origin.is_insecure() { "" } else { "; Secure" };
    format!("{}={id}; HttpOnly; SameSite=Strict; Path=/{secure}", cookie_name(origin))
}

/// The prefix makes browsers hold to `Secure` and to this host; they take it only over TLS.
fn cookie_name(origin: &Origin) -> &'static str {
    if origin.is_insecure() { "portal-session" } else { "__Host-portal-session" }
}
