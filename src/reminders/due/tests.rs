//! Tables over days: what is told when, in Japan's time.

use jiff::civil::date;

use super::*;

const ALL: ReminderSettings = ReminderSettings { expiry: true, password_yearly: false, stay_until: None };

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Noon in Japan.
fn noon(date: Date) -> Timestamp {
    start_of(date) + Span::new().hours(12)
}

/// A certificate that ends with this day in Japan.
fn until(last: Date) -> Validity {
    let not_after = start_of(tomorrow(last)) - Span::new().seconds(1);
    Validity { not_before: moment("2025-10-26T23:41:00Z"), not_after }
}

fn signature(last: Date) -> CardDates {
    CardDates { signature: Some(until(last)), ..CardDates::default() }
}

fn codes(reminders: &[Reminder]) -> Vec<(About, Code, Option<i32>)> {
    reminders.iter().map(|reminder| (reminder.about, reminder.code, reminder.days_left)).collect()
}

/// A life of a card whose computer is on every day at noon: what is told on which day.
fn life(dates: &CardDates, settings: &ReminderSettings, from: Date, days: i64) -> Vec<(Date, Code, Option<i32>)> {
    let mut told = Told::default();
    let mut notes = Vec::new();
    for day in 0..days {
        let now = noon(from.saturating_add(Span::new().days(day)));
        for due in of_card(now, dates, &told, settings) {
            notes.push((date_in_japan(now), due.reminder.code, due.reminder.days_left));
            told.mark(&due, now);
        }
        assert!(of_card(now, dates, &told, settings).is_empty(), "once a day");
    }
    notes
}

#[test]
fn each_step_comes_once_on_its_day() {
    use Code::{Expired, ExpiresSoon};
    let told = life(&signature(date(2030, 2, 17)), &ALL, date(2029, 10, 1), 300);
    assert_eq!(
        told,
        [
            (date(2029, 11, 19), ExpiresSoon, Some(90)),
            (date(2030, 1, 18), ExpiresSoon, Some(30)),
            (date(2030, 2, 10), ExpiresSoon, Some(7)),
            (date(2030, 2, 18), Expired, Some(-1)),
        ]
    );
}

#[test]
fn leap_birthdays_and_short_months_are_in_step_and_of_two_days_on_end_the_later_is_told() {
    use Code::{ExpiresSoon, RenewalOpen};
    for (last, opens, ninety) in [
        (date(2028, 2, 29), date(2027, 11, 30), date(2027, 12, 1)),
        (date(2030, 5, 31), date(2030, 3, 1), date(2030, 3, 2)),
        // Three months that are shorter than 90 days: the window opens after the first reminder.
        (date(2030, 4, 30), date(2030, 1, 31), date(2030, 1, 30)),
        (date(2030, 3, 1), date(2029, 12, 2), date(2029, 12, 1)),
    ] {
        let told = life(&signature(last), &ALL, date(2027, 1, 1), 1300);
        assert_eq!(told.len(), 4, "{told:?}");
        let (day, code, _) = told[0];
        let expected = if opens > ninety { (opens, RenewalOpen) } else { (ninety, ExpiresSoon) };
        assert_eq!((day, code), expected, "{last}");
    }
}

#[test]
fn a_day_begins_at_midnight_in_japan() {
    let dates = signature(date(2030, 2, 17));
    for (now, code) in [
        ("2030-01-17T14:59:59Z", None),
        ("2030-01-17T15:00:00Z", Some(Code::ExpiresSoon)),
        ("2030-02-17T14:59:59Z", Some(Code::ExpiresSoon)),
        ("2030-02-17T15:00:00Z", Some(Code::Expired)),
    ] {
        let mut told = Told::default();
        // Everything up to the step before was told long ago.
        let on = if code == Some(Code::Expired) { date(2030, 2, 10) } else { date(2029, 11, 19) };
        told.marks.insert(About::Signature, Mark { subject: date(2030, 2, 17), on, done: false });
        let due = of_card(moment(now), &dates, &told, &ALL);
        assert_eq!(due.first().map(|due| due.reminder.code), code, "{now}");
    }
}

