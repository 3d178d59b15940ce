//! Applying to become a seller.

use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::AsyncConnection;
use platform::contact::{normalize_email, normalize_phone};
use platform::errors::UserError;
use platform::events::append;
use platform::language::Language;

use super::{Caller, State};
use crate::error::{ErrorCode, Refusal};
use crate::events::SellerApplied;
use crate::graphql::ApplyAsSellerInput;
use crate::model::{MemberRow, NewStateChange, SellerId, SellerRole, SellerRow, SellerState};
use crate::{rules, store};

/// Records the application; the applicant becomes the seller's first owner.
pub(crate) async fn apply(state: State, caller: Caller, input: ApplyAsSellerInput) -> Result<SellerRow, Refusal> {
    let row = application(input, caller.language()).map_err(Refusal::Expected)?;
    let owner =
        MemberRow { seller_id: row.id, user_id: caller.user, role: SellerRole::Owner, joined_at: row.created_at };
    let change = NewStateChange {
        seller_id: row.id,
        from_state: None,
        to_state: row.state,
        reason: None,
        changed_by: Some(caller.user.0),
        changed_at: row.created_at,
    };
    let fact = SellerApplied { seller_id: row.id, name: &row.name, owner_id: caller.user };
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            store::insert_seller(connection, &row).await.map_err(|error| taken(error, caller.language()))?;
            store::insert_members(connection, std::slice::from_ref(&owner)).await?;
            store::insert_state_changes(connection, std::slice::from_ref(&change)).await?;
            append(connection, &fact, caller.trace()).await?;
            Ok::<_, Refusal>(())
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(row)
}

fn taken(error: Error, language: Language) -> Refusal {
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information)
            if information.constraint_name() == Some("seller_business_number_taken") =>
        {
            ErrorCode::BusinessNumberTaken.at(&["businessNumber"], language).into()
        }
        _ => error.into(),
    }
}

/// The application as it is stored, or everything that is wrong with it.
fn application(input: ApplyAsSellerInput, language: Language) -> Result<SellerRow, Vec<UserError<ErrorCode>>> {
    let mut wrong = Vec::new();
    let mut take = |value: Option<String>, code: ErrorCode, field: &[&str]| {
        value.unwrap_or_else(|| {
            wrong.push(code.at(field, language));
            String::new()
        })
    };
    let now = Utc::now();
    let account = input.bank_account;
    let row = SellerRow {
        id: SellerId::new(),
        name: take(rules::line(&input.name, rules::LONGEST_NAME), ErrorCode::InvalidName, &["name"]),
        introduction: input.introduction.filter(|text| !text.trim().is_empty()).map(|text| {
            take(rules::line(&text, rules::LONGEST_INTRODUCTION), ErrorCode::InvalidName, &["introduction"])
        }),
        representative_name: take(
            rules::line(&input.representative_name, rules::LONGEST_NAME),
            ErrorCode::InvalidName,
            &["representativeName"],
        ),
        business_number: take(
            rules::business_number(&input.business_number),
            ErrorCode::InvalidBusinessNumber,
            &["businessNumber"],
        ),
        mail_order_number: take(
            rules::mail_order_number(&input.mail_order_number),
            ErrorCode::InvalidMailOrderNumber,
            &["mailOrderNumber"],
        ),
        address: take(rules::line(&input.address, rules::LONGEST_ADDRESS), ErrorCode::InvalidAddress, &["address"]),
        phone: take(normalize_phone(&input.phone), ErrorCode::InvalidPhone, &["phone"]),
        email: take(normalize_email(&input.email), ErrorCode::InvalidEmail, &["email"]),
        tax_type: input.tax_type,
        state: SellerState::Applied,
        bank: take(
            rules::line(&account.bank, rules::LONGEST_NAME),
            ErrorCode::InvalidBankAccount,
            &["bankAccount", "bank"],
        ),
        bank_account_number: take(
            rules::bank_account_number(&account.number),
            ErrorCode::InvalidBankAccount,
            &["bankAccount", "number"],
        ),
        bank_account_holder: take(
            rules::line(&account.holder, rules::LONGEST_NAME),
            ErrorCode::InvalidBankAccount,
            &["bankAccount", "holder"],
        ),
        created_at: now,
        updated_at: now,
    };
    if wrong.is_empty() { Ok(row) } else { Err(wrong) }
}
