//! The secret that shows a program over TCP to be this user's: who can read the file it stands in can use the agent.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// 256 random bits, written as 43 characters of base64url; new at each start.
pub struct Token(Zeroizing<String>);

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// The system's error if it has no randomness to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice()))))
    }

    /// The one written down by an earlier start of the same log-in session; `None` if that is no token.
    #[must_use]
    pub fn written(text: &str) -> Option<Self> {
        let text = text.trim_ascii_end();
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        (bytes.len() == 32).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The text, for the file it is handed over in.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is `given` this token? Takes as long for a nearly right one as for a wrong one.
    #[must_use]
    pub fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_token_is_it() {
        let token = Token::random().unwrap();
        let text = token.as_str().to_owned();
        assert_eq!(text.len(), 43);
        assert!(token.is(text.as_bytes()));
        for wrong in ["", &text[1..], &format!("{text} "), &text.to_lowercase().replace(char::is_alphabetic, "a")] {
            assert!(!token.is(wrong.as_bytes()), "{wrong:?}");
        }
        assert_ne!(Token::random().unwrap().as_str(), text);
        assert_eq!(Token::written(&format!("{text}\n")).unwrap().as_str(), text);
        assert!(Token::written("short").is_none() && Token::written("").is_none());
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
