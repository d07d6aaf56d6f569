//! Handing out the signature certificate and the four basic attributes in it, with consent and PIN.

use std::sync::Arc;

use super::turn::lost;
use super::{Agent, Caller, CertificateView};
use crate::audit::{Intent, Operation};
use crate::certificate::BasicAttributes;
use crate::consent::{Purpose, Step};
use crate::jpki::{CertificateKind, KeyKind};
use crate::notices::Deed;
use crate::problem::Problem;
use crate::reader::{CardSession, ReaderId};

const KEY_KIND: KeyKind = KeyKind::Signature;

/// What is to be handed out, and how it is asked for.
#[derive(Clone, Debug, Default)]
pub struct DisclosureRequest {
    /// The reader, if the caller named one, or [`super::CHOOSE`].
    pub reader: Option<String>,
    /// Which of two requests the caller says this is; for the prompt.
    pub step: Option<Step>,
}

/// The signature certificate and what stands in it about its holder.
#[derive(Clone, Debug)]
pub struct Disclosure {
    /// The reader with the card.
    pub reader: ReaderId,
    /// The certificate.
    pub view: CertificateView,
    /// Name, address, birth date, sex; absent if the certificate has none.
    pub attributes: Option<BasicAttributes>,
}

impl Agent {
    /// Asks the person and reads the signature certificate.
    ///
    /// # Errors
    /// A [`Problem`] of reader, card, consent or PIN.
    pub async fn disclose(
        self: &Arc<Self>,
        caller: &Caller,
        request: DisclosureRequest,
    ) -> Result<Disclosure, Problem> {
        let mut turn = self.turn(caller).await?;
        let intent = Intent {
            asker: caller.asker.clone(),
            operation: Operation::Disclose,
            on_behalf_of: None,
            key_kind: Some(KEY_KIND),
            digests: Vec::new(),
        };
        let look = match turn.look(request.reader.as_deref(), KEY_KIND, &intent).await {
            Ok(look) => look,
            Err(problem) => return turn.refused(problem),
        };
        turn.record(&intent);
        let purpose = Purpose::Disclose { step: request.step };
        let pin = match turn.ask_for_pin(&look, KEY_KIND, purpose, None).await {
            Ok(pin) => pin,
            Err(problem) => return turn.refused(problem),
        };
        let agent = self.clone();
        // On its own feet: what the card has begun is finished and written down, even if the caller goes away.
        let work = tokio::spawn(async move {
            let (trust, reminders) = (agent.trust.clone(), agent.reminders.clone());
            let read = move |card: &mut CardSession<'_>| Agent::read_signature_certificate(&trust, &reminders, card);
            let result = agent.with_pin(&turn, &look, KEY_KIND, pin, read).await.map(|certificate| {
                let attributes = certificate.attributes().cloned();
                let view = agent.view(&look.facts, CertificateKind::Holder(KEY_KIND), certificate);
                Disclosure { reader: look.reader.id.clone(), view, attributes }
            });
            turn.finish(&result, Some(Deed::Disclosed));
            result
        });
        work.await.map_err(lost)?
    }
}
