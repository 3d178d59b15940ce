//! One index with its registry: written in batches, read through searchers.

use std::sync::{Arc, PoisonError, RwLock};

use platform::paging::PageRequest;
use tantivy::collector::Collector as _;
use tantivy::indexer::NoMergePolicy;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, InvertedIndexRangeQuery, Occur, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Term};

use super::collect::{Collected, Filter, Pass};
use super::fields::Fields;
use super::reading::{Known, Reader, Synonyms, Unit, past};
use super::registry::Registry;
use super::{Outcome, Wanted};
use crate::model::{MatchKind, ProductRow, SearchSort};
use crate::rules::hangul::is_initials;
use crate::rules::ranking::{SYNONYM_PERCENT, weight};

/// An index in memory, made of the rows up to a change.
pub(crate) struct Build {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    registry: RwLock<Registry>,
}

impl Build {
    pub(crate) fn new() -> tantivy::Result<Self> {
        let fields = Fields::new();
        let index = Index::create_in_ram(fields.schema.clone());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields, registry: RwLock::default() })
    }

    /// Something to write with; it has a thread and `megabytes` of memory while it lives.
    pub(crate) fn writer(&self, megabytes: usize) -> tantivy::Result<IndexWriter> {
        self.index.writer_with_num_threads(1, megabytes.max(15) * 1_000_000)
    }

    /// The same, for all that there is: its segments are merged at once by [`Self::finish`], and not again and again.
    pub(crate) fn bulk_writer(&self, megabytes: usize) -> tantivy::Result<IndexWriter> {
        let writer = self.writer(megabytes)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(writer)
    }

    /// Writes rows; they are seen after [`Self::commit`].
    pub(crate) fn write(&self, writer: &IndexWriter, rows: &[ProductRow]) -> tantivy::Result<()> {
        let mut registry = self.registry.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let (number, new) = registry.number(row.product_id);
            if !new {
                writer.delete_term(Term::from_field_u64(self.fields.number, number.into()));
            }
            if row.listed {
                let listing = registry.keep(number, row);
                writer.add_document(self.fields.document(number, row, &listing))?;
            } else {
                registry.forget(number);
            }
        }
        Ok(())
    }

    /// Lets searches see what was written.
    pub(crate) fn commit(&self, writer: &mut IndexWriter) -> tantivy::Result<()> {
        writer.commit()?;
        self.reader.reload()
    }

    /// Makes one segment of all, which is searched quicker than many, and lets the writer go.
    pub(crate) fn finish(&self, mut writer: IndexWriter) -> tantivy::Result<()> {
        let segments = self.index.searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        self.let_go(writer)
    }

    /// Lets the writer go when its merges are done, and searches see what was merged.
    pub(crate) fn let_go(&self, writer: IndexWriter) -> tantivy::Result<()> {
        writer.wait_merging_threads()?;
        self.reader.reload()
    }

    /// How many products it has.
    pub(crate) fn documents(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Works with the registry.
    pub(crate) fn registry<T>(&self, work: impl FnOnce(&Registry) -> T) -> T {
        work(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks for what is wanted.
    pub(crate) fn search(&self, wanted: &Wanted, synonyms: &Synonyms) -> tantivy::Result<Outcome> {
        let searcher = self.reader.searcher();
        let reader = Reader { searcher: &searcher, fields: &self.fields, synonyms, as_typed: wanted.as_typed };
        let units = reader.read(&wanted.text)?;
        // A text of signs alone finds nothing; no text at all is no condition.
        let nothing = units.is_empty() && !wanted.text.is_empty();
        let pass = self.pass(wanted, !units.is_empty());
        let collected = match self.query(wanted, &units) {
            Some(query) if !nothing => searcher.search(&*query, &pass)?,
            _ => pass.merge_fruits(Vec::new())?,
        };
        Ok(self.outcome(wanted, units, collected))
    }

    fn pass(&self, wanted: &Wanted, has_text: bool) -> Pass {
        let filter = self.registry(|registry| {
            // What is in no product has no number, and none has the greatest.
            let places = |ids: &[uuid::Uuid]| {
                let numbers = ids.iter().map(|id| registry.place_number(*id).map_or(u64::MAX, u64::from));
                (!ids.is_empty()).then(|| numbers.collect())
            };
            let price = |price: Option<i64>| price.map(|price| u64::try_from(price).unwrap_or(0));
            Filter {
                brands: places(&wanted.brands),
                sellers: places(&wanted.sellers),
                min_price: price(wanted.min_price),
                max_price: price(wanted.max_price),
                min_rating: wanted.min_rating.map(u64::from),
                free_shipping: wanted.free_shipping,
                in_stock: wanted.in_stock,
            }
        });
        Pass {
            filter: Arc::new(filter),
            sort: wanted.sort,
            from: wanted.from,
            backward: wanted.backward,
            limit: wanted.limit,
            places: wanted.counted.then(|| self.registry(Registry::places)),
            scored: has_text && wanted.sort == SearchSort::Relevance,
        }
    }

    /// The query for what is wanted; none when nothing can match.
    fn query(&self, wanted: &Wanted, units: &[Unit]) -> Option<Box<dyn Query>> {
        let mut all: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        if let Some(category) = wanted.category {
            let place = self.registry(|registry| registry.place_number(category))?;
            let term = Term::from_field_u64(self.fields.category_place, place.into());
            all.push((Occur::Must, scored(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), 0.0)));
        }
        #[allow(clippy::cast_precision_loss, reason = "a dozen words at most")]
        let share = 1.0 / units.len().max(1) as f32;
        all.extend(units.iter().map(|unit| (Occur::Must, self.unit_query(unit, share))));
        match all.len() {
            0 => Some(Box::new(AllQuery)),
            1 => all.pop().map(|(_, only)| only),
            _ => Some(Box::new(BooleanQuery::new(all))),
        }
    }

    fn unit_query(&self, unit: &Unit, share: f32) -> Box<dyn Query> {
        let alternatives = unit.alternatives.iter().map(|alternative| {
            #[allow(clippy::cast_precision_loss, reason = "a few words, and percents")]
            let share = share / alternative.words.len().max(1) as f32
                * if alternative.synonym { SYNONYM_PERCENT as f32 / 100.0 } else { 1.0 };
            let mut words: Vec<Box<dyn Query>> =
                alternative.words.iter().map(|word| self.word_query(word, share)).collect();
            match words.len() {
                1 => words.remove(0),
                _ => Box::new(BooleanQuery::new(words.into_iter().map(|word| (Occur::Must, word)).collect())),
            }
        });
        either(alternatives.collect())
    }

    fn word_query(&self, word: &Known, share: f32) -> Box<dyn Query> {
        #[allow(clippy::cast_precision_loss, reason = "weights are up to 100")]
        let clause = |query: Box<dyn Query>, kind: MatchKind| scored(query, weight(kind) as f32 * share);
        let whole = Term::from_field_text(self.fields.word, &word.strokes);
        let mut clauses = vec![
            clause(Box::new(TermQuery::new(whole, IndexRecordOption::Basic)), MatchKind::TitleWord),
            clause(begins(self.fields.part, &word.strokes), MatchKind::TitlePart),
            clause(begins(self.fields.brand, &word.strokes), MatchKind::Brand),
            clause(begins(self.fields.category, &word.strokes), MatchKind::Category),
        ];
        if is_initials(&word.strokes) {
            clauses.push(clause(begins(self.fields.initial, &word.strokes), MatchKind::Initials));
        }
        either(clauses)
    }

    fn outcome(&self, wanted: &Wanted, units: Vec<Unit>, mut collected: Collected) -> Outcome {
        let page = PageRequest { limit: wanted.limit, backward: wanted.backward, from: wanted.from };
        let page = page.finish(std::mem::take(&mut collected.best));
        self.registry(|registry| {
            let hits = page.rows.iter().filter_map(|ranked| Some((*ranked, registry.listing(ranked.number)?)));
            Outcome {
                hits: hits.map(|(ranked, listing)| super::hit(registry, ranked, &listing)).collect(),
                has_next: page.has_next,
                has_previous: page.has_previous,
                total: collected.total,
                facets: collected.counts.map(|counts| super::Facets::new(registry, &counts, wanted.category)),
                units,
            }
        })
    }
}

fn scored(query: Box<dyn Query>, score: f32) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, score))
}

fn either(mut queries: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    match queries.len() {
        1 => queries.remove(0),
        _ => Box::new(DisjunctionMaxQuery::new(queries)),
    }
}

fn begins(field: Field, strokes: &str) -> Box<dyn Query> {
    let from = std::ops::Bound::Included(Term::from_field_text(field, strokes));
    let to = std::ops::Bound::Excluded(Term::from_field_text(field, &past(strokes)));
    Box::new(InvertedIndexRangeQuery::new(from, to))
}
