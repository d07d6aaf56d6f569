//! The rules of the card, one table per area of `card-protocol.md` 14. Every status word is asserted exactly.

use rsa::{Pkcs1v15Sign, RsaPublicKey};

use super::*;
use crate::jpki::KeyKind;
use crate::simulator::{AbsentCertificate, TokenLabel};

const OPEN_BOTH: &[(&str, u16)] = &[
    (SELECT_JPKI, 0x9000),
    ("00A4020C020018", 0x9000),
    (RIGHT_PIN, 0x9000),
    ("00A4020C02001B", 0x9000),
    (RIGHT_PASSWORD, 0x9000),
];

fn opened(variants: Variants) -> SoftwareCard {
    let mut card = powered(variants);
    check(&mut card, OPEN_BOTH);
    card
}

fn is_open(card: &SoftwareCard) -> (bool, bool) {
    (card.is_verified(KeyKind::Authentication), card.is_verified(KeyKind::Signature))
}

#[test]
fn applets_are_selected_by_their_whole_aid() {
    check(
        &mut powered(Variants::default()),
        &[
            ("00A40000", 0x6A86), // nothing selected yet
            (SELECT_JPKI, 0x9000),
            ("00A40000", 0x9000),
            ("00A40000023F00", 0x6A82),
            ("00A4040C09D392F0002601000000", 0x6A82), // a prefix
            ("00A4040C0BD392F00026010000000100", 0x6A82),
            ("00A4040C07A0000000031010", 0x6A82), // a stranger
            ("00A4040C", 0x6A82),
            ("00A4020C02000A", 0x9000), // a failed SELECT changed nothing
            (SELECT_ISSUER, 0x9000),
            (SELECT_DESELECT, 0x9000),
            ("00A4010C02000A", 0x6A86),
            ("00A4090C02000A", 0x6A86),
            ("00A404020AD392F000260100000001", 0x6A86),
        ],
    );
}

#[test]
fn control_information_comes_where_it_is_asked_for() {
    let mut card = powered(Variants::default());
    let (data, status) = send(&mut card, "00A404000AD392F00026010000000100");
    assert_eq!((data, status), (bytes("6F0C840AD392F000260100000001"), 0x9000));
    assert_eq!(send(&mut card, SELECT_JPKI), (vec![], 0x9000));
}

#[test]
fn files_are_selected_within_jpki_only() {
    let mut card = powered(Variants::default());
    check(&mut card, &[("00A4020C020006", 0x6986), (SELECT_ISSUER, 0x9000), ("00A4020C020006", 0x6A82)]);
    check(&mut card, &[(SELECT_JPKI, 0x9000), ("00B0000000", 0x6986), ("00200080", 0x6986)]);
    let existing = [0x01, 0x02, 0x06, 0x08, 0x0A, 0x0B, 0x17, 0x18, 0x1A, 0x1B];
    for id in 0..=0xFF {
        let status = if existing.contains(&id) { 0x9000 } else { 0x6A82 };
        check(&mut card, &[(&format!("00A4020C0200{id:02X}"), status)]);
    }
    check(&mut card, &[("00A4020C0106", 0x6700), ("00A4020C03000600", 0x6700)]);
}

#[test]
fn reading_needs_the_right_and_stays_within_the_file() {
    let mut card = powered(Variants::default());
    check(
        &mut card,
        &[
            (SELECT_JPKI, 0x9000),
            ("00A4020C020001", 0x9000),
            ("00B0000000", 0x6982),
            ("00B00EE000", 0x6982), // the right comes before the offset
            ("00A4020C020018", 0x9000),
            ("00B0000000", 0x6981),
            ("00A4020C020017", 0x9000),
            ("00B0000000", 0x6981),
            ("00A4020C02000A", 0x9000),
            ("00B00000", 0x6700),
            ("00B0000001AA00", 0x6700),
            ("00B0800000", 0x6A86),
            ("00B0C10000", 0x6A86),
            ("00B0830000", 0x6A82), // short id of no file
        ],
    );
    for (command, length, status) in [
        ("00B0000000", 256, 0x9000),
        ("00B0000001", 1, 0x9000),
        ("00B00000FF", 255, 0x9000),
        ("00B0000000 0100", 256, 0x9000),
        ("00B0000000 0000", 3808, 0x9000),
        ("00B00EDF00", 1, 0x9000),
        ("00B00E0000", 224, 0x9000), // crosses the end at 3808
        ("00B00EE000", 0, 0x6B00),
        ("00B07FFF00", 0, 0x6B00),
        ("00B0860000", 160, 0x9000), // token information by short id
        ("00B0880000", 3, 0x9000),
        ("00B0880200", 1, 0x9000),
        ("00B0880300", 0, 0x6B00),
        ("00B08A0000", 256, 0x9000),
    ] {
        check(&mut card, &[("00A4020C02000A", 0x9000)]);
        let (data, answered) = send(&mut card, command);
        assert_eq!((data.len(), answered), (length, status), "{command}");
    }
}

