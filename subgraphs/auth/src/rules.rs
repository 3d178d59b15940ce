//! What a password, a delay and a key rotation have to be. Pure.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{ConsentPurpose, Scope};

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 50;
/// The shortest password, in characters.
const SHORTEST_PASSWORD: usize = 10;
/// The longest password, in bytes: hashing is not a service for strangers.
const LONGEST_PASSWORD: usize = 256;
/// The longest version of a consent text, in characters.
const LONGEST_VERSION: usize = 40;
/// The longest wait between sign-ins.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// How long a new key is published before it signs: every replica's copy of the key set has it by then.
const LONGEST_KEY_LEAD: Duration = Duration::from_secs(5 * 60);

/// Passwords of ten and more characters that lists of stolen passwords begin with, in lower case.
const COMMON_PASSWORDS: &[&str] = &[
    "0123456789",
    "0987654321",
    "10203040506",
    "1111111111",
    "1122334455",
    "123123123123",
    "1234512345",
    "1234554321",
    "1234567890",
    "12345678910",
    "123456789a",
    "123456789q",
    "123456789z",
    "147258369a",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "9876543210",
    "a123456789",
    "aa12345678",
    "abc123456789",
    "abcd123456",
    "abcdefghij",
    "administrator",
    "asdfghjkl1",
    "asdfghjkl;",
    "basketball",
    "changeme123",
    "computer123",
    "dbswl123456",
    "doamarket1",
    "doamarket123",
    "football123",
    "iloveyou12",
    "iloveyou123",
    "letmein123",
    "michael123",
    "monkey1234",
    "p@ssw0rd123",
    "passw0rd123",
    "password01",
    "password10",
    "password11",
    "password12",
    "password123",
    "password1234",
    "princess123",
    "q1w2e3r4t5",
    "q1w2e3r4t5y6",
    "qawsedrftg",
    "qwer1234!!",
    "qwer12345!",
    "qwer123456",
    "qwerty1234",
    "qwerty12345",
    "qwerty123456",
    "qwertyuiop",
    "qwertyuiop1",
    "samsung123",
    "sarang1004",
    "saranghae1",
    "starcraft1",
    "starwars123",
    "sunshine123",
    "superman123",
    "test123456",
    "testtest12",
    "tlqkf12345",
    "trustno1234",
    "welcome123",
    "zaq12wsx34",
    "zxcvbnm123",
];

/// Whether a password may be used: 10 characters to 256 bytes, not the e-mail address or a part of it, not a common
/// one, not made of fewer than five different characters.
pub(crate) fn password_is_acceptable(password: &str, email: &str) -> bool {
    let length_is_right = password.chars().count() >= SHORTEST_PASSWORD && password.len() <= LONGEST_PASSWORD;
    let lower = password.to_lowercase();
    let email = email.to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    let is_email = lower == email || (local.len() >= 4 && lower.contains(local) && lower.len() < local.len() + 6);
    let mut characters: Vec<char> = lower.chars().collect();
    characters.sort_unstable();
    characters.dedup();
    length_is_right && !is_email && characters.len() >= 5 && COMMON_PASSWORDS.binary_search(&lower.as_str()).is_err()
}

