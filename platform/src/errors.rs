//! Errors as clients see them.
//!
//! Expected outcomes of a mutation are [`UserError`]s in its payload. Everything else is a top-level error with a
//! stable code: [`GraphError`]. An internal cause is logged once, here, and the client is told a trace id instead.

use std::borrow::Cow;
use std::fmt::Display;

use async_graphql::{ErrorExtensions, Object, OutputType, TypeName};

use crate::language::Language;

/// A refusal that the caller can act on, in the payload of a mutation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError<C> {
    /// Why, for programs.
    pub code: C,
    /// The path of the input that caused it, from `input` on; empty when no single field did.
    pub field: Vec<String>,
    /// Why, for people, in the language that the request asked for.
    pub message: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl<C> UserError<C> {
    /// A refusal that a later try does not change.
    pub fn new(code: C, field: &[&str], message: impl Into<String>) -> Self {
        let field = field.iter().map(|part| (*part).to_owned()).collect();
        Self { code, field, message: message.into(), retryable: false }
    }

    /// The same refusal, but worth another try.
    #[must_use]
    pub fn worth_retrying(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl<C> TypeName for UserError<C>
where
    C: OutputType,
{
    fn type_name() -> Cow<'static, str> {
        "UserError".into()
    }
}

/// A refusal that the caller can act on.
#[Object(name_type, shareable)]
impl<C> UserError<C>
where
    C: OutputType + Send + Sync,
{
    /// Why, for programs.
    async fn code(&self) -> &C {
        &self.code
    }

    /// The path of the input field that caused it, beginning below `input`; empty when no single field did.
    async fn field(&self) -> &[String] {
        &self.field
    }

    /// Why, for people, in the language of `Accept-Language`.
    async fn message(&self) -> &str {
        &self.message
    }

    /// Whether the same request may succeed when it is sent again.
    async fn retryable(&self) -> bool {
        self.retryable
    }
}

/// The code of a top-level error, in `extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Nobody is signed in.
    Unauthenticated,
    /// The one who is signed in may not do this.
    Forbidden,
    /// The account needs a second factor first; enrol one.
    SecondFactorRequired,
    /// The session has to prove anew who it is first; step up.
    StepUpRequired,
    /// The request is understood and wrong.
    BadUserInput,
    /// A page beyond the limit, a cursor that is none, and the like.
    InvalidPage,
    /// An `Idempotency-Key` is needed here.
    IdempotencyKeyRequired,
    /// The key was used before, with another request.
    IdempotencyKeyReused,
    /// The first request with this key is still running.
    RequestInFlight,
    /// A part of the system is busy or away; try again.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl ErrorCode {
    /// The code as `extensions.code` carries it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::SecondFactorRequired => "SECOND_FACTOR_REQUIRED",
            Self::StepUpRequired => "STEP_UP_REQUIRED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::InvalidPage => "INVALID_PAGE",
            Self::IdempotencyKeyRequired => "IDEMPOTENCY_KEY_REQUIRED",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::RequestInFlight => "REQUEST_IN_FLIGHT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// A failure outside a mutation's expected outcomes.
#[derive(Debug)]
pub struct GraphError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// What the client reads.
    pub message: String,
}

impl GraphError {
    /// A failure that the client may know the reason of.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Nobody is signed in.
    pub fn unauthenticated(language: Language) -> Self {
        Self::new(ErrorCode::Unauthenticated, language.choose("로그인이 필요합니다", "Sign in first"))
    }

    /// Not allowed.
    pub fn forbidden(language: Language) -> Self {
        Self::new(ErrorCode::Forbidden, language.choose("권한이 없습니다", "You are not allowed to do this"))
    }

    /// Not allowed until the account has a second factor.
    pub fn second_factor_required(language: Language) -> Self {
        let message = language.choose(
            "2단계 인증을 먼저 등록하세요. 등록 후 다시 시도할 수 있습니다",
            "Set up a second factor for your account first, then try again",
        );
        Self::new(ErrorCode::SecondFactorRequired, message)
    }

