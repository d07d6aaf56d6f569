//! What the person gets to read, in both languages.

use std::time::Duration;

use super::super::{ChangeEntry, ProgramIdentity, Seat};
use super::*;
use crate::digest::DigestAlgorithm;
use crate::jpki::INDIVIDUAL_NUMBER_CARD;
use crate::pin::{NewPinError, Weakness};

fn context(language: Language, asker: Asker) -> PromptContext {
    PromptContext {
        language,
        seat: Seat::default(),
        asker,
        reader: "ACS ACR1252 00 00".to_owned(),
        environment: Environment::Production,
        timeout: Duration::from_secs(120),
        guard: Duration::from_secs(1),
        phrase: "三毛猫が三匹".to_owned(),
    }
}

fn page() -> Asker {
    Asker::Page("https://portal.example".parse().unwrap())
}

fn program(name: &str) -> Asker {
    Asker::Program(ProgramIdentity { pid: Some(12345), name: Some(name.to_owned()) })
}

fn prompt(language: Language, asker: Asker, purpose: Purpose) -> PinPrompt {
    let key_kind = match purpose {
        Purpose::Authenticate { .. } => KeyKind::Authentication,
        _ => KeyKind::Signature,
    };
    PinPrompt {
        context: context(language, asker),
        key_kind,
        pin_rule: INDIVIDUAL_NUMBER_CARD.key(key_kind).pin_rule,
        purpose,
        tries_left: Some(3),
        warnings: Vec::new(),
    }
}

fn login() -> Purpose {
    Purpose::Authenticate { origin: "https://portal.example".parse().unwrap() }
}

fn documents_labelled(count: u32, label: &str) -> Purpose {
    let document = |n: u32| (DigestAlgorithm::Sha256.digest(&n.to_be_bytes()), Some(format!("{label}{n}")));
    Purpose::Sign { digests: (1..=count).map(document).collect(), discloses: true, step: None }
}

#[test]
fn a_log_in_reads_like_this() {
    let english = pin_prompt(&prompt(Language::English, page(), login()));
    assert_eq!(
        english.description,
        "https://portal.example\n\
         This web site asks you to log in with your card.\n\
         Wanted: PIN of the user authentication certificate (利用者証明用電子証明書の暗証番号), 4 digits.\n\
         3 tries left.\n\
         Reader: ACS ACR1252 00 00\n\
         Your phrase: 三毛猫が三匹"
    );
    let japanese = pin_prompt(&prompt(Language::Japanese, program("curl"), login()));
    assert_eq!(
        japanese.description,
        "プログラム「curl」（プロセス番号 12345）\n\
         次のサイトへのログインを求めています：\n\
         https://portal.example\n\
         入力するもの：利用者証明用電子証明書の暗証番号・数字4桁\n\
         残り3回\n\
         カードリーダー：ACS ACR1252 00 00\n\
         ご自身の合言葉：三毛猫が三匹"
    );
}

#[test]
fn a_signature_reads_like_this() {
    let text = pin_prompt(&prompt(Language::Japanese, page(), documents_labelled(2, "申告書")));
    assert_eq!(
        text.description,
        "https://portal.example\n\
         このサイトが文書2件への電子署名を求めています。\n\
         氏名・住所・生年月日・性別が相手に渡ります。\n\
         依頼元が付けた名前：\n\
         SHA-256 b40711a8…「申告書1」\n\
         SHA-256 433ebf5b…「申告書2」\n\
         入力するもの：署名用電子証明書のパスワード・英数字6〜16文字\n\
         残り3回\n\
         カードリーダー：ACS ACR1252 00 00\n\
         ご自身の合言葉：三毛猫が三匹"
    );
    assert_eq!(text.label, "パスワード：");
}

