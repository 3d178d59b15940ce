//! The expected outcomes that a caller can act on.

use platform::errors::{ActionError, UserError};
use platform::language::Language;

platform::text_enum! {
    /// Why a mutation was refused.
    pub enum UserErrorCode {
        /// The person has no permission for this.
        #[graphql(tag = "refusal/forbidden")]
        PermissionMissing = "PERMISSION_MISSING",
        /// A reason of 1–500 characters is needed.
        #[graphql(tag = "refusal/invalid")]
        ReasonRequired = "REASON_REQUIRED",
        /// A text that is empty or too long.
        #[graphql(tag = "refusal/invalid")]
        InvalidText = "INVALID_TEXT",
        /// It ends before it begins.
        #[graphql(tag = "refusal/invalid")]
        InvalidPeriod = "INVALID_PERIOD",
        /// The identifier is none of the kind that is wanted.
        #[graphql(tag = "refusal/invalid")]
        InvalidObject = "INVALID_OBJECT",
        /// An amount of 1 won or more is needed.
        #[graphql(tag = "refusal/invalid")]
        InvalidAmount = "INVALID_AMOUNT",
        /// There is no such role.
        #[graphql(tag = "refusal/not-found")]
        RoleNotFound = "ROLE_NOT_FOUND",
        /// Another role has the name.
        #[graphql(tag = "refusal/conflict")]
        RoleNameTaken = "ROLE_NAME_TAKEN",
        /// There is no such member of staff.
        #[graphql(tag = "refusal/not-found")]
        StaffNotFound = "STAFF_NOT_FOUND",
        /// Nobody would be left who may manage staff.
        #[graphql(tag = "refusal/conflict")]
        LastAdministrator = "LAST_ADMINISTRATOR",
        /// There is no such request.
        #[graphql(tag = "refusal/not-found")]
        ApprovalNotFound = "APPROVAL_NOT_FOUND",
        /// A request about the same is open.
        #[graphql(tag = "refusal/conflict")]
        ApprovalExists = "APPROVAL_EXISTS",
        /// Another person than the one who asked must decide.
        #[graphql(tag = "refusal/forbidden")]
        SecondPersonNeeded = "SECOND_PERSON_NEEDED",
        /// Only who asked can take it back.
        #[graphql(tag = "refusal/forbidden")]
        NotYourRequest = "NOT_YOUR_REQUEST",
        /// Nobody has decided about the request.
        #[graphql(tag = "refusal/conflict")]
        ApprovalPending = "APPROVAL_PENDING",
        /// The request was approved.
        #[graphql(tag = "refusal/conflict")]
        ApprovalApproved = "APPROVAL_APPROVED",
        /// The request was rejected.
        #[graphql(tag = "refusal/conflict")]
        ApprovalRejected = "APPROVAL_REJECTED",
        /// The request was withdrawn.
        #[graphql(tag = "refusal/conflict")]
        ApprovalWithdrawn = "APPROVAL_WITHDRAWN",
        /// The request's time is over.
        #[graphql(tag = "refusal/conflict")]
        ApprovalExpired = "APPROVAL_EXPIRED",
        /// What was requested has happened.
        #[graphql(tag = "refusal/conflict")]
        ApprovalExecuted = "APPROVAL_EXECUTED",
        /// There is no such notice.
        #[graphql(tag = "refusal/not-found")]
        NoticeNotFound = "NOTICE_NOT_FOUND",
        /// The notice is published already.
        #[graphql(tag = "refusal/conflict")]
        NoticePublished = "NOTICE_PUBLISHED",
        /// The notice was withdrawn.
        #[graphql(tag = "refusal/conflict")]
        NoticeWithdrawn = "NOTICE_WITHDRAWN",
        /// There is no such complaint.
        #[graphql(tag = "refusal/not-found")]
        ComplaintNotFound = "COMPLAINT_NOT_FOUND",
        /// Nobody has taken the complaint up.
        #[graphql(tag = "refusal/conflict")]
        ComplaintOpen = "COMPLAINT_OPEN",
        /// The complaint is being handled.
        #[graphql(tag = "refusal/conflict")]
        ComplaintInProgress = "COMPLAINT_IN_PROGRESS",
        /// The complaint was answered.
        #[graphql(tag = "refusal/conflict")]
        ComplaintResolved = "COMPLAINT_RESOLVED",
        /// The complaint is over.
        #[graphql(tag = "refusal/conflict")]
        ComplaintClosed = "COMPLAINT_CLOSED",
        /// There is no such person, or the person is staff or oneself.
        #[graphql(tag = "refusal/forbidden")]
        CannotImpersonate = "CANNOT_IMPERSONATE",
        /// There is no such look at the market as somebody else.
        #[graphql(tag = "refusal/not-found")]
        ImpersonationNotFound = "IMPERSONATION_NOT_FOUND",
        /// The look at the market as somebody else is over.
        #[graphql(tag = "refusal/conflict")]
        ImpersonationOver = "IMPERSONATION_OVER",
    }
}

