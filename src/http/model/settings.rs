//! `GET /v1/settings`: the settings in force, in the order of the settings file (`api-contract` section 5).

use serde::Serialize;
use utoipa::ToSchema;

/// The settings in force. Nothing in it is private: the holder's own words are only said to be there or not.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// The settings file; null if there is none.
    #[schema(required = true)]
    pub file: Option<String>,
    /// Language of prompts and of the agent's own page; null: that of the person's other programs.
    #[schema(required = true, example = "ja")]
    pub language: Option<&'static str>,
    /// `[server]`
    pub server: ServerSettings,
    /// `[card]`
    pub card: CardSettings,
    /// `[consent]`
    pub consent: ConsentSettings,
    /// `[limits]`
    pub limits: LimitsSettings,
    /// `[notifications]`
    pub notifications: NotificationsSettings,
    /// `[tls]`
    pub tls: TlsSettings,
    /// `[audit]`
    pub audit: AuditSettings,
}

/// Where the agent listens.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServerSettings {
    /// Its port on 127.0.0.1.
    #[schema(example = 25754)]
    pub port: u16,
    /// Started by a request, it ends after so many minutes without one; null: never.
    #[schema(required = true, example = 15)]
    pub idle_exit_minutes: Option<f64>,
}

/// How cards are used.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CardSettings {
    /// The only reader in use; null: all.
    #[schema(required = true)]
    pub reader: Option<String>,
    /// How long a card may be kept between requests.
    pub idle_release_seconds: f64,
    /// `exclusive` or `prefer-exclusive`.
    #[schema(example = "prefer-exclusive")]
    pub sharing: &'static str,
    /// Are certificates read in long pieces, where card and reader take them?
    pub extended_reads: bool,
    /// Folder of further certificates of authorities.
    #[schema(required = true)]
    pub roots_dir: Option<String>,
}

/// How the person is asked.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConsentSettings {
    /// The program that shows prompts; null: the usual ones, in the usual order.
    #[schema(required = true)]
    pub prompt_program: Option<String>,
    /// How long a prompt waits.
    pub timeout_seconds: f64,
    /// Answers sooner than this after a prompt appeared are discarded.
    pub guard_seconds: f64,
    /// Are the holder's own words shown in prompts?
    pub phrase_set: bool,
}

/// How often may be asked.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitsSettings {
    /// Requests of one caller in a minute.
    pub requests_per_minute: u32,
    /// Refusals and time-outs in ten minutes before a caller must wait.
    pub declines_before_wait: u32,
}

/// What the person is told of.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationsSettings {
    /// Each use of a key.
    pub signatures: bool,
    /// Sites that were turned away.
    pub refused_origins: bool,
    /// Certificates that end or can be renewed.
    pub expiry: bool,
    /// That the signature password should be changed, once a year (`password_yearly` in the file).
    pub change_yearly: bool,
    /// The last day of the holder's period of stay, in Japan time; null: none is known.
    #[schema(required = true, example = "2027-03-31")]
    pub stay_until: Option<String>,
}

/// HTTPS on loopback.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct TlsSettings {
    /// Is it wanted?
    pub enabled: bool,
    /// The port it is on; null: on none.
    #[schema(required = true)]
    pub port: Option<u16>,
}

/// The audit log.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditSettings {
    /// Older records are dropped; null: none are.
    #[schema(required = true)]
    pub retention_days: Option<u32>,
}
