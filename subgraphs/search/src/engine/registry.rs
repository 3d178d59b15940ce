//! What a replica keeps of products beside the index: small numbers for ids, names, and what results show.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::model::{ProductId, ProductRow};

/// A product as results show it. Places are numbers of brands, sellers and categories.
#[derive(Debug)]
pub(crate) struct Listing {
    pub(crate) id: ProductId,
    pub(crate) title: Box<str>,
    pub(crate) brand: Option<u32>,
    pub(crate) seller: u32,
    /// From the top of the tree down.
    pub(crate) categories: Box<[u32]>,
    pub(crate) sales: u64,
    pub(crate) rating: u32,
    pub(crate) reviews: u32,
    pub(crate) in_stock: bool,
    pub(crate) free_shipping: bool,
}

/// A brand, a seller or a category.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) id: Uuid,
    pub(crate) name: Arc<str>,
}

/// Numbers and names. Place 0 is none.
pub(crate) struct Registry {
    listings: Vec<Option<Arc<Listing>>>,
    numbers: HashMap<Uuid, u32>,
    places: Vec<Place>,
    place_numbers: HashMap<Uuid, u32>,
}

impl Default for Registry {
    fn default() -> Self {
        let none = Place { id: Uuid::nil(), name: "".into() };
        Self { listings: Vec::new(), numbers: HashMap::new(), places: vec![none], place_numbers: HashMap::new() }
    }
}

impl Registry {
    /// The number of a product, which it keeps for good, and whether it is new.
    pub(crate) fn number(&mut self, id: ProductId) -> (u32, bool) {
        if let Some(number) = self.numbers.get(&id.0) {
            return (*number, false);
        }
        let number = u32::try_from(self.listings.len()).unwrap_or(u32::MAX);
        self.listings.push(None);
        self.numbers.insert(id.0, number);
        (number, true)
    }

    /// Keeps what a row says.
    pub(crate) fn keep(&mut self, number: u32, row: &ProductRow) -> Arc<Listing> {
        let categories = row.category_ids.iter().zip(&row.category_names);
        let listing = Arc::new(Listing {
            id: row.product_id,
            title: row.title.as_str().into(),
            brand: row.brand_id.map(|id| self.place(id.0, row.brand_name.as_deref().unwrap_or_default())),
            seller: self.place(row.seller_id.0, &row.seller_name),
            categories: categories.map(|(id, name)| self.place(id.0, name)).collect(),
            sales: u64::try_from(row.sales).unwrap_or(0),
            rating: u32::try_from(row.rating).unwrap_or(0),
            reviews: u32::try_from(row.reviews).unwrap_or(0),
            in_stock: row.in_stock,
            free_shipping: row.free_shipping,
        });
        self.listings[number as usize] = Some(Arc::clone(&listing));
        listing
    }

    /// Forgets what was kept under a number.
    pub(crate) fn forget(&mut self, number: u32) {
        self.listings[number as usize] = None;
    }

    pub(crate) fn listing(&self, number: u32) -> Option<Arc<Listing>> {
        self.listings.get(number as usize)?.clone()
    }

    fn place(&mut self, id: Uuid, name: &str) -> u32 {
        if let Some(number) = self.place_numbers.get(&id) {
            let place = &mut self.places[*number as usize];
            if *place.name != *name {
                place.name = name.into();
            }
            return *number;
        }
        let number = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(Place { id, name: name.into() });
        self.place_numbers.insert(id, number);
        number
    }

    pub(crate) fn place_number(&self, id: Uuid) -> Option<u32> {
        self.place_numbers.get(&id).copied()
    }

    pub(crate) fn place_at(&self, number: u32) -> Place {
        self.places.get(number as usize).unwrap_or(&self.places[0]).clone()
    }

    pub(crate) fn places(&self) -> usize {
        self.places.len()
    }
}
