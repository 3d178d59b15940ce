//! What kind of refusal a code is, which decides the status of an HTTP answer.
//!
//! Each value of a `UserErrorCode` declares its kind where it is declared, as a tag of the federated schema:
//! `#[graphql(tag = "refusal/conflict")]`. The router reads the tags of all services and refuses to start where one is
//! missing; a service's own routes read those of its own enumeration. Both then answer alike.

use async_graphql::OutputType;
use async_graphql::registry::{MetaType, Registry};
use async_graphql::resolver_utils::EnumType;
use axum::http::StatusCode;

use crate::errors::UserError;
use crate::problem::{FieldProblem, Problem};

/// What the tags begin with.
const PREFIX: &str = "refusal/";

/// A kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RefusalKind {
    /// What was sent is understood and wrong: 422.
    Invalid,
    /// Who asks has not proved who it is: 401.
    Unauthenticated,
    /// Who asks may not do this: 403.
    Forbidden,
    /// It is not there, or not for the one who asks: 404.
    NotFound,
    /// The state of things does not allow it now: 409.
    Conflict,
    /// Bytes of a type that is not taken: 415.
    UnsupportedMedia,
    /// Too much in too short a time: 429.
    TooMany,
    /// Something that is needed is away: 503.
    Unavailable,
}

impl RefusalKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Invalid,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::UnsupportedMedia,
        Self::TooMany,
        Self::Unavailable,
    ];

    /// What stands in the tag after `refusal/`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::UnsupportedMedia => "unsupported-media",
            Self::TooMany => "too-many",
            Self::Unavailable => "unavailable",
        }
    }

    /// The status of an HTTP answer with such a refusal.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The one kind that these tags of a code declare.
    ///
    /// # Errors
    /// What is wrong, where they declare none, several, or one that there is not.
    pub fn declared<'a>(tags: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut kinds = tags.into_iter().filter_map(|tag| tag.strip_prefix(PREFIX));
        let name = kinds.next().ok_or_else(|| format!("declares no kind by @tag(name: \"{PREFIX}…\")"))?;
        if let Some(other) = kinds.find(|other| *other != name) {
            return Err(format!("is declared as {name} and as {other}"));
        }
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| format!("there is no kind {name}"))
    }

    /// The kind that a code's own enumeration declares. A code without one counts as invalid.
    pub fn of<C: EnumType + OutputType>(code: C) -> Self {
        let mut registry = Registry::default();
        C::create_type_info(&mut registry);
        let Some(MetaType::Enum { enum_values, .. }) = registry.types.get(C::type_name().as_ref()) else {
            return Self::Invalid;
        };
        enum_values
            .get(name_of(code))
            .and_then(|value| Self::declared(value.tags.iter().map(String::as_str)).ok())
            .unwrap_or(Self::Invalid)
    }
}

fn name_of<C: EnumType>(code: C) -> &'static str {
    C::items().iter().find(|item| item.value == code).map_or("INVALID", |item| item.name)
}

/// The problem that refusals are; the first decides.
pub fn problem_of<C: EnumType + OutputType>(refusals: Vec<UserError<C>>) -> Problem {
    let (kind, code, detail) = match refusals.first() {
        Some(first) => (RefusalKind::of(first.code), name_of(first.code), first.message.clone()),
        None => (RefusalKind::Invalid, "INVALID", String::new()),
    };
    let errors = refusals.into_iter().map(|one| FieldProblem {
        field: one.field.join("."),
        code: name_of(one.code).to_owned(),
        message: one.message,
    });
    Problem { status: kind.status(), code: code.to_owned(), detail, errors: errors.collect() }
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "what the macro makes is for the other crates")]
mod tests {
    use super::*;

    crate::text_enum! {
        /// Why.
        enum Code {
            /// Gone.
            #[graphql(tag = "refusal/not-found")]
            Gone = "GONE",
            /// Busy.
            #[graphql(tag = "refusal/conflict", tag = "other")]
            Busy = "BUSY",
            /// Nothing is said.
            Unsaid = "UNSAID",
        }
    }

    #[test]
    fn kinds_are_read_where_codes_are_declared() {
        assert_eq!(RefusalKind::of(Code::Gone), RefusalKind::NotFound);
        assert_eq!(RefusalKind::of(Code::Busy), RefusalKind::Conflict);
        assert_eq!(RefusalKind::of(Code::Unsaid), RefusalKind::Invalid);
        let problem = problem_of(vec![UserError::new(Code::Busy, &["input", "x"], "busy")]);
        assert_eq!((problem.status.as_u16(), problem.code.as_str()), (409, "BUSY"));
        assert_eq!((problem.errors[0].field.as_str(), problem.errors[0].code.as_str()), ("input.x", "BUSY"));
    }

    #[test]
    fn a_code_has_one_kind() {
        for kind in RefusalKind::ALL {
            let tag = format!("refusal/{}", kind.name());
            assert_eq!(RefusalKind::declared(["internal", tag.as_str(), tag.as_str()]), Ok(kind));
        }
        assert!(RefusalKind::declared(["internal"]).is_err());
        assert!(RefusalKind::declared(["refusal/conflict", "refusal/invalid"]).is_err());
        assert!(RefusalKind::declared(["refusal/nothing"]).is_err());
    }
}