/// The name without surrounding space, when it has 1–50 characters and no control characters.
pub(crate) fn person_name(text: &str) -> Option<String> {
    let text = text.trim();
    let length_is_right = (1..=LONGEST_NAME).contains(&text.chars().count());
    (length_is_right && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// Whether the version of a consent text is one.
pub(crate) fn is_version(text: &str) -> bool {
    (1..=LONGEST_VERSION).contains(&text.trim().chars().count())
}

/// The consents that everybody has to give and that are not among the granted ones.
pub(crate) fn missing_consents(granted: &[ConsentPurpose]) -> Vec<ConsentPurpose> {
    [ConsentPurpose::Terms, ConsentPurpose::Privacy, ConsentPurpose::AgeOver14]
        .into_iter()
        .filter(|purpose| !granted.contains(purpose))
        .collect()
}

/// How long sign-ins have to wait after the `attempts`-th one that has not succeeded: one second after the free ones,
/// then twice as long each time, up to 15 minutes.
pub(crate) fn wait_after(attempts: u64, free: u32) -> Option<Duration> {
    let beyond = attempts.checked_sub(u64::from(free)).filter(|beyond| *beyond > 0)?;
    let doublings = u32::try_from(beyond - 1).unwrap_or(u32::MAX).min(20);
    Some(Duration::from_secs(1 << doublings).min(LONGEST_WAIT))
}

/// What presenting a refresh token means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    /// The token in force: replace it.
    InForce,
    /// Replaced a moment ago by one that nobody has used: the answer was lost, replace it once more.
    LostAnswer,
    /// Replaced before: somebody else has it.
    Reused,
}

/// Judges a refresh token of a session that is alive. `successor_used` tells whether a token that replaced it was
/// itself replaced, which proves that the answer arrived.
pub(crate) fn presented(
    rotated_at: Option<DateTime<Utc>>,
    successor_used: bool,
    grace: Duration,
    now: DateTime<Utc>,
) -> Presented {
    match rotated_at {
        None => Presented::InForce,
        Some(at) if !successor_used && now < at + delta(grace) => Presented::LostAnswer,
        Some(_) => Presented::Reused,
    }
}

/// The position of the key that signs now: the newest one whose time has come. `signs_from` is in ascending order.
pub(crate) fn signing_position(signs_from: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<usize> {
    signs_from.iter().rposition(|from| *from <= now)
}

/// When the next key begins to sign, if it is time to make it.
pub(crate) fn next_key_from(
    newest: Option<DateTime<Utc>>,
    rotation: Duration,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let Some(newest) = newest else { return Some(now) };
    let lead = LONGEST_KEY_LEAD.min(rotation / 4);
    let due = newest + delta(rotation);
    (now + delta(lead) >= due).then(|| due.max(now + delta(lead)))
}

/// Whether a key can be forgotten: its successor signs, and every token that it has signed has ended.
pub(crate) fn is_retired(successor_from: Option<DateTime<Utc>>, access_lifetime: Duration, now: DateTime<Utc>) -> bool {
    // A replica may sign with the old key until it has looked for a new one.
    successor_from.is_some_and(|from| from + delta(access_lifetime) + delta(LONGEST_KEY_LEAD) <= now)
}

/// What a token may say of an account's scopes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Permissions {
    /// What it allows.
    pub(crate) scopes: Vec<Scope>,
    /// What it would allow if the session had shown a second factor.
    pub(crate) withheld: Vec<Scope>,
}

/// The permissions of a session. `shown` tells whether it has shown a second factor, `required` whether sellers and staff
/// have to.
pub(crate) fn permissions(granted: &[Scope], acts_for_sellers: bool, required: bool, shown: bool) -> Permissions {
    let mut all = granted.to_vec();
    all.push(Scope::Buyer);
    if acts_for_sellers {
        all.push(Scope::Seller);
    }
    all.sort_unstable();
    all.dedup();
    let (scopes, withheld) = all.into_iter().partition(|scope| *scope == Scope::Buyer || shown || !required);
    Permissions { scopes, withheld }
}

/// When a session proved last who it is, by the strongest means that the account has.
pub(crate) fn proved_at(
    authenticated_at: Option<DateTime<Utc>>,
    mfa_verified_at: Option<DateTime<Utc>>,
    has_factor: bool,
) -> Option<DateTime<Utc>> {
    if has_factor { mfa_verified_at } else { authenticated_at.max(mfa_verified_at) }
}

/// Whether a proof is recent.
pub(crate) fn is_recent(proved_at: Option<DateTime<Utc>>, lifetime: Duration, now: DateTime<Utc>) -> bool {
    proved_at.is_some_and(|at| now < at + delta(lifetime))
}

/// A recovery code without what people and paper add to it.
pub(crate) fn plain_code(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_uppercase()).collect()
}

