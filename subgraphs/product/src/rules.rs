//! What may happen to a product, and what one must look like. Pure.

pub(crate) mod discount;
pub(crate) mod import;
pub(crate) mod matrix;
pub(crate) mod notice;

use std::collections::HashSet;

use platform::language::Language;

use crate::error::UserErrorCode as Code;
use crate::model::{
    Kc, Notice, NoticeKind, OptionKind, Picture, ProductId, ProductOption, ProductState, SellerId, VariantId,
    VariantRow,
};

/// The most variants of a product.
pub(crate) const MOST_VARIANTS: usize = 500;
/// How many levels the category tree has.
pub(crate) const TREE_DEPTH: usize = 3;
/// The name of the only variant of a product without options.
const ONLY_VARIANT: &str = "기본";
const LARGEST_PRICE: i64 = 10_000_000_000;
const LARGEST_STOCK: i32 = 1_000_000;
const LONGEST_TITLE: usize = 100;
const LONGEST_SUMMARY: usize = 200;
const LONGEST_DESCRIPTION: usize = 100_000;
const LONGEST_NAME: usize = 60;
const LONGEST_REASON: usize = 500;
const LONGEST_SKU: usize = 64;
const MOST_OPTIONS: usize = 3;
const MOST_VALUES: usize = 100;
const MOST_IMAGES: usize = 20;
const MOST_NOTICES: usize = 50;
const LONGEST_URL: usize = 2_000;
const LARGEST_SIDE: i32 = 20_000;

/// What can be done with a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProductCommand {
    /// The seller changes what it says or costs.
    Edit,
    /// The seller hands it to staff.
    Submit,
    /// Staff let it on sale.
    Approve,
    /// Staff hand it back.
    Reject,
    /// The seller or staff take it off the shelf.
    Suspend,
    /// It goes back on the shelf.
    Resume,
    /// It is given up for good.
    End,
}

/// The state after the command, or `None` where the command is refused.
pub(crate) fn next_state(state: ProductState, command: ProductCommand) -> Option<ProductState> {
    use ProductCommand as Command;
    use ProductState as State;
    match (command, state) {
        (Command::Edit, State::Draft | State::OnSale | State::Suspended) => Some(state),
        (Command::Submit, State::Draft) => Some(State::InReview),
        (Command::Approve, State::InReview) | (Command::Resume, State::Suspended) => Some(State::OnSale),
        (Command::Reject, State::InReview) => Some(State::Draft),
        (Command::Suspend, State::OnSale) => Some(State::Suspended),
        (Command::End, State::Draft | State::InReview | State::OnSale | State::Suspended) => Some(State::Ended),
        _ => None,
    }
}

/// By how many percent the price is below the list price, rounded down.
pub(crate) fn discount_percent(price: i64, list_price: Option<i64>) -> i32 {
    match list_price {
        Some(list_price) if list_price > price && price >= 0 => {
            let percent = i128::from(list_price - price) * 100 / i128::from(list_price);
            i32::try_from(percent).unwrap_or(0)
        }
        _ => 0,
    }
}

/// Where a rule is broken: the path of the input field.
pub(crate) type Broken = (Code, Vec<String>);

fn broken(code: Code, path: &[&str]) -> Broken {
    (code, path.iter().map(|part| (*part).to_owned()).collect())
}

fn length_within(text: &str, least: usize, most: usize) -> bool {
    let length = text.trim().chars().count();
    (least..=most).contains(&length)
}

/// Whether the text is a reason.
pub(crate) fn is_reason(text: &str) -> bool {
    length_within(text, 1, LONGEST_REASON)
}

/// Whether the text is a name of a category or brand.
pub(crate) fn is_name(text: &str) -> bool {
    length_within(text, 1, LONGEST_NAME)
}

