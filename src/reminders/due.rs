//! When a reminder is due: pure functions of the moment, the dates, what was told before and the settings.
//!
//! Each certificate has milestones: its renewal window opens; 90, 30 and 7 days before its last day; it has ended. Only
//! the latest milestone that has come is told, so a computer that was off for months says one thing, not four. A day is a
//! day in Japan (+09:00), as everywhere with these certificates.
//!
//! A computer's clock can be wrong. What was told on a day that has not come yet counts for nothing, and before a
//! certificate's first day only that day is waited for.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp, Unit, tz};

use super::{About, CardDates, Code, Reminder, ReminderSettings};
use crate::certificate::validity::{RenewalRule, date_in_japan};
use crate::certificate::{Period, Validity};

/// So many days before a last day the holder is reminded, and again and again.
pub const DAYS_BEFORE: [i32; 3] = [90, 30, 7];
/// So many days a reminder to change the password stands.
pub const PASSWORD_STANDS: i32 = 60;

/// What was told before, about one card or about the stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The latest day, in Japan, on which something was told.
    pub last_day: Option<Date>,
    /// The latest milestone told, of each subject.
    pub marks: BTreeMap<About, Mark>,
}

/// The latest milestone told of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The date that names the subject: a certificate's last day, the first day of one whose password it is, the last day
    /// of the stay. Another date is another subject, as after a renewal.
    pub subject: Date,
    /// The day on which the milestone came.
    pub on: Date,
    /// The holder said that they have seen to it: of this subject nothing is told any more, of a password not for that year.
    pub done: bool,
}

/// A reminder to be told now, and how that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What to tell.
    pub reminder: Reminder,
    mark: Mark,
}

impl Told {
    /// Remembers that `due` was told at `now`.
    pub fn mark(&mut self, due: &Due, now: Timestamp) {
        let today = date_in_japan(now);
        self.forget_the_future(today);
        self.last_day = Some(today);
        self.marks.insert(due.reminder.about, due.mark);
    }

    /// Something was told today: the moment from which something may be told again.
    #[must_use]
    pub fn rests_until(&self, now: Timestamp) -> Option<Timestamp> {
        let today = date_in_japan(now);
        let last = self.as_of(today).last_day.filter(|day| *day >= today)?;
        Some(start_of(tomorrow(last)))
    }

    /// The same without what a wrong clock left, as of `today`.
    fn as_of(&self, today: Date) -> Self {
        let mut told = self.clone();
        told.forget_the_future(today);
        told
    }

    /// A day later is no wonder: a clock set right by seconds around midnight.
    fn forget_the_future(&mut self, today: Date) {
        let last = tomorrow(today);
        self.last_day = self.last_day.filter(|day| *day <= last);
        self.marks.retain(|_, mark| mark.done || mark.on <= last);
    }

    fn knows(&self, milestone: &Milestone) -> bool {
        let of_it = |told: &&Mark| told.subject == milestone.mark.subject && told.on >= milestone.mark.on;
        self.is_done(milestone) || self.marks.get(&milestone.about).as_ref().is_some_and(of_it)
    }

    fn is_done(&self, milestone: &Milestone) -> bool {
        let Milestone { about, mark, .. } = milestone;
        let only_that_year = *about == About::Password;
        let is_of_it = |told: &Mark| !only_that_year || told.on == mark.on;
        self.is_done_with(*about, mark.subject) && self.marks.get(about).is_some_and(is_of_it)
    }

    fn is_done_with(&self, about: About, subject: Date) -> bool {
        self.marks.get(&about).is_some_and(|told| told.done && told.subject == subject)
    }
}

/// One step of one subject.
#[derive(Clone, Copy)]
struct Milestone {
    about: About,
    code: Code,
    /// Which subject, and the day it comes.
    mark: Mark,
    /// The moment it comes.
    from: Timestamp,
    /// From this moment on it is of no more use.
    until: Option<Timestamp>,
}

