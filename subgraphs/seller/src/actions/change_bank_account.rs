//! Changing where a seller is paid.

use chrono::Utc;
use diesel_async::AsyncConnection;
use platform::audit::{self, Entry, Value, json};
use platform::events::append;

use super::{Caller, State, locked, require_role};
use crate::error::{ErrorCode, Refusal};
use crate::events::BankAccountChanged;
use crate::graphql::ChangeSellerBankAccountInput;
use crate::model::{SellerRole, SellerRow};
use crate::{rules, store};

/// Changes the bank account that payouts go to. Only an owner may, who has proved a moment ago to be one.
pub(crate) async fn change_bank_account(
    state: State,
    caller: Caller,
    input: ChangeSellerBankAccountInput,
) -> Result<SellerRow, Refusal> {
    let (id, account) = (input.seller_id, input.bank_account);
    let wrong = |field: &str| ErrorCode::InvalidBankAccount.at(&["bankAccount", field], caller.language());
    let change = store::BankAccountChange {
        bank: rules::line(&account.bank, rules::LONGEST_NAME).ok_or_else(|| wrong("bank"))?,
        bank_account_number: rules::bank_account_number(&account.number).ok_or_else(|| wrong("number"))?,
        bank_account_holder: rules::line(&account.holder, rules::LONGEST_NAME).ok_or_else(|| wrong("holder"))?,
        updated_at: Utc::now(),
    };
    let mut connection = state.database.connection().await?;
    let seller = connection
        .transaction(async |connection| {
            let before = locked(connection, id, &caller).await?;
            require_role(connection, id, &caller, &[SellerRole::Owner]).await?;
            let seller = store::set_bank_account(connection, id, &change).await?;
            let fact = BankAccountChanged { seller_id: id, changed_by: caller.user, changed_at: change.updated_at };
            append(connection, &fact, caller.trace()).await?;
            let entry = Entry::on("seller", id).before(recorded(&before)).after(recorded(&seller));
            audit::of_money(connection, &caller.context, entry).await?;
            Ok::<_, Refusal>(seller)
        })
        .await?;
    drop(connection);
    state.outbox.wake();
    Ok(seller)
}

/// What the record keeps of an account: enough to tell two apart, and not the account.
fn recorded(seller: &SellerRow) -> Value {
    json!({ "bank": seller.bank, "number": rules::masked(&seller.bank_account_number) })
}