/// Whether the text is a slug.
pub(crate) fn is_slug(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A price with its list price.
pub(crate) fn check_price(price: i64, list_price: Option<i64>, path: &[&str], wrong: &mut Vec<Broken>) {
    let at = |field: &'static str| [path, &[field]].concat();
    if !(1..=LARGEST_PRICE).contains(&price) {
        wrong.push(broken(Code::InvalidPrice, &at("price")));
    }
    if list_price.is_some_and(|list_price| list_price < price || list_price > LARGEST_PRICE) {
        wrong.push(broken(Code::InvalidListPrice, &at("listPrice")));
    }
}

/// The texts of a product, as far as they are given.
#[derive(Default)]
pub(crate) struct Texts<'a> {
    pub(crate) title: Option<&'a str>,
    pub(crate) summary: Option<&'a str>,
    pub(crate) description: Option<&'a str>,
    pub(crate) origin: Option<&'a str>,
    pub(crate) images: Option<&'a [Picture]>,
    pub(crate) notices: Option<&'a [Notice]>,
    pub(crate) kc: Option<&'a Kc>,
}

impl Texts<'_> {
    /// What is wrong with them, for a draft: nothing has to be complete yet.
    pub(crate) fn check(&self, wrong: &mut Vec<Broken>) {
        if self.title.is_some_and(|title| !length_within(title, 1, LONGEST_TITLE)) {
            wrong.push(broken(Code::InvalidTitle, &["title"]));
        }
        if self.summary.is_some_and(|summary| !length_within(summary, 0, LONGEST_SUMMARY)) {
            wrong.push(broken(Code::InvalidDescription, &["summary"]));
        }
        if self.description.is_some_and(|text| !length_within(text, 0, LONGEST_DESCRIPTION)) {
            wrong.push(broken(Code::InvalidDescription, &["description"]));
        }
        if self.origin.is_some_and(|origin| !length_within(origin, 0, LONGEST_NAME)) {
            wrong.push(broken(Code::NoticeRequired, &["origin"]));
        }
        let images = self.images.unwrap_or_default();
        if images.len() > MOST_IMAGES {
            wrong.push(broken(Code::InvalidImage, &["images"]));
        }
        for (index, image) in images.iter().enumerate() {
            if !is_picture(image) {
                wrong.push(broken(Code::InvalidImage, &["images", &index.to_string()]));
            }
        }
        if let Some(kc) = self.kc {
            notice::check_kc(kc, wrong);
        }
        let notices = self.notices.unwrap_or_default();
        if notices.len() > MOST_NOTICES {
            wrong.push(broken(Code::NoticeRequired, &["notices"]));
        }
        for (index, notice) in notices.iter().enumerate() {
            if !length_within(&notice.name, 1, 100) || !length_within(&notice.value, 1, 2_000) {
                wrong.push(broken(Code::NoticeRequired, &["notices", &index.to_string()]));
            }
        }
    }
}

fn is_picture(image: &Picture) -> bool {
    let url = image.url.as_str();
    let elsewhere = url.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let own = url.starts_with('/') && !url.starts_with("//");
    (elsewhere || own)
        && url.len() <= LONGEST_URL
        && !url
            .chars()
            .any(|character| character.is_whitespace() || character.is_control() || "<>\"'".contains(character))
        && length_within(&image.alt, 0, 200)
        && (1..=LARGEST_SIDE).contains(&image.width)
        && (1..=LARGEST_SIDE).contains(&image.height)
}

/// What has to be complete of a product.
#[derive(Debug)]
pub(crate) struct Sheet<'a> {
    pub(crate) description: &'a str,
    pub(crate) origin: &'a str,
    pub(crate) images: usize,
    pub(crate) notices: &'a [Notice],
    /// The kind of goods; none of a product from before there were kinds, of which any notice will do.
    pub(crate) notice_kind: Option<NoticeKind>,
    pub(crate) kc: Option<&'a Kc>,
}

