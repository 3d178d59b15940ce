//! The periods of settlements, and the business days on which they are paid. Pure.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, Utc};
use platform::business_days::{add_business_days, start_of_day};

pub(crate) use platform::business_days::day_in_seoul as day_of;

use crate::model::SettlementCadence;

/// The business day that is `lag` business days after a day; with no lag the day itself, or the next business day.
pub(crate) fn business_day_after(day: NaiveDate, lag: i32) -> NaiveDate {
    add_business_days(day, u32::try_from(lag).unwrap_or_default())
}

/// The days of a settlement, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
}

/// The last period that is over on this day.
pub(crate) fn last_period(cadence: SettlementCadence, today: NaiveDate) -> Period {
    let before = |day: NaiveDate, days: u64| day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN);
    match cadence {
        SettlementCadence::Daily => Period { start: before(today, 1), end: before(today, 1) },
        SettlementCadence::Weekly => {
            let monday = before(today, u64::from(today.weekday().num_days_from_monday()));
            Period { start: before(monday, 7), end: before(monday, 1) }
        }
        SettlementCadence::Monthly => {
            let first = today.with_day(1).unwrap_or(today);
            Period { start: first.checked_sub_months(Months::new(1)).unwrap_or(first), end: before(first, 1) }
        }
    }
}

/// When a day in Korea is over.
pub(crate) fn end_of(day: NaiveDate) -> DateTime<Utc> {
    start_of_day(day.checked_add_days(Days::new(1)).unwrap_or(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn lags_skip_weekends_and_holidays() {
        assert_eq!(business_day_after(day("2026-11-26"), 0), day("2026-11-26"));
        assert_eq!(business_day_after(day("2026-11-28"), 0), day("2026-11-30"));
        assert_eq!(business_day_after(day("2026-11-29"), 2), day("2026-12-01"));
        assert_eq!(business_day_after(day("2025-10-02"), 1), day("2025-10-10"), "over 개천절, 추석 and 한글날");
        assert_eq!(business_day_after(day("2026-02-13"), 3), day("2026-02-23"));
    }

    #[test]
    fn periods_that_are_over() {
        let period = |cadence, today: &str| last_period(cadence, day(today));
        let of = |start: &str, end: &str| Period { start: day(start), end: day(end) };
        use SettlementCadence::{Daily, Monthly, Weekly};
        assert_eq!(period(Daily, "2026-03-01"), of("2026-02-28", "2026-02-28"));
        assert_eq!(period(Weekly, "2026-11-29"), of("2026-11-16", "2026-11-22"), "a Sunday is the week's last day");
        assert_eq!(period(Weekly, "2026-11-30"), of("2026-11-23", "2026-11-29"));
        assert_eq!(period(Monthly, "2026-01-31"), of("2025-12-01", "2025-12-31"));
        assert_eq!(period(Monthly, "2026-03-01"), of("2026-02-01", "2026-02-28"));
    }

    #[test]
    fn days_are_koreas() {
        assert_eq!(day_of("2026-11-26T15:00:00Z".parse().unwrap()), day("2026-11-27"));
        assert_eq!(end_of(day("2026-11-26")), "2026-11-26T15:00:00Z".parse::<DateTime<Utc>>().unwrap());
    }
}