#[test]
fn at_most_eight_documents_are_listed_and_the_rest_is_counted() {
    let text = pin_prompt(&prompt(Language::English, page(), documents_labelled(100, "file")));
    assert!(text.description.contains("sign 100 documents."));
    assert_eq!(text.description.matches("“file").count(), 8);
    assert!(text.description.contains("\nand 92 more\n"), "{}", text.description);
    let one = pin_prompt(&prompt(Language::English, page(), documents_labelled(1, "file")));
    assert!(one.description.contains("sign one document.") && !one.description.contains("more"));
}

#[test]
fn what_is_disclosed_and_what_is_wrong_is_said() {
    for language in Language::ALL {
        let disclosure = message!(language, "prompt-discloses");
        let says = |purpose| pin_prompt(&prompt(language, page(), purpose)).description.contains(&disclosure);
        assert!(says(Purpose::Disclose { step: None }) && says(documents_labelled(1, "a")) && !says(login()));
        assert!(!says(Purpose::Sign { digests: Vec::new(), discloses: false, step: None }));

        let mut bad = prompt(language, page(), login());
        bad.warnings = vec![
            Warning::Expired { not_after_jst: "2026-01-02".to_owned() },
            Warning::NotYetValid { not_before_jst: "2031-03-04".to_owned() },
            Warning::UnknownIssuer,
        ];
        let description = pin_prompt(&bad).description;
        assert!(description.contains("2026-01-02") && description.contains("2031-03-04"));
        let unknown = message!(language, "prompt-warning-unknown-issuer");
        assert_eq!(description.matches(&unknown).count(), 1);
        bad.context.environment = Environment::Unknown;
        assert_eq!(pin_prompt(&bad).description.matches(&unknown).count(), 1, "said once, not twice");
        bad.warnings.clear();
        assert_eq!(pin_prompt(&bad).description.matches(&unknown).count(), 1);
    }
}

#[test]
fn of_two_prompts_each_says_which_it_is_and_what_it_is_for() {
    let disclose = |step| Purpose::Disclose { step };
    let sign = |step| Purpose::Sign { digests: Vec::new(), discloses: true, step };
    let say = |language, purpose| pin_prompt(&prompt(language, page(), purpose));
    let first = say(Language::Japanese, disclose(Some(Step::First)));
    let lines: Vec<&str> = first.description.lines().take(3).collect();
    assert_eq!(
        lines,
        [
            "https://portal.example",
            "このサイトが署名用電子証明書の提示を求めています（署名はしません）。",
            "2回のうち1回目：まず証明書を読み取ります。署名は次の画面で改めて確認します。",
        ]
    );
    let second = say(Language::Japanese, sign(Some(Step::Second))).description;
    assert!(second.contains("\n2回のうち2回目：証明書に続く署名です。\n"), "{second}");
    let first = say(Language::English, disclose(Some(Step::First)));
    let second = say(Language::English, sign(Some(Step::Second)));
    for (text, words) in
        [(&first, "This is 1 of 2: now the certificate is read;"), (&second, "This is 2 of 2: now the signature")]
    {
        assert!(text.description.contains(words), "{}", text.description);
        assert!(text.shorter.iter().all(|shorter| shorter.contains(words)), "small screens too");
    }
    // The other way round is the asker's own doing: it is counted, and nothing is said about the other prompt.
    assert!(say(Language::English, sign(Some(Step::First))).description.contains("\nThis is 1 of 2.\n"));
    assert!(say(Language::English, disclose(Some(Step::Second))).description.contains("\nThis is 2 of 2.\n"));
    for purpose in [disclose(None), sign(None), login()] {
        assert!(!say(Language::English, purpose).description.contains(" of 2"));
    }
}