#[test]
fn certificates_stand_before_filler() {
    for filler in [0x00, 0xFF] {
        let mut card = opened(Variants { filler, ..Variants::default() });
        let contents = contents();
        for (id, certificate) in [
            ("81", contents.signature_certificate.unwrap()),
            ("82", contents.signature_ca),
            ("8A", contents.authentication_certificate),
            ("8B", contents.authentication_ca),
        ] {
            let (data, status) = send(&mut card, &format!("00B0{id}00000000"));
            assert_eq!((data.len(), status), (3808, 0x9000));
            assert_eq!(data[..certificate.len()], certificate);
            assert!(data[certificate.len()..].iter().all(|byte| *byte == filler));
        }
    }
}

#[test]
fn the_token_information_has_the_layout_of_pkcs_11() {
    for (token, label) in [
        (TokenLabel::IndividualNumberCard, "JPKIAPICCTOKEN2"),
        (TokenLabel::ResidentCard, "JPKIAPICCTOKEN"),
        (TokenLabel::Android, "JPKIAPGPSETOKEN"),
        (TokenLabel::Iphone, "JPKIAPIOSTOKEN"),
        (TokenLabel::Other("NEXT".to_owned()), "NEXT"),
    ] {
        let mut card = powered(Variants { token, ..Variants::default() });
        check(&mut card, &[(SELECT_JPKI, 0x9000)]);
        let (data, _) = send(&mut card, "00B0860000");
        assert_eq!(data.len(), 160);
        assert_eq!(data[..32], *format!("{label:<32}").as_bytes());
        assert_eq!(data[96..100], bytes("0000040D"));
        assert_eq!(data[116..124], bytes("00000010 00000006"));
        assert_eq!(data[144..], [b'9'; 16]);
    }
}

#[test]
fn a_missing_signature_certificate_is_filler_no_file_or_closed() {
    let contents = CardContents { signature_certificate: None, ..contents() };
    for (absent_signature_certificate, select, read) in [
        (AbsentCertificate::Filler, 0x9000, 0x6982),
        (AbsentCertificate::NotFound, 0x6A82, 0x6986),
        (AbsentCertificate::Closed, 0x9000, 0x6982),
    ] {
        let variants = Variants { absent_signature_certificate, ..Variants::default() };
        let mut card = SoftwareCard::new(contents.clone(), variants);
        card.power_on();
        check(&mut card, &[(SELECT_JPKI, 0x9000), ("00A4020C020001", select), ("00B0000001", read)]);
        assert_eq!(send(&mut card, "00B0880000").0, [0x00, 0x8F, 0x00]);
    }
}

#[test]
fn a_query_costs_nothing_and_says_the_counter_also_when_verified() {
    let mut card = powered(Variants::default());
    check(
        &mut card,
        &[
            (SELECT_JPKI, 0x9000),
            ("00A4020C020018", 0x9000),
            ("00200080", 0x63C3),
            ("00200080", 0x63C3),
            ("0020008000", 0x6700),
            (RIGHT_PIN, 0x9000),
            ("00200080", 0x63C3),
            ("0020009B", 0x63C5),
            ("00200098", 0x63C3),
            ("00200000", 0x6A86),
            ("00200180", 0x6A86),
            ("0020008A", 0x6981), // a certificate is no PIN
        ],
    );
    for status in [0x9000, 0x6700, 0x6300] {
        card.variants_mut().query_answer = Some(StatusWord::from(status));
        check(&mut card, &[("00200098", status)]);
    }
}