#[test]
fn after_a_long_absence_only_the_latest_is_said() {
    let due = of_card(noon(date(2030, 2, 1)), &signature(date(2030, 2, 17)), &Told::default(), &ALL);
    assert_eq!(
        codes(&due.iter().map(|due| due.reminder).collect::<Vec<_>>()),
        [(About::Signature, Code::ExpiresSoon, Some(16))]
    );
}

#[test]
fn both_certificates_are_told_together_and_then_not_again_that_day() {
    let dates = CardDates { authentication: Some(until(date(2030, 2, 17))), ..signature(date(2030, 2, 17)) };
    let now = noon(date(2030, 1, 18));
    let mut told = Told::default();
    let due = of_card(now, &dates, &told, &ALL);
    assert_eq!(due.len(), 2);
    told.mark(&due[0], now);
    assert!(of_card(now, &dates, &told, &ALL).is_empty(), "one notice a day");
    let next_morning = start_of(date(2030, 1, 19));
    assert_eq!(next_of_card(now, &dates, &told, &ALL), Some(next_morning));
    assert_eq!(of_card(next_morning, &dates, &told, &ALL).len(), 1);
}

#[test]
fn a_renewed_certificate_begins_anew() {
    let mut told = Told::default();
    let now = noon(date(2030, 2, 18));
    for due in of_card(now, &signature(date(2030, 2, 17)), &told, &ALL) {
        told.mark(&due, now);
    }
    let renewed = signature(date(2035, 2, 17));
    assert!(of_card(noon(date(2030, 2, 20)), &renewed, &told, &ALL).is_empty());
    assert_eq!(of_card(noon(date(2035, 2, 10)), &renewed, &told, &ALL).len(), 1);
}

#[test]
fn what_stands_does_not_depend_on_what_was_told() {
    use About::{Authentication, Signature};
    let dates = CardDates { authentication: Some(until(date(2030, 2, 17))), ..CardDates::default() };
    let quiet = ReminderSettings { expiry: false, ..ALL };
    for (now, expected) in [
        (date(2029, 11, 17), vec![]),
        (date(2029, 11, 18), vec![(Authentication, Code::RenewalOpen, Some(91))]),
        (
            date(2029, 11, 19),
            vec![(Authentication, Code::ExpiresSoon, Some(90)), (Authentication, Code::RenewalOpen, Some(90))],
        ),
        (date(2030, 2, 18), vec![(Authentication, Code::Expired, Some(-1))]),
    ] {
        assert_eq!(codes(&standing(noon(now), &dates, &Told::default(), &quiet)), expected, "{now}");
    }
    assert!(of_card(noon(date(2030, 2, 10)), &dates, &Told::default(), &quiet).is_empty(), "switched off");
    assert_eq!(next_of_card(noon(date(2030, 2, 10)), &dates, &Told::default(), &quiet), None);
    // A clock that is before the first day says nothing.
    let signature = signature(date(2030, 2, 17));
    assert_eq!(
        codes(&standing(moment("2020-01-01T00:00:00Z"), &signature, &Told::default(), &ALL)),
        [(Signature, Code::Expired, None); 0]
    );
    assert!(of_card(moment("2020-01-01T00:00:00Z"), &signature, &Told::default(), &ALL).is_empty());
}

