//! One pass over what matches: filters, counts, and the best of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, ColumnValues};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};
use uuid::Uuid;

use crate::model::SearchSort;
use crate::rules::ranking::{PRICE_STEPS, price_step, relevance};

/// Where a result stands: what results are ordered by (the greatest first), and its id.
pub(crate) type RankKey = (i64, Uuid);

/// Which of what matches is wanted. Places are numbers of the registry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) brands: Option<Vec<u64>>,
    pub(crate) sellers: Option<Vec<u64>>,
    pub(crate) min_price: Option<u64>,
    pub(crate) max_price: Option<u64>,
    pub(crate) min_rating: Option<u64>,
    pub(crate) free_shipping: bool,
    pub(crate) in_stock: bool,
}

/// What results are counted by. A count of one kind leaves the filter of that kind out, so that it tells what choosing
/// otherwise would find.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// By place.
    pub(crate) brands: Vec<u32>,
    pub(crate) sellers: Vec<u32>,
    pub(crate) categories: Vec<u32>,
    pub(crate) prices: [u32; PRICE_STEPS.len()],
    /// With one star or more, with two, … five.
    pub(crate) ratings: [u32; 5],
    pub(crate) free_shipping: u32,
    pub(crate) in_stock: u32,
}

impl Counts {
    fn new(places: usize) -> Self {
        Self { brands: vec![0; places], sellers: vec![0; places], categories: vec![0; places], ..Self::default() }
    }

    fn add(&mut self, other: &Self) {
        fn sum(to: &mut [u32], from: &[u32]) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        }
        sum(&mut self.brands, &other.brands);
        sum(&mut self.sellers, &other.sellers);
        sum(&mut self.categories, &other.categories);
        sum(&mut self.prices, &other.prices);
        sum(&mut self.ratings, &other.ratings);
        self.free_shipping += other.free_shipping;
        self.in_stock += other.in_stock;
    }
}

/// A result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    pub(crate) key: RankKey,
    pub(crate) number: u32,
    /// How well its text matches, 0–100.
    pub(crate) text: u32,
}

/// The outcome of a pass.
pub(crate) struct Collected {
    /// In reading order, from the page's edge outwards; one more than wanted if there are more.
    pub(crate) best: Vec<Ranked>,
    pub(crate) total: usize,
    pub(crate) counts: Option<Counts>,
}

/// What a pass is for.
#[derive(Clone)]
pub(crate) struct Pass {
    pub(crate) filter: Arc<Filter>,
    pub(crate) sort: SearchSort,
    /// The result that the page begins beside.
    pub(crate) from: Option<RankKey>,
    /// Whether the page reads towards the beginning.
    pub(crate) backward: bool,
    pub(crate) limit: usize,
    /// How many places there are; none when nothing is counted.
    pub(crate) places: Option<usize>,
    /// Whether the text's score is needed.
    pub(crate) scored: bool,
}

impl Collector for Pass {
    type Fruit = Collected;
    type Child = SegmentPass;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentPass> {
        let fields = segment.fast_fields();
        let column = |name: &str| fields.column_first_or_default::<u64>(name);
        let ordered_by = match self.sort {
            SearchSort::Relevance => "popularity",
            SearchSort::Newest => "published",
            SearchSort::PriceAsc | SearchSort::PriceDesc => "price",
            SearchSort::Rating => "reviews",
            SearchSort::Sales => "sales",
        };
        Ok(SegmentPass {
            pass: self.clone(),
            ordered_by: column(ordered_by)?,
            number: column("number")?,
            id_high: column("id_high")?,
            id_low: column("id_low")?,
            brand: column("brand_place")?,
            seller: column("seller_place")?,
            category: fields.column_opt("category_place")?,
            price: column("price")?,
            rating: column("rating")?,
            free_shipping: column("free_shipping")?,
            in_stock: column("in_stock")?,
            best: BinaryHeap::with_capacity(self.limit + 2),
            total: 0,
            counts: self.places.map(Counts::new),
        })
    }

    fn requires_scoring(&self) -> bool {
        self.scored
    }

    fn merge_fruits(&self, fruits: Vec<Collected>) -> tantivy::Result<Collected> {
        let mut merged = Collected { best: Vec::new(), total: 0, counts: self.places.map(Counts::new) };
        for fruit in fruits {
            merged.best.extend(fruit.best);
            merged.total += fruit.total;
            if let (Some(counts), Some(more)) = (&mut merged.counts, &fruit.counts) {
                counts.add(more);
            }
        }
        merged.best.sort_unstable_by(|one, other| other.cmp(one));
        merged.best.truncate(self.limit + 1);
        merged.best.iter_mut().for_each(|ranked| ranked.key = self.turned(ranked.key));
        Ok(merged)
    }
}

impl Pass {
    /// A key the other way round, if the page reads backward: then the last before the page's edge are the best.
    fn turned(&self, (rank, id): RankKey) -> RankKey {
        if self.backward { (-rank, inverted(id)) } else { (rank, id) }
    }
}

/// An id that stands in the other order among others.
fn inverted(id: Uuid) -> Uuid {
    Uuid::from_u128(!id.as_u128())
}

type Values = Arc<dyn ColumnValues<u64>>;