#[test]
fn wrong_pins_count_down_to_blocked_and_a_right_one_counts_up() {
    for blocked in [0x6984, 0x6983] {
        let mut card = powered(Variants { blocked: StatusWord::from(blocked), ..Variants::default() });
        check(
            &mut card,
            &[
                (SELECT_JPKI, 0x9000),
                ("00A4020C020018", 0x9000),
                (WRONG_PIN, 0x63C2),
                (WRONG_PIN, 0x63C1),
                (RIGHT_PIN, 0x9000),
                ("00200080", 0x63C3),
                (WRONG_PIN, 0x63C2),
                (WRONG_PIN, 0x63C1),
                (WRONG_PIN, 0x63C0),
                (WRONG_PIN, blocked),
                (RIGHT_PIN, blocked),
                ("00200080", 0x63C0),
                ("00A4020C02001B", 0x9000),
                (WRONG_PASSWORD, 0x63C4), // the other PIN is untouched
                (RIGHT_PASSWORD, 0x9000),
                (WRONG_PASSWORD, 0x63C4),
                (WRONG_PASSWORD, 0x63C3),
                (WRONG_PASSWORD, 0x63C2),
                (WRONG_PASSWORD, 0x63C1),
                (WRONG_PASSWORD, 0x63C0),
                (RIGHT_PASSWORD, blocked),
            ],
        );
        card.power_off();
        card.power_on();
        check(&mut card, &[(SELECT_JPKI, 0x9000), ("00200098", 0x63C0), ("0020009B", 0x63C0)]);
    }
}

#[test]
fn a_pin_of_impossible_length_costs_a_try_only_in_that_variant() {
    for (bad_length_costs_a_try, left) in [(false, 0x63C3), (true, 0x63C2)] {
        let mut card = powered(Variants { bad_length_costs_a_try, ..Variants::default() });
        check(
            &mut card,
            &[
                (SELECT_JPKI, 0x9000),
                ("00A4020C020018", 0x9000),
                ("0020008003313233", 0x6700),
                ("00200080", left),
                ("00200080043132333400", 0x6700), // with Le: not looked at
                ("00200080", left),
            ],
        );
    }
}

#[test]
fn a_wrong_pin_closes_what_a_right_one_opened_except_in_that_variant() {
    for (wrong_pin_drops_verified, still_open) in [(true, false), (false, true)] {
        let mut card = opened(Variants { wrong_pin_drops_verified, ..Variants::default() });
        check(&mut card, &[("00A4020C020018", 0x9000), (WRONG_PIN, 0x63C2)]);
        assert_eq!(is_open(&card), (still_open, true));
        check(&mut card, &[(WRONG_PIN, 0x63C1), (WRONG_PIN, 0x63C0)]);
        assert_eq!(is_open(&card), (false, true), "blocked is closed");
    }
}

#[test]
fn a_pin_is_changed_after_it_was_verified() {
    let mut card = powered(Variants::default());
    check(
        &mut card,
        &[
            (SELECT_JPKI, 0x9000),
            ("00A4020C020018", 0x9000),
            ("002401800439383736", 0x6982),
            (RIGHT_PIN, 0x9000),
            ("0024018003393837", 0x6700),
            ("00240180", 0x6700),
            ("002400800439383736", 0x6A86),
            ("0024019B06414243393939", 0x6982), // the other PIN is not verified
            ("00A4020C020018", 0x9000),
            ("002401800439383736", 0x9000),
            (RIGHT_PIN, 0x63C2),
            ("002000800439383736", 0x9000),
        ],
    );
    card.set_tries_left(KeyKind::Authentication, 0);
    check(&mut card, &[("002401800431323334", 0x6984)]);
}

