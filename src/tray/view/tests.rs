//! Tables: what is known, and what is shown of it.

use super::*;
use crate::tray::state::{Pin, Renewal};

fn dates(period: Period, days_left: i32, open: bool) -> Dates {
    Dates {
        period,
        days_left,
        not_before: "2025-10-27T15:12:00Z".to_owned(),
        not_after_jst: "2030-02-17".to_owned(),
        renewal: Some(Renewal { opens_on_jst: "2029-11-18".to_owned(), open }),
    }
}

fn pin(kind: Kind, tries_left: Option<u8>) -> Pin {
    let state = match tries_left {
        Some(0) => PinState::Blocked,
        Some(1) => PinState::LastTry,
        Some(_) => PinState::Ok,
        None => PinState::Unknown,
    };
    Pin { kind, state, tries_left }
}

/// A real card with nothing to say against it.
fn good() -> Details {
    Details {
        pins: vec![pin(Kind::Authentication, Some(3)), pin(Kind::Signature, Some(5))],
        authentication: Some(dates(Period::InPeriod, 1183, false)),
        signature: None,
        environment: Some(Environment::Production),
    }
}

fn with(card: Card, details: Option<Details>) -> State {
    let reader = Reader { id: "r1".to_owned(), name: "ACS ACR1252".to_owned(), card, details };
    State { link: Link::Up, readers: vec![reader], ..State::default() }
}

fn all_text(view: &View) -> String {
    let mut text = format!("{}\n{}\n", view.title, view.summary.join("\n"));
    for item in &view.menu {
        match item {
            Item::Text(line) | Item::Button(line, _) => text.push_str(line),
            Item::Rule => {}
            Item::Group(heading, lines) => text.push_str(&format!("{heading}\n{}", lines.join("\n"))),
        }
        text.push('\n');
    }
    text
}

fn wishes(view: &View) -> Vec<Wish> {
    let wish = |item: &Item| if let Item::Button(_, wish) = item { Some(*wish) } else { None };
    view.menu.iter().filter_map(wish).collect()
}

#[test]
fn each_state_has_its_face_and_says_so() {
    let details = |change: &dyn Fn(&mut Details)| {
        let mut details = good();
        change(&mut details);
        with(Card::Jpki, Some(details))
    };
    let authentication = |dates: Dates| details(&|details| details.authentication = Some(dates.clone()));
    let signature = |dates: Dates| details(&|details| details.signature = Some(dates.clone()));
    let pins = |kind, left| details(&|details| details.pins = vec![pin(kind, left)]);
    let down = State { link: Link::Down, ..State::default() };
    let without_readers = State { link: Link::Up, ..State::default() };
    for (state, face, said) in [
        (State::default(), Face::NoCard, "起動しています"),
        (down, Face::Attention { card: false }, "エージェントが動いていません"),
        (State { service_down: true, ..without_readers.clone() }, Face::Attention { card: false }, "PC/SC"),
        (
            State { log_altered: true, ..without_readers.clone() },
            Face::Attention { card: false },
            "書き換えられています",
        ),
        (without_readers, Face::NoCard, "カードリーダーが接続されていません"),
        (with(Card::None, None), Face::NoCard, "マイナンバーカードがありません"),
        (with(Card::Other, None), Face::NoCard, "マイナンバーカードではない"),
        (with(Card::Unsupported, None), Face::NoCard, "マイナンバーカードではない"),
        (with(Card::Busy, None), Face::NoCard, "ほかのプログラムがカードを使って"),
        (with(Card::Mute, None), Face::NoCard, "カードが応答しません"),
        (with(Card::Jpki, None), Face::Ready, "マイナンバーカードを使えます"),
        (with(Card::Jpki, Some(good())), Face::Ready, "マイナンバーカードを使えます"),
        (pins(Kind::Signature, None), Face::Ready, "マイナンバーカードを使えます"),
        (pins(Kind::Signature, Some(2)), Face::Ready, "マイナンバーカードを使えます"),
        (pins(Kind::Signature, Some(1)), Face::Attention { card: true }, "署名用電子証明書のパスワード：残り1回"),
        (
            pins(Kind::Authentication, Some(0)),
            Face::Attention { card: true },
            "利用者証明用電子証明書の暗証番号：ロック",
        ),
        (
            authentication(dates(Period::Expired, -3, false)),
            Face::Attention { card: true },
            "利用者証明用電子証明書：有効期間が終わって",
        ),
        (
            authentication(dates(Period::NotYetValid, 900, false)),
            Face::Attention { card: true },
            "2025-10-28 から有効です（まだ始まっていません）",
        ),
        (authentication(dates(Period::InPeriod, 92, true)), Face::Attention { card: true }, "更新できます"),
        (authentication(dates(Period::InPeriod, 91, false)), Face::Ready, "マイナンバーカードを使えます"),
        (
            authentication(dates(Period::InPeriod, 90, false)),
            Face::Attention { card: true },
            "あと90日（2030-02-17 まで）",
        ),
        (signature(dates(Period::InPeriod, 7, true)), Face::Attention { card: true }, "署名用電子証明書：あと7日"),
    ] {
        let view = view(&state, Language::Japanese);
        assert_eq!(view.face, face, "{state:?}");
        assert!(view.summary.join("\n").contains(said), "{said}: {:?}", view.summary);
        assert!(!view.simulated && !view.title.contains("模擬"));
        assert_eq!(wishes(&view).last(), Some(&Wish::Quit));
    }
}

