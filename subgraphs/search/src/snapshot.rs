//! A product as its owners tell it, on the way to the tables.

use chrono::{DateTime, Utc};

use crate::model::{BrandId, CategoryId, ProductId, SellerId, VariantId};
use crate::store::{WriteProducts, WriteVariants};

/// A product as its owners tell it.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) seller_name: String,
    pub(crate) title: String,
    pub(crate) brand: Option<(BrandId, String)>,
    pub(crate) categories: Vec<(CategoryId, String)>,
    pub(crate) price: i64,
    pub(crate) rating: i32,
    pub(crate) reviews: i32,
    pub(crate) in_stock: bool,
    pub(crate) free_shipping: bool,
    pub(crate) listed: bool,
    pub(crate) published_at: DateTime<Utc>,
    pub(crate) variants: Vec<VariantId>,
}

impl Snapshot {
    /// What writes them; each product once, so that none is written twice by one statement.
    pub(crate) fn statements(snapshots: &[Self]) -> (WriteProducts, WriteVariants) {
        fn all<T>(snapshots: &[Snapshot], of: impl Fn(&Snapshot) -> T) -> Vec<T> {
            snapshots.iter().map(of).collect()
        }
        fn lines(parts: impl Iterator<Item = String>) -> String {
            parts.collect::<Vec<_>>().join("\n")
        }
        let products = WriteProducts {
            ids: all(snapshots, |product| product.product_id),
            sellers: all(snapshots, |product| product.seller_id),
            seller_names: all(snapshots, |product| product.seller_name.clone()),
            titles: all(snapshots, |product| product.title.clone()),
            brands: all(snapshots, |product| product.brand.as_ref().map(|(id, _)| *id)),
            brand_names: all(snapshots, |product| product.brand.as_ref().map(|(_, name)| name.clone())),
            category_ids: all(snapshots, |product| lines(product.categories.iter().map(|(id, _)| id.0.to_string()))),
            // A name has no line breaks; if it had, numbers of ids and names would differ and nothing be written.
            category_names: all(snapshots, |product| {
                lines(product.categories.iter().map(|(_, name)| name.replace('\n', " ")))
            }),
            prices: all(snapshots, |product| product.price),
            ratings: all(snapshots, |product| product.rating),
            reviews: all(snapshots, |product| product.reviews),
            in_stock: all(snapshots, |product| product.in_stock),
            free_shipping: all(snapshots, |product| product.free_shipping),
            listed: all(snapshots, |product| product.listed),
            published_at: all(snapshots, |product| product.published_at),
        };
        let pairs = snapshots.iter().flat_map(|product| product.variants.iter().map(|id| (*id, product.product_id)));
        let (variants, owners) = pairs.unzip();
        (products, WriteVariants { variants, products: owners })
    }
}

/// Reads the product of an answer, whose types each operation has of its own; none if an id is none of ours.
///
/// It is sent free of charge if its policy is free, asks nothing, or asks nothing from an amount on that one piece reaches.
macro_rules! readers {
    ($($operation:ident;)*) => {$(
        pub(crate) fn $operation(product: crate::clients::$operation::Searched) -> Option<Snapshot> {
            use crate::clients::$operation::{ProductState, ShippingPolicyKind};
            let free_shipping = product.shipping_policy.as_ref().is_none_or(|policy| {
                let reached = policy.free_from.as_ref().is_some_and(|from| from.amount <= product.price.amount);
                match policy.kind {
                    ShippingPolicyKind::FREE => true,
                    ShippingPolicyKind::CONDITIONAL_FREE => policy.fee.amount == 0 || reached,
                    _ => policy.fee.amount == 0,
                }
            });
            let on_sale = matches!(product.state, ProductState::ON_SALE) && product.seller.can_sell;
            let categories = product.category.path.into_iter();
            let brand = match product.brand {
                Some(brand) => Some((brand.id.parse().ok()?, brand.name)),
                None => None,
            };
            Some(Snapshot {
                product_id: product.id.parse().ok()?,
                seller_id: product.seller.id.parse().ok()?,
                seller_name: product.seller.name,
                title: product.title,
                brand,
                categories: categories
                    .map(|category| Some((category.id.parse().ok()?, category.name)))
                    .collect::<Option<_>>()?,
                price: product.price.amount,
                rating: product.rating.average_hundredths.and_then(|rating| i32::try_from(rating).ok()).unwrap_or(0),
                reviews: i32::try_from(product.rating.count).unwrap_or(i32::MAX),
                in_stock: product.variants.iter().any(|variant| variant.sellable && variant.availability.in_stock),
                free_shipping,
                listed: on_sale && product.variants.iter().any(|variant| variant.sellable),
                published_at: product.published_at.unwrap_or(product.created_at),
                variants: product.variants.iter().filter_map(|variant| variant.id.parse().ok()).collect(),
            })
        }
    )*};
}

readers! {
    searched_product;
    searched_products;
}
