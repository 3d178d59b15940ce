//! Many sellers at once, for demonstration and load work.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncConnection;
use platform::database::Database;
use platform::errors::GraphError;
use platform::events::append_all;
use uuid::Uuid;

use crate::events::SellerStateChanged;
use crate::model::{MemberRow, NewStateChange, SellerId, SellerRole, SellerRow, SellerState, TaxType, UserId};
use crate::{rules, store};

/// How many sellers one statement inserts; PostgreSQL takes 65,535 values in a statement.
const CHUNK: usize = 1_000;

/// A seller that is open from the start.
#[derive(Clone, Debug)]
pub struct SeedSeller {
    /// The seller's id; without its prefix.
    pub id: Uuid,
    /// The user who owns it.
    pub owner: Uuid,
    /// The shop's name, up to 60 characters.
    pub name: String,
    /// What the shop says about itself.
    pub introduction: Option<String>,
    /// 대표자명.
    pub representative_name: String,
    /// A number that no other seed seller has, up to 99,999,999; its business registration number is made from it.
    pub serial: u32,
    /// 통신판매업 신고번호, as in `2024-서울강남-01234`.
    pub mail_order_number: String,
    /// The business address.
    pub address: String,
    /// A Korean phone number.
    pub phone: String,
    /// An e-mail address.
    pub email: String,
    /// How it is taxed.
    pub tax_type: TaxType,
    /// The bank of its account.
    pub bank: String,
    /// The number of its account.
    pub bank_account_number: String,
    /// When it joined.
    pub joined_at: DateTime<Utc>,
}

impl SeedSeller {
    fn row(&self) -> SellerRow {
        SellerRow {
            id: SellerId(self.id),
            name: self.name.clone(),
            introduction: self.introduction.clone(),
            representative_name: self.representative_name.clone(),
            business_number: business_number(self.serial),
            mail_order_number: self.mail_order_number.clone(),
            address: self.address.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            tax_type: self.tax_type,
            state: SellerState::Active,
            bank: self.bank.clone(),
            bank_account_number: self.bank_account_number.clone(),
            bank_account_holder: self.representative_name.clone(),
            created_at: self.joined_at,
            updated_at: self.joined_at,
        }
    }
}

/// The valid business registration number 9xx-xx-xxxxx of a serial: no tax office has the numbers from 900 on.
fn business_number(serial: u32) -> String {
    let mut digits = [9, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut rest = serial;
    for digit in digits.iter_mut().skip(1).rev() {
        *digit = rest % 10;
        rest /= 10;
    }
    digits.iter().map(u32::to_string).chain([rules::check_digit(digits).to_string()]).collect()
}

/// Inserts those sellers whose id is new, ACTIVE and with their owners, and tells `seller.state_changed` of each.
/// Returns how many were new. Repeating it changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn seed(database: &Database, sellers: &[SeedSeller]) -> Result<usize, GraphError> {
    let mut inserted = 0;
    for chunk in sellers.chunks(CHUNK) {
        let mut connection = database.connection().await?;
        inserted += connection.transaction(async |connection| seed_chunk(connection, chunk).await).await?;
    }
    Ok(inserted)
}

async fn seed_chunk(connection: &mut diesel_async::AsyncPgConnection, chunk: &[SeedSeller]) -> QueryResult<usize> {
    let rows: Vec<SellerRow> = chunk.iter().map(SeedSeller::row).collect();
    let new: HashSet<SellerId> = store::insert_new_sellers(connection, &rows).await?.into_iter().collect();
    if new.is_empty() {
        return Ok(0);
    }
    let members: Vec<MemberRow> = chunk
        .iter()
        .filter(|seller| new.contains(&SellerId(seller.id)))
        .map(|seller| MemberRow {
            seller_id: SellerId(seller.id),
            user_id: UserId(seller.owner),
            role: SellerRole::Owner,
            joined_at: seller.joined_at,
        })
        .collect();
    store::insert_members(connection, &members).await?;
    let rows: Vec<&SellerRow> = rows.iter().filter(|row| new.contains(&row.id)).collect();
    let changes: Vec<NewStateChange<'_>> = rows
        .iter()
        .map(|row| NewStateChange {
            seller_id: row.id,
            from_state: Some(SellerState::Approved),
            to_state: row.state,
            reason: None,
            changed_by: None,
            changed_at: row.created_at,
        })
        .collect();
    store::insert_state_changes(connection, &changes).await?;
    let facts: Vec<SellerStateChanged<'_>> =
        rows.iter().map(|row| SellerStateChanged::of(row, SellerState::Approved)).collect();
    append_all(connection, &facts, None).await?;
    Ok(new.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_numbers_are_valid_and_differ() {
        let numbers: HashSet<String> = (0..2_000).map(business_number).collect();
        assert_eq!(numbers.len(), 2_000);
        assert!(numbers.iter().all(|number| rules::business_number(number).as_ref() == Some(number)));
    }
}