/// A duration of the settings as a distance in time.
pub(crate) fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_common_passwords_is_sorted() {
        assert!(COMMON_PASSWORDS.is_sorted());
        assert!(COMMON_PASSWORDS.iter().all(|password| password.len() >= SHORTEST_PASSWORD));
    }

    #[test]
    fn weak_passwords_are_refused() {
        let acceptable = |password: &str| password_is_acceptable(password, "kim.doa@example.com");
        assert!(
            acceptable("correct horse battery")
                && acceptable("비밀번호는열글자이상으로")
                && acceptable("kim.doa likes tea")
        );
        for weak in [
            "short1!aA",
            "kim.doa@example.com",
            "KIM.DOA1234",
            "qwertyuiop",
            "QwertyUiop",
            "aaaaaaaaaaaa",
            "1212121212",
        ] {
            assert!(!acceptable(weak), "{weak}");
        }
        assert!(!acceptable(&"long password ".repeat(20)));
    }

    #[test]
    fn required_consents() {
        use ConsentPurpose as P;
        assert_eq!(missing_consents(&[P::Terms, P::MarketingSms]), [P::Privacy, P::AgeOver14]);
        assert_eq!(missing_consents(&[P::AgeOver14, P::Terms, P::Privacy]), []);
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        assert_eq!(wait_after(5, 5), None);
        assert_eq!(wait_after(6, 5), Some(Duration::from_secs(1)));
        assert_eq!(wait_after(9, 5), Some(Duration::from_secs(8)));
        assert_eq!(wait_after(16, 5), Some(LONGEST_WAIT));
        assert_eq!(wait_after(u64::MAX, 5), Some(LONGEST_WAIT));
    }

    #[test]
    fn a_lost_answer_is_told_from_a_theft() {
        let now = Utc::now();
        let grace = Duration::from_secs(10);
        let before = |seconds| Some(now - TimeDelta::seconds(seconds));
        assert_eq!(presented(None, false, grace, now), Presented::InForce);
        assert_eq!(presented(before(9), false, grace, now), Presented::LostAnswer);
        assert_eq!(presented(before(9), true, grace, now), Presented::Reused);
        assert_eq!(presented(before(10), false, grace, now), Presented::Reused);
        assert_eq!(presented(before(0), false, Duration::ZERO, now), Presented::Reused);
    }

    #[test]
    fn privileged_scopes_wait_for_a_second_factor_where_one_is_required() {
        use Scope as S;
        for (granted, acts, required, shown, scopes, withheld) in [
            (vec![], false, true, false, vec![S::Buyer], vec![]),
            (vec![S::Buyer], true, false, false, vec![S::Buyer, S::Seller], vec![]),
            (vec![S::Buyer], true, true, false, vec![S::Buyer], vec![S::Seller]),
            (vec![S::Buyer], true, true, true, vec![S::Buyer, S::Seller], vec![]),
            (vec![S::Staff], false, true, false, vec![S::Buyer], vec![S::Staff]),
            (vec![S::Staff, S::Seller], true, true, false, vec![S::Buyer], vec![S::Seller, S::Staff]),
            (vec![S::Staff], false, false, true, vec![S::Buyer, S::Staff], vec![]),
        ] {
            let permissions = permissions(&granted, acts, required, shown);
            assert_eq!(permissions, Permissions { scopes, withheld }, "{granted:?} {acts} {required} {shown}");
        }
    }

    #[test]
    fn whoever_has_a_factor_proves_by_it() {
        let (early, late) = (Utc::now(), Utc::now() + TimeDelta::minutes(1));
        assert_eq!(proved_at(Some(late), Some(early), true), Some(early));
        assert_eq!(proved_at(Some(late), None, true), None, "the password alone does not count");
        assert_eq!(proved_at(Some(late), None, false), Some(late));
        assert_eq!(proved_at(None, None, false), None);
        let minute = Duration::from_secs(60);
        assert!(is_recent(Some(early), minute, early + TimeDelta::seconds(59)));
        assert!(!is_recent(Some(early), minute, early + TimeDelta::seconds(60)));
        assert!(!is_recent(None, minute, early));
    }

    #[test]
    fn keys_overlap() {
        let start = Utc::now();
        let at = |days: i64| start + TimeDelta::days(days);
        let month = Duration::from_secs(30 * 86_400);
        let access = Duration::from_secs(900);
        assert_eq!(next_key_from(None, month, start), Some(start));
        assert_eq!(next_key_from(Some(start), month, at(29)), None);
        let soon = at(30) - TimeDelta::minutes(4);
        let next = next_key_from(Some(start), month, soon).unwrap();
        assert_eq!(next, soon + TimeDelta::minutes(5));
        let keys = [start, next];
        assert_eq!(signing_position(&keys, soon), Some(0), "the new key is published before it signs");
        assert_eq!(signing_position(&keys, next), Some(1));
        assert!(!is_retired(Some(next), access, next + TimeDelta::minutes(19)), "its last tokens are still good");
        assert!(is_retired(Some(next), access, next + TimeDelta::minutes(20)));
        assert!(!is_retired(None, access, at(900)), "the newest key stays");
    }
}