#[test]
fn the_menu_tells_the_card_its_tries_and_its_days() {
    let state = with(Card::Jpki, Some(Details { signature: Some(dates(Period::InPeriod, 400, false)), ..good() }));
    let expected = [
        (
            Language::Japanese,
            [
                "ACS ACR1252：マイナンバーカード",
                "  利用者証明用電子証明書の暗証番号：残り3回",
                "  署名用電子証明書のパスワード：残り5回",
                "  利用者証明用電子証明書：あと1183日（2030-02-17 まで）",
                "  署名用電子証明書：あと400日（2030-02-17 まで）",
            ],
        ),
        (
            Language::English,
            [
                "ACS ACR1252: My Number Card",
                "  User authentication PIN: 3 tries left",
                "  Signature password: 5 tries left",
                "  User authentication certificate: 1183 days left (until 2030-02-17)",
                "  Signature certificate: 400 days left (until 2030-02-17)",
            ],
        ),
    ];
    for (language, lines) in expected {
        let view = view(&state, language);
        let told: Vec<_> = view.menu.iter().take(5).cloned().collect();
        assert_eq!(told, lines.map(|line| Item::Text(line.to_owned())));
        assert_eq!(wishes(&view), [Wish::Release, Wish::OpenPage, Wish::Quit]);
    }
}

#[test]
fn only_what_can_be_done_is_offered() {
    let down = State { link: Link::Down, ..State::default() };
    let refused = State { refused: 2, ..with(Card::None, None) };
    for (state, offered) in [
        (State::default(), vec![Wish::Quit]),
        (down, vec![Wish::StartAgent, Wish::Quit]),
        (with(Card::None, None), vec![Wish::OpenPage, Wish::Quit]),
        (with(Card::Jpki, None), vec![Wish::Release, Wish::OpenPage, Wish::Quit]),
        (refused, vec![Wish::OpenPage, Wish::OpenPage, Wish::Quit]),
    ] {
        assert_eq!(wishes(&view(&state, Language::English)), offered, "{state:?}");
    }
    let quit = |link, owns_agent| {
        let state = State { link, owns_agent, ..State::default() };
        view(&state, Language::English).menu.pop().unwrap()
    };
    for (link, owns_agent, words) in [
        (Link::Up, true, "Quit"),
        (Link::Starting, true, "Quit"),
        (Link::Up, false, "Remove this icon (the agent keeps running)"),
        (Link::Down, false, "Remove this icon"),
    ] {
        assert_eq!(quit(link, owns_agent), Item::Button(words.to_owned(), Wish::Quit));
    }
}

