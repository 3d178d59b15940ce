//! What may happen when: requests for approval, notices and complaints, as pure tables.

use crate::error::UserErrorCode as Code;
use crate::model::{ApprovalState, ComplaintState, NoticeState};

/// The longest reason, in characters.
pub(crate) const LONGEST_REASON: usize = 500;
/// The longest title of a notice, in characters.
pub(crate) const LONGEST_TITLE: usize = 100;
/// The longest text of a notice or complaint, in characters.
pub(crate) const LONGEST_TEXT: usize = 5_000;
/// The longest name of a person or role, in characters.
pub(crate) const LONGEST_NAME: usize = 50;

/// The text without spaces around it, when it has 1 to `longest` characters.
pub(crate) fn text(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    (1..=longest).contains(&text.chars().count()).then(|| text.to_owned())
}

/// What is done to a request for approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ApprovalCommand {
    /// A second person agrees.
    Approve,
    /// A second person refuses.
    Reject,
    /// Whoever asked takes it back.
    Withdraw,
    /// Its time is over.
    Expire,
    /// What was asked for has happened.
    Execute,
}

/// Where a command leads a request, or by which name it is refused.
pub(crate) fn approval_transition(state: ApprovalState, command: ApprovalCommand) -> Result<ApprovalState, Code> {
    use {ApprovalCommand as C, ApprovalState as S};
    match (state, command) {
        (S::Pending, C::Approve) => Ok(S::Approved),
        (S::Pending, C::Reject) => Ok(S::Rejected),
        (S::Pending, C::Execute) => Err(Code::ApprovalPending),
        (S::Pending | S::Approved, C::Withdraw) => Ok(S::Withdrawn),
        (S::Pending | S::Approved, C::Expire) => Ok(S::Expired),
        (S::Approved, C::Execute) => Ok(S::Executed),
        (S::Approved, C::Approve | C::Reject) => Err(Code::ApprovalApproved),
        (S::Rejected, _) => Err(Code::ApprovalRejected),
        (S::Withdrawn, _) => Err(Code::ApprovalWithdrawn),
        (S::Expired, _) => Err(Code::ApprovalExpired),
        (S::Executed, _) => Err(Code::ApprovalExecuted),
    }
}

/// What is done to a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoticeCommand {
    /// Its text or time changes.
    Edit,
    /// It is shown in its time.
    Publish,
    /// It is taken back.
    Withdraw,
}

/// Where a command leads a notice, or by which name it is refused.
pub(crate) fn notice_transition(state: NoticeState, command: NoticeCommand) -> Result<NoticeState, Code> {
    use {NoticeCommand as C, NoticeState as S};
    match (state, command) {
        (S::Draft | S::Published, C::Edit) => Ok(state),
        (S::Draft, C::Publish) => Ok(S::Published),
        (S::Draft | S::Published, C::Withdraw) => Ok(S::Withdrawn),
        (S::Published, C::Publish) => Err(Code::NoticePublished),
        (S::Withdrawn, _) => Err(Code::NoticeWithdrawn),
    }
}

/// What is done to a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ComplaintCommand {
    /// Somebody looks after it.
    Take,
    /// It is answered.
    Resolve,
    /// It was not settled by its answer.
    Reopen,
    /// It is over.
    Close,
}

/// Where a command leads a complaint, or by which name it is refused.
pub(crate) fn complaint_transition(state: ComplaintState, command: ComplaintCommand) -> Result<ComplaintState, Code> {
    use {ComplaintCommand as C, ComplaintState as S};
    match (state, command) {
        (S::Open | S::InProgress, C::Take) => Ok(S::InProgress),
        (S::InProgress, C::Resolve) => Ok(S::Resolved),
        (S::Resolved, C::Reopen) => Ok(S::InProgress),
        (S::Resolved, C::Close) => Ok(S::Closed),
        (S::Open, C::Resolve | C::Reopen | C::Close) => Err(Code::ComplaintOpen),
        (S::InProgress, C::Reopen | C::Close) => Err(Code::ComplaintInProgress),
        (S::Resolved, C::Take | C::Resolve) => Err(Code::ComplaintResolved),
        (S::Closed, _) => Err(Code::ComplaintClosed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_moves_a_request_or_is_refused_by_name() {
        use {ApprovalCommand as C, ApprovalState as S};
        let commands = [C::Approve, C::Reject, C::Withdraw, C::Expire, C::Execute];
        let expected = |state| match state {
            S::Pending => {
                [Ok(S::Approved), Ok(S::Rejected), Ok(S::Withdrawn), Ok(S::Expired), Err(Code::ApprovalPending)]
            }
            S::Approved => [
                Err(Code::ApprovalApproved),
                Err(Code::ApprovalApproved),
                Ok(S::Withdrawn),
                Ok(S::Expired),
                Ok(S::Executed),
            ],
            S::Rejected => [Err(Code::ApprovalRejected); 5],
            S::Withdrawn => [Err(Code::ApprovalWithdrawn); 5],
            S::Expired => [Err(Code::ApprovalExpired); 5],
            S::Executed => [Err(Code::ApprovalExecuted); 5],
        };
        for state in S::ALL {
            for (command, expected) in commands.into_iter().zip(expected(*state)) {
                assert_eq!(approval_transition(*state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn every_command_moves_a_notice_or_is_refused_by_name() {
        use {NoticeCommand as C, NoticeState as S};
        let commands = [C::Edit, C::Publish, C::Withdraw];
        let expected = |state| match state {
            S::Draft => [Ok(S::Draft), Ok(S::Published), Ok(S::Withdrawn)],
            S::Published => [Ok(S::Published), Err(Code::NoticePublished), Ok(S::Withdrawn)],
            S::Withdrawn => [Err(Code::NoticeWithdrawn); 3],
        };
        for state in S::ALL {
            for (command, expected) in commands.into_iter().zip(expected(*state)) {
                assert_eq!(notice_transition(*state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn every_command_moves_a_complaint_or_is_refused_by_name() {
        use {ComplaintCommand as C, ComplaintState as S};
        let commands = [C::Take, C::Resolve, C::Reopen, C::Close];
        let (open, taken) = (Err(Code::ComplaintOpen), Err(Code::ComplaintInProgress));
        let (resolved, closed) = (Err(Code::ComplaintResolved), Err(Code::ComplaintClosed));
        let expected = |state| match state {
            S::Open => [Ok(S::InProgress), open, open, open],
            S::InProgress => [Ok(S::InProgress), Ok(S::Resolved), taken, taken],
            S::Resolved => [resolved, resolved, Ok(S::InProgress), Ok(S::Closed)],
            S::Closed => [closed; 4],
        };
        for state in S::ALL {
            for (command, expected) in commands.into_iter().zip(expected(*state)) {
                assert_eq!(complaint_transition(*state, command), expected, "{state:?} {command:?}");
            }
        }
    }

    #[test]
    fn texts_are_counted_in_characters_without_spaces_around_them() {
        assert_eq!(text("  사유 ", 2).as_deref(), Some("사유"));
        assert_eq!(text("사유가", 2), None);
        assert_eq!(text("   ", 2), None);
    }
}
