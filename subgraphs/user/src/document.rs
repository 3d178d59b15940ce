//! The document that holds all about a person, and how others' answers become its entries. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::model::UserId;

/// What the document is, for whoever reads it later.
pub(crate) const FORMAT: &str = "doa-market.personal-data";
/// Raised when a section or an entry changes so that its readers have to.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// Everything about a person.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) format: &'static str,
    pub(crate) format_version: u32,
    pub(crate) user_id: UserId,
    pub(crate) exported_at: DateTime<Utc>,
    /// Whether every section is.
    pub(crate) complete: bool,
    pub(crate) sections: BTreeMap<&'static str, Section>,
}

impl Document {
    pub(crate) fn new(user_id: UserId, exported_at: DateTime<Utc>, sections: BTreeMap<&'static str, Section>) -> Self {
        let complete = sections.values().all(|section| section.state == SectionState::Complete);
        Self { format: FORMAT, format_version: FORMAT_VERSION, user_id, exported_at, complete, sections }
    }
}

/// Whether a section has everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum SectionState {
    /// It has.
    Complete,
    /// It has as many entries as an export may have; more follow.
    Cut,
    /// Who holds it did not answer, or not in time; what was read before is there.
    Unavailable,
}

/// A part of the document.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Section {
    pub(crate) state: SectionState,
    pub(crate) entries: Vec<Value>,
    /// The cursor after which the missing entries follow in the list of the API, where some were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) continue_after: Option<String>,
}

impl Section {
    pub(crate) fn complete(entries: Vec<Value>) -> Self {
        Self { state: SectionState::Complete, entries, continue_after: None }
    }

    /// Entries of a list, which are not all where more follow after the cursor.
    pub(crate) fn up_to(entries: Vec<Value>, continue_after: Option<String>) -> Self {
        let state = if continue_after.is_some() { SectionState::Cut } else { SectionState::Complete };
        Self { state, entries, continue_after }
    }
}

/// Entries of an answer.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Entries {
    pub(crate) entries: Vec<Value>,
    /// The cursor after which more follow.
    pub(crate) next: Option<String>,
}

/// The entries that these fields of an answer's data lead to: of a connection, a list, or one; none where there is null.
/// `None` when the data has another shape.
pub(crate) fn entries_at(mut data: Value, fields: &[&str]) -> Option<Entries> {
    for field in fields {
        data = data.get_mut(*field)?.take();
        if data.is_null() {
            return Some(Entries::default());
        }
    }
    let (entries, next) = match data {
        Value::Array(entries) => (entries, None),
        Value::Object(mut page) if page.contains_key("pageInfo") => {
            let Some(Value::Array(entries)) = page.remove("nodes") else { return None };
            let more = page["pageInfo"].get("hasNextPage")?.as_bool()?;
            (entries, if more { Some(page["pageInfo"].get("endCursor")?.as_str()?.to_owned()) } else { None })
        }
        one @ Value::Object(_) => (vec![one], None),
        _ => return None,
    };
    Some(Entries { entries, next })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_are_found_in_every_shape_of_answer() {
        let found = |data: Value, fields: &[&str]| entries_at(data, fields);
        let entries = |entries: Value, next: Option<&str>| {
            let Value::Array(entries) = entries else { return None };
            Some(Entries { entries, next: next.map(str::to_owned) })
        };
        let page = |more: bool, cursor: Value| json!({ "me": { "orders": { "nodes": [{ "id": 1 }], "pageInfo": { "hasNextPage": more, "endCursor": cursor } } } });
        assert_eq!(found(page(true, json!("c")), &["me", "orders"]), entries(json!([{ "id": 1 }]), Some("c")));
        assert_eq!(found(page(false, json!("c")), &["me", "orders"]), entries(json!([{ "id": 1 }]), None));
        assert_eq!(found(page(true, Value::Null), &["me", "orders"]), None, "more follows, and nobody knows where");
        assert_eq!(found(json!({ "mySessions": [1, 2] }), &["mySessions"]), entries(json!([1, 2]), None));
        assert_eq!(found(json!({ "me": { "cart": null } }), &["me", "cart"]), entries(json!([]), None));
        assert_eq!(found(json!({ "me": 1, "other": 2 }), &[]), entries(json!([{ "me": 1, "other": 2 }]), None));
        for other in [json!({}), json!({ "me": 7 }), json!({ "me": { "orders": { "pageInfo": {} } } })] {
            assert_eq!(found(other.clone(), &["me", "orders"]), None, "{other}");
        }
    }

    #[test]
    fn a_document_is_complete_when_every_section_is() {
        let document = |sections: [Section; 2]| {
            let sections = ["one", "two"].into_iter().zip(sections).collect();
            Document::new(UserId::new(), Utc::now(), sections)
        };
        let cut = || Section::up_to(vec![json!(1)], Some("c".to_owned()));
        let away = Section { state: SectionState::Unavailable, entries: Vec::new(), continue_after: None };
        assert!(document([Section::complete(Vec::new()), Section::up_to(Vec::new(), None)]).complete);
        assert!(!document([Section::complete(Vec::new()), cut()]).complete);
        assert!(!document([away, Section::complete(Vec::new())]).complete);
        let written = serde_json::to_value(document([Section::complete(Vec::new()), cut()])).unwrap_or_default();
        assert_eq!(written["sections"]["one"], json!({ "state": "COMPLETE", "entries": [] }));
        assert_eq!(written["sections"]["two"], json!({ "state": "CUT", "entries": [1], "continueAfter": "c" }));
        assert_eq!((&written["format"], &written["formatVersion"]), (&json!(FORMAT), &json!(1)));
    }
}
