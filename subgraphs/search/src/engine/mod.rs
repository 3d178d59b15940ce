//! The index of this replica: what is asked of it, and what it answers.

mod build;
mod collect;
mod fields;
mod follow;
mod reading;
mod registry;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use platform::errors::GraphError;
use platform::recent::Recent;
use tokio::sync::{Notify, Semaphore, watch};
use uuid::Uuid;

use build::Build;
pub(crate) use collect::RankKey;
use collect::{Counts, Ranked};
pub(crate) use follow::follow;
pub(crate) use reading::{Synonyms, Unit};
pub(crate) use registry::Place;
use registry::{Listing, Registry};

use crate::model::{ProductId, SearchSort};
use crate::rules::matching::Texts;
use crate::rules::ranking::{PRICE_STEPS, Popularity};

/// How long a search waits for the first index.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many answers are kept until the index changes.
const KEPT_ANSWERS: usize = 512;
/// How many values a facet shows, those with the most results.
const LARGEST_FACET: usize = 30;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    /// Normalised; empty for everything.
    pub(crate) text: String,
    pub(crate) category: Option<Uuid>,
    pub(crate) brands: Vec<Uuid>,
    pub(crate) sellers: Vec<Uuid>,
    pub(crate) min_price: Option<i64>,
    pub(crate) max_price: Option<i64>,
    /// In hundredths of a star.
    pub(crate) min_rating: Option<u32>,
    pub(crate) free_shipping: bool,
    pub(crate) in_stock: bool,
    /// Whether words are looked for as they stand, without correction.
    pub(crate) as_typed: bool,
    pub(crate) sort: SearchSort,
    /// The result that the page begins beside.
    pub(crate) from: Option<RankKey>,
    /// Whether the page reads towards the beginning.
    pub(crate) backward: bool,
    pub(crate) limit: usize,
    /// Whether facets are wanted.
    pub(crate) counted: bool,
}

/// A result.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) id: ProductId,
    pub(crate) key: RankKey,
    /// How well its text matches, 0–100.
    pub(crate) text_score: u32,
    pub(crate) popularity: Popularity,
    listing: Arc<Listing>,
    pub(crate) brand: Option<Place>,
    /// From the top of the tree down.
    pub(crate) categories: Vec<Place>,
}

impl Hit {
    /// The texts that were searched.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts {
            title: &self.listing.title,
            brand: self.brand.as_ref().map(|brand| &*brand.name).unwrap_or_default(),
            categories: self.categories.iter().map(|category| &*category.name).collect(),
        }
    }

    pub(crate) fn free_shipping(&self) -> bool {
        self.listing.free_shipping
    }

    pub(crate) fn in_stock(&self) -> bool {
        self.listing.in_stock
    }
}

fn hit(registry: &Registry, ranked: Ranked, listing: &Arc<Listing>) -> Hit {
    Hit {
        id: listing.id,
        key: ranked.key,
        text_score: ranked.text,
        popularity: fields::popularity(listing),
        listing: Arc::clone(listing),
        brand: listing.brand.map(|place| registry.place_at(place)),
        categories: listing.categories.iter().map(|place| registry.place_at(*place)).collect(),
    }
}

/// How many results a brand, a seller or a category has.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    pub(crate) id: Uuid,
    pub(crate) name: Arc<str>,
    pub(crate) count: u32,
}

/// What results can be narrowed down by.
#[derive(Clone, Debug)]
pub(crate) struct Facets {
    pub(crate) brands: Vec<Counted>,
    pub(crate) sellers: Vec<Counted>,
    pub(crate) categories: Vec<Counted>,
    pub(crate) prices: [u32; PRICE_STEPS.len()],
    pub(crate) ratings: [u32; 5],
    pub(crate) free_shipping: u32,
    pub(crate) in_stock: u32,
}

