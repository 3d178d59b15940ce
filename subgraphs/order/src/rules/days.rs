//! Periods as people in Korea count them. Pure.
//!
//! A period of days begins on the day after its event and ends with its last day; a last day on a weekend or holiday
//! moves to the next business day.

use std::time::Duration;

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use platform::business_days::{add_business_days, day_in_seoul as day_of, start_of_day, this_or_next_business_day};

const DAY: Duration = Duration::from_secs(86_400);

/// The first moment after the day.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(later(day, 1))
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// When a period that begins at `from` ends: whole days by the calendar, anything shorter by the clock.
pub(crate) fn end_of_period(from: DateTime<Utc>, period: Duration) -> DateTime<Utc> {
    if period < DAY || !period.as_secs().is_multiple_of(DAY.as_secs()) {
        return from + period;
    }
    end_of(this_or_next_business_day(later(day_of(from), period.as_secs() / DAY.as_secs())))
}

/// When a period of months that begins at `from` ends.
pub(crate) fn end_of_months(from: DateTime<Utc>, months: u32) -> DateTime<Utc> {
    let day = day_of(from);
    end_of(this_or_next_business_day(day.checked_add_months(Months::new(months)).unwrap_or(day)))
}

/// The end of the working day that comes `days` working days after `from`.
pub(crate) fn end_of_business_days(from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    let day = day_of(from);
    // No days at all end with the day itself, whatever day it is.
    end_of(if days == 0 { day } else { add_business_days(day, days) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    #[test]
    fn days_are_counted_from_the_next_day_to_the_end_of_the_last() {
        let week = 7 * DAY;
        // A Wednesday in Korea, early and late.
        assert_eq!(end_of_period(at("2026-03-04T00:00:00+09:00"), week), at("2026-03-12T00:00:00+09:00"));
        assert_eq!(end_of_period(at("2026-03-04T23:59:59+09:00"), week), at("2026-03-12T00:00:00+09:00"));
        // The last day is a Saturday: it ends with the Monday.
        assert_eq!(end_of_period(at("2026-03-07T12:00:00+09:00"), week), at("2026-03-17T00:00:00+09:00"));
        assert_eq!(end_of_period(at("2026-03-04T12:00:00+09:00"), DAY / 2), at("2026-03-05T00:00:00+09:00"));
        assert_eq!(end_of_period(at("2026-03-04T12:00:00+09:00"), DAY + DAY / 2), at("2026-03-06T00:00:00+09:00"));
    }

    #[test]
    fn months_end_on_the_same_day() {
        assert_eq!(end_of_months(at("2026-03-04T12:00:00+09:00"), 3), at("2026-06-05T00:00:00+09:00"));
        // There is no 31 June; 30 June 2026 is a Tuesday.
        assert_eq!(end_of_months(at("2026-03-31T12:00:00+09:00"), 3), at("2026-07-01T00:00:00+09:00"));
    }

    #[test]
    fn business_days_leave_out_weekends() {
        // Thursday + 3: Friday, Monday, Tuesday.
        assert_eq!(end_of_business_days(at("2026-03-05T10:00:00+09:00"), 3), at("2026-03-11T00:00:00+09:00"));
        // Saturday + 1: Monday. UTC still has Friday.
        assert_eq!(end_of_business_days(at("2026-03-07T01:00:00+09:00"), 1), at("2026-03-10T00:00:00+09:00"));
    }
}
