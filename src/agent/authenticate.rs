//! Log-in: a Web eID token bound to one origin.

use std::sync::Arc;

use super::ask::Standing;
use super::error::of_sign;
use super::look::{Look, chain_of};
use super::turn::Turn;
use super::{Agent, Caller};
use crate::audit::{Intent, Operation};
use crate::certificate::{Certificate, ChainResult};
use crate::consent::{Asker, Purpose};
use crate::jpki::{self, CertificateKind, KeyKind};
use crate::notices::Deed;
use crate::origin::Origin;
use crate::pin::Pin;
use crate::problem::Problem;
use crate::reader::CardSession;
use crate::webeid::{Challenge, ChallengeNonce};

/// A log-in to be signed.
#[derive(Clone, Debug)]
pub struct AuthenticateRequest {
    /// The site: the page's own origin, or the one a program named and the allow-list holds.
    pub origin: Origin,
    /// The site's nonce.
    pub nonce: ChallengeNonce,
    /// The reader, if the caller named one, or [`super::CHOOSE`].
    pub reader: Option<String>,
}

/// The parts of a Web eID token; the format's name and the agent's version are added at the edge.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticationToken {
    /// The authentication certificate, DER.
    pub certificate: Vec<u8>,
    /// JOSE name of the signature algorithm.
    pub algorithm: &'static str,
    /// The signature over the [`Challenge`].
    pub signature: Vec<u8>,
}

const KEY_KIND: KeyKind = KeyKind::Authentication;

impl Agent {
    /// Asks the person and signs the log-in.
    ///
    /// # Errors
    /// A [`Problem`] of reader, card, consent or PIN.
    pub async fn authenticate(
        self: &Arc<Self>,
        caller: &Caller,
        request: AuthenticateRequest,
    ) -> Result<AuthenticationToken, Problem> {
        let mut turn = self.turn(caller).await?;
        let intent = Intent {
            asker: caller.asker.clone(),
            operation: Operation::Authenticate,
            on_behalf_of: matches!(caller.asker, Asker::Program(_)).then(|| request.origin.clone()),
            key_kind: Some(KEY_KIND),
            digests: Vec::new(),
        };
        let looked = turn.look(request.reader.as_deref(), KEY_KIND, &intent).await;
        let usable = looked.and_then(|look| Ok((look.usable_authentication_certificate()?, look)));
        let (certificate, look) = match usable {
            Ok(usable) => usable,
            Err(problem) => return turn.refused(problem),
        };
        turn.record(&intent);
        let chain = chain_of(&self.trust, &look.facts, CertificateKind::Holder(KEY_KIND), &certificate);
        let known_issuer = chain.result == ChainResult::Trusted;
        let standing = Standing { validity: certificate.validity(), known_issuer };
        let purpose = Purpose::Authenticate { origin: request.origin.clone() };
        let pin = match turn.ask_for_pin(&look, KEY_KIND, purpose, Some(standing)).await {
            Ok(pin) => pin,
            Err(problem) => return turn.refused(problem),
        };

        let challenge = Challenge::new(&request.origin, &request.nonce);
        let agent = self.clone();
        // On its own feet: what the card has begun is finished and written down, even if the caller goes away.
        let work = tokio::spawn(async move {
            let result = agent.log_in(&turn, &look, certificate, pin, challenge).await;
            turn.finish(&result, Some(Deed::Authenticated));
            result
        });
        work.await.map_err(super::turn::lost)?
    }

    async fn log_in(
        &self,
        turn: &Turn,
        look: &Look,
        certificate: Arc<Certificate>,
        pin: Pin,
        challenge: Challenge,
    ) -> Result<AuthenticationToken, Problem> {
        let work = move |card: &mut CardSession<'_>| {
            let (profile, digest) = (card.profile(), challenge.digest());
            let signature =
                jpki::sign_challenge(card, profile, &challenge).map_err(|error| of_sign(error, KEY_KIND))?;
            super::sign::check(certificate.public_key(), &digest, &signature)?;
            Ok(AuthenticationToken {
                certificate: certificate.der().to_vec(),
                algorithm: super::sign::jose_name(digest.algorithm()),
                signature,
            })
        };
        self.with_pin(turn, look, KEY_KIND, pin, work).await
    }
}

impl std::fmt::Debug for AuthenticationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthenticationToken(…)")
    }
}
