//! The days on which banks work in Korea, and the periods of settlements. Pure.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeZone as _, Utc, Weekday};
use chrono_tz::Asia::Seoul;

use crate::model::SettlementCadence;

/// Public holidays on which banks are closed, those included that fall on a weekend.
///
/// 관공서의 공휴일에 관한 규정 and 공휴일에 관한 법률, with their substitute holidays (대체공휴일), as announced each year by
/// 한국천문연구원 (월력요항, <https://astro.kasi.re.kr>); 제헌절 and 노동절 are public holidays since 2026, and banks were closed on 1 May
/// before. Checked against version 0.109 of the `holidays` library (<https://pypi.org/project/holidays/>). 2025 has the day between
/// a weekend and 설날 (27 January) and the presidential election (3 June), 2026 the local elections (3 June).
const HOLIDAYS: [(i32, &[(u32, u32)]); 3] = [
    (
        2025,
        &[
            (1, 1),
            (1, 27),
            (1, 28),
            (1, 29),
            (1, 30),
            (3, 1),
            (3, 3),
            (5, 1),
            (5, 5),
            (5, 6),
            (6, 3),
            (6, 6),
            (8, 15),
            (10, 3),
            (10, 5),
            (10, 6),
            (10, 7),
            (10, 8),
            (10, 9),
            (12, 25),
        ],
    ),
    (
        2026,
        &[
            (1, 1),
            (2, 16),
            (2, 17),
            (2, 18),
            (3, 1),
            (3, 2),
            (5, 1),
            (5, 5),
            (5, 24),
            (5, 25),
            (6, 3),
            (6, 6),
            (7, 17),
            (8, 15),
            (8, 17),
            (9, 24),
            (9, 25),
            (9, 26),
            (10, 3),
            (10, 5),
            (10, 9),
            (12, 25),
        ],
    ),
    (
        2027,
        &[
            (1, 1),
            (2, 6),
            (2, 7),
            (2, 8),
            (2, 9),
            (3, 1),
            (5, 1),
            (5, 3),
            (5, 5),
            (5, 13),
            (6, 6),
            (7, 17),
            (7, 19),
            (8, 15),
            (8, 16),
            (9, 14),
            (9, 15),
            (9, 16),
            (10, 3),
            (10, 4),
            (10, 9),
            (10, 11),
            (12, 25),
            (12, 27),
        ],
    ),
];
/// Holidays of every year, for years that are not in the table yet.
const EVERY_YEAR: [(u32, u32); 9] = [(1, 1), (3, 1), (5, 1), (5, 5), (6, 6), (7, 17), (8, 15), (10, 3), (12, 25)];

/// Whether banks work on this day.
pub(crate) fn is_business_day(day: NaiveDate) -> bool {
    let date = (day.month(), day.day());
    let listed = HOLIDAYS.iter().find(|(year, _)| *year == day.year()).map_or(EVERY_YEAR.as_slice(), |(_, days)| days);
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !listed.contains(&date)
}

/// The business day that is `lag` business days after a day; with no lag the day itself, or the next business day.
pub(crate) fn business_day_after(day: NaiveDate, lag: i32) -> NaiveDate {
    let next = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
    let mut day = day;
    for _ in 0..lag {
        day = next(day);
        while !is_business_day(day) {
            day = next(day);
        }
    }
    while !is_business_day(day) {
        day = next(day);
    }
    day
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

/// The day in Korea at a time.
pub(crate) fn day_of(time: DateTime<Utc>) -> NaiveDate {
    time.with_timezone(&Seoul).date_naive()
}

/// When a day in Korea is over.
pub(crate) fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    Seoul.from_local_datetime(&next).earliest().map_or(DateTime::<Utc>::MAX_UTC, |time| time.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn banks_rest() {
        for holiday in
            ["2025-10-08", "2026-02-17", "2026-03-02", "2026-05-01", "2026-07-17", "2027-02-09", "2027-12-27"]
        {
            assert!(!is_business_day(day(holiday)), "{holiday}");
        }
        for working in ["2025-10-10", "2026-02-19", "2026-12-24", "2027-09-17", "2027-02-10"] {
            assert!(is_business_day(day(working)), "{working}");
        }
        assert!(!is_business_day(day("2030-12-25")), "fixed days hold beyond the table");
        for (year, days) in HOLIDAYS {
            assert!(days.is_sorted(), "{year}");
            assert!(days.iter().all(|(month, day)| NaiveDate::from_ymd_opt(year, *month, *day).is_some()));
        }
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
