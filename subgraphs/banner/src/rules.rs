//! What may happen to a banner, who sees it, and where it may lead. Pure.

use crate::error::UserErrorCode;
use crate::model::{BannerAudience, BannerState, BannerViewer};

/// The longest address, in bytes.
const LONGEST_LINK: usize = 1_000;
/// The longest title, name or picture's text, in characters.
pub(crate) const LONGEST_TEXT: usize = 120;
/// The most variants of a banner.
pub(crate) const MOST_VARIANTS: usize = 4;

/// What can be done with a banner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BannerCommand {
    /// Staff changes it.
    Edit,
    /// Staff lets it be shown from its beginning on.
    Schedule,
    /// Staff makes a draft of it again.
    Unschedule,
    /// Its beginning has come.
    Start,
    /// Staff takes it down for now.
    Pause,
    /// Staff lets it be shown again.
    Resume,
    /// Its end has come, or staff ends it.
    End,
}

/// The state machine: the state that a command leads to, or why it is refused.
pub(crate) fn after(state: BannerState, command: BannerCommand) -> Result<BannerState, UserErrorCode> {
    use BannerCommand as Command;
    use BannerState as State;
    match (state, command) {
        (State::Ended, _) => Err(UserErrorCode::BannerEnded),
        (State::Draft | State::Scheduled | State::Active | State::Paused, Command::End) => Ok(State::Ended),
        (State::Draft | State::Scheduled | State::Paused, Command::Edit) => Ok(state),
        (State::Draft, Command::Schedule) => Ok(State::Scheduled),
        (State::Draft, Command::Unschedule | Command::Start | Command::Pause | Command::Resume) => {
            Err(UserErrorCode::BannerDraft)
        }
        (State::Scheduled, Command::Unschedule) => Ok(State::Draft),
        (State::Scheduled, Command::Start) => Ok(State::Active),
        (State::Scheduled, Command::Schedule | Command::Pause | Command::Resume) => Err(UserErrorCode::BannerScheduled),
        (State::Active, Command::Pause) => Ok(State::Paused),
        (State::Active, Command::Edit | Command::Schedule | Command::Unschedule | Command::Start | Command::Resume) => {
            Err(UserErrorCode::BannerActive)
        }
        // What was paused waits for its beginning as what is new; when that is over, it is shown at once.
        (State::Paused, Command::Resume) => Ok(State::Scheduled),
        (State::Paused, Command::Schedule | Command::Unschedule | Command::Start | Command::Pause) => {
            Err(UserErrorCode::BannerPaused)
        }
    }
}

/// Whether a viewer belongs to an audience.
pub(crate) fn sees(viewer: BannerViewer, audience: BannerAudience) -> bool {
    use BannerViewer as Viewer;
    match audience {
        BannerAudience::All => true,
        BannerAudience::Guest => viewer == Viewer::Guest,
        BannerAudience::Member => viewer != Viewer::Guest,
        BannerAudience::NewMember => matches!(viewer, Viewer::NewMember | Viewer::NewSeller),
        BannerAudience::Seller => matches!(viewer, Viewer::Seller | Viewer::NewSeller),
    }
}

/// Who looks.
pub(crate) fn viewer(signed_in: bool, acts_for_a_seller: bool, is_new: bool) -> BannerViewer {
    match (signed_in, acts_for_a_seller, is_new) {
        (false, ..) => BannerViewer::Guest,
        (true, false, false) => BannerViewer::Member,
        (true, false, true) => BannerViewer::NewMember,
        (true, true, false) => BannerViewer::Seller,
        (true, true, true) => BannerViewer::NewSeller,
    }
}

/// Where a banner may lead: a path of the market itself, or an `https://` address of an allowed host; an empty list allows
/// every host. Nothing that a browser reads as something else.
pub(crate) fn may_lead_to(link: &str, hosts: &[String]) -> bool {
    let plain = !link.is_empty()
        && link.len() <= LONGEST_LINK
        && link.chars().all(|character| character > ' ' && character != '\\' && !character.is_control());
    if !plain {
        return false;
    }
    if let Some(rest) = link.strip_prefix("https://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        // A user name before the host is only there to deceive.
        let host = authority.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let named = !authority.contains(['@', '[', '%']) && host.contains('.') && !host.starts_with('.');
        let allowed = |own: &String| host == *own || host.strip_suffix(own).is_some_and(|sub| sub.ends_with('.'));
        return named && (hosts.is_empty() || hosts.iter().any(allowed));
    }
    link.starts_with('/') && !link.starts_with("//")
}

/// The hosts of a list separated by commas.
pub(crate) fn hosts(list: &str) -> Vec<String> {
    list.split(',').map(|host| host.trim().to_ascii_lowercase()).filter(|host| !host.is_empty()).collect()
}

