//! The audit log's own audit: what `doa-market check audit` asks of this service.

use platform::database::Database;

use crate::chain::{Break, Follower};
use crate::store::audit;

const BATCH: i64 = 1_000;

/// An entry at which the chain is broken.
#[derive(Debug, PartialEq, Eq)]
pub struct AuditFinding {
    /// What rule is broken.
    pub rule: &'static str,
    /// The entry's number.
    pub subject: i64,
    /// By how many entries it is off; 1 where it is not about their number.
    pub difference: i64,
}

/// Follows the chain from its first entry to its head, and names what was changed, taken out, put in or moved.
///
/// # Errors
/// When the database fails.
pub async fn check_audit(database: &Database) -> Result<Vec<AuditFinding>, String> {
    let mut connection = database.connection().await.map_err(|error| error.to_string())?;
    // One snapshot: what is added meanwhile is neither in the entries nor in the head.
    let checked = connection
        .build_transaction()
        .repeatable_read()
        .read_only()
        .run(async |connection| {
            let (head, hash) = audit::head(connection).await?;
            let (mut follower, mut last, mut findings) = (Follower::default(), 0, Vec::new());
            loop {
                let rows = audit::after(connection, last, BATCH).await?;
                let Some(end) = rows.last() else { break };
                let mut expected = last;
                for row in &rows {
                    expected += 1;
                    let difference = (row.sequence - expected).max(1);
                    if let Some(found) = follower.next(row) {
                        findings.push(AuditFinding { rule: rule(found), subject: row.sequence, difference });
                    }
                    expected = row.sequence;
                }
                last = end.sequence;
            }
            if !follower.ends_at(head, &hash) {
                let rule = "the log ends where its head says";
                findings.push(AuditFinding { rule, subject: head, difference: (head - last).abs().max(1) });
            }
            diesel::QueryResult::Ok(findings)
        })
        .await;
    checked.map_err(|error| error.to_string())
}

fn rule(found: Break) -> &'static str {
    match found {
        Break::Order => "no entry is missing",
        Break::Link => "an entry follows the one before it",
        Break::Content => "an entry says what was recorded",
    }
}
