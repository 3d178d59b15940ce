//! What becomes of a product's options and variants when its seller edits them. Pure.

use std::collections::HashSet;

use super::{Broken, WantedVariant, broken, check_variants, variant_name};
use crate::error::UserErrorCode as Code;
use crate::model::{OptionKind, ProductOption, VariantId, VariantRow};

/// An edit of the option matrix. What is not named stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct MatrixEdit {
    pub(crate) option_kind: Option<OptionKind>,
    /// All options anew; `None` leaves them.
    pub(crate) options: Option<Vec<ProductOption>>,
    pub(crate) add: Vec<WantedVariant>,
    pub(crate) change: Vec<Relabelled>,
    pub(crate) end: Vec<VariantId>,
}

/// A variant that is called otherwise.
#[derive(Clone, Debug)]
pub(crate) struct Relabelled {
    pub(crate) variant_id: VariantId,
    pub(crate) sku: Option<String>,
    pub(crate) option_values: Option<Vec<String>>,
}

/// What an edit comes to.
#[derive(Debug, Default)]
pub(crate) struct MatrixPlan {
    /// Before and afterwards.
    pub(crate) changed: Vec<(VariantRow, VariantRow)>,
    pub(crate) ended: Vec<VariantRow>,
    /// Those that go on, as they are afterwards, without those that are added.
    pub(crate) kept: Vec<VariantRow>,
}

/// Plans the edit of a product's live variants `rows`. `kind` and `options` are those that hold afterwards; the values of a
/// `published` product's variants are what buyers know them by, and stay.
pub(crate) fn plan(
    rows: &[VariantRow],
    kind: OptionKind,
    options: &[ProductOption],
    published: bool,
    edit: &MatrixEdit,
) -> Result<MatrixPlan, Vec<Broken>> {
    let mut wrong = Vec::new();
    let mut named = HashSet::new();
    let mut plan = MatrixPlan::default();
    let find = |id: VariantId, named: &mut HashSet<VariantId>| {
        rows.iter().find(|row| row.id == id).filter(|_| named.insert(id)).cloned()
    };
    for (index, id) in edit.end.iter().enumerate() {
        match find(*id, &mut named) {
            Some(row) => plan.ended.push(row),
            None => wrong.push(broken(Code::VariantNotFound, &["endVariants", &index.to_string()])),
        }
    }
    // Where each variant that goes on was named, for what is wrong with it.
    let mut places: Vec<Vec<String>> = Vec::new();
    for (index, change) in edit.change.iter().enumerate() {
        let place = ["changeVariants".to_owned(), index.to_string()];
        let Some(before) = find(change.variant_id, &mut named) else {
            wrong.push(broken(Code::VariantNotFound, &["changeVariants", &index.to_string(), "variantId"]));
            continue;
        };
        let mut after = before.clone();
        if let Some(sku) = &change.sku {
            sku.trim().clone_into(&mut after.sku);
        }
        if let Some(values) = &change.option_values {
            if published && *values != before.option_values {
                wrong.push(broken(Code::VariantFixed, &["changeVariants", &index.to_string(), "optionValues"]));
            }
            after.option_values.clone_from(values);
            after.name = variant_name(values);
        }
        plan.kept.push(after.clone());
        places.push(place.to_vec());
        if (&before.sku, &before.option_values) != (&after.sku, &after.option_values) {
            plan.changed.push((before, after));
        }
    }
    for row in rows.iter().filter(|row| !named.contains(&row.id)) {
        plan.kept.push(row.clone());
        places.push(Vec::new());
    }
    let mut all: Vec<WantedVariant> = plan.kept.iter().map(as_wanted).collect();
    all.extend(edit.add.iter().cloned());
    let mut found = Vec::new();
    check_variants(kind, options, &all, &mut found);
    for (code, path) in found {
        let path = match path.as_slice() {
            [variants, index, rest @ ..] if variants == "variants" => {
                let index: usize = index.parse().unwrap_or_default();
                match places.get(index) {
                    // A variant that was not named does not fit the options, or is in the way of one that was.
                    Some(place) if place.is_empty() => vec!["options".to_owned()],
                    Some(place) => [place, rest].concat(),
                    None => [&["addVariants".to_owned(), (index - places.len()).to_string()], rest].concat(),
                }
            }
            [variants] if variants == "variants" => vec!["addVariants".to_owned()],
            _ => path,
        };
        wrong.push((code, path));
    }
    if wrong.is_empty() { Ok(plan) } else { Err(wrong) }
}

