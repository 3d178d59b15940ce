//! The chain of the audit log: what an entry's hash covers, and how a broken chain is found.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::model::AuditRow;

/// The hash that the first entry follows.
pub(crate) const GENESIS: [u8; 32] = [0; 32];

/// SHA-256 over the hash before and the entry's content in canonical form.
pub(crate) fn hash(entry: &AuditRow) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(&entry.previous);
    digest.update(canonical(&content(entry)));
    digest.finalize().to_vec()
}

/// Everything of an entry but its hashes.
fn content(entry: &AuditRow) -> Value {
    json!({
        "sequence": entry.sequence,
        "eventId": entry.event_id,
        "actor": entry.actor,
        "actorKind": entry.actor_kind,
        "impersonated": entry.impersonated,
        "service": entry.service,
        "action": entry.action,
        "object": entry.object,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "at": entry.at.timestamp_micros(),
        "traceId": entry.trace_id,
    })
}

/// JSON without spaces, whose objects' fields are in the order of their names.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields: Vec<String> =
                fields.into_iter().map(|(name, value)| format!("{}:{}", json!(name), canonical(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

/// What is wrong at an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// Entries are missing before it, or it stands where another one should.
    Order,
    /// It does not follow the entry before it.
    Link,
    /// Its content is not what was hashed.
    Content,
}

/// Follows a chain, entry by entry in the order of their numbers.
pub(crate) struct Follower {
    sequence: i64,
    hash: Vec<u8>,
}

impl Default for Follower {
    fn default() -> Self {
        Self { sequence: 0, hash: GENESIS.to_vec() }
    }
}

impl Follower {
    /// What is wrong at the next entry.
    pub(crate) fn next(&mut self, entry: &AuditRow) -> Option<Break> {
        let expected = self.sequence + 1;
        let linked = entry.previous == self.hash;
        self.sequence = entry.sequence;
        self.hash.clone_from(&entry.hash);
        if entry.sequence != expected {
            Some(Break::Order)
        } else if !linked {
            Some(Break::Link)
        } else {
            (hash(entry) != entry.hash).then_some(Break::Content)
        }
    }

    /// Whether the chain ends where its head says.
    pub(crate) fn ends_at(&self, sequence: i64, hash: &[u8]) -> bool {
        self.sequence == sequence && self.hash == hash
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::model::AuditActorKind;

    fn chain(length: i64) -> Vec<AuditRow> {
        let mut rows: Vec<AuditRow> = Vec::new();
        for sequence in 1..=length {
            let previous = rows.last().map_or(GENESIS.to_vec(), |row| row.hash.clone());
            let mut row = AuditRow {
                sequence,
                event_id: Uuid::from_u128(sequence.unsigned_abs().into()),
                actor: "usr_1".to_owned(),
                actor_kind: AuditActorKind::Staff,
                impersonated: None,
                service: "seller".to_owned(),
                action: "suspendSeller".to_owned(),
                object: format!("slr_{sequence}"),
                reason: Some("사유".to_owned()),
                before: json!({ "state": "ACTIVE", "amount": 1 }),
                after: json!({ "state": "SUSPENDED" }),
                at: DateTime::from_timestamp(1_700_000_000 + sequence, 5_000).unwrap(),
                trace_id: None,
                previous,
                hash: Vec::new(),
            };
            row.hash = hash(&row);
            rows.push(row);
        }
        rows
    }

    fn breaks(rows: &[AuditRow]) -> Vec<(i64, Break)> {
        let mut follower = Follower::default();
        rows.iter().filter_map(|row| Some((row.sequence, follower.next(row)?))).collect()
    }

    #[test]
    fn a_whole_chain_has_no_break() {
        assert!(breaks(&chain(5)).is_empty());
        assert!(breaks(&[]).is_empty());
    }

    #[test]
    fn every_planted_fault_is_found() {
        let mut changed = chain(5);
        changed[2].reason = Some("다른 사유".to_owned());
        assert_eq!(breaks(&changed), [(3, Break::Content)]);

        let mut rehashed = chain(5);
        rehashed[2].after = json!({ "state": "ACTIVE" });
        rehashed[2].hash = hash(&rehashed[2]);
        assert_eq!(breaks(&rehashed), [(4, Break::Link)]);

        let mut missing = chain(5);
        missing.remove(2);
        assert_eq!(breaks(&missing), [(4, Break::Order)]);

        let mut swapped = chain(5);
        let (second, third) = (swapped[1].clone(), swapped[2].clone());
        swapped[1] = AuditRow { sequence: 2, ..third };
        swapped[2] = AuditRow { sequence: 3, ..second };
        assert!(breaks(&swapped).contains(&(2, Break::Link)));

        let mut follower = Follower::default();
        let rows = chain(5);
        rows[..4].iter().for_each(|row| assert_eq!(follower.next(row), None));
        assert!(!follower.ends_at(5, &rows[4].hash), "the last one is gone");
        assert_eq!(follower.next(&rows[4]), None);
        assert!(follower.ends_at(5, &rows[4].hash));
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_the_order_of_fields() {
        let one: Value = serde_json::from_str(r#"{"b":[1,{"d":null,"c":"\"가"}],"a":true}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{ "a": true, "b": [1, {"c": "\"가", "d": null}] }"#).unwrap();
        assert_eq!(canonical(&one), r#"{"a":true,"b":[1,{"c":"\"가","d":null}]}"#);
        assert_eq!(canonical(&one), canonical(&other));
    }
}