/// All that holds now for a card with these dates, without what the holder has seen to. `expiry` decides about notices, not
/// about this.
#[must_use]
pub fn standing(now: Timestamp, dates: &CardDates, told: &Told, settings: &ReminderSettings) -> Vec<Reminder> {
    let mut standing = Vec::new();
    for (about, validity) in certificates(dates) {
        if told.is_done_with(about, validity.not_after_jst()) {
            continue;
        }
        let days_left = validity.days_left(now);
        let mut add = |code| standing.push(of_certificate(now, about, code, &validity));
        match validity.period(now) {
            Period::Expired => add(Code::Expired),
            Period::NotYetValid => {}
            Period::InPeriod => {
                if DAYS_BEFORE.iter().any(|days| days_left <= *days) {
                    add(Code::ExpiresSoon);
                }
                if validity.renewal(now, RenewalRule::FIVE_YEAR).open {
                    add(Code::RenewalOpen);
                }
            }
        }
    }
    standing.extend(not_done(now, password(now, dates, settings), dates, told));
    standing
}

/// What holds now for the stay, unless the holder has seen to it.
#[must_use]
pub fn standing_of_stay(now: Timestamp, told: &Told, settings: &ReminderSettings) -> Vec<Reminder> {
    not_done(now, stay(settings), &CardDates::default(), told)
}

/// What holds now for a card that need not be here: of each subject the latest, without what the holder has seen to.
#[must_use]
pub fn standing_of_kept(now: Timestamp, dates: &CardDates, told: &Told, settings: &ReminderSettings) -> Vec<Reminder> {
    not_done(now, all_of_card(now, dates, settings), dates, told)
}

/// The holder has seen to what stands about the card with this date; how many reminders that were.
pub fn seen_to_of_card(
    now: Timestamp,
    dates: &CardDates,
    told: &mut Told,
    settings: &ReminderSettings,
    date: Date,
) -> usize {
    seen_to(now, all_of_card(now, dates, settings), dates, told, date)
}

/// The holder has seen to what stands about the stay, if this is its date; how many reminders that were.
pub fn seen_to_of_stay(now: Timestamp, told: &mut Told, settings: &ReminderSettings, date: Date) -> usize {
    seen_to(now, stay(settings), &CardDates::default(), told, date)
}

/// Is `new` what came in the place of `old`? Certificates end on a birthday, so the one that follows ends on that day of a
/// later year; and it was issued when the old one could be renewed or had ended. Another person's could be like that, too,
/// but only if both were born on one day of the year.
#[must_use]
pub fn is_renewal_of(new: &Validity, old: &Validity) -> bool {
    let (last, next) = (old.not_after_jst(), new.not_after_jst());
    let opens_on = old.renewal(old.not_after, RenewalRule::FIVE_YEAR).opens_on;
    is_one_birthday(last, next) && next.year() > last.year() && new.not_before_jst() >= opens_on
}

/// A birthday on the 29th of February is kept on a day next to it in other years.
fn is_one_birthday(one: Date, other: Date) -> bool {
    let day = |date: Date| (date.month(), date.day());
    let beside_leap_day = |leap, other| day(leap) == (2, 29) && [(2, 28), (3, 1)].contains(&day(other));
    day(one) == day(other) || beside_leap_day(one, other) || beside_leap_day(other, one)
}

/// What is to be told about a card now. Nothing on a day on which something was told about it already.
#[must_use]
pub fn of_card(now: Timestamp, dates: &CardDates, told: &Told, settings: &ReminderSettings) -> Vec<Due> {
    news(now, card_milestones(now, dates, settings), dates, told)
}

/// What is to be told about the stay now.
#[must_use]
pub fn of_stay(now: Timestamp, told: &Told, settings: &ReminderSettings) -> Vec<Due> {
    news(now, stay(settings), &CardDates::default(), told)
}

/// The next moment, not before `now`, at which [`of_card`] may have something to tell.
#[must_use]
pub fn next_of_card(now: Timestamp, dates: &CardDates, told: &Told, settings: &ReminderSettings) -> Option<Timestamp> {
    let wanted = settings.expiry || settings.password_yearly;
    let first_days =
        certificates(dates).map(|(_, validity)| validity.not_before).filter(|first| wanted && *first > now);
    next(now, card_milestones(now, dates, settings), told).into_iter().chain(first_days).min()
}