/// What a product still lacks before staff look at it and buyers see it. Items of the notice are named in the language.
pub(crate) fn incomplete(sheet: &Sheet<'_>, language: Language) -> Vec<Broken> {
    let mut wrong = Vec::new();
    if sheet.images == 0 {
        wrong.push(broken(Code::ImageRequired, &["images"]));
    }
    match sheet.notice_kind {
        Some(kind) => {
            for name in notice::missing(kind, sheet.notices, language) {
                wrong.push(broken(Code::NoticeItemMissing, &["notices", name]));
            }
            if notice::Template::of(kind).kc && sheet.kc.is_none() {
                wrong.push(broken(Code::KcRequired, &["kc"]));
            }
        }
        None if sheet.notices.is_empty() => wrong.push(broken(Code::NoticeRequired, &["notices"])),
        None => {}
    }
    if sheet.origin.trim().is_empty() {
        wrong.push(broken(Code::NoticeRequired, &["origin"]));
    }
    if sheet.description.trim().is_empty() {
        wrong.push(broken(Code::InvalidDescription, &["description"]));
    }
    wrong
}

/// The most add-on goods of a product.
const MOST_ADD_ONS: usize = 20;

/// Checks add-on goods: different variants, of other products of the same seller. `found` are those that there are.
pub(crate) fn check_add_ons(
    product_id: ProductId,
    seller_id: SellerId,
    wanted: &[VariantId],
    found: &[VariantRow],
) -> Vec<Broken> {
    if wanted.len() > MOST_ADD_ONS {
        return vec![broken(Code::InvalidAddOn, &["variantIds"])];
    }
    let mut seen = HashSet::new();
    let fits = |id: &VariantId| {
        let row = found.iter().find(|row| row.id == *id);
        row.is_some_and(|row| row.seller_id == seller_id && row.product_id != product_id && row.ended_at.is_none())
    };
    let wrong = wanted.iter().enumerate().filter(|(_, id)| !fits(id) || !seen.insert(**id));
    wrong.map(|(index, _)| broken(Code::InvalidAddOn, &["variantIds", &index.to_string()])).collect()
}

/// A variant as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedVariant {
    pub(crate) sku: String,
    pub(crate) option_values: Vec<String>,
    pub(crate) price: i64,
    pub(crate) list_price: Option<i64>,
    pub(crate) initial_stock: i32,
}

impl WantedVariant {
    /// The variant's name: its option values.
    pub(crate) fn name(&self) -> String {
        variant_name(&self.option_values)
    }
}

impl WantedVariant {
    /// The variant as a row.
    pub(crate) fn row(&self, product_id: ProductId, seller_id: SellerId, position: i32) -> VariantRow {
        VariantRow {
            id: VariantId::new(),
            product_id,
            seller_id,
            position,
            sku: self.sku.trim().to_owned(),
            name: self.name(),
            option_values: self.option_values.clone(),
            price: self.price,
            list_price: self.list_price,
            sellable: true,
            ended_at: None,
        }
    }
}

/// What a variant with these option values is called.
fn variant_name(option_values: &[String]) -> String {
    if option_values.is_empty() { ONLY_VARIANT.to_owned() } else { option_values.join(" / ") }
}

/// Checks options and variants of a new product against each other: each variant is another combination of the options' values,
/// and has no past price that a discount could be told from.
pub(crate) fn check_variants(
    kind: OptionKind,
    options: &[ProductOption],
    variants: &[WantedVariant],
    wrong: &mut Vec<Broken>,
) {
    if !options_fit(kind, options) {
        wrong.push(broken(Code::InvalidOptions, &["options"]));
    }
    if variants.is_empty() || variants.len() > MOST_VARIANTS {
        wrong.push(broken(Code::TooManyVariants, &["variants"]));
        return;
    }
    let chosen: &[ProductOption] = if kind == OptionKind::Text { &[] } else { options };
    let (mut skus, mut combinations) = (HashSet::new(), HashSet::new());
    for (index, variant) in variants.iter().enumerate() {
        let index = index.to_string();
        let path = ["variants", &index];
        if !length_within(&variant.sku, 1, LONGEST_SKU) {
            wrong.push(broken(Code::InvalidSku, &["variants", &index, "sku"]));
        } else if !skus.insert(variant.sku.trim()) {
            wrong.push(broken(Code::DuplicateSku, &["variants", &index, "sku"]));
        }
        let fits = variant.option_values.len() == chosen.len()
            && chosen.iter().zip(&variant.option_values).all(|(option, value)| option.values.contains(value));
        if !fits || !combinations.insert(&variant.option_values) {
            wrong.push(broken(Code::InvalidOptions, &["variants", &index, "optionValues"]));
        }
        check_price(variant.price, variant.list_price, &path, wrong);
        if discount::announces(variant.price, variant.list_price) {
            wrong.push(broken(Code::ListPriceUnproven, &["variants", &index, "listPrice"]));
        }
        if !(0..=LARGEST_STOCK).contains(&variant.initial_stock) {
            wrong.push(broken(Code::InvalidStock, &["variants", &index, "initialStock"]));
        }
    }
}

