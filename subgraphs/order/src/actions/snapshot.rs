//! The federated snapshot that an order freezes: variants, prices, sellers, as they are now; and whether the buyer may have what
//! of it is for adults only.

use platform::graph::RequestContext;
use platform::language::Language;
use serde::Serialize;

use super::Orders;
use crate::clients::{CartSnapshot, IsAdult, VariantsSnapshot, cart_snapshot, is_adult, variants_snapshot};
use crate::error::{ErrorCode, Failure, Refusal};
use crate::model::{CartLineId, CategoryId, LineId, OptionText, ProductId, SellerId, UserId, VariantId};

/// One variant to buy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) variant_id: VariantId,
    pub(crate) quantity: i64,
    /// The price in won that the buyer saw.
    pub(crate) expected_price: Option<i64>,
    /// What the buyer writes for each option, where they are written.
    // Left out of the fingerprint when empty, so that keys from before there were texts keep theirs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) option_texts: Vec<String>,
}

/// One variant as it is now.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot {
    /// The id that the order's line will have.
    pub(crate) line_id: LineId,
    pub(crate) variant_id: VariantId,
    pub(crate) product_id: ProductId,
    pub(crate) seller_id: SellerId,
    pub(crate) category_id: CategoryId,
    /// The category and those above it.
    pub(crate) category_path: Vec<CategoryId>,
    pub(crate) product_title: String,
    pub(crate) variant_name: String,
    pub(crate) image_url: Option<String>,
    pub(crate) tax_free: bool,
    pub(crate) unit_price: i64,
    pub(crate) for_sale: bool,
    /// Whether only adults may buy it.
    pub(crate) adult_only: bool,
    pub(crate) quantity: i64,
    pub(crate) cart_line_id: Option<CartLineId>,
    /// The price of one in won that the buyer saw, in the cart or before.
    pub(crate) expected_price: Option<i64>,
    /// The names of the options that the buyer writes.
    pub(crate) written_options: Vec<String>,
    /// What the buyer wrote for each of them.
    pub(crate) option_texts: Vec<String>,
}

impl Snapshot {
    /// What the buyer wrote, with the options' names; nothing where nothing is written.
    pub(crate) fn texts(&self) -> Option<serde_json::Value> {
        let text = |(name, text): (&String, &String)| OptionText { name: name.clone(), text: text.clone() };
        let texts: Vec<OptionText> = self.written_options.iter().zip(&self.option_texts).map(text).collect();
        serde_json::to_value(texts).ok().filter(|_| !self.written_options.is_empty())
    }
}

/// What is not as the buyer expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    /// Another price.
    Price,
    /// Not on sale.
    NotForSale,
    /// Not enough of it.
    OutOfStock,
    /// Not for buyers who have not shown to be adults.
    AdultsOnly,
}

/// One variant that is not as the buyer expected.
#[derive(Clone, Debug)]
pub(crate) struct ItemChange {
    pub(crate) kind: ChangeKind,
    pub(crate) variant_id: VariantId,
    pub(crate) before: Option<i64>,
    pub(crate) now: Option<i64>,
    pub(crate) available: Option<i64>,
}

/// Reads the buyer's cart lines.
pub(crate) async fn of_cart_lines(
    orders: &Orders,
    buyer_id: UserId,
    ids: &[CartLineId],
    context: &RequestContext,
) -> Result<Vec<Snapshot>, Failure> {
    let owner = buyer_id.to_string();
    let variables = cart_snapshot::Variables { ids: ids.iter().map(ToString::to_string).collect() };
    let data = orders.graph.ask_graph::<CartSnapshot>(variables, context).await?;
    let missing = || ErrorCode::CartLineNotFound.at(&["cartLineIds"], context.language);
    let mut snapshots = Vec::with_capacity(ids.len());
    for line in data.cart_lines {
        let line = line.filter(|line| line.owner_id.as_deref() == Some(&owner)).ok_or_else(missing)?;
        let variant = line.variant;
        let is_written = matches!(variant.product.option_kind, cart_snapshot::OptionKind::TEXT);
        let written_options = variant.product.options.into_iter().map(|option| option.name);
        let written_options = written_options.filter(|_| is_written).collect();
        snapshots.push(Snapshot {
            line_id: LineId::new(),
            variant_id: parse(&variant.id, context.language)?,
            product_id: parse(&variant.product.id, context.language)?,
            seller_id: parse(&variant.product.seller.id, context.language)?,
            category_id: parse(&variant.product.category.id, context.language)?,
            category_path: variant.product.category.path.iter().filter_map(|one| one.id.parse().ok()).collect(),
            product_title: variant.product.title,
            variant_name: variant.name,
            image_url: variant.product.thumbnail.map(|image| image.url),
            tax_free: variant.product.tax_free,
            unit_price: variant.price.amount,
            for_sale: variant.sellable && variant.product.seller.can_sell,
            adult_only: variant.product.adult_only,
            quantity: line.quantity,
            cart_line_id: line.id.parse().ok(),
            expected_price: Some(line.price_when_added.amount),
            written_options,
            option_texts: line.option_texts.iter().map(|text| text.trim().to_owned()).collect(),
        });
    }
    if snapshots.len() != ids.len() {
        return Err(missing().into());
    }
    Ok(snapshots)
}