/// The next moment, not before `now`, at which [`of_stay`] may have something to tell.
#[must_use]
pub fn next_of_stay(now: Timestamp, told: &Told, settings: &ReminderSettings) -> Option<Timestamp> {
    next(now, stay(settings), told)
}

fn news(now: Timestamp, milestones: Vec<Milestone>, dates: &CardDates, told: &Told) -> Vec<Due> {
    if told.rests_until(now).is_some() {
        return Vec::new();
    }
    let told = told.as_of(date_in_japan(now));
    let news = latest(now, milestones).into_iter().filter(|milestone| !told.knows(milestone));
    news.map(|milestone| Due { reminder: reminder(now, &milestone, dates), mark: milestone.mark }).collect()
}

fn next(now: Timestamp, milestones: Vec<Milestone>, told: &Told) -> Option<Timestamp> {
    let earliest = told.rests_until(now).unwrap_or(now);
    let told = told.as_of(date_in_japan(now));
    let to_come = milestones.iter().filter(|milestone| milestone.from > now);
    let to_come = to_come.filter(|milestone| !told.knows(milestone)).map(|milestone| milestone.from);
    let waiting = latest(now, milestones.iter().copied());
    let waiting = waiting.iter().filter(|milestone| !told.knows(milestone)).map(|_| now);
    to_come.chain(waiting).min().map(|moment| moment.max(earliest))
}

fn not_done(now: Timestamp, milestones: Vec<Milestone>, dates: &CardDates, told: &Told) -> Vec<Reminder> {
    let standing = latest(now, milestones).into_iter().filter(|milestone| !told.is_done(milestone));
    standing.map(|milestone| reminder(now, &milestone, dates)).collect()
}

fn seen_to(now: Timestamp, milestones: Vec<Milestone>, dates: &CardDates, told: &mut Told, date: Date) -> usize {
    let standing = latest(now, milestones).into_iter().filter(|milestone| !told.is_done(milestone));
    let of_date: Vec<_> = standing.filter(|milestone| reminder(now, milestone, dates).date == date).collect();
    for Milestone { about, mark, .. } in &of_date {
        told.marks.insert(*about, Mark { done: true, ..*mark });
    }
    of_date.len()
}

/// Of each subject the latest milestone that has come and is not past its use.
fn latest(now: Timestamp, milestones: impl IntoIterator<Item = Milestone>) -> Vec<Milestone> {
    let mut latest = BTreeMap::new();
    // In the order of their days; of two on one day the later in the list counts.
    let mut come: Vec<Milestone> = milestones.into_iter().filter(|milestone| milestone.from <= now).collect();
    come.sort_by_key(|milestone| milestone.from);
    for milestone in come {
        latest.insert(milestone.about, milestone);
    }
    latest.into_values().filter(|milestone| milestone.until.is_none_or(|until| now < until)).collect()
}

fn card_milestones(now: Timestamp, dates: &CardDates, settings: &ReminderSettings) -> Vec<Milestone> {
    if settings.expiry { all_of_card(now, dates, settings) } else { password(now, dates, settings) }
}

/// With those of the certificates, whether notices of them are wanted or not.
fn all_of_card(now: Timestamp, dates: &CardDates, settings: &ReminderSettings) -> Vec<Milestone> {
    let mut milestones = password(now, dates, settings);
    for (about, validity) in certificates(dates) {
        // Before its first day the computer's clock is wrong, as a rule, and says nothing about the rest either.
        if validity.period(now) != Period::NotYetValid {
            milestones.extend(certificate(about, &validity));
        }
    }
    milestones
}

fn certificates(dates: &CardDates) -> impl Iterator<Item = (About, Validity)> {
    let named = [(About::Authentication, dates.authentication), (About::Signature, dates.signature)];
    named.into_iter().filter_map(|(about, validity)| Some((about, validity?)))
}