    /// Not allowed until the session has proved anew who it is.
    pub fn step_up_required(language: Language) -> Self {
        let message = language.choose("본인 확인이 필요합니다", "Confirm that it is you first");
        Self::new(ErrorCode::StepUpRequired, message)
    }

    /// A fault of ours: `cause` goes to the log, the client reads only that something failed.
    pub fn internal(cause: impl Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(ErrorCode::Internal, "Something failed on our side")
    }

    /// A part of the system is away: `cause` goes to the log.
    pub fn unavailable(cause: impl Display) -> Self {
        tracing::warn!(%cause, "temporarily unavailable");
        Self::new(ErrorCode::Unavailable, "Temporarily unavailable, try again")
    }
}

/// A value that is none of its scalar: the client's mistake, as `extensions.code` says.
pub fn invalid_value<T: async_graphql::InputType>(cause: impl Display) -> async_graphql::InputValueError<T> {
    async_graphql::InputValueError::custom(cause).with_extension("code", ErrorCode::BadUserInput.as_str())
}

impl From<GraphError> for async_graphql::Error {
    fn from(error: GraphError) -> Self {
        let code = error.code.as_str();
        Self::new(error.message).extend_with(|_, extensions| extensions.set("code", code))
    }
}

impl From<diesel::result::Error> for GraphError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error::DatabaseError;
        // PostgreSQL's texts have every character but one.
        if matches!(&error, DatabaseError(_, cause) if cause.message().starts_with("invalid byte sequence")) {
            return Self::new(ErrorCode::BadUserInput, "A text has the character U+0000, which cannot be kept.");
        }
        Self::internal(format_args!("database: {error}"))
    }
}

impl From<crate::database::PoolError> for GraphError {
    fn from(error: crate::database::PoolError) -> Self {
        Self::unavailable(error)
    }
}

impl From<crate::graph::GraphClientError> for GraphError {
    fn from(error: crate::graph::GraphClientError) -> Self {
        Self::unavailable(error)
    }
}

/// Why an action did not do what was asked.
#[derive(Debug)]
pub enum ActionError<C> {
    /// The caller can act on it: goes into the payload.
    Refused(Vec<UserError<C>>),
    /// Everything else: a top-level error.
    Failed(GraphError),
}

impl<C> ActionError<C> {
    /// The refusals for the payload.
    ///
    /// # Errors
    /// Everything that is not a refusal.
    pub fn into_refusals(self) -> Result<Vec<UserError<C>>, GraphError> {
        match self {
            Self::Refused(refusals) => Ok(refusals),
            Self::Failed(error) => Err(error),
        }
    }
}

impl<C> From<UserError<C>> for ActionError<C> {
    fn from(refusal: UserError<C>) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl<C> From<GraphError> for ActionError<C> {
    fn from(error: GraphError) -> Self {
        Self::Failed(error)
    }
}

impl<C> From<diesel::result::Error> for ActionError<C> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl<C> From<crate::database::PoolError> for ActionError<C> {
    fn from(error: crate::database::PoolError) -> Self {
        Self::Failed(error.into())
    }
}

impl<C> From<crate::graph::GraphClientError> for ActionError<C> {
    fn from(error: crate::graph::GraphClientError) -> Self {
        Self::Failed(error.into())
    }
}

/// Runs an action to its end even when the request that asked for it is dropped.
///
/// # Errors
/// Those of the action; `INTERNAL_SERVER_ERROR` when it panicked.
pub async fn run_to_end<T, C, F>(action: F) -> Result<T, ActionError<C>>
where
    F: Future<Output = Result<T, ActionError<C>>> + Send + 'static,
    T: Send + 'static,
    C: Send + 'static,
{
    tokio::spawn(action).await.unwrap_or_else(|error| Err(GraphError::internal(error).into()))
}