/// A refusal of a mutation.
pub(crate) type Refusal = UserError<UserErrorCode>;
/// Why an action did not do what was asked.
pub(crate) type Failure = ActionError<UserErrorCode>;

impl UserErrorCode {
    /// The refusal in the request's language, at an input field.
    pub(crate) fn at(self, field: &[&str], language: Language) -> Refusal {
        UserError::new(self, field, self.message(language))
    }

    fn message(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::PermissionMissing => ("이 작업의 권한이 없습니다", "Your roles do not permit this"),
            Self::ReasonRequired => ("사유를 500자 이내로 입력하세요", "Give a reason of up to 500 characters"),
            Self::InvalidText => ("글의 길이를 확인하세요", "Check the length of the text"),
            Self::InvalidPeriod => ("기간을 확인하세요", "Check the period"),
            Self::InvalidObject => {
                ("대상의 식별자가 올바르지 않습니다", "This identifier is not one of the wanted kind")
            }
            Self::InvalidAmount => ("금액을 확인하세요", "Check the amount"),
            Self::RoleNotFound => ("역할을 찾을 수 없습니다", "There is no such role"),
            Self::RoleNameTaken => ("이미 있는 역할 이름입니다", "Another role has this name"),
            Self::StaffNotFound => ("운영자를 찾을 수 없습니다", "There is no such member of staff"),
            Self::LastAdministrator => {
                ("운영자를 관리할 사람이 남지 않습니다", "Nobody would be left who may manage staff")
            }
            Self::ApprovalNotFound => ("승인 요청을 찾을 수 없습니다", "There is no such request"),
            Self::ApprovalExists => ("같은 대상의 요청이 이미 있습니다", "A request about the same is open"),
            Self::SecondPersonNeeded => {
                ("요청한 사람이 아닌 다른 사람이 결정해야 합니다", "Another person than the one who asked must decide")
            }
            Self::NotYourRequest => ("요청한 사람만 철회할 수 있습니다", "Only who asked can take it back"),
            Self::ApprovalPending => ("아직 승인되지 않은 요청입니다", "Nobody has decided about this request yet"),
            Self::ApprovalApproved => ("이미 승인된 요청입니다", "This request was approved"),
            Self::ApprovalRejected => ("반려된 요청입니다", "This request was rejected"),
            Self::ApprovalWithdrawn => ("철회된 요청입니다", "This request was withdrawn"),
            Self::ApprovalExpired => ("기한이 지난 요청입니다", "This request's time is over"),
            Self::ApprovalExecuted => ("이미 처리된 요청입니다", "This request was carried out"),
            Self::NoticeNotFound => ("공지사항을 찾을 수 없습니다", "There is no such notice"),
            Self::NoticePublished => ("이미 게시된 공지사항입니다", "This notice is published already"),
            Self::NoticeWithdrawn => ("내려간 공지사항입니다", "This notice was withdrawn"),
            Self::ComplaintNotFound => ("민원을 찾을 수 없습니다", "There is no such complaint"),
            Self::ComplaintOpen => ("아직 접수 담당자가 없는 민원입니다", "Nobody has taken this complaint up yet"),
            Self::ComplaintInProgress => ("처리 중인 민원입니다", "This complaint is being handled"),
            Self::ComplaintResolved => ("답변이 끝난 민원입니다", "This complaint was answered"),
            Self::ComplaintClosed => ("종결된 민원입니다", "This complaint is over"),
            Self::ImpersonationNotFound => ("조회 기록을 찾을 수 없습니다", "There is no such look at the market"),
            Self::ImpersonationOver => ("이미 끝난 조회입니다", "This look at the market is over"),
            Self::CannotImpersonate => ("이 회원으로는 볼 수 없습니다", "You cannot look at the market as this person"),
        };
        language.choose(korean, english)
    }
}
