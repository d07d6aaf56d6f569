//! A response APDU: data, then the status word SW1-SW2 (ISO/IEC 7816-4, 5.1).

use std::fmt;

use zeroize::Zeroizing;

use super::StatusWord;

/// What the card answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    data: Zeroizing<Vec<u8>>,
    status: StatusWord,
}

/// Fewer than two bytes came back: no status word, so the outcome of the command is unknown (`card-protocol.md` 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("the answer has {length} bytes and no status word")]
pub struct TruncatedResponse {
    /// How many bytes came.
    pub length: usize,
}

impl Response {
    /// A response made of its parts.
    #[must_use]
    pub fn new(data: &[u8], status: StatusWord) -> Self {
        Self { data: Zeroizing::new(data.to_vec()), status }
    }

    /// Splits the wire bytes into data and status word.
    ///
    /// # Errors
    /// [`TruncatedResponse`] if there are fewer than two bytes.
    pub fn decode(wire: &[u8]) -> Result<Self, TruncatedResponse> {
        let (data, status) = wire.split_last_chunk::<2>().ok_or(TruncatedResponse { length: wire.len() })?;
        Ok(Self::new(data, StatusWord::from(*status)))
    }

    /// The bytes for the wire; for the software card.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut wire = self.data.to_vec();
        wire.extend_from_slice(&self.status.to_bytes());
        wire
    }

    /// The data before the status word; erased when dropped, since it may be a personal certificate.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// SW1-SW2.
    #[must_use]
    pub fn status(&self) -> StatusWord {
        self.status
    }
}

/// Shows length and status word only: the data may be personal.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes, {}", self.data.len(), self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_data_from_status() {
        let response = Response::decode(&[1, 2, 0x90, 0x00]).unwrap();
        assert_eq!((response.data(), response.status()), (&[1u8, 2][..], StatusWord::OK));
        assert_eq!(Response::decode(&response.encode()), Ok(response));
    }

    #[test]
    fn less_than_a_status_word_is_no_response() {
        assert_eq!(Response::decode(&[]), Err(TruncatedResponse { length: 0 }));
        assert_eq!(Response::decode(&[0x90]), Err(TruncatedResponse { length: 1 }));
    }
}