#[test]
fn the_software_card_is_loud_wherever_it_lies() {
    let behind_a_reader = Details { environment: Some(Environment::Simulator), ..good() };
    let in_the_agent = State { simulator: true, ..with(Card::None, None) };
    for state in [with(Card::Jpki, Some(behind_a_reader)), in_the_agent] {
        for (language, mark) in [(Language::Japanese, "模擬カード・効力なし"), (Language::English, "SIMULATED CARD")]
        {
            let view = view(&state, language);
            assert!(view.simulated && view.title.contains(mark), "{}", view.title);
            assert!(view.summary.iter().any(|line| line.contains(mark)));
            assert!(matches!(view.menu.first(), Some(Item::Text(line)) if line.contains(mark)));
        }
    }
}

#[test]
fn recent_use_is_told_in_japanese_time() {
    let activity = |time: Option<&str>, who: Option<&str>, operation: &str, outcome: &str| Activity {
        time: time.map(str::to_owned),
        who: who.map(str::to_owned),
        operation: operation.to_owned(),
        outcome: outcome.to_owned(),
    };
    let state = State {
        activity: Some(vec![
            activity(Some("2026-11-22T15:30:00Z"), Some("https://portal.example"), "authenticate", "done"),
            activity(None, None, "something-new", "something-new"),
        ]),
        ..with(Card::None, None)
    };
    let view = view(&state, Language::Japanese);
    let group = view.menu.iter().find_map(|item| if let Item::Group(_, lines) = item { Some(lines) } else { None });
    let expected = [
        "2026-11-23 00:30  https://portal.example：ログイン（完了）",
        "-  このパソコンのプログラム：something-new（結果は不明）",
    ];
    assert_eq!(group.unwrap(), &expected);
}

#[test]
fn that_there_was_no_use_is_said_only_where_that_is_known() {
    for (activity, said) in [(None, false), (Some(Vec::new()), true)] {
        let view = view(&State { activity, ..with(Card::None, None) }, Language::Japanese);
        assert_eq!(all_text(&view).contains("カードの利用記録はありません"), said);
    }
}

#[test]
fn reminders_stand_in_the_menu_of_a_card_in_a_drawer_too() {
    let body = serde_json::json!({"kept": [
        {"simulated": false, "reminders": [{"text": "あと30日です。"}, {"text": "1年がたちました。"}]},
        {"simulated": true, "reminders": [{"text": "切れました。"}, 7]}], "note": "…"});
    let reminders = Reminder::of(&body);
    let view = view(&State { reminders, ..with(Card::None, None) }, Language::Japanese);
    let lines = ["あと30日です。", "1年がたちました。", "模擬カード（SIMULATED CARD）：切れました。"]
        .map(str::to_owned)
        .to_vec();
    assert!(view.menu.contains(&Item::Group("お知らせ".to_owned(), lines)), "{:?}", view.menu);
}

#[test]
fn dates_that_only_the_password_shows_are_said_to_be_so() {
    let told = |details| all_text(&view(&with(Card::Jpki, Some(details)), Language::Japanese));
    let (unknown, known) = (good(), Details { signature: Some(dates(Period::InPeriod, 400, false)), ..good() });
    let line = "署名用電子証明書：有効期限はパスワードの入力後";
    assert!(told(unknown).contains(line) && !told(known).contains(line));
    assert!(!told(Details { authentication: None, ..good() }).contains(line), "nothing was read at all");
}

#[test]
fn foreign_text_cannot_deceive_or_flood() {
    let mut state = with(Card::Other, None);
    state.readers.first_mut().unwrap().name = format!("a\u{202e}b\nc{}", "x".repeat(1000));
    let text = all_text(&view(&state, Language::English));
    assert!(text.contains("a\u{FFFD}b\u{FFFD}cxxx") && text.contains("x…") && !text.contains(&"x".repeat(60)));
}

#[test]
fn trouble_is_told_until_it_is_over() {
    let trouble = vec!["駄目でした".to_owned(), "設定のため".to_owned()];
    for state in [State { link: Link::Down, ..State::default() }, with(Card::Jpki, Some(good()))] {
        let view = view(&State { trouble: trouble.clone(), ..state }, Language::Japanese);
        let in_menu = |line: &str| view.menu.iter().filter(|item| **item == Item::Text(line.to_owned())).count();
        for line in &trouble {
            assert!(view.summary.contains(line) && in_menu(line) == 1, "{view:?}");
        }
        assert!(matches!(view.face, Face::Attention { .. }), "it is seen without opening the menu");
    }
}
