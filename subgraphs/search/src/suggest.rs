//! What to look for, while somebody types.

use std::collections::HashMap;

use platform::errors::GraphError;
use uuid::Uuid;

use crate::actions::Search;
use crate::engine::{Hit, Outcome, Unit, Wanted};
use crate::model::{MatchKind, SuggestionKind};
use crate::rules::hangul::{is_initials, strokes};
use crate::rules::matching::best;
use crate::rules::words::{initials, normalised, words};

/// How many results suggestions are made of.
const SAMPLE: usize = 50;
/// How many suggestions of one kind there are.
const MOST_QUERIES: usize = 3;
const MOST_WORDS: usize = 5;
const MOST_PLACES: usize = 2;

/// Something to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Suggested {
    pub(crate) kind: SuggestionKind,
    pub(crate) text: String,
    /// Of the brand, category or product.
    pub(crate) id: Option<Uuid>,
}

/// What to look for after this text was typed.
pub(crate) async fn suggestions(search: &Search, text: &str, limit: usize) -> Result<Vec<Suggested>, GraphError> {
    let text = normalised(text, 100);
    let mut found = queries(search, &text).await?;
    let outcome = search.engine.search(Wanted { text, limit: SAMPLE, ..Wanted::default() }).await?;
    found.extend(completions(&outcome));
    found.extend(outcome.hits.iter().map(|hit| Suggested {
        kind: SuggestionKind::Product,
        text: hit.texts().title.to_owned(),
        id: Some(hit.id.0),
    }));
    let mut seen = Vec::new();
    found.retain(|suggested| {
        let text = suggested.text.to_lowercase();
        let new = !seen.contains(&text);
        if new {
            seen.push(text);
        }
        new
    });
    found.truncate(limit);
    Ok(found)
}

/// What people look for that begins like the text.
async fn queries(search: &Search, text: &str) -> Result<Vec<Suggested>, GraphError> {
    let typed = strokes(&text.to_lowercase());
    let trends = search.trends.list().await?;
    let begun = trends.iter().filter(|trend| {
        let by_initials = || initials(&words(&trend.term)).first().is_some_and(|(term, _)| term.starts_with(&typed));
        strokes(&trend.term).starts_with(&typed) || (is_initials(&typed) && by_initials())
    });
    let query = |term: &str| Suggested { kind: SuggestionKind::Query, text: term.to_owned(), id: None };
    Ok(begun.take(MOST_QUERIES).map(|trend| query(&trend.term)).collect())
}

/// Words, brands and categories that the last word of the text may become.
fn completions(outcome: &Outcome) -> Vec<Suggested> {
    let Some((last, before)) = outcome.units.split_last() else { return Vec::new() };
    let before: String = before.iter().map(|unit| format!("{} ", unit.meant)).collect();
    let mut counted: HashMap<(SuggestionKind, String, Option<Uuid>), usize> = HashMap::new();
    for hit in &outcome.hits {
        if let Some((kind, text, id)) = completion(hit, last) {
            let text = if kind == SuggestionKind::Word { format!("{before}{text}") } else { text };
            *counted.entry((kind, text, id)).or_default() += 1;
        }
    }
    let mut counted: Vec<_> = counted.into_iter().collect();
    counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.1.cmp(&other.0.1)));
    let of_kind = |kind: SuggestionKind, most: usize| {
        let found = counted.iter().filter(move |((found, ..), _)| *found == kind).take(most);
        found.map(|((kind, text, id), _)| Suggested { kind: *kind, text: text.clone(), id: *id })
    };
    of_kind(SuggestionKind::Word, MOST_WORDS)
        .chain(of_kind(SuggestionKind::Brand, MOST_PLACES))
        .chain(of_kind(SuggestionKind::Category, MOST_PLACES))
        .collect()
}

/// What the word becomes in a result.
fn completion(hit: &Hit, unit: &Unit) -> Option<(SuggestionKind, String, Option<Uuid>)> {
    let texts = hit.texts();
    let typed = unit.alternatives.first()?.words.last()?;
    let found = best(&texts, &typed.strokes)?;
    let place =
        |places: &[crate::engine::Place]| places.iter().find(|place| *place.name == *found.text).map(|place| place.id);
    match (found.kind, found.piece) {
        (_, Some(piece)) => {
            // Whole words, from the one that it begins in to the one that it ends in.
            let whole =
                words(texts.title).into_iter().filter(|word| word.at.start < piece.end && word.at.end > piece.start);
            let ends = whole.map(|word| word.at).reduce(|first, last| first.start..last.end)?;
            Some((SuggestionKind::Word, texts.title.get(ends)?.to_owned(), None))
        }
        (MatchKind::Category, None) => {
            let id = place(&hit.categories);
            Some((SuggestionKind::Category, found.text, id))
        }
        (_, None) => {
            let id = place(hit.brand.as_slice());
            Some((SuggestionKind::Brand, found.text, id))
        }
    }
}