#[test]
fn the_password_is_due_each_year_for_sixty_days() {
    let settings = ReminderSettings { expiry: false, password_yearly: true, stay_until: None };
    let dates = signature(date(2030, 2, 17)); // issued on 2025-10-27 in Japan
    let told = life(&dates, &settings, date(2025, 11, 1), 1700);
    let days: Vec<Date> = told.iter().map(|(day, ..)| *day).collect();
    assert_eq!(days, [date(2026, 10, 27), date(2027, 10, 27), date(2028, 10, 27), date(2029, 10, 27)]);
    assert!(told.iter().all(|(_, code, days_left)| *code == Code::PasswordDue && days_left.is_none()));
    let stands_after = |told: &Told, day| {
        standing(noon(day), &dates, told, &settings).iter().any(|reminder| reminder.about == About::Password)
    };
    let stands = |day| stands_after(&Told::default(), day);
    assert!(!stands(date(2026, 10, 26)) && stands(date(2026, 12, 25)) && !stands(date(2026, 12, 26)));
    assert!(life(&dates, &ALL, date(2025, 11, 1), 900).is_empty(), "only if asked for");
    let mut told = Told::default();
    let year_was_full = date(2026, 10, 27);
    assert_eq!(seen_to_of_card(noon(date(2026, 11, 1)), &dates, &mut told, &settings, year_was_full), 1);
    assert!(
        !stands_after(&told, date(2026, 12, 25)) && stands_after(&told, date(2027, 10, 27)),
        "seen to for that year"
    );

    // Changed by the agent the year begins anew; by a clock that was wrong it does not.
    let changed = CardDates { password_changed: Some(date(2027, 3, 5)), ..dates };
    let days: Vec<Date> = life(&changed, &settings, date(2027, 3, 5), 1000).iter().map(|(day, ..)| *day).collect();
    assert_eq!(days, [date(2028, 3, 5), date(2029, 3, 5)]);
    let ahead = CardDates { password_changed: Some(date(2040, 3, 5)), ..dates };
    assert_eq!(life(&ahead, &settings, date(2026, 10, 1), 60).len(), 1);

    // Issued on a leap day: in other years on the last of February.
    let leap = Validity { not_before: moment("2028-02-28T20:00:00Z"), not_after: moment("2033-02-28T14:59:59Z") };
    let dates = CardDates { signature: Some(leap), ..CardDates::default() };
    let days: Vec<Date> = life(&dates, &settings, date(2028, 3, 1), 1600).iter().map(|(day, ..)| *day).collect();
    assert_eq!(days, [date(2029, 2, 28), date(2030, 2, 28), date(2031, 2, 28), date(2032, 2, 29)]);
}

#[test]
fn the_stay_has_its_own_steps_and_ends_with_a_last_word() {
    let last = date(2027, 3, 31);
    let settings = ReminderSettings { stay_until: Some(last), ..ALL };
    let mut told = Told::default();
    let mut days = Vec::new();
    for day in 0..400 {
        let now = noon(date(2026, 11, 1).saturating_add(Span::new().days(day)));
        for due in of_stay(now, &told, &settings) {
            days.push((date_in_japan(now), due.reminder.days_left));
            told.mark(&due, now);
        }
    }
    let expected = [(-90, Some(90)), (-30, Some(30)), (-7, Some(7)), (1, Some(-1))];
    assert_eq!(days, expected.map(|(offset, left)| (last.saturating_add(Span::new().days(offset)), left)));
    assert_eq!(next_of_stay(noon(date(2027, 5, 1)), &told, &settings), None, "nothing is left");
    assert_eq!(of_stay(noon(last), &Told::default(), &ALL).len(), 0);
}

/// Sleeping exactly to the next moment misses nothing, and wakes up for nothing.
#[test]
fn the_next_moment_is_the_one_at_which_something_is_told() {
    let settings = ReminderSettings { password_yearly: true, ..ALL };
    let dates = CardDates { authentication: Some(until(date(2029, 12, 1))), ..signature(date(2030, 2, 17)) };
    let every_day = life(&dates, &settings, date(2025, 11, 1), 1800);
    let (mut now, mut told, mut notes) = (noon(date(2025, 11, 1)), Told::default(), Vec::new());
    while let Some(next) = next_of_card(now, &dates, &told, &settings) {
        assert!(next >= now);
        now = next;
        let due = of_card(now, &dates, &told, &settings);
        assert!(!due.is_empty(), "woken for nothing at {now}");
        for due in due {
            notes.push((date_in_japan(now), due.reminder.code, due.reminder.days_left));
            told.mark(&due, now);
        }
    }
    assert_eq!(notes, every_day);
}

