//! Korea's business days: Monday to Friday without public holidays, by the calendar of Seoul.
//!
//! Holidays, substitute and temporary ones included, stand in a table; the government decides them anew every year, so that
//! no formula gives them. Outside the table's years only weekends and the holidays of a fixed date are known.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

/// Seoul is nine hours ahead of UTC, all year, since 1988.
const SEOUL_OFFSET: TimeDelta = TimeDelta::hours(9);

/// Public holidays by year, as (month, day), weekends included.
///
/// Source: 공휴일에 관한 법률 and 관공서의 공휴일에 관한 규정 (law.go.kr), with the changes in force since 2026 that made 노동절
/// (1 May) and 제헌절 (17 July) public holidays; temporary ones by notice of 인사혁신처; lunar dates by 한국천문연구원's 월력요항.
/// Compared with the list of the Python package `holidays` 0.109.
const HOLIDAYS: [(i32, &[(u32, u32)]); 3] = [
    (
        2025,
        &[
            (1, 1),
            // 임시공휴일, 설날.
            (1, 27),
            (1, 28),
            (1, 29),
            (1, 30),
            // 삼일절 and its substitute.
            (3, 1),
            (3, 3),
            // 어린이날 and 부처님 오신 날 on one day, and the substitute.
            (5, 5),
            (5, 6),
            // 대통령 선거일.
            (6, 3),
            (6, 6),
            (8, 15),
            (10, 3),
            // 추석 and its substitute.
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
            // 전국동시지방선거.
            (6, 3),
            // 현충일 has no substitute.
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

/// Holidays of every year that have a fixed date.
const FIXED: &[(u32, u32)] = &[(1, 1), (3, 1), (5, 1), (5, 5), (6, 6), (7, 17), (8, 15), (10, 3), (10, 9), (12, 25)];

/// Whether the day is a public holiday; a weekend alone is none.
pub fn is_holiday(day: NaiveDate) -> bool {
    let known = HOLIDAYS.iter().find(|(year, _)| *year == day.year());
    known.map_or(FIXED, |(_, days)| days).contains(&(day.month(), day.day()))
}

/// Whether the day is a business day.
pub fn is_business_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(day)
}

/// The day itself when it is a business day, else the first one after it.
pub fn this_or_next_business_day(mut day: NaiveDate) -> NaiveDate {
    while !is_business_day(day) {
        day = day_after(day);
    }
    day
}

/// The day that is `count` business days after `day`; with 0, the day itself or the first business day after it.
pub fn add_business_days(day: NaiveDate, count: u32) -> NaiveDate {
    let mut found = if count == 0 { this_or_next_business_day(day) } else { day };
    for _ in 0..count {
        found = this_or_next_business_day(day_after(found));
    }
    found
}

/// How many business days come after `from`, up to `to` and with it; zero when `to` is not later.
pub fn business_days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    let (mut count, mut day) = (0, from);
    while day < to {
        day = day_after(day);
        count += u32::from(is_business_day(day));
    }
    count
}

/// The day in Seoul.
pub fn day_in_seoul(at: DateTime<Utc>) -> NaiveDate {
    local(at).date()
}

/// The time of the day in Seoul.
pub fn time_in_seoul(at: DateTime<Utc>) -> NaiveTime {
    local(at).time()
}

/// The moment at which a day has this time in Seoul.
pub fn moment_in_seoul(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    (day.and_time(time) - SEOUL_OFFSET).and_utc()
}

/// The moment at which a day begins in Seoul.
pub fn start_of_day(day: NaiveDate) -> DateTime<Utc> {
    moment_in_seoul(day, NaiveTime::MIN)
}

/// The moment at which `time` has passed since `at`, when clocks run on business days only, day and night.
pub fn add_business_time(at: DateTime<Utc>, time: TimeDelta) -> DateTime<Utc> {
    let (mut at, mut left) = (at, time);
    loop {
        let day = day_in_seoul(at);
        let midnight = start_of_day(day_after(day));
        if is_business_day(day) {
            let today = midnight - at;
            if left <= today {
                return at + left;
            }
            left -= today;
        }
        at = midnight;
    }
}

fn local(at: DateTime<Utc>) -> chrono::NaiveDateTime {
    at.naive_utc() + SEOUL_OFFSET
}

fn day_after(day: NaiveDate) -> NaiveDate {
    // Only the last day that chrono can name has no next one.
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn offices_rest() {
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
    fn every_holiday_of_the_table_is_a_day_and_in_order() {
        for (year, days) in HOLIDAYS {
            let dates: Vec<NaiveDate> =
                days.iter().map(|(month, day)| NaiveDate::from_ymd_opt(year, *month, *day).unwrap()).collect();
            assert!(dates.is_sorted_by(|a, b| a < b), "{year}");
            assert!(dates.iter().all(|date| is_holiday(*date) && !is_business_day(*date)));
        }
    }

    #[test]
    fn years_have_as_many_business_days_as_the_official_calendar() {
        let count = |year: i32| {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            first.iter_days().take_while(|day| day.year() == year).filter(|day| is_business_day(*day)).count()
        };
        assert_eq!((count(2025), count(2026), count(2027)), (244, 245, 246));
    }

    #[test]
    fn counts_over_weekends_holidays_and_substitutes() {
        // 2026: Thursday 24 September to Saturday the 26th is 추석.
        assert_eq!(add_business_days(day("2026-09-23"), 1), day("2026-09-28"));
        assert_eq!(add_business_days(day("2026-09-25"), 0), day("2026-09-28"));
        assert_eq!(add_business_days(day("2026-09-22"), 0), day("2026-09-22"));
        // 설날 2027 ends with a substitute on Tuesday.
        assert_eq!(add_business_days(day("2027-02-05"), 1), day("2027-02-10"));
        assert_eq!(add_business_days(day("2026-07-16"), 1), day("2026-07-20"), "제헌절 is a holiday again");
        assert_eq!(business_days_between(day("2026-09-23"), day("2026-09-29")), 2);
        assert_eq!(business_days_between(day("2026-09-29"), day("2026-09-23")), 0);
        assert!(is_holiday(day("2031-12-25")) && is_business_day(day("2031-12-26")));
    }

    #[test]
    fn adding_and_counting_agree() {
        for start in day("2025-12-20").iter_days().take(500) {
            for count in 1..8 {
                let end = add_business_days(start, count);
                assert!(is_business_day(end));
                assert_eq!(business_days_between(start, end), count, "{start} + {count}");
            }
        }
    }

    #[test]
    fn days_begin_at_midnight_in_seoul() {
        assert_eq!(day_in_seoul(at("2026-03-31T14:59:59Z")), day("2026-03-31"));
        assert_eq!(day_in_seoul(at("2026-03-31T15:00:00Z")), day("2026-04-01"));
        assert_eq!(time_in_seoul(at("2026-03-31T15:30:00Z")), NaiveTime::from_hms_opt(0, 30, 0).unwrap());
        assert_eq!(start_of_day(day("2026-04-01")), at("2026-03-31T15:00:00Z"));
    }

    #[test]
    fn business_time_stands_still_on_days_off() {
        let hours = TimeDelta::hours;
        // Friday 18:00 in Seoul: six hours are left of the day; the clock goes on at midnight to Monday.
        let friday = at("2026-11-27T09:00:00Z");
        assert_eq!(add_business_time(friday, hours(6)), at("2026-11-27T15:00:00Z"));
        assert_eq!(add_business_time(friday, hours(7)), at("2026-11-29T16:00:00Z"));
        assert_eq!(add_business_time(friday, hours(48)), at("2026-12-01T09:00:00Z"));
        // A scan on Saturday counts from Monday on.
        assert_eq!(add_business_time(at("2026-11-28T03:00:00Z"), hours(24)), at("2026-11-30T15:00:00Z"));
    }
}
