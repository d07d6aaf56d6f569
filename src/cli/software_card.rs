//! The software card as commands put it in place: its holder, and whom to trust to believe it.

use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::Timestamp;

use crate::certificate::TrustStore;
use crate::simulator::issuer::IssueError;
use crate::simulator::{self, CardHandle, Holder, SoftwareCard, Variants};

// Whose card.
#[derive(Args, Clone, Debug)]
pub(super) struct HolderArgument {
    #[arg(long, value_name = "NAME", default_value = Holder::standard().id(), hide_possible_values = true,
          value_parser = PossibleValuesParser::new(Holder::names()))]
    holder: String,
}

impl HolderArgument {
    /// A fresh card of this holder, with certificates dated around `now`.
    pub(super) fn card(&self, now: Timestamp) -> Result<CardHandle, IssueError> {
        let holder = Holder::by_name(&self.holder).unwrap_or_else(Holder::standard);
        Ok(CardHandle::new(SoftwareCard::new(simulator::issue(&holder, now)?, Variants::default())))
    }
}

/// `store`, and the software card's authorities with their certificates, which no card has to lend.
pub(super) fn trusted(store: TrustStore, now: Timestamp) -> Result<TrustStore, String> {
    let mut store = store.with_simulator();
    // Both generations of authorities: the second holder's card is of the older one.
    for holder in [Some(Holder::standard()), Holder::by_name("expired")].into_iter().flatten() {
        let contents = simulator::issue(&holder, now).map_err(|error| error.to_string())?;
        for authority in [contents.authentication_ca, contents.signature_ca] {
            let certificate = crate::certificate::Certificate::parse(&authority).map_err(|error| error.to_string())?;
            store.add("simulator", certificate).map_err(|error| error.to_string())?;
        }
    }
    Ok(store)
}
