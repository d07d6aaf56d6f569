//! `doctor`: what is missing on this computer, each with its cause and remedy. Looks only; it changes nothing and sends
//! no PIN. How each part is looked at stands in [`checks`].

mod checks;

use clap::Args;
use serde_json::json;

use super::ConfigArgument;
use super::session::{Exit, Failure, Session};
use crate::config::{Config, Overrides};
use crate::message;

#[derive(Args, Debug)]
#[command(after_help = "Ends with 0 if everything is in place, with 1 if there is something to do.")]
pub(super) struct DoctorArguments {
    #[command(flatten)]
    config: ConfigArgument,
}

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As it should be.
    Well,
    /// Worth knowing.
    Note,
    /// Something to do.
    ToDo,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Note => "note",
            Self::ToDo => "to-do",
        }
    }
}

/// What was found about one part.
#[derive(Clone, Debug)]
struct Finding {
    state: State,
    /// Names it for programs.
    code: &'static str,
    text: String,
    remedy: Option<String>,
}

impl Finding {
    fn well(code: &'static str, text: String) -> Self {
        Self { state: State::Well, code, text, remedy: None }
    }

    fn note(code: &'static str, text: String) -> Self {
        Self { state: State::Note, code, text, remedy: None }
    }

    fn to_do(code: &'static str, text: String, remedy: String) -> Self {
        Self { state: State::ToDo, code, text, remedy: Some(remedy) }
    }

    fn with_remedy(self, remedy: String) -> Self {
        Self { remedy: Some(remedy), ..self }
    }
}

pub(super) async fn run(session: &Session, arguments: &DoctorArguments) -> Result<Exit, Failure> {
    let language = session.language;
    // Insecure origins of this computer are no fault here: with the software card they may stand in the settings.
    let overrides = Overrides { simulator: true, ..Overrides::default() };
    let loaded = Config::load(arguments.config.config.as_deref(), &overrides);
    let mut findings = vec![checks::settings(language, &loaded)];
    let config = loaded.unwrap_or_default();
    findings.push(checks::runtime_dir(language));
    let (finding, agent) = checks::agent(session).await;
    findings.push(finding);
    findings.extend(checks::readers(session, &config, agent.as_ref()).await);
    findings.push(checks::pinentry(session, &config));
    findings.extend(checks::trust(session, &config));
    findings.extend(checks::https(language, &config));
    findings.push(checks::peer(language));
    findings.extend(checks::process(language));
    findings.extend(checks::audit(language));
    findings.extend(checks::ports(language, &config, agent.as_ref()).await);

    let to_do = findings.iter().filter(|finding| finding.state == State::ToDo).count();
    if session.json {
        let list: Vec<_> = findings
            .iter()
            .map(|it| json!({"state": it.state.name(), "code": it.code, "text": it.text, "remedy": it.remedy}))
            .collect();
        session.print(&json!({"findings": list}).to_string());
    } else {
        for finding in &findings {
            let mark = message!(language, "cli-doctor-mark", state = finding.state.name());
            session.print(&format!("[{mark}] {}", finding.text));
            if let Some(remedy) = &finding.remedy {
                session.print(&format!("  → {remedy}"));
            }
        }
        session.print(&match to_do {
            0 => message!(language, "cli-doctor-well"),
            count => message!(language, "cli-doctor-to-do", count = count),
        });
    }
    Ok(if to_do == 0 { Exit::Done } else { Exit::Failed })
}
