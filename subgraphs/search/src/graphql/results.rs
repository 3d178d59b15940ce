//! Results: a page of them, and how the text was understood.

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};
use platform::paging::{PageInfo, encode_cursor};

use super::facets::SearchFacets;
use super::references::Product;
use crate::engine::{Hit, Outcome, Unit};
use crate::model::{MatchKind, WordReading};
use crate::rules::hangul::strokes;
use crate::rules::matching::{Match, best, highlighted};

/// A piece of a text.
#[derive(SimpleObject)]
pub(crate) struct TextPiece {
    /// The piece. All pieces one after the other are the text.
    text: String,
    /// Whether it is what was looked for.
    matched: bool,
}

/// What a word that was looked for found in a product.
#[derive(SimpleObject)]
pub(crate) struct SearchMatch {
    /// The word as it was typed.
    typed: String,
    /// How it was understood.
    reading: WordReading,
    /// What of the product it found.
    kind: MatchKind,
    /// The text of the product that it found.
    text: String,
    /// Whether a synonym of the word found it.
    synonym: bool,
}

/// Why a result stands where it does: `score` is ten times `textScore` and the three others once. Other orders than
/// RELEVANCE do not look at scores.
#[derive(SimpleObject)]
pub(crate) struct SearchReasons {
    /// What each word found.
    matches: Vec<SearchMatch>,
    /// How well the text matches, 0–100; 0 in other orders, and without a text.
    text_score: u32,
    /// For pieces that were bought, 0–200.
    sales_score: u32,
    /// For its rating, 0–50.
    rating_score: u32,
    /// 50 for what is in stock.
    stock_score: u32,
    /// What results are ordered by.
    score: u32,
}

/// A result.
pub(crate) struct SearchResult {
    outcome: Arc<Outcome>,
    place: usize,
}

impl SearchResult {
    fn hit(&self) -> &Hit {
        &self.outcome.hits[self.place]
    }

    /// The best way in which a word matches, and whether a synonym does.
    fn matched(&self, unit: &Unit) -> Vec<(Match, bool)> {
        let texts = self.hit().texts();
        let ways = unit.alternatives.iter().filter_map(|alternative| {
            let words = alternative.words.iter().map(|word| best(&texts, &strokes(&word.text)));
            words.map(|found| found.map(|found| (found, alternative.synonym))).collect::<Option<Vec<_>>>()
        });
        // The first is the word itself.
        ways.into_iter().next().unwrap_or_default()
    }
}

/// A result.
#[Object]
impl SearchResult {
    /// What was found.
    async fn product(&self) -> Product {
        Product { id: self.hit().id }
    }

    /// Its title, in pieces.
    async fn highlights(&self) -> Vec<TextPiece> {
        let found = self.outcome.units.iter().flat_map(|unit| self.matched(unit));
        let pieces = found.filter_map(|(found, _)| found.piece).collect();
        let pieces = highlighted(self.hit().texts().title, pieces);
        pieces.into_iter().map(|(text, matched)| TextPiece { text, matched }).collect()
    }

    /// Whether it is sent free of charge.
    async fn free_shipping(&self) -> bool {
        self.hit().free_shipping()
    }

    /// Whether it is in stock, as of some seconds ago.
    async fn in_stock(&self) -> bool {
        self.hit().in_stock()
    }

    /// Why it stands where it does.
    async fn reasons(&self) -> SearchReasons {
        let hit = self.hit();
        let matches = self.outcome.units.iter().flat_map(|unit| {
            self.matched(unit).into_iter().map(|(found, synonym)| SearchMatch {
                typed: unit.typed.clone(),
                reading: unit.reading,
                kind: found.kind,
                text: found.text,
                synonym,
            })
        });
        SearchReasons {
            matches: matches.collect(),
            text_score: hit.text_score,
            sales_score: hit.popularity.sales,
            rating_score: hit.popularity.rating,
            stock_score: hit.popularity.stock,
            score: hit.text_score * 10 + hit.popularity.total(),
        }
    }
}

/// A word, and how it was understood.
#[derive(SimpleObject)]
pub(crate) struct SearchedWord {
    /// As it was typed.
    typed: String,
    /// What was looked for instead, or the same.
    meant: String,
    /// How it was understood.
    reading: WordReading,
    /// What was looked for as well, because it means the same.
    synonyms: Vec<String>,
}

/// A page of results.
pub(crate) struct SearchResultConnection {
    pub(crate) outcome: Arc<Outcome>,
}

impl SearchResultConnection {
    fn result(&self, place: usize) -> SearchResult {
        SearchResult { outcome: Arc::clone(&self.outcome), place }
    }
}

/// A result, with its position.
#[derive(SimpleObject)]
pub(crate) struct SearchResultEdge {
    /// The result.
    node: SearchResult,
    /// Its position, for `after`.
    cursor: String,
}

/// A page of results.
#[Object]
impl SearchResultConnection {
    /// The results with their cursors.
    async fn edges(&self) -> Vec<SearchResultEdge> {
        let hits = self.outcome.hits.iter().enumerate();
        hits.map(|(place, hit)| SearchResultEdge { node: self.result(place), cursor: encode_cursor(&hit.key) })
            .collect()
    }

    /// The results alone.
    async fn nodes(&self) -> Vec<SearchResult> {
        (0..self.outcome.hits.len()).map(|place| self.result(place)).collect()
    }

    /// Where this page stands.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.outcome.has_next,
            has_previous_page: self.outcome.has_previous,
            start_cursor: self.outcome.hits.first().map(|hit| encode_cursor(&hit.key)),
            end_cursor: self.outcome.hits.last().map(|hit| encode_cursor(&hit.key)),
        }
    }

    /// How many results there are in all.
    async fn total_count(&self) -> i32 {
        i32::try_from(self.outcome.total).unwrap_or(i32::MAX)
    }

    /// What results can be narrowed down by. Counted only when selected.
    async fn facets(&self) -> Option<SearchFacets> {
        self.outcome.facets.clone().map(|facets| SearchFacets { facets })
    }

    /// How each word was understood.
    async fn words(&self) -> Vec<SearchedWord> {
        let word = |unit: &Unit| SearchedWord {
            typed: unit.typed.clone(),
            meant: unit.meant.clone(),
            reading: unit.reading,
            synonyms: unit.synonyms(),
        };
        self.outcome.units.iter().map(word).collect()
    }

    /// The text that was looked for instead, when a word was understood otherwise than typed; else null.
    async fn corrected_text(&self) -> Option<String> {
        let corrected = self.outcome.units.iter().any(|unit| unit.reading != WordReading::AsTyped);
        let meant = || self.outcome.units.iter().map(|unit| unit.meant.as_str()).collect::<Vec<_>>().join(" ");
        corrected.then(meant)
    }
}
