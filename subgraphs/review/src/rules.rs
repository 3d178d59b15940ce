//! What may happen to a review, when, and what a rating is. Pure.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::error::UserErrorCode;
use crate::model::{FileId, ReviewState};

/// A review's text, in characters.
pub(crate) const BODY: std::ops::RangeInclusive<usize> = 10..=3_000;
/// A seller's reply, in characters.
pub(crate) const REPLY: std::ops::RangeInclusive<usize> = 1..=1_000;
/// Why staff hides or shows a review, in characters.
pub(crate) const REASON: std::ops::RangeInclusive<usize> = 1..=200;
/// What is said with a report, in characters.
pub(crate) const LONGEST_DETAIL: usize = 500;
/// The most photos of a review.
pub(crate) const MOST_PHOTOS: usize = 10;
/// The longest address of a photo, in bytes.
const LONGEST_ADDRESS: usize = 500;

/// What can be done with a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReviewCommand {
    /// Its author changes it.
    Edit,
    /// Its author adds what a month has shown.
    FollowUp,
    /// Its author removes it.
    Delete,
    /// The seller answers, or changes the answer.
    Reply,
    /// Somebody finds it helpful, or not any more.
    Vote,
    /// Somebody reports it.
    Report,
    /// Staff hides it.
    Blind,
    /// Staff shows it again.
    Unblind,
    /// Staff finds nothing wrong with it.
    DismissReports,
}

/// The state machine: the state that a command leads to, or why it is refused.
pub(crate) fn after(state: ReviewState, command: ReviewCommand) -> Result<ReviewState, UserErrorCode> {
    use ReviewCommand as Command;
    use ReviewState as State;
    match (state, command) {
        (State::Deleted, _) => Err(UserErrorCode::ReviewDeleted),
        (State::Published | State::Blinded, Command::Delete) => Ok(State::Deleted),
        (State::Published, Command::Blind) => Ok(State::Blinded),
        (State::Published, Command::Unblind) => Err(UserErrorCode::ReviewNotBlinded),
        (
            State::Published,
            Command::Edit
            | Command::FollowUp
            | Command::Reply
            | Command::Vote
            | Command::Report
            | Command::DismissReports,
        ) => Ok(State::Published),
        (State::Blinded, Command::Unblind) => Ok(State::Published),
        (
            State::Blinded,
            Command::Edit
            | Command::FollowUp
            | Command::Reply
            | Command::Vote
            | Command::Report
            | Command::Blind
            | Command::DismissReports,
        ) => Err(UserErrorCode::ReviewBlinded),
    }
}

/// What a review counts for in its product's rating: `None` when it does not count.
pub(crate) fn counted(state: ReviewState, stars: i16) -> Option<i16> {
    (state == ReviewState::Published).then_some(stars)
}

/// By how much each number of stars changes when a review that counted for `before` counts for `after`.
pub(crate) fn rating_change(before: Option<i16>, after: Option<i16>) -> [i32; 5] {
    let mut change = [0; 5];
    for (stars, by) in [(before, -1), (after, 1)] {
        let place = stars.and_then(|stars| usize::try_from(stars - 1).ok());
        if let Some(count) = place.and_then(|place| change.get_mut(place)) {
            *count += by;
        }
    }
    change
}

/// How many reviews there are, and their average in hundredths of a star, rounded half up; `None` without reviews.
pub(crate) fn average(histogram: [i32; 5]) -> (i64, Option<i32>) {
    let count: i64 = histogram.iter().map(|count| i64::from(*count)).sum();
    let stars: i64 = histogram.iter().zip(1..).map(|(count, stars)| i64::from(*count) * stars).sum();
    let hundredths = (count > 0).then(|| (stars * 200 + count) / (2 * count));
    (count, hundredths.and_then(|hundredths| i32::try_from(hundredths).ok()))
}

