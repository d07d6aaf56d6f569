//! What the user's service manager knows of the display now.
//!
//! A service keeps the environment it was started with. The desktop tells the manager of its display when it begins
//! (`dbus-update-activation-environment`, `systemctl --user import-environment`), which may be after an agent was started,
//! by a command over SSH or by lingering; and the next log-in may have another display.

use std::collections::HashMap;
use std::time::Duration;

use zbus::zvariant::OwnedValue;

use crate::bus::{Bus, BusError};

/// The manager's properties (`org.freedesktop.systemd1(5)`).
const MANAGER: (&str, &str, &str) =
    ("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.DBus.Properties");
/// A prompt does not wait longer for this. Not less: on a busy computer it takes a while, and without an answer there may be
/// no display at all.
const LIMIT: Duration = Duration::from_secs(4);

/// Has the user's manager started this very process? Children inherit these names and do not count (`systemd.exec(5)`).
pub(super) fn started_this_process() -> bool {
    let number = |name| std::env::var(name).ok().and_then(|value| value.parse::<i32>().ok());
    let parent = rustix::process::getppid().map(|parent| parent.as_raw_nonzero().get());
    number("SYSTEMD_EXEC_PID") == Some(rustix::process::getpid().as_raw_nonzero().get())
        && parent.is_some()
        && number("MANAGERPID") == parent
}

/// Its environment; `None` if it does not say in time.
pub(super) async fn environment() -> Option<HashMap<String, String>> {
    match tokio::time::timeout(LIMIT, ask()).await {
        Ok(Ok(variables)) => {
            let split = |line: &String| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            Some(variables.iter().filter_map(split).collect())
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, "the service manager does not tell its environment");
            None
        }
        Err(_) => {
            tracing::debug!("the service manager does not tell its environment in time");
            None
        }
    }
}

async fn ask() -> Result<Vec<String>, BusError> {
    let line = Bus::Session.connect().await?;
    let answer = line.call(MANAGER, "Get", &("org.freedesktop.systemd1.Manager", "Environment")).await;
    line.close().await;
    let value: OwnedValue = answer?.body().deserialize()?;
    Ok(Vec::try_from(value).map_err(zbus::Error::from)?)
}