/// A clock that was years ahead had everything told; once it is right again, that is as if it had never been.
#[test]
fn a_clock_that_was_wrong_does_not_silence_what_comes() {
    use Code::{Expired, ExpiresSoon};
    let dates = signature(date(2030, 2, 17));
    let mut told = Told::default();
    let ahead = noon(date(2037, 5, 1));
    for due in of_card(ahead, &dates, &told, &ALL) {
        assert_eq!(due.reminder.code, Expired);
        told.mark(&due, ahead);
    }
    let right = noon(date(2030, 1, 20));
    assert_eq!(next_of_card(right, &dates, &told, &ALL), Some(right), "it is overdue");
    let due = of_card(right, &dates, &told, &ALL);
    assert_eq!(codes(&[due[0].reminder]), [(About::Signature, ExpiresSoon, Some(28))]);
    told.mark(&due[0], right);
    assert!(of_card(right, &dates, &told, &ALL).is_empty());
    assert_eq!(next_of_card(right, &dates, &told, &ALL), Some(start_of(date(2030, 2, 10))));

    // Set right by seconds at midnight, it is still one notice a day.
    let mut told = Told::default();
    let (after, before) = (start_of(date(2030, 1, 18)), start_of(date(2030, 1, 18)) - Span::new().seconds(2));
    of_card(after, &dates, &told, &ALL).iter().for_each(|due| told.mark(due, after));
    assert!(of_card(before, &dates, &told, &ALL).is_empty());
    assert!(next_of_card(before, &dates, &told, &ALL) >= Some(start_of(date(2030, 1, 19))));
}

#[test]
fn a_clock_before_the_first_day_is_looked_at_again() {
    let dates = signature(date(2030, 2, 17));
    let first = until(date(2030, 2, 17)).not_before;
    let behind = Timestamp::UNIX_EPOCH;
    assert_eq!(next_of_card(behind, &dates, &Told::default(), &ALL), Some(first));
    let quiet = ReminderSettings { expiry: false, ..ALL };
    assert_eq!(next_of_card(behind, &dates, &Told::default(), &quiet), None);
    assert!(next_of_card(first, &dates, &Told::default(), &ALL) > Some(first), "and then goes on to the next step");
}

#[test]
fn a_renewal_is_known_by_birthday_and_time_of_issue() {
    let issued = |first: Date, last: Date| Validity { not_before: noon(first), ..until(last) };
    let old = issued(date(2025, 3, 1), date(2030, 2, 17));
    let leap = issued(date(2023, 4, 1), date(2028, 2, 29));
    for (old, new, renewed) in [
        (old, issued(date(2029, 11, 18), date(2035, 2, 17)), true), // on the first day of the window
        (old, issued(date(2031, 5, 1), date(2036, 2, 17)), true),   // long after the end
        (old, issued(date(2029, 11, 17), date(2035, 2, 17)), false), // another person's, or for a lost card
        (old, issued(date(2029, 12, 1), date(2035, 2, 18)), false),
        (old, issued(date(2029, 12, 1), date(2030, 2, 17)), false),
        (old, old, false),
        (leap, issued(date(2027, 12, 1), date(2033, 2, 28)), true),
        (leap, issued(date(2027, 12, 1), date(2033, 3, 1)), true),
        (issued(date(2027, 12, 1), date(2033, 2, 28)), issued(date(2033, 1, 1), date(2038, 3, 1)), false),
    ] {
        assert_eq!(is_renewal_of(&new, &old), renewed, "{new:?}");
    }
}