impl Facets {
    fn new(registry: &Registry, counts: &Counts, category: Option<Uuid>) -> Self {
        let most = |counts: &[u32]| {
            // Place 0 is none.
            let places = counts.iter().copied().enumerate().skip(1).filter(|(_, count)| *count > 0);
            let mut found: Vec<Counted> = places
                .map(|(place, count)| {
                    let Place { id, name } = registry.place_at(u32::try_from(place).unwrap_or(0));
                    Counted { id, name, count }
                })
                .filter(|counted| Some(counted.id) != category)
                .collect();
            // Numbers of places are this replica's own; ids are the same everywhere.
            found.sort_unstable_by_key(|counted| (std::cmp::Reverse(counted.count), counted.id));
            found.truncate(LARGEST_FACET);
            found
        };
        Self {
            brands: most(&counts.brands),
            sellers: most(&counts.sellers),
            categories: most(&counts.categories),
            prices: counts.prices,
            ratings: counts.ratings,
            free_shipping: counts.free_shipping,
            in_stock: counts.in_stock,
        }
    }
}

/// The answer to a search.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) hits: Vec<Hit>,
    pub(crate) has_next: bool,
    pub(crate) has_previous: bool,
    pub(crate) total: usize,
    pub(crate) facets: Option<Facets>,
    /// How the text was understood.
    pub(crate) units: Vec<Unit>,
}

/// How this replica's index stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) generation: i64,
    pub(crate) documents: u64,
    pub(crate) change: i64,
    /// How long the last build took.
    pub(crate) built_in: Duration,
    /// Raised whenever answers may be others than before.
    revision: u64,
}

/// The index of this replica; clones share it.
#[derive(Clone)]
pub(crate) struct Engine {
    current: Arc<ArcSwapOption<Build>>,
    synonyms: Arc<ArcSwapOption<Synonyms>>,
    standing: watch::Sender<Standing>,
    wake: Arc<Notify>,
    room: Arc<Semaphore>,
    answers: Recent<Wanted, Arc<Outcome>>,
}

impl Engine {
    pub(crate) fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            current: Arc::default(),
            synonyms: Arc::default(),
            standing: watch::Sender::new(Standing::default()),
            wake: Arc::default(),
            room: Arc::new(Semaphore::new(processors)),
            answers: Recent::new(KEPT_ANSWERS, Duration::from_secs(60)),
        }
    }

    /// Has the index look for changes now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.borrow()
    }

    /// Looks for what is wanted.
    ///
    /// # Errors
    /// When the first index is not built yet, or the index fails.
    pub(crate) async fn search(&self, wanted: Wanted) -> Result<Arc<Outcome>, GraphError> {
        if let Some(answer) = self.answers.get(&wanted) {
            return Ok(answer);
        }
        let build = self.build().await?;
        let synonyms = self.synonyms.load_full().unwrap_or_default();
        // More searches at once than processors would only wait for each other.
        let room = Arc::clone(&self.room).acquire_owned().await.map_err(GraphError::internal)?;
        let before = self.standing().revision;
        let (answer, wanted) = tokio::task::spawn_blocking(move || {
            let answer = build.search(&wanted, &synonyms);
            drop(room);
            (answer, wanted)
        })
        .await
        .map_err(GraphError::internal)?;
        let answer = Arc::new(answer.map_err(GraphError::internal)?);
        // An answer of an index that has changed meanwhile is not kept.
        if self.standing().revision == before {
            self.answers.keep(wanted, Arc::clone(&answer));
        }
        Ok(answer)
    }

    async fn build(&self) -> Result<Arc<Build>, GraphError> {
        if let Some(build) = self.current.load_full() {
            return Ok(build);
        }
        let mut standing = self.standing.subscribe();
        let built = standing.wait_for(|standing| standing.generation > 0);
        let _ = tokio::time::timeout(PATIENCE, built).await;
        self.current.load_full().ok_or_else(|| GraphError::unavailable("the index is being built"))
    }
}
