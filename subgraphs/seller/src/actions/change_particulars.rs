//! Correcting the particulars that the law asks to show: an owner asks, staff decide, and all of it is kept.

use chrono::Utc;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use platform::audit::{self, Entry, json};
use platform::events::append;
use platform::language::Language;

use super::{Caller, State, locked, require_role};
use crate::error::{ErrorCode, Refusal};
use crate::events::SellerParticularsChanged;
use crate::graphql::RequestSellerParticularsInput;
use crate::model::{
    Particulars, ParticularsRequestId, ParticularsRequestRow, ParticularsRequestState, SellerRole, SellerRow,
    SellerState,
};
use crate::store::Decision;
use crate::{rules, store};

/// What becomes of a request.
pub(crate) enum Verdict {
    /// Staff let it be so.
    Approve,
    /// Staff do not, for this reason.
    Reject(String),
    /// An owner takes it back.
    Withdraw,
}

/// Asks for other particulars. One request at a time, by an owner.
pub(crate) async fn request_particulars(
    state: State,
    caller: Caller,
    input: RequestSellerParticularsInput,
) -> Result<ParticularsRequestRow, Refusal> {
    let id = input.seller_id;
    let language = caller.language();
    let reason = rules::line(&input.reason, rules::LONGEST_REASON)
        .ok_or_else(|| ErrorCode::ReasonRequired.at(&["reason"], language))?;
    let wanted = checked(input, language)?;
    let mut connection = state.database.connection().await?;
    connection
        .transaction(async |connection| {
            let seller = locked(connection, id, &caller).await?;
            require_role(connection, id, &caller, &[SellerRole::Owner]).await?;
            if matches!(seller.state, SellerState::Terminated | SellerState::Rejected) {
                return Err(ErrorCode::StateConflict.at(&["sellerId"], language).into());
            }
            let wanted = wanted.other_than(&Particulars::of(&seller));
            if wanted == Particulars::default() {
                return Err(ErrorCode::NothingChanges.at(&[], language).into());
            }
            let row = ParticularsRequestRow::new(id, &wanted, reason, caller.user);
            store::insert_particulars_request(connection, &row).await.map_err(|error| open(error, language))?;
            Ok::<_, Refusal>(row)
        })
        .await
}

fn open(error: Error, language: Language) -> Refusal {
    match &error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, information)
            if information.constraint_name() == Some("seller_particulars_request_open") =>
        {
            ErrorCode::ParticularsRequestOpen.at(&["sellerId"], language).into()
        }
        _ => error.into(),
    }
}

fn checked(input: RequestSellerParticularsInput, language: Language) -> Result<Particulars, Refusal> {
    let mut wrong = Vec::new();
    let mut take = |text: Option<String>, normal: &dyn Fn(&str) -> Option<String>, code: ErrorCode, field: &str| {
        let text = text?;
        let value = normal(&text);
        if value.is_none() {
            wrong.push(code.at(&[field], language));
        }
        value
    };
    let name = |text: &str| rules::line(text, rules::LONGEST_NAME);
    let address = |text: &str| rules::line(text, rules::LONGEST_ADDRESS);
    let wanted = Particulars {
        name: take(input.name, &name, ErrorCode::InvalidName, "name"),
        representative_name: take(input.representative_name, &name, ErrorCode::InvalidName, "representativeName"),
        mail_order_number: take(
            input.mail_order_number,
            &rules::mail_order_number,
            ErrorCode::InvalidMailOrderNumber,
            "mailOrderNumber",
        ),
        tax_type: input.tax_type,
        address: take(input.address, &address, ErrorCode::InvalidAddress, "address"),
    };
    if wrong.is_empty() { Ok(wanted) } else { Err(Refusal::Expected(wrong)) }
}

/// Decides about an open request. Staff's verdicts are guarded by their resolver; an owner's is checked here.
pub(crate) async fn decide_particulars(
    state: State,
    caller: Caller,
    id: ParticularsRequestId,
    verdict: Verdict,
) -> Result<ParticularsRequestRow, Refusal> {
    let language = caller.language();
    let decision = match &verdict {
        Verdict::Reject(reason) => Some(
            rules::line(reason, rules::LONGEST_REASON)
                .ok_or_else(|| ErrorCode::ReasonRequired.at(&["reason"], language))?,
        ),
        Verdict::Approve | Verdict::Withdraw => None,
    };
    let mut connection = state.database.connection().await?;
    let decided = connection
        .transaction(async |connection| {
            let not_found = || ErrorCode::ParticularsRequestNotFound.at(&["requestId"], language);
            let known = store::particulars_request(connection, id).await?.ok_or_else(not_found)?;
            // The seller's lock comes first: requests of one seller take turns with its other changes.
            let seller = locked(connection, known.seller_id, &caller).await?;
            if matches!(verdict, Verdict::Withdraw) {
                require_role(connection, seller.id, &caller, &[SellerRole::Owner]).await?;
            }
            let request = store::particulars_request(connection, id).await?.ok_or_else(not_found)?;
            if request.state != ParticularsRequestState::Open {
                return Err(ErrorCode::ParticularsRequestDecided.at(&["requestId"], language).into());
            }
            carry_out(connection, &caller, &seller, request, &verdict, decision).await
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(decided)
}

async fn carry_out(
    connection: &mut AsyncPgConnection,
    caller: &Caller,
    seller: &SellerRow,
    request: ParticularsRequestRow,
    verdict: &Verdict,
    decision: Option<String>,
) -> Result<ParticularsRequestRow, Refusal> {
    let now = Utc::now();
    let (state, before) = match verdict {
        Verdict::Approve => {
            if matches!(seller.state, SellerState::Terminated | SellerState::Rejected) {
                return Err(ErrorCode::StateConflict.at(&["requestId"], caller.language()).into());
            }
            let wanted = request.wanted();
            let before = Particulars::of(seller).only(&wanted);
            let after = store::set_particulars(connection, seller.id, &wanted, now).await?;
            append(connection, &SellerParticularsChanged::of(&after, &wanted), caller.trace()).await?;
            (ParticularsRequestState::Approved, Some(before))
        }
        Verdict::Reject(_) => (ParticularsRequestState::Rejected, None),
        Verdict::Withdraw => (ParticularsRequestState::Withdrawn, None),
    };
    let changed = request.wanted().fields();
    let entry = Entry::on("seller", seller.id)
        .because(decision.as_deref().or(Some(&request.reason)))
        .before(json!({ "request": request.id, "state": request.state }))
        .after(json!({ "request": request.id, "state": state, "fields": changed }));
    audit::of_staff(connection, &caller.context, entry).await?;
    let decision = Decision { state, before, by: caller.user, at: now, decision };
    Ok(store::decide_particulars_request(connection, request.id, decision).await?)
}
