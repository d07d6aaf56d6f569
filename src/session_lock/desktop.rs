//! The lock as systemd-logind and the desktop's screen saver tell of it, over D-Bus.

use futures_util::future::BoxFuture;
use zbus::zvariant::OwnedValue;

use super::SessionLock;
use crate::bus::{Bus, BusError};

/// The caller's session; for a user's service, the one on the display.
const LOGIND: (&str, &str, &str) =
    ("org.freedesktop.login1", "/org/freedesktop/login1/session/auto", "org.freedesktop.DBus.Properties");

/// Where desktops say it. "Active" is locked on these two.
const SCREEN_SAVERS: [(&str, &str, &str); 2] = [
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"), // Plasma and others
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),                   // GNOME
];

/// Asks anew each time, over connections of its own.
#[derive(Clone, Debug)]
pub struct DesktopLock {
    system: Bus,
    session: Bus,
}

impl DesktopLock {
    /// On the system's and the session's bus.
    #[must_use]
    pub fn new() -> Self {
        Self::on(Bus::System, Bus::Session)
    }

    /// On these buses: where logind is, and where the screen saver is.
    #[must_use]
    pub fn on(system: Bus, session: Bus) -> Self {
        Self { system, session }
    }

    async fn logind(&self) -> Result<bool, BusError> {
        let line = self.system.connect().await?;
        let answer = line.call(LOGIND, "Get", &("org.freedesktop.login1.Session", "LockedHint")).await;
        line.close().await;
        let hint: OwnedValue = answer?.body().deserialize()?;
        Ok(bool::try_from(hint).map_err(zbus::Error::from)?)
    }

    /// Asks only services that run: none is started for this.
    async fn screen_saver(&self) -> Result<bool, BusError> {
        let line = self.session.connect().await?;
        let mut result = Ok(false);
        for saver in SCREEN_SAVERS {
            let active = async {
                let there = line.has(saver.0).await?;
                Ok(there && line.call(saver, "GetActive", &()).await?.body().deserialize()?)
            };
            match active.await {
                Ok(false) => {}
                locked_or_trouble => result = locked_or_trouble,
            }
            if matches!(result, Ok(true)) {
                break;
            }
        }
        line.close().await;
        result
    }
}

impl Default for DesktopLock {
    fn default() -> Self {
        Self::new()
    }
}

impl SessionLock for DesktopLock {
    fn is_locked(&self) -> BoxFuture<'_, bool> {
        Box::pin(async move {
            let unknown = |who: &str, error: BusError| {
                tracing::debug!(%error, "{who} does not say whether the session is locked");
                false
            };
            let (logind, screen_saver) = tokio::join!(self.logind(), self.screen_saver());
            logind.unwrap_or_else(|error| unknown("logind", error))
                | screen_saver.unwrap_or_else(|error| unknown("the screen saver", error))
        })
    }
}