/// Reads variants that are bought without a cart.
pub(crate) async fn of_items(
    orders: &Orders,
    items: &[Item],
    context: &RequestContext,
) -> Result<Vec<Snapshot>, Failure> {
    let ids: Vec<VariantId> = items.iter().map(|item| item.variant_id).collect();
    let mut snapshots = Vec::with_capacity(items.len());
    for (item, known) in items.iter().zip(variants(orders, &ids, context).await?) {
        let known = known.ok_or_else(|| ErrorCode::NotForSale.at(&["items"], context.language))?;
        snapshots.push(Snapshot {
            quantity: item.quantity,
            expected_price: item.expected_price,
            option_texts: item.option_texts.iter().map(|text| text.trim().to_owned()).collect(),
            ..known
        });
    }
    Ok(snapshots)
}

/// Reads variants as they are now, one piece of each; `None` where there is no such variant.
pub(crate) async fn variants(
    orders: &Orders,
    ids: &[VariantId],
    context: &RequestContext,
) -> Result<Vec<Option<Snapshot>>, Failure> {
    let variables = variants_snapshot::Variables { ids: ids.iter().map(ToString::to_string).collect() };
    let data = orders.graph.ask_graph::<VariantsSnapshot>(variables, context).await?;
    let mut snapshots = Vec::with_capacity(ids.len());
    for (id, variant) in ids.iter().zip(data.product_variants) {
        let Some(variant) = variant else {
            snapshots.push(None);
            continue;
        };
        let is_written = matches!(variant.product.option_kind, variants_snapshot::OptionKind::TEXT);
        let written_options = variant.product.options.into_iter().map(|option| option.name);
        let written_options = written_options.filter(|_| is_written).collect();
        snapshots.push(Some(Snapshot {
            line_id: LineId::new(),
            variant_id: *id,
            product_id: parse(&variant.product.id, context.language)?,
            seller_id: parse(&variant.product.seller.id, context.language)?,
            category_id: parse(&variant.product.category.id, context.language)?,
            category_path: variant.product.category.path.iter().filter_map(|one| one.id.parse().ok()).collect(),
            product_title: variant.product.title,
            variant_name: variant.name,
            image_url: variant.product.thumbnail.map(|image| image.url),
            tax_free: variant.product.tax_free,
            unit_price: variant.price.amount,
            for_sale: variant.sellable && variant.product.seller.can_sell,
            adult_only: variant.product.adult_only,
            quantity: 1,
            cart_line_id: None,
            expected_price: None,
            written_options,
            option_texts: Vec::new(),
        }));
    }
    Ok(snapshots)
}

/// Whether the buyer may have all of it by age. Only where something is for adults the user service is needed for the answer.
pub(crate) async fn is_old_enough(
    orders: &Orders,
    buyer_id: UserId,
    snapshots: &[Snapshot],
    context: &RequestContext,
) -> Result<bool, Failure> {
    if !snapshots.iter().any(|bought| bought.adult_only) {
        return Ok(true);
    }
    let variables = is_adult::Variables { id: buyer_id.to_string() };
    Ok(orders.graph.ask::<IsAdult>("user", variables, context).await?.is_adult_verified == Some(true))
}

/// What in the snapshot is not for sale, not for a buyer who is not `old_enough`, or not at the price that the buyer saw.
pub(crate) fn changes(snapshots: &[Snapshot], old_enough: bool) -> Vec<ItemChange> {
    let mut changes = Vec::new();
    for snapshot in snapshots {
        let expected = snapshot.expected_price;
        let kind = if !snapshot.for_sale {
            ChangeKind::NotForSale
        } else if snapshot.adult_only && !old_enough {
            ChangeKind::AdultsOnly
        } else if expected.is_some_and(|price| price != snapshot.unit_price) {
            ChangeKind::Price
        } else {
            continue;
        };
        changes.push(ItemChange {
            kind,
            variant_id: snapshot.variant_id,
            before: expected,
            now: (kind == ChangeKind::Price).then_some(snapshot.unit_price),
            available: None,
        });
    }
    changes
}

