//! Changing what the shop says about itself.

use async_graphql::MaybeUndefined;
use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::contact::{normalize_email, normalize_phone};
use platform::errors::UserError;
use platform::language::Language;

use super::{Caller, State, locked, require_role};
use crate::error::{ErrorCode, Refusal};
use crate::graphql::UpdateSellerProfileInput;
use crate::model::SellerRow;
use crate::store::ProfileChange;
use crate::{rules, store};

/// Changes the parts that the input names.
pub(crate) async fn update_profile(
    state: State,
    caller: Caller,
    input: UpdateSellerProfileInput,
) -> Result<SellerRow, Refusal> {
    let id = input.seller_id;
    let change = checked(input, caller.language()).map_err(Refusal::Expected)?;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            locked(connection, id, &caller).await?;
            require_role(connection, id, &caller, rules::MANAGING).await?;
            Ok(store::set_profile(connection, id, &change).await?)
        })
        .await
}

fn checked(input: UpdateSellerProfileInput, language: Language) -> Result<ProfileChange, Vec<UserError<ErrorCode>>> {
    let mut wrong = Vec::new();
    let mut take = |text: Option<String>, normal: fn(&str) -> Option<String>, code: ErrorCode, field: &str| {
        let text = text?;
        let value = normal(&text);
        if value.is_none() {
            wrong.push(code.at(&[field], language));
        }
        value
    };
    let introduction = match input.introduction {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(text) if text.trim().is_empty() => Some(None),
        MaybeUndefined::Value(text) => {
            let normal = |text: &str| rules::line(text, rules::LONGEST_INTRODUCTION);
            Some(take(Some(text), normal, ErrorCode::InvalidName, "introduction"))
        }
    };
    let change = ProfileChange {
        introduction,
        phone: take(input.phone, normalize_phone, ErrorCode::InvalidPhone, "phone"),
        email: take(input.email, normalize_email, ErrorCode::InvalidEmail, "email"),
        address: take(
            input.address,
            |text| rules::line(text, rules::LONGEST_ADDRESS),
            ErrorCode::InvalidAddress,
            "address",
        ),
        updated_at: Utc::now(),
    };
    if wrong.is_empty() { Ok(change) } else { Err(wrong) }
}