fn certificate(about: About, validity: &Validity) -> Vec<Milestone> {
    let subject = validity.not_after_jst();
    let at = |code, on: Date| Milestone {
        about,
        code,
        mark: Mark { subject, on, done: false },
        from: start_of(on),
        until: None,
    };
    let opens_on = validity.renewal(validity.not_after, RenewalRule::FIVE_YEAR).opens_on;
    // Three months and 90 days are a day or two apart: the later of the two says all that the earlier one would.
    let first = opens_on.max(days_before(subject, DAYS_BEFORE[0]));
    let steps = DAYS_BEFORE.map(|days| at(Code::ExpiresSoon, days_before(subject, days)));
    let steps = [at(Code::RenewalOpen, opens_on)].into_iter().chain(steps);
    let mut milestones: Vec<_> = steps.filter(|step| step.mark.on >= first).collect();
    // It counts to its last instant, which is that of its day unless an authority did otherwise.
    let ended = validity.not_after.saturating_add(Span::new().seconds(1)).unwrap_or(Timestamp::MAX);
    milestones.push(Milestone { from: ended, ..at(Code::Expired, tomorrow(subject)) });
    milestones
}

/// The full years since the password was set, as far as the agent knows: when the certificate was issued, or changed here.
fn password(now: Timestamp, dates: &CardDates, settings: &ReminderSettings) -> Vec<Milestone> {
    let Some(validity) = dates.signature.filter(|_| settings.password_yearly) else { return Vec::new() };
    if validity.period(now) != Period::InPeriod {
        return Vec::new();
    }
    let today = date_in_japan(now);
    // One of a day to come was noted by a wrong clock.
    let changed = dates.password_changed.filter(|day| *day <= today);
    let subject = changed.max(Some(validity.not_before_jst())).unwrap_or(today);
    let years = i64::from(today.year()) - i64::from(subject.year());
    let anniversary = |years: i64| Some(subject.saturating_add(Span::new().try_years(years).ok()?));
    let near = [years - 1, years, years + 1].into_iter().filter(|years| *years >= 1);
    near.filter_map(anniversary)
        .map(|on| Milestone {
            about: About::Password,
            code: Code::PasswordDue,
            mark: Mark { subject, on, done: false },
            from: start_of(on),
            until: Some(start_of(on.saturating_add(Span::new().days(PASSWORD_STANDS)))),
        })
        .filter(|milestone| milestone.from <= validity.not_after)
        .collect()
}

fn stay(settings: &ReminderSettings) -> Vec<Milestone> {
    let Some(subject) = settings.stay_until else { return Vec::new() };
    let on = DAYS_BEFORE.map(|days| days_before(subject, days)).into_iter().chain([tomorrow(subject)]);
    on.map(|on| Milestone {
        about: About::Stay,
        code: Code::StayEnds,
        mark: Mark { subject, on, done: false },
        from: start_of(on),
        until: None,
    })
    .collect()
}

fn reminder(now: Timestamp, milestone: &Milestone, dates: &CardDates) -> Reminder {
    let of = |validity: &Option<Validity>| {
        validity.map(|validity| of_certificate(now, milestone.about, milestone.code, &validity))
    };
    let days_left = match milestone.about {
        About::Password => None,
        _ => Some(days_between(date_in_japan(now), milestone.mark.subject)),
    };
    let date = match milestone.about {
        About::Password => milestone.mark.on,
        _ => milestone.mark.subject,
    };
    let plain = Reminder { about: milestone.about, code: milestone.code, days_left, date, renewal: None };
    match milestone.about {
        About::Authentication => of(&dates.authentication).unwrap_or(plain),
        About::Signature => of(&dates.signature).unwrap_or(plain),
        About::Password | About::Stay => plain,
    }
}

fn of_certificate(now: Timestamp, about: About, code: Code, validity: &Validity) -> Reminder {
    Reminder {
        about,
        code,
        days_left: Some(validity.days_left(now)),
        date: validity.not_after_jst(),
        renewal: Some(validity.renewal(now, RenewalRule::FIVE_YEAR)),
    }
}

/// The first instant of that day in Japan.
fn start_of(date: Date) -> Timestamp {
    tz::Offset::constant(9).to_timestamp(date.at(0, 0, 0, 0)).unwrap_or(Timestamp::MAX)
}

fn days_before(date: Date, days: i32) -> Date {
    date.saturating_sub(Span::new().days(days))
}

fn tomorrow(date: Date) -> Date {
    date.saturating_add(Span::new().days(1))
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until((Unit::Day, to)).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests;