fn options_fit(kind: OptionKind, options: &[ProductOption]) -> bool {
    let count_fits = match kind {
        OptionKind::Single => options.len() <= 1,
        OptionKind::Combination | OptionKind::Text => (1..=MOST_OPTIONS).contains(&options.len()),
    };
    let names: HashSet<&str> = options.iter().map(|option| option.name.trim()).collect();
    let each_fits = |option: &ProductOption| {
        let values: HashSet<&str> = option.values.iter().map(|value| value.trim()).collect();
        let values_fit = match kind {
            OptionKind::Text => option.values.is_empty(),
            OptionKind::Single | OptionKind::Combination => {
                (1..=MOST_VALUES).contains(&values.len())
                    && values.len() == option.values.len()
                    && values.iter().all(|value| length_within(value, 1, LONGEST_NAME))
            }
        };
        length_within(&option.name, 1, 30) && values_fit
    };
    count_fits && names.len() == options.len() && options.iter().all(each_fits)
}

/// The price that stands for the product, with its list price: the lowest of the variants that can be bought, or of all
/// when none can.
pub(crate) fn standing_price(
    variants: impl Iterator<Item = (i64, Option<i64>, bool)> + Clone,
) -> Option<(i64, Option<i64>)> {
    let lowest = |only_sellable: bool| {
        variants
            .clone()
            .filter(|(_, _, sellable)| *sellable || !only_sellable)
            .min_by_key(|(price, ..)| *price)
            .map(|(price, list_price, _)| (price, list_price))
    };
    lowest(true).or_else(|| lowest(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole table: each state with the commands that it takes; all others are refused.
    #[test]
    fn add_ons_are_other_goods_of_the_same_seller() {
        let (product, seller) = (ProductId::new(), SellerId::new());
        let row = |product_id, seller_id| VariantRow {
            id: VariantId::new(),
            product_id,
            seller_id,
            position: 0,
            sku: "A".to_owned(),
            name: "기본".to_owned(),
            option_values: Vec::new(),
            price: 1_000,
            list_price: None,
            sellable: true,
            ended_at: None,
        };
        let found = [row(ProductId::new(), seller), row(product, seller), row(ProductId::new(), SellerId::new())];
        let [good, own, strange] = [found[0].id, found[1].id, found[2].id];
        let places = |wanted: &[VariantId]| -> Vec<String> {
            let wrong = check_add_ons(product, seller, wanted, &found);
            wrong.into_iter().map(|(_, path)| path.join(".")).collect()
        };
        for (wanted, expected) in [
            (vec![], vec![]),
            (vec![good], vec![]),
            (vec![good, good], vec!["variantIds.1"]),
            (vec![own, good, strange], vec!["variantIds.0", "variantIds.2"]),
            (vec![VariantId::new()], vec!["variantIds.0"]),
            (vec![good; 21], vec!["variantIds"]),
        ] {
            assert_eq!(places(&wanted), expected, "{wanted:?}");
        }
    }

    #[test]
    fn every_state_and_command() {
        use ProductCommand as C;
        use ProductState as S;
        let commands = [C::Edit, C::Submit, C::Approve, C::Reject, C::Suspend, C::Resume, C::End];
        let table: [(S, &[(C, S)]); 5] = [
            (S::Draft, &[(C::Edit, S::Draft), (C::Submit, S::InReview), (C::End, S::Ended)]),
            (S::InReview, &[(C::Approve, S::OnSale), (C::Reject, S::Draft), (C::End, S::Ended)]),
            (S::OnSale, &[(C::Edit, S::OnSale), (C::Suspend, S::Suspended), (C::End, S::Ended)]),
            (S::Suspended, &[(C::Edit, S::Suspended), (C::Resume, S::OnSale), (C::End, S::Ended)]),
            (S::Ended, &[]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, moves) in table {
            let taken: Vec<(C, S)> = commands
                .into_iter()
                .filter_map(|command| next_state(state, command).map(|next| (command, next)))
                .collect();
            assert_eq!(taken, moves, "{state:?}");
        }
    }

    #[test]
    fn discounts_are_rounded_down() {
        let table = [(900, Some(1_000), 10), (999, Some(1_000), 0), (1, Some(3), 66), (1_000, Some(1_000), 0)];
        for (price, list_price, expected) in table {
            assert_eq!(discount_percent(price, list_price), expected, "{price} of {list_price:?}");
        }
        assert_eq!(discount_percent(5, None), 0);
    }

    fn option(name: &str, values: &[&str]) -> ProductOption {
        ProductOption { name: name.to_owned(), values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    fn variant(sku: &str, values: &[&str]) -> WantedVariant {
        WantedVariant {
            sku: sku.to_owned(),
            option_values: values.iter().map(|value| (*value).to_owned()).collect(),
            price: 1_000,
            list_price: None,
            initial_stock: 0,
        }
    }

    fn codes(kind: OptionKind, options: &[ProductOption], variants: &[WantedVariant]) -> Vec<Code> {
        let mut wrong = Vec::new();
        check_variants(kind, options, variants, &mut wrong);
        wrong.into_iter().map(|(code, _)| code).collect()
    }

    #[test]
    fn variants_are_distinct_combinations() {
        let (colour, size) = (option("색상", &["검정", "흰색"]), option("사이즈", &["S", "M"]));
        let both = [colour.clone(), size];
        let (single, combination, text) = (OptionKind::Single, OptionKind::Combination, OptionKind::Text);
        let good = [variant("a", &["검정", "S"]), variant("b", &["흰색", "M"])];
        assert_eq!(codes(combination, &both, &good), []);
        assert_eq!(codes(single, &[], &[variant("a", &[])]), []);
        assert_eq!(codes(single, &[colour], &[variant("a", &["검정"]), variant("b", &["흰색"])]), []);
        assert_eq!(codes(text, &[option("각인 문구", &[])], &[variant("a", &[])]), []);

        let same = [variant("a", &["검정", "S"]), variant("b", &["검정", "S"])];
        assert_eq!(codes(combination, &both, &same), [Code::InvalidOptions]);
        assert_eq!(codes(combination, &both, &[variant("a", &["빨강", "S"])]), [Code::InvalidOptions]);
        assert_eq!(codes(combination, &both, &[variant("a", &["검정"])]), [Code::InvalidOptions]);
        assert_eq!(codes(single, &both, &[variant("a", &["검정", "S"])]), [Code::InvalidOptions]);
        assert_eq!(codes(single, &[], &[variant("a", &[]), variant("b", &[])]), [Code::InvalidOptions]);
        assert_eq!(codes(text, &[option("문구", &["값"])], &[variant("a", &[])]), [Code::InvalidOptions]);
        let twice = [variant("a", &["검정", "S"]), variant("a", &["흰색", "M"])];
        assert_eq!(codes(combination, &both, &twice), [Code::DuplicateSku]);
        assert_eq!(codes(single, &[], &[variant(" ", &[])]), [Code::InvalidSku]);
        assert_eq!(codes(single, &[], &[]), [Code::TooManyVariants]);
        let values: Vec<String> = (0..100).map(|value| value.to_string()).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let many = [option("가", &values), option("나", &values)];
        let variants: Vec<WantedVariant> =
            (0..501).map(|n| variant(&n.to_string(), &[values[n % 100], values[n / 100]])).collect();
        assert_eq!(codes(combination, &many, &variants[..500]), []);
        assert_eq!(codes(combination, &many, &variants), [Code::TooManyVariants]);
    }

    #[test]
    fn prices_and_stock_have_limits() {
        let with = |price, list_price, initial_stock| {
            codes(OptionKind::Single, &[], &[WantedVariant { price, list_price, initial_stock, ..variant("a", &[]) }])
        };
        assert_eq!(with(1, Some(1), 0), []);
        assert_eq!(with(0, None, 0), [Code::InvalidPrice]);
        assert_eq!(with(LARGEST_PRICE + 1, None, 0), [Code::InvalidPrice]);
        assert_eq!(with(1_000, Some(999), 0), [Code::InvalidListPrice]);
        assert_eq!(with(1_000, Some(1_001), 0), [Code::ListPriceUnproven]);
        assert_eq!(with(1_000, None, -1), [Code::InvalidStock]);
        assert_eq!(with(1_000, None, LARGEST_STOCK + 1), [Code::InvalidStock]);
    }

    #[test]
    fn pictures_are_https_or_ours() {
        let picture = |url: &str| is_picture(&Picture { url: url.to_owned(), alt: String::new(), width: 1, height: 1 });
        assert!(picture("https://img.example.com/1.jpg"));
        assert!(picture("/images/demo/1.svg"));
        for wrong in
            ["http://a/b", "//evil.example/x", "javascript:alert(1)", "https://", "https:///x", "/a b", "/\"><x", ""]
        {
            assert!(!picture(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_gate_names_all_that_is_missing() {
        let sheet = |notice_kind, notices| Sheet {
            description: "설명",
            origin: "국산",
            images: 1,
            notices,
            notice_kind,
            kc: None,
        };
        let empty = Sheet { description: " ", origin: "", images: 0, ..sheet(None, &[]) };
        let codes: Vec<Code> = incomplete(&empty, Language::Korean).into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [Code::ImageRequired, Code::NoticeRequired, Code::NoticeRequired, Code::InvalidDescription]);
        let any = [Notice { name: "제조국".to_owned(), value: "한국".to_owned() }];
        assert_eq!(incomplete(&sheet(None, &any), Language::Korean), []);
        let names: Vec<String> = incomplete(&sheet(Some(NoticeKind::Electronics), &any), Language::English)
            .into_iter()
            .map(|(code, path)| format!("{} {}", code.as_str(), path.join(".")))
            .collect();
        assert_eq!((names.len(), names[0].as_str()), (9, "NOTICE_ITEM_MISSING notices.Name and model"));
        assert_eq!(names[8], "KC_REQUIRED kc");
        let notices = notice::completed(NoticeKind::Electronics, any.to_vec());
        let kc = Kc { exempt_reason: Some("대상 아님".to_owned()), ..Kc::default() };
        let full = Sheet { kc: Some(&kc), ..sheet(Some(NoticeKind::Electronics), &notices) };
        assert_eq!(incomplete(&full, Language::Korean), []);
    }

    #[test]
    fn the_standing_price_is_the_lowest_that_can_be_paid() {
        let variants = [(3_000, Some(4_000), true), (1_000, None, false), (2_000, Some(2_500), true)];
        assert_eq!(standing_price(variants.into_iter()), Some((2_000, Some(2_500))));
        assert_eq!(standing_price([(1_000, None, false)].into_iter()), Some((1_000, None)));
        assert_eq!(standing_price(std::iter::empty()), None);
    }

    #[test]
    fn slugs() {
        assert!(is_slug("women-fashion") && is_slug("3c"));
        for wrong in ["", "-a", "a-", "A", "가", "a b"] {
            assert!(!is_slug(wrong), "{wrong}");
        }
    }
}
