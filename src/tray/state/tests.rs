//! What the agent says, understood, and what days do to it.

use serde_json::json;

use super::*;

fn status(card: &str) -> StatusBody {
    let readers = json!([{"id": "r1", "name": "ACS", "card": card}]);
    serde_json::from_value(json!({"agent": {}, "backend": "pcsc", "readers": readers})).unwrap()
}

#[test]
fn what_is_known_of_a_card_goes_with_it() {
    let mut state = State::default();
    state.take_status(status("jpki"));
    let known = Details { environment: Some(Environment::Production), ..Details::default() };
    state.readers.iter_mut().for_each(|reader| reader.details = Some(known.clone()));
    state.take_status(status("jpki"));
    assert_eq!(state.readers.first().unwrap().details.as_ref(), Some(&known));
    state.take_status(status("none"));
    state.take_status(status("jpki"));
    assert_eq!(state.readers.first().unwrap().details, None);
    state.take_status(status("something new"));
    assert_eq!(state.readers.first().unwrap().card, Card::Unknown);
    let named = json!([{"id": "r1", "name": "ACS ACR39U 00 00", "displayName": "ACS ACR39U", "card": "none"}]);
    let body = json!({"backend": "pcsc", "readers": named});
    state.take_status(serde_json::from_value(body).unwrap());
    assert_eq!(state.readers.first().unwrap().name, "ACS ACR39U");
    state.lose();
    assert_eq!(state, State { link: Link::Down, ..State::default() });
}

#[test]
fn days_pass_without_the_agent() {
    let renewal = Renewal { opens_on_jst: "2029-11-18".to_owned(), open: false };
    let read = Dates {
        period: Period::InPeriod,
        days_left: 92,
        not_before: "2025-10-27T15:12:00Z".to_owned(),
        not_after_jst: "2030-02-17".to_owned(),
        renewal: Some(renewal),
    };
    let mut state = State::default();
    state.take_status(status("jpki"));
    assert!(!state.has_dates());
    let details = Details { authentication: Some(read.clone()), signature: Some(read), ..Details::default() };
    state.readers.iter_mut().for_each(|reader| reader.details = Some(details.clone()));
    assert!(state.has_dates());
    for (today, period, days_left, open) in [
        ("2029-11-17", Period::InPeriod, 92, false),
        ("2029-11-18", Period::InPeriod, 91, true),
        ("2030-02-17", Period::InPeriod, 0, true),
        ("2030-02-18", Period::Expired, -1, false),
        ("2029-11-17", Period::InPeriod, 92, false), // the clock was wrong
    ] {
        state.turn_to(today.parse().unwrap());
        let details = state.readers[0].details.as_ref().unwrap();
        for dates in [details.authentication.as_ref().unwrap(), details.signature.as_ref().unwrap()] {
            let open_now = dates.renewal.as_ref().unwrap().open;
            assert_eq!((dates.period, dates.days_left, open_now), (period, days_left, open), "{today}");
        }
    }
}

#[test]
fn the_answers_of_the_contract_are_understood_and_odd_ones_passed_over() {
    let pins = json!({"reader": "r1", "pins": [
        {"kind": "authentication", "state": "ok", "triesLeft": 3, "triesMax": 3},
        {"kind": "signature", "state": "asleep", "triesLeft": null, "triesMax": 5}, 7]});
    let dates = json!({"period": "in_period", "daysLeft": 1183, "notBefore": "2025-10-27T05:12:00Z", "notAfterJst": "2030-02-17"});
    let certificates = json!({"certificates": [{"kind": "signature", "state": "pin_required"},
        {"kind": "authentication", "state": "readable", "period": "in_period", "daysLeft": 1183,
         "notBefore": "2025-10-27T05:12:00Z", "notAfterJst": "2030-02-17", "renewal": {"opensOnJst": "2029-11-18", "open": false},
         "chain": {"result": "trusted", "root": "auth-2023", "environment": "jlis-test"}}]});
    let details = Details::of(&pins, &certificates, &json!({"signatureCertificate": dates}));
    let states: Vec<_> = details.pins.iter().map(|pin| (pin.state, pin.tries_left)).collect();
    assert_eq!(states, [(PinState::Ok, Some(3)), (PinState::Unknown, None)]);
    assert_eq!(details.environment, Some(Environment::JlisTest));
    let renewal = Renewal { opens_on_jst: "2029-11-18".to_owned(), open: false };
    assert_eq!(details.authentication.unwrap().renewal, Some(renewal));
    assert_eq!(details.signature.unwrap().days_left, 1183);
    let odd = json!([1, {"pins": 3}]);
    assert_eq!(Details::of(&odd, &odd, &odd), Details::default());
    assert!(Activity::of(&odd).is_empty());
}

#[test]
fn the_latest_request_stands_first() {
    let audit = json!({"entries": [
        {"sequence": 1, "time": "2026-11-22T03:00:00Z", "kind": "request", "origin": "https://portal.example",
         "operation": "authenticate", "digests": [], "outcome": "done"},
        {"sequence": 3, "time": null, "kind": "cleared"},
        {"sequence": 4, "time": null, "kind": "request", "program": {"name": "curl", "pid": 7},
         "operation": "sign", "digests": [], "outcome": "failed", "code": "pin_incorrect"}], "intact": true});
    let activity = Activity::of(&audit);
    let told: Vec<_> = activity.iter().map(|one| (one.who.as_deref(), one.operation.as_str())).collect();
    assert_eq!(told, [(Some("curl"), "sign"), (Some("https://portal.example"), "authenticate")]);
}
