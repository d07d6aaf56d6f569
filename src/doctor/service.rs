//! The smart card service (PC/SC), its readers, and what lies in them.

use super::{Finding, Scene, usb};
use crate::agent::CardState;
use crate::config::Config;
use crate::phrase;
use crate::reader::pcsc::{PcscBackend, ServiceFault};

/// What can be said of service, readers and cards. Sends no command to a card.
pub(super) fn look(scene: &Scene, config: &Config) -> Vec<Finding> {
    let names = match PcscBackend::reader_names() {
        Ok(names) => names,
        Err(fault) => {
            let mut findings = vec![service_fault(fault)];
            findings.extend(usb::look(&scene.root, None));
            return findings;
        }
    };
    let mut findings = vec![Finding::ok("pcsc", phrase!("doctor-service"))];
    findings.extend(names.iter().map(|name| Finding::ok("reader", phrase!("doctor-reader", name = name.as_str()))));
    let unseen = usb::look(&scene.root, Some(&names));
    if names.is_empty() {
        findings.extend(no_reader(unseen));
        return findings;
    }
    findings.extend(unseen);
    if let Some(wanted) = config.card.reader.as_ref().filter(|wanted| !names.contains(wanted)) {
        let text = phrase!("doctor-reader-set", name = wanted.as_str());
        findings.push(Finding::error("reader_set", text, phrase!("doctor-reader-set-remedy")));
        return findings;
    }
    findings.extend(scene.cards.iter().flat_map(|seen| cards(seen)));
    findings
}

/// What is plugged in and not seen has its own remedy: "connect a reader" would contradict it.
pub(super) fn no_reader(unseen: Vec<Finding>) -> Vec<Finding> {
    let text = phrase!("doctor-reader-none");
    let none = match unseen.is_empty() {
        true => Finding::error("reader_none", text, phrase!("doctor-reader-none-remedy")),
        false => Finding::warning("reader_none", text),
    };
    unseen.into_iter().chain([none]).collect()
}

/// One My Number Card is enough; what lies in other readers is then nobody's concern.
pub(super) fn cards(seen: &[(String, CardState)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, card) in seen {
        let name = name.as_str();
        findings.push(match card {
            CardState::Jpki => return vec![Finding::ok("card", phrase!("doctor-card", name = name))],
            CardState::None => continue,
            CardState::Other | CardState::Unsupported => Finding::error(
                "card_other",
                phrase!("doctor-card-other", name = name),
                phrase!("doctor-card-other-remedy"),
            ),
            CardState::Mute => Finding::error(
                "card_mute",
                phrase!("doctor-card-mute", name = name),
                phrase!("doctor-card-mute-remedy"),
            ),
            CardState::Busy => Finding::error(
                "card_busy",
                phrase!("doctor-card-busy", name = name),
                phrase!("doctor-card-busy-remedy"),
            ),
        });
    }
    if findings.is_empty() {
        findings.push(Finding::error("card_none", phrase!("doctor-card-none"), phrase!("doctor-card-none-remedy")));
    }
    findings
}

pub(super) fn service_fault(fault: ServiceFault) -> Finding {
    match fault {
        ServiceFault::NotRunning if cfg!(target_os = "linux") && !is_pcscd_installed() => {
            Finding::error("pcsc_missing", phrase!("doctor-service-missing"), phrase!("doctor-service-missing-remedy"))
        }
        ServiceFault::NotRunning => {
            Finding::error("pcsc_stopped", phrase!("doctor-service-stopped"), phrase!("doctor-service-stopped-remedy"))
        }
        // SCARD_W_SECURITY_VIOLATION: pcscd asks polkit, whose rules let in active local sessions (`card-protocol` 10).
        ServiceFault::AccessDenied => {
            Finding::error("pcsc_denied", phrase!("doctor-service-denied"), phrase!("doctor-service-denied-remedy"))
                .because(phrase!("doctor-service-denied-cause"))
        }
        ServiceFault::Other(error) => {
            Finding::error("pcsc_other", phrase!("doctor-service-other"), phrase!("doctor-service-other-remedy"))
                .because_of(&error)
        }
    }
}

/// Administrators' programs are often not in a user's `PATH`.
fn is_pcscd_installed() -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/local/sbin", "/sbin", "/run/current-system/sw/bin"].map(Into::into);
    std::env::split_paths(&path).chain(usual).any(|folder| folder.join("pcscd").is_file())
}
