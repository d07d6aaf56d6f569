//! The settings in force, as the agent tells them to its own page.

use std::path::Path;

use crate::config::Config;
use crate::http::model::settings::{
    AuditSettings, CardSettings, ConsentSettings, LimitsSettings, NotificationsSettings, ServerSettings, Settings,
    TlsSettings,
};
use crate::message::Language;
use crate::reader::Sharing;

/// Those of `config`, with the ports that were really taken.
pub(super) fn in_force(config: &Config, port: u16, tls_port: Option<u16>) -> Settings {
    let text = |path: &Path| path.display().to_string();
    Settings {
        file: config.path.as_deref().map(text),
        language: config.language.map(Language::tag),
        server: ServerSettings {
            port,
            idle_exit_minutes: config.server.idle_exit.map(|after| after.as_secs_f64() / 60.0),
        },
        card: CardSettings {
            reader: config.card.reader.clone(),
            idle_release_seconds: config.card.idle_release.as_secs_f64(),
            sharing: match config.card.sharing {
                Sharing::Exclusive => "exclusive",
                Sharing::PreferExclusive => "prefer-exclusive",
            },
            extended_reads: config.card.extended_reads,
            roots_dir: config.card.roots_dir.as_deref().map(text),
        },
        consent: ConsentSettings {
            prompt_program: config.consent.pinentry_program.as_deref().map(text),
            timeout_seconds: config.consent.timeout.as_secs_f64(),
            guard_seconds: config.consent.guard.as_secs_f64(),
            phrase_set: !config.consent.phrase.is_empty(),
        },
        limits: LimitsSettings {
            requests_per_minute: config.limits.requests_per_minute.get(),
            declines_before_wait: config.limits.declines_before_wait,
        },
        notifications: NotificationsSettings {
            signatures: config.notifications.signatures,
            refused_origins: config.notifications.refused_origins,
            expiry: config.notifications.reminders.expiry,
            change_yearly: config.notifications.reminders.password_yearly,
            stay_until: config.notifications.reminders.stay_until.map(|date| date.to_string()),
        },
        tls: TlsSettings { enabled: config.tls.enabled, port: tls_port },
        audit: AuditSettings { retention_days: config.audit_retention_days },
    }
}
