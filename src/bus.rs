//! D-Bus connections for single questions: opened when needed, closed afterwards, never waited for long.
//!
//! A desktop agent runs for weeks and asks the desktop a few times a day. A connection that stays open would wake it up
//! and die unseen with the session's bus; only the [`tray`](crate::tray), which ends with the session, has one. Used by
//! [`notices`](crate::notices), [`session_lock`](crate::session_lock) and prompts; what is asked is theirs.

use std::time::Duration;

use futures_util::StreamExt as _;
use serde::Serialize;
use zbus::connection::{Builder, Connection};
use zbus::zvariant::DynamicType;
use zbus::{Message, MessageStream};

/// How long a bus or a service on it may take to answer. Both are local; a service may have to be started first.
const PATIENCE: Duration = Duration::from_secs(3);

/// Which bus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bus {
    /// That of the person's session (`DBUS_SESSION_BUS_ADDRESS`, else `$XDG_RUNTIME_DIR/bus`).
    Session,
    /// That of the system.
    System,
    /// The one at this address (D-Bus specification, "Server Addresses").
    Address(String),
}

/// Nothing came of it. An everyday event: there are machines without a desktop.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// No bus, no such service, or it refused.
    #[error(transparent)]
    Bus(#[from] zbus::Error),
    /// No answer in time.
    #[error("no answer within {PATIENCE:?}")]
    Late,
}

/// One connection.
pub(crate) struct Line(Connection);

impl Bus {
    /// A new connection.
    pub(crate) async fn connect(&self) -> Result<Line, BusError> {
        let builder = match self {
            Self::Session => Builder::session(),
            Self::System => Builder::system(),
            Self::Address(address) => Builder::address(address.as_str()),
        }?;
        in_time(builder.build()).await.map(Line)
    }
}

impl Line {
    /// Calls `method` of `object`, given as service, path and interface.
    pub(crate) async fn call<B: Serialize + DynamicType>(
        &self,
        (service, path, interface): (&str, &str, &str),
        method: &str,
        body: &B,
    ) -> Result<Message, BusError> {
        in_time(self.0.call_method(Some(service), path, Some(interface), method, body)).await
    }

    /// Is there such a service, without starting it?
    pub(crate) async fn has(&self, service: &str) -> Result<bool, BusError> {
        const BUS: (&str, &str, &str) = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus");
        let answer = self.call(BUS, "NameHasOwner", &service).await?;
        Ok(answer.body().deserialize()?)
    }

    /// The connection itself, for its signals.
    pub(crate) fn connection(&self) -> &Connection {
        &self.0
    }

    /// Waits until it ends, as with the session.
    pub(crate) async fn ended(&self) {
        let mut messages = MessageStream::from(&self.0);
        while let Some(Ok(_)) = messages.next().await {}
    }

    /// Ends it; that it has ended already does not matter.
    pub(crate) async fn close(self) {
        if let Err(error) = in_time(self.0.close()).await {
            tracing::debug!(%error, "closing a D-Bus connection");
        }
    }
}

/// `work` within the time allowed.
pub(crate) async fn in_time<T>(work: impl Future<Output = zbus::Result<T>>) -> Result<T, BusError> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(BusError::Late),
    }
}
