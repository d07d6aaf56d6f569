//! Handing out the signature certificate and the four basic attributes in it, with consent and PIN.

use super::{Agent, Caller, CertificateView};
use crate::certificate::BasicAttributes;
use crate::jpki::{CertificateKind, KeyKind};
use crate::problem::Problem;
use crate::reader::ReaderId;

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
    pub async fn disclose(&self, caller: &Caller, reader: Option<&str>) -> Result<Disclosure, Problem> {
        let (look, certificate) = self.signature_certificate(caller, reader).await?;
        let attributes = certificate.attributes().cloned();
        let view = self.view(&look.facts, CertificateKind::Holder(KeyKind::Signature), certificate);
        Ok(Disclosure { reader: look.reader.id, view, attributes })
    }
}
