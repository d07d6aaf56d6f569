//! What can be asked without a PIN, with a fault on the way or without, compared with the model.

use jpki_agent::agent::CardState;
use jpki_agent::problem::Problem;

use super::faults::Running;
use super::{World, id, name, within};
use crate::model::operations::{FOREIGN, Planned, Query, READERS};

impl World {
    /// Asks, with a fault on the way; then asks for the tries without one.
    pub(super) async fn ask_with(&mut self, query: Query, reader: Option<usize>, fault: Option<Planned>) {
        let running = fault.and_then(|fault| Running::start(self, reader, fault));
        let result = self.ask(query, reader).await;
        self.note(&result);
        assert_eq!(self.verifies(), 0, "no PIN was asked for");
        match running.and_then(|running| running.fired(self)) {
            Some(hit) => {
                self.apply(&hit);
                self.recover(&hit, &result).await;
            }
            None => {
                self.compare(query, reader, result);
                if matches!(query, Query::Status) {
                    self.check_status().await;
                }
            }
        }
    }

    fn compare(&self, query: Query, reader: Option<usize>, result: Result<(), Problem>) {
        match query {
            Query::Status => assert_eq!(result, Ok(())),
            Query::Pins | Query::Certificates => assert_eq!(result, self.reference.choose(reader).map(drop)),
            Query::Release => {
                let there = reader.is_none_or(|reader| self.reference.is_plugged(reader));
                assert_eq!(result, if there { Ok(()) } else { Err(Problem::NoReader) });
            }
        }
    }

    /// Asks, and compares what can be compared whether or not there was a fault.
    pub(super) async fn ask(&self, query: Query, reader: Option<usize>) -> Result<(), Problem> {
        let agent = &self.agent.agent;
        match query {
            Query::Status => drop(within(agent.status()).await),
            Query::Pins => {
                within(agent.pins(reader.map(id))).await?;
            }
            Query::Certificates => {
                within(agent.certificates(reader.map(id))).await?;
            }
            Query::Release => within(agent.release(reader.map(id))).await?,
        }
        Ok(())
    }

    /// What the status says of each reader, compared with the model.
    pub(super) async fn check_status(&self) {
        let status = within(self.agent.agent.status()).await;
        assert!(status.service_available);
        for reader in 0..READERS {
            let said = status.readers.iter().find(|report| report.name == name(reader)).map(|report| report.card);
            let expected = self.reference.is_plugged(reader).then(|| match self.reference.slot(reader) {
                None => CardState::None,
                Some(FOREIGN) => CardState::Other,
                Some(_) => CardState::Jpki,
            });
            assert_eq!(said, expected, "reader {reader}");
        }
    }
}
