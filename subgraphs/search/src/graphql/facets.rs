//! What results can be narrowed down by.

use async_graphql::{Object, SimpleObject};
use platform::money::Money;

use super::references::{Brand, Category, Seller};
use crate::engine::{Counted, Facets};
use crate::model::{BrandId, CategoryId, SellerId};
use crate::rules::ranking::PRICE_STEPS;

/// A category with results in it or below it.
#[derive(SimpleObject)]
pub(crate) struct CategoryFacet {
    /// Which.
    category: Category,
    /// Its name.
    name: String,
    /// How many results it has.
    count: u32,
}

/// A brand with results.
#[derive(SimpleObject)]
pub(crate) struct BrandFacet {
    /// Which.
    brand: Brand,
    /// Its name.
    name: String,
    /// How many results it has.
    count: u32,
}

/// A seller with results.
#[derive(SimpleObject)]
pub(crate) struct SellerFacet {
    /// Which.
    seller: Seller,
    /// The shop's name.
    name: String,
    /// How many results it has.
    count: u32,
}

/// A range of prices with results.
#[derive(SimpleObject)]
pub(crate) struct PriceFacet {
    /// From this price on.
    from: Money,
    /// Below this price; null for the last range.
    below: Option<Money>,
    /// How many results are in it.
    count: u32,
}

/// How many results are rated so well.
#[derive(SimpleObject)]
pub(crate) struct RatingFacet {
    /// With so many stars or more, 1–5.
    stars: u32,
    /// How many results have them.
    count: u32,
}

/// What results can be narrowed down by, with how many each choice would find: a count of brands leaves out the filter by
/// brand, and so on, while categories count what is left by all filters. Brands, sellers and categories come with the most
/// results first, up to 30.
pub(crate) struct SearchFacets {
    pub(crate) facets: Facets,
}

/// What results can be narrowed down by, with how many each choice would find: a count of brands leaves out the filter by
/// brand, and so on, while categories count what is left by all filters. Brands, sellers and categories come with the most
/// results first, up to 30.
#[Object]
impl SearchFacets {
    /// Categories of every level with results, but not the one that results are filtered by.
    async fn categories(&self) -> Vec<CategoryFacet> {
        let facet = |Counted { id, name, count }: &Counted| CategoryFacet {
            category: Category { id: CategoryId(*id) },
            name: name.to_string(),
            count: *count,
        };
        self.facets.categories.iter().map(facet).collect()
    }

    /// Brands with results.
    async fn brands(&self) -> Vec<BrandFacet> {
        let facet = |Counted { id, name, count }: &Counted| BrandFacet {
            brand: Brand { id: BrandId(*id) },
            name: name.to_string(),
            count: *count,
        };
        self.facets.brands.iter().map(facet).collect()
    }

    /// Sellers with results.
    async fn sellers(&self) -> Vec<SellerFacet> {
        let facet = |Counted { id, name, count }: &Counted| SellerFacet {
            seller: Seller { id: SellerId(*id) },
            name: name.to_string(),
            count: *count,
        };
        self.facets.sellers.iter().map(facet).collect()
    }

    /// Ranges of prices, the lowest first; those without results too.
    async fn prices(&self) -> Vec<PriceFacet> {
        let below = PRICE_STEPS.iter().skip(1).map(|below| Some(Money::krw(*below))).chain([None]);
        let ranges = PRICE_STEPS.iter().zip(below).zip(self.facets.prices);
        ranges.map(|((from, below), count)| PriceFacet { from: Money::krw(*from), below, count }).collect()
    }

    /// How many results have five stars, four or more, … one or more.
    async fn ratings(&self) -> Vec<RatingFacet> {
        let counts = (1..).zip(self.facets.ratings);
        let mut facets: Vec<RatingFacet> = counts.map(|(stars, count)| RatingFacet { stars, count }).collect();
        facets.reverse();
        facets
    }

    /// How many results are sent free of charge.
    async fn free_shipping(&self) -> u32 {
        self.facets.free_shipping
    }

    /// How many results are in stock.
    async fn in_stock(&self) -> u32 {
        self.facets.in_stock
    }
}