#[test]
fn cards_that_are_not_real_are_shouted_about() {
    for language in Language::ALL {
        for (environment, shout) in [
            (Environment::Simulator, Some("SIMULATED CARD")),
            (Environment::JlisTest, Some("TEST CARD")),
            (Environment::Production, None),
        ] {
            let mut prompt = prompt(language, page(), login());
            prompt.context.environment = environment;
            let text = pin_prompt(&prompt);
            let question = Question::UnprotectPin { key_kind: KeyKind::Signature, tries_left: None };
            let confirm = confirm_prompt(&ConfirmPrompt { context: prompt.context, question });
            for text in [&text.description, &text.shorter[0], &text.shorter[1], &confirm.description] {
                match shout {
                    Some(shout) => assert!(text.contains(shout), "{text}"),
                    None => assert!(!text.contains("***") && !text.contains("＊＊＊"), "{text}"),
                }
            }
        }
    }
}

#[test]
fn tries_are_told_and_the_last_one_is_stressed() {
    let say = |language, tries_left| {
        let mut prompt = prompt(language, page(), login());
        prompt.tries_left = tries_left;
        pin_prompt(&prompt).description
    };
    assert!(say(Language::English, Some(2)).contains("2 tries left."));
    assert!(say(Language::English, Some(1)).contains("LAST TRY"));
    assert!(say(Language::English, None).contains("unknown"));
    assert!(say(Language::Japanese, Some(1)).contains("残り1回です。間違えるとロック"));
    assert!(say(Language::Japanese, Some(2)).contains("残り2回\n"));
    assert!(say(Language::Japanese, None).contains("不明"));
}

#[test]
fn every_prompt_fits_into_one_line_of_the_protocol_and_keeps_what_matters() {
    let long = "とても長い名前".repeat(30);
    for language in Language::ALL {
        for count in [1, 8, 9, 100] {
            for asker in [
                Asker::Page(format!("https://{}.example", ["a".repeat(60).as_str(); 20].join(".")).parse().unwrap()),
                program(&long),
            ] {
                let mut purpose = documents_labelled(count, &long);
                if let Purpose::Sign { step, .. } = &mut purpose {
                    *step = (count > 8).then_some(Step::Second);
                }
                let mut prompt = prompt(language, asker, purpose);
                prompt.context.environment = Environment::Simulator;
                prompt.context.reader.clone_from(&long);
                prompt.context.phrase.clone_from(&long);
                prompt.tries_left = Some(1);
                prompt.warnings =
                    vec![Warning::Expired { not_after_jst: "2026-01-02".to_owned() }, Warning::UnknownIssuer];
                let text = pin_prompt(&prompt);
                for description in std::iter::once(&text.description).chain(&text.shorter) {
                    assert!(assuan::escaped_len(description) <= assuan::MAX_TEXT, "{description}");
                    assert!(description.contains("署名用電子証明書のパスワード") && description.contains("2026-01-02"));
                    assert!(description.contains(if language == Language::English {
                        "LAST TRY"
                    } else {
                        "残り1回"
                    }));
                }
                assert!(text.description.lines().count() <= 19, "a terminal has 24 lines");
                assert!(text.description.contains("SHA-256"), "{}", text.description);
                assert!(text.shorter[0].lines().count() <= 15 && text.shorter[1].lines().count() <= 10);
            }
        }
    }
}

#[test]
fn the_end_of_a_long_origin_stays_visible() {
    let origin = format!("https://portal.example.{}.evil.example", ["a".repeat(60).as_str(); 4].join("."));
    let text = pin_prompt(&prompt(Language::English, Asker::Page(origin.parse().unwrap()), login()));
    let first = text.description.lines().next().unwrap();
    assert!(first.starts_with("https://portal.example") && first.contains('…') && first.ends_with(".evil.example"));
}