/// Hundredths as a decimal number: 437 is `4.37`.
pub(crate) fn decimal(hundredths: i32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A trimmed text of an allowed length.
pub(crate) fn text(text: &str, length: &std::ops::RangeInclusive<usize>) -> Option<String> {
    let text = text.trim();
    length.contains(&text.chars().count()).then(|| text.to_owned())
}

/// Whether a purchase that was confirmed then can be reviewed now.
pub(crate) fn may_write(confirmed_at: DateTime<Utc>, now: DateTime<Utc>, within: Duration) -> bool {
    chrono::TimeDelta::from_std(within).is_ok_and(|within| now <= confirmed_at + within)
}

/// Whether a review of a purchase that was confirmed then can be followed up now.
pub(crate) fn may_follow_up(
    confirmed_at: DateTime<Utc>,
    now: DateTime<Utc>,
    after: Duration,
    within: Duration,
) -> bool {
    chrono::TimeDelta::from_std(after).is_ok_and(|after| now >= confirmed_at + after)
        && may_write(confirmed_at, now, within)
}

/// Photos as they are kept: files of the file service by their id, `https://` addresses, or paths of the market itself.
pub(crate) fn photos(photos: &[String]) -> Option<Vec<String>> {
    let distinct: std::collections::HashSet<&String> = photos.iter().collect();
    let fits = |photo: &&String| {
        let plain = photo.len() <= LONGEST_ADDRESS && photo.chars().all(|character| character.is_ascii_graphic());
        let address = photo.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
        let path = photo.starts_with('/') && !photo.starts_with("//") && !photo.contains('\\');
        plain && (file(photo).is_some() || address || path)
    };
    let valid =
        photos.len() <= MOST_PHOTOS && distinct.len() == photos.len() && photos.iter().all(|photo| fits(&photo));
    let kept = |photo: &String| file(photo).map_or_else(|| photo.clone(), |id| id.to_string());
    valid.then(|| photos.iter().map(kept).collect())
}

/// The file that a photo names; `None` when it is an address.
pub(crate) fn file(photo: &str) -> Option<FileId> {
    photo.parse().ok()
}

/// A name as strangers may read it: 김도아 is 김*아, and Kim is K*m.
pub(crate) fn masked(name: &str) -> String {
    let characters: Vec<char> = name.trim().chars().collect();
    match characters.as_slice() {
        [] => "*".to_owned(),
        [one] => format!("{one}*"),
        [first, _] => format!("{first}*"),
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len().min(4))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table.
    #[test]
    fn every_state_and_command() {
        use ReviewCommand as C;
        use ReviewState as S;
        use UserErrorCode::{ReviewBlinded as Blinded, ReviewDeleted as Deleted, ReviewNotBlinded as NotBlinded};
        let table: [(C, [Result<S, UserErrorCode>; 3]); 9] = [
            (C::Edit, [Ok(S::Published), Err(Blinded), Err(Deleted)]),
            (C::FollowUp, [Ok(S::Published), Err(Blinded), Err(Deleted)]),
            (C::Delete, [Ok(S::Deleted), Ok(S::Deleted), Err(Deleted)]),
            (C::Reply, [Ok(S::Published), Err(Blinded), Err(Deleted)]),
            (C::Vote, [Ok(S::Published), Err(Blinded), Err(Deleted)]),
            (C::Report, [Ok(S::Published), Err(Blinded), Err(Deleted)]),
            (C::Blind, [Ok(S::Blinded), Err(Blinded), Err(Deleted)]),
            (C::Unblind, [Err(NotBlinded), Ok(S::Published), Err(Deleted)]),
            (C::DismissReports, [Ok(S::Published), Err(Blinded), Err(Deleted)]),
        ];
        assert_eq!(S::ALL, [S::Published, S::Blinded, S::Deleted]);
        for (command, outcomes) in table {
            for (state, expected) in S::ALL.iter().zip(outcomes) {
                assert_eq!(after(*state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn ratings_never_drift() {
        assert_eq!(rating_change(None, Some(5)), [0, 0, 0, 0, 1]);
        assert_eq!(rating_change(Some(5), Some(1)), [1, 0, 0, 0, -1]);
        assert_eq!(rating_change(Some(3), Some(3)), [0; 5]);
        assert_eq!(rating_change(Some(2), None), [0, -1, 0, 0, 0]);
        assert_eq!(counted(ReviewState::Published, 4), Some(4));
        assert_eq!(counted(ReviewState::Blinded, 4), None);
        assert_eq!(counted(ReviewState::Deleted, 4), None);
        assert_eq!(average([0; 5]), (0, None));
        assert_eq!(average([0, 0, 0, 0, 7]), (7, Some(500)));
        assert_eq!(average([1, 0, 0, 0, 2]), (3, Some(367)));
        assert_eq!(average([0, 0, 1, 1, 0]), (2, Some(350)));
        // 1.005 is rounded up.
        assert_eq!(average([199, 1, 0, 0, 0]), (200, Some(101)));
        assert_eq!(average([0, 0, 0, 0, i32::MAX]), (i64::from(i32::MAX), Some(500)));
        assert_eq!([decimal(437), decimal(500), decimal(105)], ["4.37", "5.00", "1.05"]);
    }

    #[test]
    fn reviews_have_their_time() {
        let day = |days: u64| Duration::from_secs(days * 86_400);
        let confirmed = DateTime::UNIX_EPOCH;
        assert!(may_write(confirmed, confirmed + day(90), day(90)));
        assert!(!may_write(confirmed, confirmed + day(90) + Duration::from_secs(1), day(90)));
        let follow_up = |days| may_follow_up(confirmed, confirmed + day(days), day(30), day(365));
        assert_eq!([follow_up(29), follow_up(30), follow_up(365), follow_up(366)], [false, true, true, false]);
    }

    #[test]
    fn texts_and_photos_are_checked() {
        assert_eq!(text("  가나다라마바사아자차 ", &BODY).as_deref(), Some("가나다라마바사아자차"));
        assert_eq!(text("가나다라마바사아자", &BODY), None);
        assert_eq!(text(&"가".repeat(3_001), &BODY), None);
        let all = |list: &[&str]| photos(&list.iter().map(|photo| (*photo).to_owned()).collect::<Vec<_>>()).is_some();
        assert!(all(&[]));
        assert!(all(&["fil_0197f3a2b1c07d4e8f00a1b2c3d4e5f6", "https://cdn.example.com/1.webp", "/images/1.svg"]));
        let wrong = [
            "fil_1",
            "prd_0197f3a2b1c07d4e8f00a1b2c3d4e5f6",
            "http://a.kr/1",
            "javascript:alert(1)",
            "//a.kr/1",
            "/\\a.kr",
            "https:///x",
            "https://a.kr/ b",
            "",
        ];
        for wrong in wrong {
            assert!(!all(&[wrong]), "{wrong}");
        }
        assert!(!all(&["/a", "/a"]), "one twice");
        let many: Vec<String> = (0..11).map(|number| format!("/{number}")).collect();
        assert!(photos(&many).is_none() && photos(&many[1..]).is_some());
    }

    #[test]
    fn names_are_masked() {
        let names = [("김도아", "김*아"), ("남궁민수", "남**수"), ("이결", "이*"), ("A", "A*"), (" ", "*")];
        for (name, expected) in names {
            assert_eq!(masked(name), expected);
        }
    }
}
