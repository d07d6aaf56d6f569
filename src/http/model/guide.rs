//! `GET /v1/guide`.

use serde::Serialize;
use utoipa::ToSchema;

use super::names;
use crate::guide::{LinkText, SectionText, Topic, TopicText};
use crate::message::Language;

/// The guide, in the caller's language.
#[derive(Serialize, ToSchema)]
pub struct Guide {
    /// All topics, in the order in which they are shown.
    topics: Vec<GuideTopic>,
}

/// One topic.
#[derive(Serialize, ToSchema)]
pub struct GuideTopic {
    /// Which.
    topic: TopicName,
    /// Its heading.
    title: String,
    /// Its parts.
    sections: Vec<GuideSection>,
}

/// One part of a topic.
#[derive(Serialize, ToSchema)]
pub struct GuideSection {
    /// Its heading.
    heading: String,
    /// What to do or to know, one by one.
    steps: Vec<String>,
    /// Pages of official bodies.
    links: Vec<GuideLink>,
}

/// A page of an official body.
#[derive(Serialize, ToSchema)]
pub struct GuideLink {
    /// What it is.
    label: String,
    /// Where it is.
    #[schema(pattern = "^https://", example = "https://www.jpki.go.jp/")]
    url: &'static str,
}

names! {
    /// A topic of the guide.
    TopicName of Topic {
        Lost = Topic::Lost => "lost",
        Cancel = Topic::Cancel => "cancel",
        Moved = Topic::Moved => "moved",
        Blocked = Topic::Blocked => "blocked",
        Renew = Topic::Renew => "renew",
    }
}

impl Guide {
    /// All of it.
    #[must_use]
    pub fn whole(language: Language) -> Self {
        Self::of(&Topic::ALL, language)
    }

    /// These topics.
    #[must_use]
    pub fn of(topics: &[Topic], language: Language) -> Self {
        Self { topics: topics.iter().map(|topic| topic.text(language).into()).collect() }
    }
}

impl From<TopicText> for GuideTopic {
    fn from(text: TopicText) -> Self {
        let sections = text.sections.into_iter().map(GuideSection::from).collect();
        Self { topic: text.topic.into(), title: text.title, sections }
    }
}

impl From<SectionText> for GuideSection {
    fn from(text: SectionText) -> Self {
        let link = |link: LinkText| GuideLink { label: link.label, url: link.url };
        Self { heading: text.heading, steps: text.steps, links: text.links.into_iter().map(link).collect() }
    }
}
