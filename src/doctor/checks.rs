//! Looks at one part each: settings, folders, prompts, files, HTTPS, the process, the audit log.

use std::path::PathBuf;

use jiff::Timestamp;

use super::{Finding, Scene};
use crate::audit::AuditLog;
use crate::certificate::validity::date_in_japan;
use crate::config::{Config, ConfigError};
use crate::consent::pinentry::Pinentry;
use crate::hardening::{Hardening, Step};
use crate::phrase;
use crate::runtime_dir::RuntimeDir;
use crate::tls::folder::TlsFolder;
use crate::tls::identity::Standing;
use crate::tls::provider::server_config;
use crate::trusted_path::trusted_path;

/// The settings file.
pub(super) fn settings(loaded: &Result<Config, ConfigError>) -> Finding {
    match loaded {
        Ok(config) => match &config.path {
            Some(path) => Finding::ok("config", phrase!("doctor-config", path = path.to_string_lossy().as_ref())),
            None => Finding::ok("config_none", phrase!("doctor-config-none")),
        },
        Err(error) => {
            Finding::error("config_faulty", phrase!("cli-settings-faulty"), error.remedy()).because(error.phrase())
        }
    }
}

/// The folder for the socket.
pub(super) fn runtime_dir() -> Finding {
    match RuntimeDir::find().and_then(|folder| folder.inspect().map(|()| folder)) {
        Ok(folder) => {
            Finding::ok("runtime_dir", phrase!("doctor-runtime", path = folder.path().to_string_lossy().as_ref()))
        }
        Err(error) => {
            Finding::error("runtime_dir_missing", phrase!("cli-runtime-dir"), phrase!("cli-runtime-dir-remedy"))
                .because(error.phrase())
        }
    }
}

/// The program that shows prompts, and whether there is anything to show them on.
pub(super) fn pinentry(scene: &Scene, config: &Config) -> Finding {
    let pinentry = prompts(scene, config);
    match (pinentry.find_program(&scene.seat).ok(), &config.consent.pinentry_program) {
        (Some(program), _) if !pinentry.has_place(&scene.seat) => {
            let text = phrase!("doctor-pinentry-nowhere", path = program.to_string_lossy().as_ref());
            Finding::warning("pinentry_nowhere", text).with_remedy(phrase!("doctor-pinentry-nowhere-remedy"))
        }
        (Some(program), _) => {
            Finding::ok("pinentry", phrase!("doctor-pinentry", path = program.to_string_lossy().as_ref()))
        }
        (None, Some(set)) => {
            let text = phrase!("doctor-pinentry-set", path = set.to_string_lossy().as_ref());
            Finding::error("pinentry_set", text, phrase!("doctor-pinentry-set-remedy"))
        }
        (None, None) => {
            Finding::error("pinentry_none", phrase!("doctor-pinentry-none"), phrase!("doctor-pinentry-none-remedy"))
        }
    }
}

fn prompts(scene: &Scene, config: &Config) -> Pinentry {
    Pinentry::new(config.consent.pinentry_program.clone(), scene.surroundings.clone())
}

/// Files that decide what happens with the card: could others have written them? Says nothing if not.
pub(super) fn trust(scene: &Scene, config: &Config) -> Vec<Finding> {
    let settings = config.path.as_deref().and_then(|path| std::path::absolute(path).ok());
    let parts = [
        ("config_untrusted", "settings", settings),
        ("pinentry_untrusted", "prompts", prompts(scene, config).find_program(&scene.seat).ok()),
    ];
    let finding = |(check, part, path): (&'static str, &str, Option<PathBuf>)| {
        let why = trusted_path(&path?).err()?;
        let text = phrase!("doctor-untrusted", part = part);
        Some(Finding::error(check, text, phrase!("doctor-untrusted-remedy")).because(why.phrase()))
    };
    parts.into_iter().filter_map(finding).collect()
}

/// The certificate for HTTPS, where that is enabled.
pub(super) fn https(config: &Config, now: Timestamp) -> Option<Finding> {
    if !config.tls.enabled {
        return None;
    }
    let remedy = phrase!("cli-tls-renew");
    let unusable = |why| {
        Some(Finding::error("tls_unusable", phrase!("doctor-tls-unusable"), phrase!("cli-tls-renew")).because(why))
    };
    let identity = match TlsFolder::find().and_then(|folder| folder.load()) {
        Ok(identity) => identity,
        Err(error) => return unusable(error.phrase()),
    };
    if let Err(error) = server_config(&identity) {
        return unusable(error.phrase());
    }
    let facts = identity.facts();
    let standing = facts.standing(now);
    let (date, days) = (date_in_japan(facts.not_after).to_string(), facts.days_left(now));
    let certificate = phrase!("cli-tls-certificate", state = standing.name(), date = date, days = days);
    let text = phrase!("doctor-tls", certificate = certificate);
    Some(match standing {
        Standing::Good => Finding::ok("tls", text),
        Standing::EndsSoon => Finding::error("tls_ends_soon", text, remedy),
        Standing::Expired | Standing::NotYet => Finding::error("tls_not_in_force", text, remedy),
    })
}

/// Can the agent tell which user is behind a TCP connection?
pub(super) fn peer() -> Finding {
    if crate::peer::SUPPORTED {
        Finding::ok("peer", phrase!("doctor-peer"))
    } else {
        Finding::warning("peer_unsupported", phrase!("doctor-peer-none"))
    }
}

/// What was done for the memory of the process.
pub(super) fn process(hardening: &Hardening) -> Vec<Finding> {
    let missing = hardening.steps().into_iter().filter_map(|(name, step)| match step {
        Step::NotPossible(why) => {
            let step = name.replace(' ', "-");
            let text = phrase!("doctor-process-missing", step = step);
            Some(Finding::warning("process_unprotected", text).because_of(&std::io::Error::other(why.as_str())))
        }
        Step::Done | Step::Unneeded(_) => None,
    });
    let missing: Vec<Finding> = missing.collect();
    if missing.is_empty() { vec![Finding::ok("process", phrase!("doctor-process"))] } else { missing }
}

/// The audit log.
pub(super) fn audit(log: &AuditLog) -> Finding {
    match log.verify() {
        Ok(report) if report.is_intact() => Finding::ok("audit", phrase!("doctor-audit")),
        Ok(_) => {
            Finding::error("audit_altered", phrase!("doctor-audit-altered"), phrase!("doctor-audit-altered-remedy"))
        }
        Err(error) => Finding::warning("audit_unusable", phrase!("cli-audit-unusable")).because(error.phrase()),
    }
}