#[test]
fn signing_needs_the_pin_of_the_key_and_pads_what_it_is_given() {
    let mut card = powered(Variants::default());
    let command = |length: usize| format!("802A0080{length:02X}{}00", "5A".repeat(length));
    check(
        &mut card,
        &[
            (SELECT_JPKI, 0x9000),
            (&command(51), 0x6986),
            ("00A4020C020018", 0x9000),
            (RIGHT_PIN, 0x9000),
            (&command(51), 0x6981),
            ("00A4020C02001A", 0x9000),
            (&command(51), 0x6982), // verified is the other one
            ("00A4020C020017", 0x9000),
            ("802A008000", 0x6700),
            (&command(246), 0x6700),
            (&command(255), 0x6700),
            ("802A0080015A", 0x6700), // no Le
            ("802A0080015AFF", 0x6700),
            ("802A0180015A00", 0x6A86),
            ("802A0000015A00", 0x6A86),
            ("002A0080015A00", 0x6E00),
        ],
    );
    card.variants_mut().signature_class_answer = StatusWord::INSTRUCTION_NOT_SUPPORTED;
    check(&mut card, &[("002A0080015A00", 0x6D00)]);
    let key = RsaPublicKey::from(&contents().authentication_key);
    for length in [1, 51, 67, 83, 245] {
        let (signature, status) = send(&mut card, &command(length));
        assert_eq!((signature.len(), status), (256, 0x9000));
        key.verify(Pkcs1v15Sign::new_unprefixed(), &vec![0x5A; length], &signature).unwrap();
    }
}

