//! The index's fields, and a product as a document.

use std::collections::HashSet;

use tantivy::TantivyDocument;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::registry::Listing;
use crate::model::ProductRow;
use crate::rules::ranking::Popularity;
use crate::rules::words::{initials, parts, words};

/// The fields. Texts are terms that are made beforehand (`rules::words`); nothing is stored, since all replicas keep what
/// they show in their registry.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) schema: Schema,
    /// The product's number in the registry.
    pub(crate) number: Field,
    /// The words of its title.
    pub(crate) word: Field,
    /// What the title can be found by the beginning of.
    pub(crate) part: Field,
    pub(crate) initial: Field,
    pub(crate) brand: Field,
    pub(crate) category: Field,
    /// The numbers of its categories, from the top.
    pub(crate) category_place: Field,
    numbers: Numbers,
}

/// What results are filtered, counted and ordered by; names as `collect` reads them.
#[derive(Clone)]
struct Numbers {
    id_high: Field,
    id_low: Field,
    brand: Field,
    seller: Field,
    price: Field,
    rating: Field,
    reviews: Field,
    sales: Field,
    published: Field,
    popularity: Field,
    free_shipping: Field,
    in_stock: Field,
}

impl Fields {
    pub(crate) fn new() -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_tokenizer("raw").set_fieldnorms(false);
        let terms = TextOptions::default().set_indexing_options(indexing.set_index_option(IndexRecordOption::Basic));
        let number = schema.add_u64_field("number", INDEXED | FAST);
        let category_place = schema.add_u64_field("category_place", INDEXED | FAST);
        let [word, part, initial, brand, category] =
            ["word", "part", "initial", "brand", "category"].map(|name| schema.add_text_field(name, terms.clone()));
        let mut fast = |name: &str| schema.add_u64_field(name, FAST);
        let numbers = Numbers {
            id_high: fast("id_high"),
            id_low: fast("id_low"),
            brand: fast("brand_place"),
            seller: fast("seller_place"),
            price: fast("price"),
            rating: fast("rating"),
            reviews: fast("reviews"),
            sales: fast("sales"),
            published: fast("published"),
            popularity: fast("popularity"),
            free_shipping: fast("free_shipping"),
            in_stock: fast("in_stock"),
        };
        Self { schema: schema.build(), number, word, part, initial, brand, category, category_place, numbers }
    }

    /// The product as a document.
    pub(crate) fn document(&self, number: u32, row: &ProductRow, listing: &Listing) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        self.add_texts(&mut document, row);
        document.add_u64(self.number, number.into());
        for place in &listing.categories {
            document.add_u64(self.category_place, u64::from(*place));
        }
        let (high, low) = row.product_id.0.as_u64_pair();
        let positive = |number: i64| u64::try_from(number).unwrap_or(0);
        let popularity = popularity(listing).total();
        for (field, value) in [
            (self.numbers.id_high, high),
            (self.numbers.id_low, low),
            (self.numbers.brand, listing.brand.map_or(0, u64::from)),
            (self.numbers.seller, listing.seller.into()),
            (self.numbers.price, positive(row.price)),
            (self.numbers.rating, positive(row.rating.into())),
            (self.numbers.reviews, positive(row.reviews.into())),
            (self.numbers.sales, positive(row.sales)),
            (self.numbers.published, positive(row.published_at.timestamp())),
            (self.numbers.popularity, popularity.into()),
            (self.numbers.free_shipping, row.free_shipping.into()),
            (self.numbers.in_stock, row.in_stock.into()),
        ] {
            document.add_u64(field, value);
        }
        document
    }

    fn add_texts(&self, document: &mut TantivyDocument, row: &ProductRow) {
        let title = words(&row.title);
        let brand = words(row.brand_name.as_deref().unwrap_or_default());
        let mut add = |field: Field, terms: &mut dyn Iterator<Item = String>| {
            let mut seen = HashSet::new();
            for term in terms.filter(|term| seen.insert(term.clone())) {
                document.add_text(field, &term);
            }
        };
        add(self.word, &mut title.iter().map(|word| word.strokes()));
        add(self.part, &mut parts(&title).into_iter().map(|(part, _)| part));
        add(self.brand, &mut parts(&brand).into_iter().map(|(part, _)| part));
        let both = initials(&title).into_iter().chain(initials(&brand));
        add(self.initial, &mut both.map(|(term, _)| term));
        let categories = row.category_names.iter().flat_map(|name| parts(&words(name)));
        add(self.category, &mut categories.map(|(part, _)| part));
    }
}

/// What makes the product come before others that match as well.
pub(crate) fn popularity(listing: &Listing) -> Popularity {
    Popularity::of(listing.sales, listing.rating.into(), listing.reviews.into(), listing.in_stock)
}
