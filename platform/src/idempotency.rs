//! Idempotency keys: the first answer to a request is kept, and given again to its repetitions.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Binary, Jsonb, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::errors::{ErrorCode, GraphError};
use crate::language::Language;

diesel::table! {
    idempotency (owner, key) {
        owner -> Text,
        key -> Text,
        operation -> Text,
        fingerprint -> Bytea,
        answer -> Nullable<Jsonb>,
        locked_until -> Timestamptz,
        created_at -> Timestamptz,
    }
}

/// How long a request may run before its repetition is allowed to take over.
const LOCK: TimeDelta = TimeDelta::seconds(60);
/// The longest key.
const LONGEST_KEY: usize = 255;

/// What a key means for the request that carries it.
#[derive(Debug, PartialEq)]
pub enum Begin {
    /// The first request with this key: do it, then [`finish`] or [`abandon`].
    First,
    /// A repetition: give this answer again.
    Replay(serde_json::Value),
}

/// A key in use by one request.
#[derive(Clone, Debug)]
pub struct Claim {
    owner: String,
    key: String,
    operation: &'static str,
    fingerprint: Vec<u8>,
}

impl Claim {
    /// The key of `owner` (a user or service) for `operation` with `input`.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_REQUIRED` when the request has no key, `BAD_USER_INPUT` when it is longer than 255 bytes.
    pub fn new<I: Serialize>(
        owner: impl ToString,
        key: Option<&str>,
        operation: &'static str,
        input: &I,
        language: Language,
    ) -> Result<Self, GraphError> {
        let key = key.filter(|key| !key.is_empty()).ok_or_else(|| {
            GraphError::new(
                ErrorCode::IdempotencyKeyRequired,
                language.choose(
                    "이 요청에는 Idempotency-Key 헤더 또는 @idempotent(key:)가 필요합니다",
                    "This request needs an Idempotency-Key header or @idempotent(key:)",
                ),
            )
        })?;
        if key.len() > LONGEST_KEY {
            return Err(GraphError::new(ErrorCode::BadUserInput, "An idempotency key has at most 255 bytes"));
        }
        let body = serde_json::to_vec(input).map_err(GraphError::internal)?;
        let fingerprint = Sha256::digest(body).to_vec();
        Ok(Self { owner: owner.to_string(), key: key.to_owned(), operation, fingerprint })
    }

    /// The statement that takes the key when nobody has it, and returns it then. Inside a larger statement it makes the
    /// effect depend on the key; when nothing came of that, [`begin`] tells why.
    pub fn take(&self) -> TakeKey {
        TakeKey {
            owner: self.owner.clone(),
            key: self.key.clone(),
            operation: self.operation,
            fingerprint: self.fingerprint.clone(),
            locked_until: Utc::now() + LOCK,
        }
    }

    /// The statement that keeps the answer under the key.
    ///
    /// # Errors
    /// When the answer has no JSON form.
    pub fn keep<A: Serialize>(&self, answer: &A) -> QueryResult<KeepAnswer> {
        let answer =
            serde_json::to_value(answer).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        Ok(KeepAnswer { answer, owner: self.owner.clone(), key: self.key.clone() })
    }
}

crate::statement! {
    /// Takes a key.
    pub struct TakeKey {
        owner: String as Text,
        key: String as Text,
        operation: &'static str as Text,
        fingerprint: Vec<u8> as Binary,
        locked_until: DateTime<Utc> as Timestamptz,
    }
    "INSERT INTO idempotency (owner, key, operation, fingerprint, locked_until) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING RETURNING owner, key"
}

crate::statement! {
    /// Keeps an answer. The text ends in its `WHERE` clause, so that a statement which takes this one in can narrow it.
    pub struct KeepAnswer {
        answer: serde_json::Value as Jsonb,
        owner: String as Text,
        key: String as Text,
    }
    "UPDATE idempotency SET answer = ? WHERE owner = ? AND key = ?"
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency)]
struct Row {
    operation: String,
    fingerprint: Vec<u8>,
    answer: Option<serde_json::Value>,
    locked_until: DateTime<Utc>,
}

