//! When something is sent, again or not at all. Pure.

use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta, Utc};

use crate::error::UserErrorCode;
use crate::model::DeliveryState;

/// Korea is nine hours ahead of UTC, all year.
const KOREA_SECONDS: i32 = 9 * 3_600;
/// 정보통신망법: no advertising from 21:00 to 08:00.
const EVENING_HOUR: u32 = 21;
const MORNING_HOUR: u32 = 8;

/// What can happen to a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryCommand {
    /// The other side took it.
    Succeed,
    /// It failed, and may succeed later.
    Fail,
    /// It failed too often, or for good.
    GiveUp,
    /// It is not to be sent.
    Skip,
    /// Somebody wants it sent once more.
    Redeliver,
}

/// The state machine: the state that a command leads to, or why it is refused.
pub(crate) fn after(state: DeliveryState, command: DeliveryCommand) -> Result<DeliveryState, UserErrorCode> {
    use DeliveryCommand as Command;
    use DeliveryState as State;
    match (state, command) {
        (State::Pending, Command::Succeed) => Ok(State::Delivered),
        (State::Pending, Command::Fail) => Ok(State::Pending),
        (State::Pending, Command::GiveUp) => Ok(State::Dead),
        (State::Pending, Command::Skip) => Ok(State::Skipped),
        (State::Pending, Command::Redeliver) => Err(UserErrorCode::DeliveryPending),
        (State::Delivered | State::Dead, Command::Redeliver) => Ok(State::Pending),
        (State::Delivered, Command::Succeed | Command::Fail | Command::GiveUp | Command::Skip) => {
            Err(UserErrorCode::DeliveryDone)
        }
        (State::Dead, Command::Succeed | Command::Fail | Command::GiveUp | Command::Skip) => {
            Err(UserErrorCode::DeliveryDead)
        }
        (State::Skipped, Command::Succeed | Command::Fail | Command::GiveUp | Command::Skip | Command::Redeliver) => {
            Err(UserErrorCode::DeliverySkipped)
        }
    }
}

/// How long to wait after so many failures (one or more): twice as long each time.
pub(crate) fn backoff(failures: u32, base: Duration, longest: Duration) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(30));
    base.saturating_mul(doubled).min(longest)
}

/// When advertising that is ready now may go out: now by day, and at 08:00 in Korea by night.
pub(crate) fn by_day(now: DateTime<Utc>) -> DateTime<Utc> {
    use chrono::Timelike as _;
    let Some(korea) = FixedOffset::east_opt(KOREA_SECONDS) else { return now };
    let local = now.with_timezone(&korea);
    if (MORNING_HOUR..EVENING_HOUR).contains(&local.hour()) {
        return now;
    }
    let day = if local.hour() >= EVENING_HOUR { local + TimeDelta::days(1) } else { local };
    let morning = NaiveTime::from_hms_opt(MORNING_HOUR, 0, 0).map(|time| day.date_naive().and_time(time));
    let morning = morning.and_then(|morning| morning.and_local_timezone(korea).single());
    morning.map_or(now, |morning| morning.with_timezone(&Utc))
}

/// A trimmed text that is neither empty nor too long.
pub(crate) fn text(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    (1..=longest).contains(&text.chars().count()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table.
    #[test]
    fn every_state_and_command() {
        use DeliveryCommand as C;
        use DeliveryState::{Dead, Delivered, Pending, Skipped};
        use UserErrorCode as E;
        let (pending, done, dead, skipped) = (E::DeliveryPending, E::DeliveryDone, E::DeliveryDead, E::DeliverySkipped);
        let table: [(C, [Result<DeliveryState, E>; 4]); 5] = [
            (C::Succeed, [Ok(Delivered), Err(done), Err(dead), Err(skipped)]),
            (C::Fail, [Ok(Pending), Err(done), Err(dead), Err(skipped)]),
            (C::GiveUp, [Ok(Dead), Err(done), Err(dead), Err(skipped)]),
            (C::Skip, [Ok(Skipped), Err(done), Err(dead), Err(skipped)]),
            (C::Redeliver, [Err(pending), Ok(Pending), Ok(Pending), Err(skipped)]),
        ];
        assert_eq!(DeliveryState::ALL, [Pending, Delivered, Dead, Skipped]);
        for (command, outcomes) in table {
            for (state, expected) in DeliveryState::ALL.iter().zip(outcomes) {
                assert_eq!(after(*state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn tries_come_slower_and_slower() {
        let seconds = |failures| backoff(failures, Duration::from_secs(30), Duration::from_secs(3_600)).as_secs();
        assert_eq!([1, 2, 3, 7, 8, 99, 0].map(seconds), [30, 60, 120, 1_920, 3_600, 3_600, 30]);
    }

    #[test]
    fn advertising_waits_for_the_day() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for (now, expected) in [
            // 08:00:00, 20:59:59 and noon in Korea.
            ("2026-03-01T23:00:00Z", "2026-03-01T23:00:00Z"),
            ("2026-03-02T11:59:59Z", "2026-03-02T11:59:59Z"),
            ("2026-03-02T03:00:00Z", "2026-03-02T03:00:00Z"),
            // 21:00, midnight and 07:59:59 in Korea: the next 08:00.
            ("2026-03-02T12:00:00Z", "2026-03-02T23:00:00Z"),
            ("2026-03-02T15:00:00Z", "2026-03-02T23:00:00Z"),
            ("2026-03-02T22:59:59Z", "2026-03-02T23:00:00Z"),
            // The last evening of a year.
            ("2026-12-31T14:30:00Z", "2026-12-31T23:00:00Z"),
        ] {
            assert_eq!(by_day(at(now)), at(expected), "{now}");
        }
    }
}