#[test]
fn what_the_holder_has_seen_to_is_told_no_more() {
    let settings = ReminderSettings { password_yearly: true, stay_until: Some(date(2030, 3, 31)), ..ALL };
    let dates = signature(date(2030, 2, 17));
    let (mut told, now) = (Told::default(), noon(date(2029, 12, 1)));
    // Since October the password is due, too.
    assert_eq!(standing_of_kept(now, &dates, &told, &settings).len(), 2);
    assert_eq!(seen_to_of_card(now, &dates, &mut told, &settings, date(2030, 2, 18)), 0, "another date");
    assert_eq!(seen_to_of_card(now, &dates, &mut told, &settings, date(2030, 2, 17)), 1);
    assert_eq!(seen_to_of_card(now, &dates, &mut told, &settings, date(2030, 2, 17)), 0, "once");
    let left = standing_of_kept(now, &dates, &told, &settings);
    assert_eq!(left.iter().map(|reminder| reminder.about).collect::<Vec<_>>(), [About::Password]);
    for later in [date(2030, 1, 18), date(2030, 2, 18), date(2031, 2, 18)] {
        let due = of_card(noon(later), &dates, &told, &settings);
        assert!(due.iter().all(|due| due.reminder.about != About::Signature), "{later}");
    }
    assert_eq!(of_card(noon(date(2035, 2, 10)), &signature(date(2035, 2, 17)), &told, &ALL).len(), 1, "the next one");

    // A password is done for the year.
    let mut told = Told::default();
    let years = |year| noon(date(year, 11, 1));
    assert_eq!(seen_to_of_card(years(2026), &dates, &mut told, &settings, date(2026, 10, 27)), 1);
    assert!(of_card(years(2026), &dates, &told, &settings).is_empty());
    assert_eq!(of_card(years(2027), &dates, &told, &settings).len(), 1);

    let (mut told, now) = (Told::default(), noon(date(2030, 3, 1)));
    assert_eq!(standing_of_stay(now, &told, &settings).len(), 1);
    assert_eq!(seen_to_of_stay(now, &mut told, &settings, date(2030, 3, 31)), 1);
    assert!(standing_of_stay(now, &told, &settings).is_empty());
    assert_eq!(next_of_stay(now, &told, &settings), None);
}

#[test]
fn nothing_to_come_means_no_moment() {
    let none = CardDates::default();
    assert_eq!(next_of_card(noon(date(2026, 1, 1)), &none, &Told::default(), &ALL), None);
    let mut told = Told::default();
    let (dates, now) = (signature(date(2030, 2, 17)), noon(date(2030, 3, 1)));
    of_card(now, &dates, &told, &ALL).iter().for_each(|due| told.mark(due, now));
    assert_eq!(next_of_card(now, &dates, &told, &ALL), None, "it has ended, and that was said");
}

#[test]
fn the_ends_of_time_do_not_panic() {
    let always = Validity { not_before: Timestamp::MIN, not_after: Timestamp::MAX };
    let settings = ReminderSettings { password_yearly: true, stay_until: Some(Date::MAX), ..ALL };
    for stay_until in [Date::MIN, Date::MAX] {
        let settings = ReminderSettings { stay_until: Some(stay_until), ..settings };
        for validity in [
            always,
            Validity { not_after: Timestamp::MIN, ..always },
            Validity { not_before: Timestamp::MAX, ..always },
        ] {
            let dates = CardDates {
                authentication: Some(validity),
                signature: Some(validity),
                password_changed: Some(Date::MIN),
            };
            for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
                let told = Told::default();
                let _ = (standing(now, &dates, &told, &settings), of_card(now, &dates, &told, &settings));
                let _ = (of_stay(now, &told, &settings), next_of_stay(now, &told, &settings));
                let _ = next_of_card(now, &dates, &told, &settings);
            }
        }
    }
}
