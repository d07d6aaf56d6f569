//! Log-in: a Web eID token bound to one origin.

use super::ask::Standing;
use super::error::of_sign;
use super::{Agent, Caller};
use crate::certificate::ChainResult;
use crate::consent::Purpose;
use crate::jpki::{self, CertificateKind, KeyKind};
use crate::origin::Origin;
use crate::problem::Problem;
use crate::webeid::{Challenge, ChallengeNonce};

/// A log-in to be signed.
#[derive(Clone, Debug)]
pub struct AuthenticateRequest {
    /// The site: the page's own origin, or the one a program named and the allow-list holds.
    pub origin: Origin,
    /// The site's nonce.
    pub nonce: ChallengeNonce,
    /// The reader, if the caller named one.
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
        &self,
        caller: &Caller,
        request: AuthenticateRequest,
    ) -> Result<AuthenticationToken, Problem> {
        let _permit = self.prompt_permit()?;
        let look = self.look(request.reader.as_deref(), KEY_KIND).await?;
        let certificate = look.authentication_certificate()?;
        let algorithm = jpki::INDIVIDUAL_NUMBER_CARD.key(KEY_KIND).algorithm;
        if !certificate.is_supported_key(algorithm) {
            return Err(Problem::CardUnsupported);
        }
        let chain = self.chain_of(&look.facts, CertificateKind::Holder(KEY_KIND), &certificate);
        let known_issuer = chain.result == ChainResult::Trusted;
        let standing = Standing { validity: certificate.validity(), known_issuer };
        let purpose = Purpose::Authenticate { origin: request.origin.clone() };
        let pin = self.ask_for_pin(caller, &look, KEY_KIND, purpose, Some(standing)).await?;

        let challenge = Challenge::new(&request.origin, &request.nonce);
        let digest = challenge.digest();
        let work = move |card: &mut crate::reader::CardSession<'_>| {
            let profile = card.profile();
            jpki::sign_challenge(card, profile, &challenge).map_err(|error| of_sign(error, KEY_KIND))
        };
        let signature = self.with_pin(&look, KEY_KIND, pin, work).await?;
        super::sign::check(certificate.public_key(), &digest, &signature)?;
        Ok(AuthenticationToken {
            certificate: certificate.der().to_vec(),
            algorithm: super::sign::jose_name(digest.algorithm()),
            signature,
        })
    }
}

impl std::fmt::Debug for AuthenticationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthenticationToken(…)")
    }
}
