//! The route: who may not use it, what it answers, and what it wants for cards on which it is not proved.

use jpki_agent::agent::ChangePinRequest;
use jpki_agent::consent::scripted::{Answer, Prompt};
use jpki_agent::consent::{Purpose, Refusal};
use jpki_agent::jpki::KeyKind;
use jpki_agent::problem::{PinAfterwards, Problem};
use jpki_agent::simulator::backend::SimulatorBackend;
use serde_json::json;

use crate::support::agent::{PORTAL, TOKEN};
use crate::support::face::{Ask, Face};
use crate::{entries, failure, program};

const CHANGE: &str = "/v1/pins/authentication/change";

#[tokio::test]
async fn neither_a_page_nor_a_token_may_ask_for_it() {
    let face = Face::new().await;
    let body = json!({"iUnderstandThisIsUnproven": true});
    for ask in [
        Ask::tcp("POST", CHANGE).origin(PORTAL).json(&body),
        Ask::tcp("POST", CHANGE).header("authorization", format!("Bearer {TOKEN}")).json(&body),
        Ask::socket("POST", CHANGE).origin(PORTAL).json(&body),
    ] {
        let answer = face.refuse(ask).await; // and not one command to the card
        assert_eq!(answer.problem(), (403, "scope_not_allowed".to_owned()));
    }
    assert_eq!(face.refuse(Ask::tcp("POST", CHANGE).json(&body)).await.problem().0, 401);
    for body in [json!({"iUnderstandThisIsUnproven": "yes"}), json!({"pin": "1234"}), json!({"reader": null})] {
        assert_eq!(face.refuse(Ask::socket("POST", CHANGE).json(&body)).await.problem().0, 400);
    }
    for kind in ["signature-ca", "other"] {
        let target = format!("/v1/pins/{kind}/change");
        assert_eq!(face.refuse(Ask::socket("POST", &target).json(&json!({}))).await.problem().0, 404);
    }
}

#[tokio::test]
async fn it_answers_how_the_pin_stands_or_which_one_is_in_force() {
    let face = Face::new().await;
    face.parts.answers(entries(KeyKind::Authentication));
    let answer = face.send(Ask::socket("POST", CHANGE).json(&json!({}))).await;
    assert_eq!(answer.status, 200);
    let pin = json!({"kind": "authentication", "state": "ok", "triesLeft": 3, "triesMax": 3});
    assert_eq!(answer.json(), json!({"reader": "r1", "pins": [pin]}));

    face.parts.answers([Answer::Refuse(Refusal::Declined)]);
    let declined = face.send(Ask::socket("POST", CHANGE).json(&json!({}))).await;
    assert_eq!(declined.problem(), (403, "user_declined".to_owned()));
    let body = declined.json();
    assert_eq!(body["afterChange"], "unchanged");
    assert!(body["detail"].as_str().unwrap().ends_with("still in force"), "{body}");

    face.parts.answers(["0000", "5093", "5093"].map(Answer::pin));
    let wrong = face.send(Ask::socket("POST", CHANGE).header("accept-language", "ja").json(&json!({}))).await;
    assert_eq!(wrong.problem(), (403, "pin_incorrect".to_owned()));
    assert_eq!((&wrong.json()["afterChange"], &wrong.json()["triesLeft"]), (&json!("unchanged"), &json!(2)));
    assert!(wrong.json()["detail"].as_str().unwrap().contains("これまでのものが有効"));
}

#[tokio::test]
async fn when_nobody_knows_the_answer_says_not_to_try_on() {
    use jpki_agent::simulator::{Fault, Moment, Trigger};
    for (language, words) in [("en", "Do not try on"), ("ja", "続けて試さないでください")] {
        let face = Face::new().await;
        face.parts.card.inject(Trigger::change(), Fault::Removed(Moment::AfterActing));
        face.parts.answers(entries(KeyKind::Authentication));
        let answer = face.send(Ask::socket("POST", CHANGE).header("accept-language", language).json(&json!({}))).await;
        assert_eq!(answer.problem(), (409, "card_removed".to_owned()));
        let body = answer.json();
        let told = (&body["afterChange"], &body["outcomeUnknown"], &body["retriable"]);
        assert_eq!(told, (&json!("unknown"), &json!(true), &json!(false)));
        assert!(body["remedy"].as_str().unwrap().starts_with(words), "{body}");
    }
}