#[test]
fn what_ends_the_verified_state_and_what_does_not() {
    type Step = (&'static str, fn(&mut SoftwareCard), bool);
    let steps: [Step; 9] = [
        ("select the same applet", |card| check(card, &[(SELECT_JPKI, 0x9000)]), true),
        ("select a file", |card| check(card, &[("00A4020C02000A", 0x9000)]), true),
        ("query", |card| check(card, &[("00200098", 0x63C3)]), true),
        ("an unknown applet", |card| check(card, &[("00A4040C07A0000000031010", 0x6A82)]), true),
        ("warm reset", SoftwareCard::warm_reset, true),
        ("select the issuer's domain", |card| check(card, &[(SELECT_ISSUER, 0x9000)]), false),
        ("select another applet", |card| check(card, &[(SELECT_DESELECT, 0x9000)]), false),
        (
            "an applet the agent must not touch",
            |card| check(card, &[("00A4040C0AD3921000310001010402", 0x9000)]),
            false,
        ),
        ("power off", SoftwareCard::power_off, false),
    ];
    for (name, step, kept) in steps {
        let mut card = opened(Variants::default());
        step(&mut card);
        assert_eq!(is_open(&card), (kept, kept), "{name}");
        card.power_on();
        let read = if kept { 0x9000 } else { 0x6982 };
        check(&mut card, &[(SELECT_JPKI, 0x9000), ("00A4020C020001", 0x9000), ("00B0000001", read)]);
    }
}

#[test]
fn variants_of_what_ends_the_verified_state() {
    let mut card = opened(Variants { reselect_clears: true, ..Variants::default() });
    check(&mut card, &[(SELECT_JPKI, 0x9000)]);
    assert_eq!(is_open(&card), (false, false));

    let mut card = opened(Variants { warm_reset_clears: true, ..Variants::default() });
    card.warm_reset();
    assert_eq!(is_open(&card), (false, false));

    let mut card = opened(Variants { deselect_keeps_verified: true, ..Variants::default() });
    check(&mut card, &[(SELECT_ISSUER, 0x9000), (SELECT_DESELECT, 0x9000)]);
    assert_eq!(is_open(&card), (true, true));
    card.power_off();
    assert_eq!(is_open(&card), (false, false));
}

#[test]
fn a_reset_leaves_nothing_selected() {
    let mut card = opened(Variants::default());
    card.warm_reset();
    check(&mut card, &[("00A40000", 0x6A86), ("00B0000001", 0x6986), ("00A4020C020018", 0x6986)]);
}

#[test]
fn power_has_a_first_command_after_it_in_that_variant() {
    let mut card = SoftwareCard::new(contents(), Variants { cold_fault: true, ..Variants::default() });
    check(&mut card, &[(SELECT_JPKI, 0x6F00)]); // no power at all
    card.power_on();
    check(&mut card, &[(SELECT_JPKI, 0x6F00), ("00A40000", 0x6A86), (SELECT_JPKI, 0x9000)]);
    card.power_on(); // is on already
    check(&mut card, &[("00A4020C020006", 0x9000)]);
}

#[test]
fn other_cards_and_refusing_cards() {
    let mut card = powered(Variants { no_jpki_applet: true, ..Variants::default() });
    check(&mut card, &[(SELECT_JPKI, 0x6A82), ("00A4020C020006", 0x6986)]);
    let mut card = powered(Variants { issuer_domain_refused: true, ..Variants::default() });
    check(&mut card, &[(SELECT_ISSUER, 0x6A82), (SELECT_DESELECT, 0x9000)]);
    let mut card = powered(Variants { authentication_certificate_needs_pin: true, ..Variants::default() });
    check(&mut card, &[(SELECT_JPKI, 0x9000), ("00B08A0000", 0x6982), ("002000980431323334", 0x9000)]);
    check(&mut card, &[("00B08A0000", 0x9000)]);
}

#[test]
fn classes_and_instructions_the_card_does_not_have() {
    check(
        &mut powered(Variants::default()),
        &[
            ("01A4040C0AD392F000260100000001", 0x6881),
            ("08A4040C0AD392F000260100000001", 0x69FC),
            ("10A4040C0AD392F000260100000001", 0x6E00),
            ("80A4040C0AD392F000260100000001", 0x6E00),
            ("00D6000001AA", 0x6D00),
            ("002C0080", 0x6D00), // nobody unblocks
            ("00C0000000", 0x6985),
            ("00", 0x6700),
            ("", 0x6700),
            ("0020008005313233", 0x6700), // lengths that do not add up
        ],
    );
}

#[test]
fn data_may_be_announced_and_fetched() {
    let mut card = opened(Variants { more_data_answers: true, ..Variants::default() });
    check(&mut card, &[("00A4020C02000A", 0x9000), ("00B0000026", 0x6126), ("00C0000006", 0x6120)]);
    assert_eq!(send(&mut card, "00C0000020"), (contents().authentication_certificate[6..0x26].to_vec(), 0x9000));
    check(&mut card, &[("00C0000000", 0x6985), ("00B0000000", 0x6100), ("00A4020C020017", 0x9000)]);
    check(&mut card, &[("00C0000000", 0x6985), ("802A0080015A00", 0x6100)]);
    let (signature, status) = send(&mut card, "00C0000000");
    assert_eq!((signature.len(), status), (256, 0x9000));
}

#[test]
fn the_card_may_insist_on_lengths() {
    let mut card = opened(Variants { right_length_answers: true, ..Variants::default() });
    check(&mut card, &[("00B0860000", 0x6CA0), ("00B08600A0", 0x9000), ("00B0880000", 0x6C03)]);
    check(&mut card, &[("802A0097015A20", 0x6C00), ("802A0097015A00", 0x9000)]);
    let mut card = opened(Variants { longest_read: 0xE0, ..Variants::default() });
    check(&mut card, &[("00B08A0000", 0x6700), ("00B08A00E0", 0x9000)]);
    let mut card = opened(Variants { extended_length_refused: true, ..Variants::default() });
    check(&mut card, &[("00B08A00000100", 0x6700), ("00B08A0000", 0x9000)]);
}

#[test]
fn arbitrary_commands_are_answered_and_only_a_pin_costs_a_try() {
    let mut state = 7u32;
    let mut number = move |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    // Headers the card knows, so that chance gets beyond them.
    let headers = ["00A40400", "00A4020C", "00B00000", "00B08A00", "00200080", "00200098", "00240180", "00C00000"];
    for _ in 0..40 {
        let mut card = opened(Variants {
            more_data_answers: number(2) == 0,
            right_length_answers: number(2) == 0,
            bad_length_costs_a_try: number(2) == 0,
            wrong_pin_drops_verified: number(2) == 0,
            ..Variants::default()
        });
        for _ in 0..400 {
            let mut command: Vec<u8> = (0..number(300)).map(|_| number(256).to_le_bytes()[0]).collect();
            if let Some(header) = headers.get(usize::try_from(number(10)).unwrap()) {
                command.splice(..command.len().min(4), bytes(header));
            }
            let before = KeyKind::ALL.map(|kind| card.tries_left(kind));
            assert!(card.exchange(&command).len() >= 2, "{command:02X?}");
            let presents_pin = command.get(1) == Some(&0x20) && command.len() > 5;
            for (kind, before) in KeyKind::ALL.into_iter().zip(before) {
                let cost = before.saturating_sub(card.tries_left(kind));
                assert!(cost <= u8::from(presents_pin), "{command:02X?}");
            }
        }
    }
}
