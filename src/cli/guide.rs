//! `guide`: the guide on the terminal; needs neither agent nor card.

use clap::Args;
use clap::builder::PossibleValuesParser;

use super::session::{Exit, Failure, Session};
use crate::guide::{Topic, TopicText};
use crate::http::model::guide::Guide;
use crate::message;
use crate::message::Language;

#[derive(Args, Debug)]
pub(super) struct GuideArguments {
    #[arg(value_parser = PossibleValuesParser::new(Topic::ALL.map(Topic::name)))]
    topic: Option<String>,
}

/// `guide [TOPIC]`
pub(super) fn run(session: &Session, arguments: &GuideArguments) -> Result<Exit, Failure> {
    let language = session.language;
    let topic = Topic::ALL.into_iter().find(|topic| arguments.topic.as_deref() == Some(topic.name()));
    if session.json {
        let topics = topic.map_or(Topic::ALL.to_vec(), |topic| vec![topic]);
        let guide = serde_json::to_string(&Guide::of(&topics, language));
        session.print(&guide.map_err(|_| Failure::odd_answer(language))?);
    } else {
        session.print(&topic.map_or_else(|| tell_list(language), |topic| tell(language, &topic.text(language))));
    }
    Ok(Exit::Done)
}

fn tell_list(language: Language) -> String {
    let line = |topic: Topic| format!("  {:<8} {}", topic.name(), topic.title(language));
    let lines = Topic::ALL.into_iter().map(line);
    [message!(language, "guide-list")].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
}

fn tell(language: Language, topic: &TopicText) -> String {
    let mut lines = vec![topic.title.clone()];
    for section in &topic.sections {
        lines.push(format!("\n{}", section.heading));
        lines.extend(section.steps.iter().map(|step| format!("  - {step}")));
        if !section.links.is_empty() {
            lines.push(format!("  {}", message!(language, "guide-links")));
            lines.extend(section.links.iter().map(|link| format!("    {}  {}", link.url, link.label)));
        }
    }
    lines.join("\n")
}