/// A variant that is there; its prices were checked when they were set.
fn as_wanted(row: &VariantRow) -> WantedVariant {
    WantedVariant {
        sku: row.sku.clone(),
        option_values: row.option_values.clone(),
        price: row.price,
        list_price: None,
        initial_stock: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ProductId, SellerId};

    fn option(values: &[&str]) -> ProductOption {
        ProductOption { name: "색상".to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    fn row(sku: &str, value: &str) -> VariantRow {
        VariantRow {
            id: VariantId::new(),
            product_id: ProductId::new(),
            seller_id: SellerId::new(),
            position: 0,
            sku: sku.to_owned(),
            name: value.to_owned(),
            option_values: vec![value.to_owned()],
            price: 1_000,
            list_price: Some(2_000),
            sellable: true,
            ended_at: None,
        }
    }

    fn new(sku: &str, value: &str) -> WantedVariant {
        WantedVariant { list_price: None, ..as_wanted(&row(sku, value)) }
    }

    fn change(row: &VariantRow, sku: Option<&str>, value: Option<&str>) -> Relabelled {
        let option_values = value.map(|value| vec![value.to_owned()]);
        Relabelled { variant_id: row.id, sku: sku.map(str::to_owned), option_values }
    }

    fn places(outcome: Result<MatrixPlan, Vec<Broken>>) -> Vec<String> {
        let wrong = outcome.err().unwrap_or_default();
        wrong.into_iter().map(|(code, path)| format!("{} {}", code.as_str(), path.join("."))).collect()
    }

    #[test]
    fn what_is_named_changes_and_the_rest_stays() {
        let rows = [row("A", "검정"), row("B", "흰색"), row("C", "빨강")];
        let edit = MatrixEdit {
            add: vec![new("D", "파랑")],
            change: vec![change(&rows[0], Some(" B "), None), change(&rows[1], Some("A"), Some("흰색"))],
            end: vec![rows[2].id],
            ..MatrixEdit::default()
        };
        let found = plan(&rows, OptionKind::Single, &[option(&["검정", "흰색", "파랑"])], true, &edit).unwrap();
        let skus: Vec<(&str, &str)> =
            found.changed.iter().map(|(before, after)| (before.sku.as_str(), after.sku.as_str())).collect();
        assert_eq!(skus, [("A", "B"), ("B", "A")]);
        assert_eq!((found.ended[0].id, found.kept.len()), (rows[2].id, 2));
        let renamed = MatrixEdit { change: vec![change(&rows[0], None, Some("먹색"))], ..MatrixEdit::default() };
        let options = [option(&["먹색", "흰색", "빨강"])];
        let found = plan(&rows, OptionKind::Single, &options, false, &renamed).unwrap();
        assert_eq!(found.changed[0].1.name, "먹색");
        assert_eq!(
            places(plan(&rows, OptionKind::Single, &options, true, &renamed)),
            ["VARIANT_FIXED changeVariants.0.optionValues"]
        );
    }

    #[test]
    fn what_is_wrong_is_told_where_it_was_named() {
        let rows = [row("A", "검정"), row("B", "흰색")];
        let options = [option(&["검정", "흰색", "파랑"])];
        let of =
            |options: &[ProductOption], edit: MatrixEdit| places(plan(&rows, OptionKind::Single, options, true, &edit));
        let all = rows.iter().map(|row| row.id).collect();
        assert_eq!(of(&options, MatrixEdit { end: all, ..MatrixEdit::default() }), ["TOO_MANY_VARIANTS addVariants"]);
        assert_eq!(of(&options[..0], MatrixEdit::default()), ["INVALID_OPTIONS options", "INVALID_OPTIONS options"]);
        let edit = MatrixEdit {
            add: vec![
                new("D", "파랑"),
                new("B", "검정"),
                WantedVariant { list_price: Some(9_000), ..new("E", "노랑") },
            ],
            change: vec![change(&rows[1], Some(""), None), change(&row("X", "검정"), None, None)],
            end: vec![VariantId::new()],
            ..MatrixEdit::default()
        };
        assert_eq!(
            of(&options, edit),
            [
                "VARIANT_NOT_FOUND endVariants.0",
                "VARIANT_NOT_FOUND changeVariants.1.variantId",
                "INVALID_SKU changeVariants.0.sku",
                "INVALID_OPTIONS addVariants.1.optionValues",
                "INVALID_OPTIONS addVariants.2.optionValues",
                "LIST_PRICE_UNPROVEN addVariants.2.listPrice",
            ]
        );
        let twice =
            MatrixEdit { change: vec![change(&rows[0], None, None)], end: vec![rows[0].id], ..MatrixEdit::default() };
        assert_eq!(of(&options, twice), ["VARIANT_NOT_FOUND changeVariants.0.variantId"]);
        let taken = MatrixEdit { add: vec![new("A", "파랑")], ..MatrixEdit::default() };
        assert_eq!(of(&options, taken), ["DUPLICATE_SKU addVariants.0.sku"]);
    }
}