/// Whether the buyer wrote a text for each option that is written, and none for others.
pub(crate) fn texts_fit(snapshot: &Snapshot, longest: usize) -> bool {
    let fits = |text: &String| (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    snapshot.option_texts.len() == snapshot.written_options.len() && snapshot.option_texts.iter().all(fits)
}

/// The refusal that a change means.
pub(crate) fn refusal_of(kind: ChangeKind, language: Language) -> Refusal {
    let code = match kind {
        ChangeKind::Price => ErrorCode::PriceChanged,
        ChangeKind::NotForSale => ErrorCode::NotForSale,
        ChangeKind::OutOfStock => ErrorCode::OutOfStock,
        ChangeKind::AdultsOnly => ErrorCode::AdultVerificationRequired,
    };
    code.at(&[], language)
}

fn parse<T: std::str::FromStr>(id: &str, language: Language) -> Result<T, Refusal> {
    id.parse().map_err(|_| ErrorCode::NotForSale.at(&[], language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bought(expected_price: Option<i64>, for_sale: bool) -> Snapshot {
        Snapshot {
            line_id: LineId::new(),
            variant_id: VariantId::new(),
            product_id: ProductId::new(),
            seller_id: SellerId::new(),
            category_id: CategoryId::new(),
            category_path: Vec::new(),
            product_title: "머그컵".to_owned(),
            variant_name: "기본".to_owned(),
            image_url: None,
            tax_free: false,
            unit_price: 1_000,
            for_sale,
            adult_only: false,
            quantity: 1,
            cart_line_id: None,
            expected_price,
            written_options: Vec::new(),
            option_texts: Vec::new(),
        }
    }

    #[test]
    fn what_is_not_as_the_buyer_saw_it_is_a_change() {
        for (expected, for_sale, change) in [
            (None, true, None),
            (Some(1_000), true, None),
            (Some(900), true, Some((ChangeKind::Price, Some(900), Some(1_000)))),
            (Some(1_100), true, Some((ChangeKind::Price, Some(1_100), Some(1_000)))),
            (Some(1_000), false, Some((ChangeKind::NotForSale, Some(1_000), None))),
            (None, false, Some((ChangeKind::NotForSale, None, None))),
        ] {
            let found = changes(&[bought(expected, for_sale)], false);
            let told = found.first().map(|change| (change.kind, change.before, change.now));
            assert_eq!(told, change, "{expected:?} {for_sale}");
        }
    }

    #[test]
    fn only_adults_are_sold_what_is_for_adults() {
        for (adult_only, for_sale, is_adult, change) in [
            (false, true, false, None),
            (false, true, true, None),
            (true, true, true, None),
            (true, true, false, Some(ChangeKind::AdultsOnly)),
            (true, false, false, Some(ChangeKind::NotForSale)),
        ] {
            let lines = vec![Snapshot { adult_only, ..bought(Some(1_000), for_sale) }, bought(None, true)];
            let found = changes(&lines, is_adult);
            let kinds: Vec<ChangeKind> = found.iter().map(|change| change.kind).collect();
            assert_eq!(kinds, Vec::from_iter(change), "{adult_only} {for_sale} {is_adult}");
        }
    }

    #[test]
    fn every_written_option_has_a_text_and_no_other_has() {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        for (options, texts, fit) in [
            (&[][..], &[][..], true),
            (&["각인"], &["DOA"], true),
            (&["각인"], &[], false),
            (&[], &["DOA"], false),
            (&["각인"], &[""], false),
            (&["각인"], &["123456"], false),
            (&["각인"], &["a\nb"], false),
            (&["각인", "날짜"], &["DOA"], false),
        ] {
            let snapshot =
                Snapshot { written_options: owned(options), option_texts: owned(texts), ..bought(None, true) };
            assert_eq!(texts_fit(&snapshot, 5), fit, "{options:?} {texts:?}");
        }
        let snapshot =
            Snapshot { written_options: owned(&["각인"]), option_texts: owned(&["DOA"]), ..bought(None, true) };
        assert_eq!(snapshot.texts(), Some(serde_json::json!([{ "name": "각인", "text": "DOA" }])));
        assert_eq!(bought(None, true).texts(), None);
    }
}