#[test]
fn an_international_name_stands_behind_its_punycode_where_it_cannot_deceive() {
    let first_lines = |origin: &str| {
        let text = pin_prompt(&prompt(Language::English, Asker::Page(origin.parse().unwrap()), login()));
        text.description.lines().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let japanese = first_lines("https://xn--wgv71a119e.jp");
    assert_eq!(japanese, ["https://xn--wgv71a119e.jp", "(https://日本語.jp)"]);
    // "аррӏе" in Cyrillic letters that look Latin: punycode only.
    let imitation = first_lines("https://xn--80ak6aa92e.com");
    assert_eq!(imitation[0], "https://xn--80ak6aa92e.com");
    assert!(!imitation[1].contains("https://"), "{imitation:?}");
}

#[test]
fn nothing_from_outside_can_dress_up_or_hide() {
    for hostile in [
        "<b>x</b>",
        "&lt;b&gt;",
        "a\nb",
        "a\r\nb",
        "a\tb",
        "a\u{0}b",
        "a\u{7f}b",
        "a\u{1b}[2Jb",
        "a\u{9b}2Jb",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{200b}b",
        "a\u{200d}b",
        "a\u{feff}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "a\u{ad}b",
        "a\u{e0041}b",
        "a\u{e000}b",
        "a\u{3164}b",
        "a\u{61c}b",
        "」 偽 「",
        "” fake “",
    ] {
        for language in Language::ALL {
            for asker in [page(), program(hostile)] {
                let clean = pin_prompt(&prompt(language, asker.clone(), documents_labelled(1, "x")));
                let mut prompt = prompt(language, asker, documents_labelled(1, hostile));
                prompt.context.reader = hostile.to_owned();
                prompt.context.phrase = hostile.to_owned();
                let text = pin_prompt(&prompt);
                assert_eq!(text.description.lines().count(), clean.description.lines().count(), "{hostile:?}");
                assert!(!text.description.contains(['<', '>', '&']), "{hostile:?}");
                assert_eq!(
                    (&text.title, &text.label, &text.ok, &text.cancel),
                    (&clean.title, &clean.label, &clean.ok, &clean.cancel)
                );
            }
        }
    }
}

#[test]
fn our_own_labels_and_buttons_have_no_accelerators() {
    for language in Language::ALL {
        let question = Question::UseCertificate { key_kind: KeyKind::Signature, warning: Warning::UnknownIssuer };
        let confirm = confirm_prompt(&ConfirmPrompt { context: context(language, page()), question });
        for text in [pin_prompt(&prompt(language, page(), Purpose::Disclose { step: None })), confirm] {
            for short in [text.title, text.label, text.ok, text.cancel] {
                assert!(!short.contains(['_', '&', '<', '>', '%', '\n']), "{short}");
            }
        }
    }
}

#[test]
fn questions_say_what_follows() {
    let ask = |language, question| {
        let text = confirm_prompt(&ConfirmPrompt { context: context(language, program("jpki-agent")), question });
        assert!(text.description.starts_with(&text.shorter[0]));
        (text.description, text.ok)
    };
    let unprotect = |key_kind| Question::UnprotectPin { key_kind, tries_left: Some(1) };
    let (english, ok) = ask(Language::English, unprotect(KeyKind::Authentication));
    assert!(english.contains("user authentication certificate") && english.contains("five minutes"), "{english}");
    assert_eq!(ok, "Allow once");
    let (japanese, _) = ask(Language::Japanese, unprotect(KeyKind::Signature));
    assert!(japanese.contains("署名用電子証明書のパスワードの最後の1回") && japanese.contains("5分間"), "{japanese}");
    for key_kind in KeyKind::ALL {
        let warning = Warning::Expired { not_after_jst: "2026-01-02".to_owned() };
        let (japanese, ok) = ask(Language::Japanese, Question::UseCertificate { key_kind, warning });
        assert!(japanese.contains("2026-01-02") && ok == "続ける");
    }
}

#[test]
fn every_format_error_has_its_own_hint() {
    let digits = INDIVIDUAL_NUMBER_CARD.authentication.pin_rule;
    let password = INDIVIDUAL_NUMBER_CARD.signature.pin_rule;
    for language in Language::ALL {
        let hints: std::collections::BTreeSet<String> = [
            (digits, "12345"),
            (digits, "12a4"),
            (digits, "１２３４"),
            (password, "ABC12"),
            (password, "ABC-12"),
            (password, "1234"),
        ]
        .into_iter()
        .map(|(rule, entry)| format_hint(language, rule, rule.check(entry).unwrap_err()))
        .chain([too_soon(language)])
        .collect();
        assert_eq!(hints.len(), 7);
        for hint in hints {
            assert!(assuan::escaped_len(&hint) <= assuan::MAX_TEXT && !hint.contains('{'), "{hint}");
        }
    }
}

fn change_prompt(language: Language, key_kind: KeyKind, entry: ChangeEntry, unproven: bool) -> PinPrompt {
    let mut prompt = prompt(language, program("jpki-agent"), Purpose::ChangePin { entry, unproven });
    prompt.key_kind = key_kind;
    prompt.pin_rule = INDIVIDUAL_NUMBER_CARD.key(key_kind).pin_rule;
    prompt
}

#[test]
fn a_change_reads_like_this() {
    let text = pin_prompt(&change_prompt(Language::English, KeyKind::Authentication, ChangeEntry::Present, true));
    assert_eq!(
        text.description,
        "Program “jpki-agent” (process 12345)\n\
         It asks to change the PIN of your card.\n\
         UNPROVEN on real cards: if it goes wrong, only the municipal office can help. Sure ways: the official software, \
         or the office.\n\
         1 of 3: the PRESENT PIN.\n\
         Wanted: PIN of the user authentication certificate (利用者証明用電子証明書の暗証番号), 4 digits.\n\
         3 tries left.\n\
         Reader: ACS ACR1252 00 00\n\
         Your phrase: 三毛猫が三匹"
    );
    assert_eq!(text.label, "Present PIN (4 digits):");
    let new = ChangeEntry::New { different: true };
    let text = pin_prompt(&change_prompt(Language::Japanese, KeyKind::Signature, new, false));
    assert_eq!(
        text.description,
        "プログラム「jpki-agent」（プロセス番号 12345）\n\
         カードのパスワードの変更を求めています。\n\
         新しい2つの入力が一致しませんでした。もう一度お決めください。カードには送っていません。\n\
         （2/3）新しいパスワード\n\
         新しいパスワードには英字と数字の両方が必要です。英字の小文字は大文字として扱います。\n\
         入力するもの：署名用電子証明書のパスワード・英数字6〜16文字\n\
         カードリーダー：ACS ACR1252 00 00\n\
         ご自身の合言葉：三毛猫が三匹"
    );
    assert_eq!(text.label, "新しいパスワード：");
}

#[test]
fn every_prompt_of_a_change_says_which_entry_it_is_and_fits() {
    let long = "とても長い名前".repeat(30);
    for language in Language::ALL {
        for key_kind in KeyKind::ALL {
            let mut seen = std::collections::BTreeSet::new();
            for entry in [
                ChangeEntry::Present,
                ChangeEntry::New { different: false },
                ChangeEntry::New { different: true },
                ChangeEntry::Again,
            ] {
                let mut prompt = change_prompt(language, key_kind, entry, true);
                prompt.context.environment = Environment::Unknown;
                prompt.context.asker = program(&long);
                prompt.context.reader.clone_from(&long);
                prompt.context.phrase.clone_from(&long);
                prompt.tries_left = Some(1);
                let text = pin_prompt(&prompt);
                for description in std::iter::once(&text.description).chain(&text.shorter) {
                    assert!(assuan::escaped_len(description) <= assuan::MAX_TEXT, "{description}");
                    assert!(description.contains(&message!(language, "change-unproven")), "{description}");
                }
                assert!(text.description.lines().count() <= 15);
                // Only the present one can cost a try.
                let last = tries(language, Some(1));
                assert_eq!(text.description.contains(&last), entry == ChangeEntry::Present, "{}", text.description);
                assert!(!text.label.contains(['_', '&', '<', '>', '%', '\n']));
                seen.insert(text.description);
            }
            assert_eq!(seen.len(), 4);
        }
    }
}

#[test]
fn a_weak_pin_can_be_used_or_not_and_of_several_cards_one_is_chosen() {
    let weaknesses = [Weakness::Repeats, Weakness::Runs, Weakness::Keyboard, Weakness::Date, Weakness::Word];
    for language in Language::ALL {
        let weak = |weakness| Question::AvoidWeakPin { key_kind: KeyKind::Authentication, weakness };
        let card = |tries_left| Question::ChooseCard {
            key_kind: KeyKind::Signature,
            tries_left,
            number: 2,
            count: 3,
            unusable: true,
        };
        let mut descriptions = std::collections::BTreeSet::new();
        for question in weaknesses.map(weak).into_iter().chain([Some(0), Some(5), None].map(card)) {
            let chooses = matches!(question, Question::ChooseCard { .. });
            let mut context = context(language, page());
            context.environment = Environment::Simulator;
            let text = confirm_prompt(&ConfirmPrompt { context, question });
            let other = text.other.clone().expect("there is a third way out");
            for short in [&text.title, &text.ok, &text.cancel, &other] {
                assert!(!short.contains(['_', '&', '<', '>', '%', '\n']), "{short}");
            }
            // pinentry-tty takes their first letters.
            let first =
                [&text.ok, &other, &text.cancel].map(|button| button.chars().next().unwrap().to_lowercase().next());
            assert!(
                language == Language::Japanese
                    || (first[0] != first[1] && first[1] != first[2] && first[0] != first[2])
            );
            for description in [&text.description, &text.shorter[0]] {
                assert!(description.contains("SIMULATED CARD"), "{description}");
                assert!(!chooses || description.matches("ACS ACR1252 00 00").count() == 1, "{description}");
                assert!(assuan::escaped_len(description) <= assuan::MAX_TEXT);
            }
            descriptions.insert(text.description);
        }
        assert_eq!(descriptions.len(), 8);
    }
}

#[test]
fn every_reason_against_a_new_pin_has_its_own_hint() {
    let errors = [NewPinError::NotMixed, NewPinError::Unchanged, NewPinError::Different];
    for language in Language::ALL {
        let hints: std::collections::BTreeSet<String> =
            errors.iter().map(|error| new_pin_hint(language, *error)).collect();
        assert_eq!(hints.len(), 3);
        assert!(hints.iter().all(|hint| assuan::escaped_len(hint) <= assuan::MAX_TEXT && !hint.contains('{')));
    }
}

#[test]
fn a_question_about_a_site_says_its_warnings_whole_and_fits() {
    let long = "とても長い名前".repeat(30);
    let warning = |number: usize| format!("{number}：{}。", "長い注意".repeat(12));
    for language in Language::ALL {
        let ask = |count: usize| {
            let mut context = context(language, program(&long));
            context.reader.clear();
            context.phrase.clone_from(&long);
            let origin: Origin =
                format!("https://{}.example", ["a"; 4].map(|label| label.repeat(60)).join(".")).parse().unwrap();
            let warnings = (0..count).map(warning).collect();
            let question = Question::AllowOrigin { origin, scopes: Scope::ALL.into_iter().collect(), warnings };
            confirm_prompt(&ConfirmPrompt { context, question }).description
        };
        for count in 0..=6 {
            let text = ask(count);
            assert!(assuan::escaped_len(&text) <= assuan::MAX_TEXT, "{text}");
            let shown = (0..count).filter(|number| text.lines().any(|line| line == warning(*number))).count();
            assert!(shown >= count.min(1), "{text}");
            let more = message!(language, "prompt-allow-origin-more", count = count - shown);
            assert_eq!(text.contains(&more), shown < count, "{text}");
            assert!((0..shown).all(|number| text.contains(&warning(number))), "the gravest first: {text}");
        }
    }
}
