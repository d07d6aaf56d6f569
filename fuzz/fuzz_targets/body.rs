//! Any bytes as the body of each route.
#![no_main]

use jpki_agent::agent::Label;
use jpki_agent::http::input::parse;
use jpki_agent::http::model::ReaderBody;
use jpki_agent::http::model::authenticate::AuthenticateBody;
use jpki_agent::http::model::origins::OriginBody;
use jpki_agent::http::model::sign::{MAX_DIGESTS, SignBody};
use jpki_agent::problem::Problem;
use jpki_agent::webeid::{ChallengeNonce, MAX_NONCE, MIN_NONCE};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(request) = understood(data, parse::<SignBody>(data)).map(SignBody::into_request) {
        match request {
            Ok(request) => {
                assert!((1..=MAX_DIGESTS).contains(&request.digests.len()), "{} digests", request.digests.len());
                for (digest, label) in &request.digests {
                    assert_eq!(digest.value().len(), digest.algorithm().length());
                    assert!(digest.digest_info().ends_with(digest.value()));
                    assert!(label.as_ref().is_none_or(|label| label.as_str().chars().count() <= Label::MAX));
                }
            }
            Err(problem) => fit_to_be_told(&problem),
        }
    }
    if let Some(body) = understood(data, parse::<AuthenticateBody>(data))
        && let Ok(nonce) = body.challenge_nonce.parse::<ChallengeNonce>()
    {
        assert_eq!(nonce.as_str(), body.challenge_nonce, "signed as text, as it was sent");
        assert!((MIN_NONCE..=MAX_NONCE).contains(&nonce.as_str().len()) && nonce.as_str().is_ascii());
    }
    if let Some(body) = understood(data, parse::<OriginBody>(data)) {
        match body.origin() {
            Ok(origin) => assert_eq!(origin.as_str(), body.origin),
            Err(problem) => fit_to_be_told(&problem),
        }
        match body.scopes() {
            Ok(scopes) => assert!((1..=body.allow.len()).contains(&scopes.iter().count())),
            Err(problem) => fit_to_be_told(&problem),
        }
    }
    let _ = understood(data, parse::<ReaderBody>(data));
});

/// What was understood is a JSON object that another reader understands too; what was not is told in few words.
fn understood<T>(data: &[u8], parsed: Result<T, Problem>) -> Option<T> {
    match parsed {
        Ok(value) => {
            let other: serde_json::Value = serde_json::from_slice(data).expect("JSON");
            assert!(other.is_object());
            Some(value)
        }
        Err(problem) => {
            fit_to_be_told(&problem);
            None
        }
    }
}

fn fit_to_be_told(problem: &Problem) {
    let Problem::InvalidRequest { member, detail } = problem else { panic!("{problem:?}") };
    assert!(detail.chars().count() <= 200 && !detail.is_empty());
    assert!(member.as_ref().is_none_or(|member| member.chars().count() <= 200));
}