#[tokio::test]
async fn a_page_can_leave_the_choice_of_the_card_to_the_person() {
    let face = Face::new().await;
    face.parts.backend.add_reader("SECOND 00 00");
    face.parts.backend.insert("SECOND 00 00", &crate::support::agent::standard_card());
    face.parts.until(|readers| readers.iter().filter(|r| r.presence.insertion().is_some()).count() == 2).await;
    let digest = json!({"algorithm": "SHA-256", "value": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="});
    let sign = |reader: Option<&str>| {
        let mut body = json!({"digests": [digest]});
        if let Some(reader) = reader {
            body["reader"] = json!(reader);
        }
        Ask::tcp("POST", "/v1/sign").origin(PORTAL).json(&body)
    };
    assert_eq!(face.send(sign(None)).await.problem(), (409, "several_cards".to_owned()));
    face.parts.answers([Answer::Approve, Answer::pin("ABC123")]);
    assert_eq!(face.send(sign(Some("choose"))).await.status, 200);
    face.parts.answers([Answer::Refuse(Refusal::Declined)]);
    assert_eq!(face.send(sign(Some("choose"))).await.problem(), (403, "user_declined".to_owned()));
    // Nobody is asked for what only reads, and nothing is kept in a reader of this name.
    for ask in [
        Ask::tcp("GET", "/v1/pins?reader=choose").origin(PORTAL),
        Ask::tcp("POST", "/v1/release").origin(PORTAL).json(&json!({"reader": "choose"})),
    ] {
        assert_eq!(face.send(ask).await.problem(), (409, "no_reader".to_owned()));
    }
}

/// A card that PC/SC found and whose issuer nobody knows could be a real one.
#[tokio::test]
async fn a_card_on_which_it_is_not_proved_needs_the_holders_word() {
    use std::sync::Arc;

    use jpki_agent::reader::{BackendKind, CardBackend, ReaderContext, Watching};

    /// The same readers, as if by PC/SC.
    struct AsIfPcsc(SimulatorBackend);

    impl CardBackend for AsIfPcsc {
        fn kind(&self) -> BackendKind {
            BackendKind::Pcsc
        }
        fn context(&self) -> Result<Box<dyn ReaderContext>, jpki_agent::card::TransportError> {
            self.0.context()
        }
        fn watch(&self) -> Result<Watching, jpki_agent::card::TransportError> {
            self.0.watch()
        }
    }

    let backend = SimulatorBackend::new();
    let card = crate::support::agent::standard_card();
    backend.add_reader("Reader 00 00");
    assert!(backend.insert("Reader 00 00", &card));
    let readers = Arc::new(AsIfPcsc(backend));
    let policy = jpki_agent::reader::Policy::default();

    // The software card in a virtual reader is known by its issuer.
    let known = crate::support::agent::TestAgent::over(readers.clone(), policy).await;
    known.answers(entries(KeyKind::Authentication));
    known.agent.change_pin(&program(), crate::request(KeyKind::Authentication)).await.unwrap();
    drop(known);

    card.forget_wire();
    let agent = crate::support::agent::TestAgent::over_strangers(readers, policy).await;
    let request =
        |understands_unproven| ChangePinRequest { key_kind: KeyKind::Signature, reader: None, understands_unproven };
    let refused = failure(agent.agent.change_pin(&program(), request(false)).await);
    let unproven = Problem::PinChangeUnproven { key_kind: KeyKind::Signature };
    assert_eq!(refused, (unproven, PinAfterwards::Unchanged));
    assert!(agent.consent.shown().is_empty());
    assert_eq!((card.wire().verifies, card.wire().changes), (0, 0));

    agent.answers(entries(KeyKind::Signature));
    agent.agent.change_pin(&program(), request(true)).await.unwrap();
    let shown = agent.consent.shown();
    assert!(shown.iter().all(|shown| match &shown.prompt {
        Prompt::Pin(prompt) => matches!(prompt.purpose, Purpose::ChangePin { unproven: true, .. }),
        Prompt::Confirm(_) => false,
    }));
    assert_eq!(card.wire().changes, 1);
}