/// A trimmed text that is neither empty nor too long.
pub(crate) fn text(text: &str) -> Option<String> {
    let text = text.trim();
    (1..=LONGEST_TEXT).contains(&text.chars().count()).then(|| text.to_owned())
}

/// Whether a slot can have the key: small letters, digits and hyphens, as in `home-hero`.
pub(crate) fn is_key(key: &str) -> bool {
    let fits = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    (1..=40).contains(&key.len()) && key.starts_with(|first: char| first.is_ascii_lowercase()) && key.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table.
    #[test]
    fn every_state_and_command() {
        use BannerCommand as C;
        use BannerState::{Active, Draft, Ended, Paused, Scheduled};
        use UserErrorCode as E;
        let (draft, scheduled, active, paused, ended) =
            (E::BannerDraft, E::BannerScheduled, E::BannerActive, E::BannerPaused, E::BannerEnded);
        let table: [(C, [Result<BannerState, E>; 5]); 7] = [
            (C::Edit, [Ok(Draft), Ok(Scheduled), Err(active), Ok(Paused), Err(ended)]),
            (C::Schedule, [Ok(Scheduled), Err(scheduled), Err(active), Err(paused), Err(ended)]),
            (C::Unschedule, [Err(draft), Ok(Draft), Err(active), Err(paused), Err(ended)]),
            (C::Start, [Err(draft), Ok(Active), Err(active), Err(paused), Err(ended)]),
            (C::Pause, [Err(draft), Err(scheduled), Ok(Paused), Err(paused), Err(ended)]),
            (C::Resume, [Err(draft), Err(scheduled), Err(active), Ok(Scheduled), Err(ended)]),
            (C::End, [Ok(Ended), Ok(Ended), Ok(Ended), Ok(Ended), Err(ended)]),
        ];
        assert_eq!(BannerState::ALL, [Draft, Scheduled, Active, Paused, Ended]);
        for (command, outcomes) in table {
            for (state, expected) in BannerState::ALL.iter().zip(outcomes) {
                assert_eq!(after(*state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn every_viewer_and_audience() {
        use BannerAudience as A;
        let table = [
            (A::All, [true, true, true, true, true]),
            (A::Guest, [true, false, false, false, false]),
            (A::Member, [false, true, true, true, true]),
            (A::NewMember, [false, false, true, false, true]),
            (A::Seller, [false, false, false, true, true]),
        ];
        assert_eq!((table.len(), BannerViewer::ALL.len()), (A::ALL.len(), 5));
        for (audience, expected) in table {
            for (viewer, expected) in BannerViewer::ALL.iter().zip(expected) {
                assert_eq!(sees(*viewer, audience), expected, "{viewer:?} {audience:?}");
            }
        }
        assert_eq!(viewer(false, true, true), BannerViewer::Guest);
        assert_eq!(viewer(true, true, false), BannerViewer::Seller);
    }

    #[test]
    fn links_lead_nowhere_else() {
        let any = |link: &str| may_lead_to(link, &[]);
        for good in ["/", "/products/prd_1?from=banner#top", "https://brand.co.kr", "https://a.b.kr:8443/x?y=https://z"]
        {
            assert!(any(good), "{good}");
        }
        for wrong in [
            "",
            "//evil.kr",
            "/\\evil.kr",
            "\\\\evil.kr",
            "http://brand.kr",
            "javascript:alert(1)",
            "https:/brand.kr",
            "https://",
            "https:///evil.kr",
            "https://brand.kr@evil.kr/",
            "https://localhost/",
            "https://.kr/",
            "https://[::1]/",
            "https://brand.kr/a b",
            "/a\nLocation: x",
            "products/1",
            " /x",
        ] {
            assert!(!any(wrong), "{wrong}");
        }
        let hosts = hosts(" Brand.kr, example.com,");
        assert_eq!(hosts, ["brand.kr", "example.com"]);
        let allowed = |link: &str| may_lead_to(link, &hosts);
        assert!(allowed("https://brand.kr/x") && allowed("https://www.brand.kr") && allowed("/x"));
        assert!(!allowed("https://evilbrand.kr") && !allowed("https://brand.kr.evil.com"));
    }

    #[test]
    fn keys_and_texts_are_checked() {
        assert!(is_key("home-hero") && is_key("a1"));
        assert!(!is_key("") && !is_key("Home") && !is_key("1a") && !is_key("a b") && !is_key(&"a".repeat(41)));
        assert_eq!(text(" 봄 세일 ").as_deref(), Some("봄 세일"));
        assert!(text("  ").is_none() && text(&"가".repeat(121)).is_none());
    }
}