impl Row {
    /// The kept answer, when the key belongs to this request.
    fn answer_to(self, claim: &Claim, language: Language) -> Result<Option<serde_json::Value>, GraphError> {
        if self.operation == claim.operation && self.fingerprint == claim.fingerprint {
            return Ok(self.answer);
        }
        Err(GraphError::new(
            ErrorCode::IdempotencyKeyReused,
            language
                .choose("이미 다른 요청에 사용된 멱등성 키입니다", "This idempotency key was used for another request"),
        ))
    }
}

/// The answer that the key already has, without taking the key.
///
/// # Errors
/// `IDEMPOTENCY_KEY_REUSED` when the key belongs to another request.
pub async fn known(
    connection: &mut AsyncPgConnection,
    claim: &Claim,
    language: Language,
) -> Result<Option<serde_json::Value>, GraphError> {
    let row: Option<Row> = idempotency::table
        .find((&claim.owner, &claim.key))
        .select(Row::as_select())
        .first(connection)
        .await
        .optional()?;
    row.map(|row| row.answer_to(claim, language)).transpose().map(Option::flatten)
}

/// Takes the key, or finds the answer that it already has. Take it in a transaction that commits before the work begins.
///
/// # Errors
/// `IDEMPOTENCY_KEY_REUSED` when the key belongs to another request, `REQUEST_IN_FLIGHT` while the first still runs.
pub async fn begin(connection: &mut AsyncPgConnection, claim: &Claim, language: Language) -> Result<Begin, GraphError> {
    let now = Utc::now();
    let inserted = claim.take().execute(connection).await?;
    if inserted == 1 {
        return Ok(Begin::First);
    }
    let row: Row =
        idempotency::table.find((&claim.owner, &claim.key)).select(Row::as_select()).first(connection).await?;
    let locked_until = row.locked_until;
    if let Some(answer) = row.answer_to(claim, language)? {
        return Ok(Begin::Replay(answer));
    }
    // The lock of a request whose process died runs out; exactly one repetition takes it over.
    let taken = diesel::update(idempotency::table.find((&claim.owner, &claim.key)))
        .filter(idempotency::answer.is_null())
        .filter(idempotency::locked_until.eq(locked_until))
        .filter(idempotency::locked_until.lt(now))
        .set(idempotency::locked_until.eq(now + LOCK))
        .execute(connection)
        .await?;
    if taken == 1 {
        return Ok(Begin::First);
    }
    Err(in_flight(language))
}

/// The refusal of a repetition while the first request still runs.
pub fn in_flight(language: Language) -> GraphError {
    GraphError::new(
        ErrorCode::RequestInFlight,
        language.choose(
            "같은 요청이 처리 중입니다. 잠시 후 다시 시도하세요",
            "The same request is still running; try again",
        ),
    )
}

/// Keeps the answer. Call it in the transaction of the effect, where there is one.
///
/// # Errors
/// When the database fails.
pub async fn finish<A: Serialize + Sync>(
    connection: &mut AsyncPgConnection,
    claim: &Claim,
    answer: &A,
) -> QueryResult<()> {
    claim.keep(answer)?.execute(connection).await?;
    Ok(())
}

/// Frees the key: the request had no effect, and its repetition may try anew.
///
/// # Errors
/// When the database fails.
pub async fn abandon(connection: &mut AsyncPgConnection, claim: &Claim) -> QueryResult<()> {
    free(connection, &claim.owner, &claim.key).await
}

/// Frees a key whose request was undone by somebody else, so that its repetition may try anew.
///
/// # Errors
/// When the database fails.
pub async fn free(connection: &mut AsyncPgConnection, owner: &str, key: &str) -> QueryResult<()> {
    diesel::delete(idempotency::table.find((owner, key)))
        .filter(idempotency::answer.is_null())
        .execute(connection)
        .await?;
    Ok(())
}