/// A pass over one segment.
pub(crate) struct SegmentPass {
    pass: Pass,
    ordered_by: Values,
    number: Values,
    id_high: Values,
    id_low: Values,
    brand: Values,
    seller: Values,
    /// None where no product of the segment has a category.
    category: Option<Column<u64>>,
    price: Values,
    rating: Values,
    free_shipping: Values,
    in_stock: Values,
    best: BinaryHeap<Reverse<Ranked>>,
    total: usize,
    counts: Option<Counts>,
}

const BRAND: u8 = 1;
const SELLER: u8 = 2;
const PRICE: u8 = 4;
const RATING: u8 = 8;
const FREE: u8 = 16;
const STOCK: u8 = 32;

impl SegmentPass {
    /// Which filters the document does not pass.
    fn failed(&self, doc: DocId) -> u8 {
        let filter = &*self.pass.filter;
        let mut failed = 0;
        let mut unless = |passes: bool, bit: u8| {
            if !passes {
                failed |= bit;
            }
        };
        if let Some(brands) = &filter.brands {
            unless(brands.contains(&self.brand.get_val(doc)), BRAND);
        }
        if let Some(sellers) = &filter.sellers {
            unless(sellers.contains(&self.seller.get_val(doc)), SELLER);
        }
        if filter.min_price.is_some() || filter.max_price.is_some() {
            let price = self.price.get_val(doc);
            let above = filter.min_price.is_none_or(|least| price >= least);
            unless(above && filter.max_price.is_none_or(|most| price <= most), PRICE);
        }
        if let Some(least) = filter.min_rating {
            unless(self.rating.get_val(doc) >= least, RATING);
        }
        if filter.free_shipping {
            unless(self.free_shipping.get_val(doc) == 1, FREE);
        }
        if filter.in_stock {
            unless(self.in_stock.get_val(doc) == 1, STOCK);
        }
        failed
    }

    /// Counts the document in all kinds but those that it fails for another kind's filter.
    fn count(&mut self, doc: DocId, failed: u8) {
        let Some(counts) = &mut self.counts else { return };
        let one_more = |counts: &mut [u32], place: u64| {
            if let Some(count) = usize::try_from(place).ok().and_then(|place| counts.get_mut(place)) {
                *count += 1;
            }
        };
        let counted = |bit: u8| failed & !bit == 0;
        if counted(BRAND) {
            one_more(&mut counts.brands, self.brand.get_val(doc));
        }
        if counted(SELLER) {
            one_more(&mut counts.sellers, self.seller.get_val(doc));
        }
        if counted(PRICE) {
            let price = i64::try_from(self.price.get_val(doc)).unwrap_or(i64::MAX);
            counts.prices[price_step(price)] += 1;
        }
        if counted(RATING) {
            let stars = usize::try_from(self.rating.get_val(doc) / 100).unwrap_or(0).min(5);
            counts.ratings[..stars].iter_mut().for_each(|count| *count += 1);
        }
        if counted(FREE) && self.free_shipping.get_val(doc) == 1 {
            counts.free_shipping += 1;
        }
        if counted(STOCK) && self.in_stock.get_val(doc) == 1 {
            counts.in_stock += 1;
        }
        if failed == 0 {
            let places = self.category.iter().flat_map(|column| column.values_for_doc(doc));
            places.for_each(|place| one_more(&mut counts.categories, place));
        }
    }

    fn offer(&mut self, doc: DocId, text: u32) {
        let value = i64::try_from(self.ordered_by.get_val(doc)).unwrap_or(i64::MAX);
        let rank = match self.pass.sort {
            SearchSort::Relevance => relevance(text, u32::try_from(value).unwrap_or(0)),
            SearchSort::PriceAsc => -value,
            SearchSort::Rating => i64::try_from(self.rating.get_val(doc)).unwrap_or(0) * 1_000_000 + value.min(999_999),
            SearchSort::Newest | SearchSort::PriceDesc | SearchSort::Sales => value,
        };
        let rank = if self.pass.backward { -rank } else { rank };
        let full = self.best.len() > self.pass.limit;
        if full && self.best.peek().is_some_and(|worst| rank < worst.0.key.0) {
            return;
        }
        let id = Uuid::from_u64_pair(self.id_high.get_val(doc), self.id_low.get_val(doc));
        let key = (rank, if self.pass.backward { inverted(id) } else { id });
        if self.pass.from.is_some_and(|from| key >= self.pass.turned(from)) {
            return;
        }
        let number = u32::try_from(self.number.get_val(doc)).unwrap_or(u32::MAX);
        self.best.push(Reverse(Ranked { key, number, text }));
        if full {
            self.best.pop();
        }
    }
}

impl SegmentCollector for SegmentPass {
    type Fruit = Collected;

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scores are sums of weights, 0 to 100")]
    fn collect(&mut self, doc: DocId, score: Score) {
        let failed = self.failed(doc);
        if failed == 0 {
            self.total += 1;
            self.offer(doc, if self.pass.scored { score.round() as u32 } else { 0 });
        }
        // What fails two filters is in nobody's count.
        if failed.count_ones() <= 1 {
            self.count(doc, failed);
        }
    }

    fn harvest(self) -> Collected {
        let best = self.best.into_iter().map(|Reverse(ranked)| ranked).collect();
        Collected { best, total: self.total, counts: self.counts }
    }
}
