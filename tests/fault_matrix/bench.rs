//! One agent that lives through many cases, and what surrounds it: cards put in and out, another program, a bystander.
//!
//! No agent is ever started anew between two cases: that is what "needs no restart" means here. Only a case about the
//! first card an agent sees has an agent of its own.

use std::time::Duration;

use jpki_agent::apdu::{Command, StatusWord};
use jpki_agent::card::{Transmit, files};
use jpki_agent::jpki::{self, INDIVIDUAL_NUMBER_CARD, KeyKind};
use jpki_agent::reader::{Disposition, Policy};
use jpki_agent::simulator::{CardContents, CardHandle, SoftwareCard, Variants};

use crate::support::agent::{READER, TestAgent};

/// The reader of the bystander, who has nothing to do with the fault.
const BYSTANDER: &str = "bystander";

pub struct Bench {
    pub test: TestAgent,
    contents: CardContents,
}

impl Bench {
    /// An agent with these cards, each of whose commands may take so long; it has seen none yet.
    pub async fn new(contents: &CardContents, command_limit: Duration) -> Self {
        let policy = Policy { patience: Duration::from_millis(300), command_limit, ..Policy::default() };
        let test = TestAgent::with_policy(card_of(contents, Variants::default()), policy).await;
        test.backend.add_reader(BYSTANDER);
        test.until(|readers| readers.len() == 2).await;
        Self { test, contents: contents.clone() }
    }

    /// The same; but a card has shown it the authorities' certificates.
    pub async fn acquainted(contents: &CardContents, command_limit: Duration) -> Self {
        let bench = Self::new(contents, command_limit).await;
        bench.test.agent.certificates(None).await.unwrap();
        bench
    }

    /// A card that has never been used.
    pub fn new_card(&self) -> CardHandle {
        card_of(&self.contents, Variants::default())
    }

    /// Puts `card` into the reader, plugged in if it is not, in place of what lies in it; the agent has seen it then.
    pub async fn insert(&self, card: &CardHandle) {
        self.test.backend.add_reader(READER);
        assert!(self.test.backend.insert(READER, card));
        self.settle().await;
    }

    /// Takes out what lies in the reader.
    pub async fn take_out(&self) {
        drop(self.test.backend.remove(READER));
        self.settle().await;
    }

    /// Waits until the agent has seen what lies in the readers now.
    pub async fn settle(&self) {
        let backend = self.test.backend.clone();
        let now = move || {
            let mut now = backend.readers();
            now.sort_by(|a, b| a.0.cmp(&b.0));
            now
        };
        self.test
            .until(|seen| {
                let mut seen: Vec<_> = seen.iter().map(|reader| (reader.name.clone(), reader.presence)).collect();
                seen.sort_by(|a, b| a.0.cmp(&b.0));
                seen == now()
            })
            .await;
    }

    /// Another reader with another card works, whatever the first one does.
    pub async fn bystander_works(&self) -> Result<(), String> {
        assert!(self.test.backend.insert(BYSTANDER, &self.new_card()));
        self.settle().await;
        let pins = tokio::time::timeout(Duration::from_secs(5), self.test.agent.pins(Some("r2"))).await;
        drop(self.test.backend.remove(BYSTANDER));
        self.settle().await;
        match pins {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(problem)) => Err(format!("the other reader: {problem:?}")),
            Err(_) => Err("the other reader hangs too".to_owned()),
        }
    }

    /// Another program tries to use both keys of the card in the reader, if there is one; it must be refused.
    pub fn keys_are_closed(&self) -> Result<(), String> {
        let Ok(mut other) = self.test.backend.other_program(READER) else {
            let card = self.test.backend.readers().iter().any(|(name, at)| name == READER && at.insertion().is_some());
            return if card { Err("another program cannot open the card".to_owned()) } else { Ok(()) };
        };
        refuses_both_keys(&mut other)?;
        other.disconnect(Disposition::Leave).map_err(|error| error.to_string())
    }
}

/// Tries both keys of a card as another program would; both must be refused.
pub fn refuses_both_keys(other: &mut dyn Transmit) -> Result<(), String> {
    for kind in KeyKind::ALL {
        let key = INDIVIDUAL_NUMBER_CARD.key(kind).key;
        let sign = Command::new([0x80, 0x2A, 0x00, 0x80], &[0; 32], Some(256));
        let select = jpki::select(other, &INDIVIDUAL_NUMBER_CARD);
        match select.and_then(|()| files::select_file(other, key)) {
            Ok(()) => {}
            Err(error) if jpki::is_absent_applet(&error) => break,
            Err(error) => return Err(format!("another program cannot select: {error}")),
        }
        let status = other.transmit(&sign).map_err(|error| error.to_string())?.status();
        if status != StatusWord::SECURITY_NOT_SATISFIED {
            return Err(format!("another program may use the {} key: {status}", kind.name()));
        }
    }
    Ok(())
}

/// A card with these contents.
pub fn card_of(contents: &CardContents, variants: Variants) -> CardHandle {
    CardHandle::new(SoftwareCard::new(contents.clone(), variants))
}

/// Threads of this process now.
pub fn threads() -> usize {
    count("/proc/self/task")
}

/// Open files of this process now.
pub fn files() -> usize {
    count("/proc/self/fd")
}

fn count(folder: &str) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}
