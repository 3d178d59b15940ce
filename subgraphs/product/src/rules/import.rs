//! Products as rows of a file: a row a variant. Pure.
//!
//! Rows that name a product change price, list price and whether it can be bought of its variant with the SKU. All others are
//! new products; rows of one `group` (or, without, of one title) are the variants of one product, whose texts are in the first
//! of them.

use std::collections::BTreeMap;
use std::str::FromStr;

use platform::csv_file::Read;

use super::{Broken, WantedVariant};
use crate::error::UserErrorCode as Code;
use crate::model::{OptionKind, Picture, ProductId, ProductOption};

/// The most rows of a file.
pub(crate) const MOST_ROWS: usize = 2_000;
/// What separates several values in one cell.
const SEPARATOR: char = '/';

macro_rules! columns {
    ($($variant:ident, $english:literal, $korean:literal;)*) => {
        /// A column of the file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Column {
            $($variant,)*
        }

        impl Column {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The column's name in files.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $english,)* }
            }

            /// The column's name in Korean, which is read as well.
            pub(crate) fn korean(self) -> &'static str {
                match self { $(Self::$variant => $korean,)* }
            }
        }
    };
}

columns! {
    ProductId, "productId", "상품번호";
    Group, "group", "묶음";
    Title, "title", "상품명";
    Summary, "summary", "요약";
    Description, "description", "상세설명";
    Category, "category", "카테고리";
    OptionNames, "optionNames", "옵션명";
    OptionValues, "optionValues", "옵션값";
    Sku, "sku", "판매자상품코드";
    Price, "price", "판매가";
    ListPrice, "listPrice", "정가";
    Sellable, "sellable", "판매여부";
    Stock, "stock", "재고수량";
    Image, "image", "대표이미지";
    Origin, "origin", "원산지";
    TaxFree, "taxFree", "면세여부";
    AdultOnly, "adultOnly", "성인용여부";
}

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// The line in the file, from 1 on.
    pub(crate) line: u64,
    pub(crate) column: Option<Column>,
    pub(crate) code: Code,
}

/// A product of the file, with the line of each of its variants.
#[derive(Clone, Debug)]
pub(crate) struct NewProduct {
    pub(crate) title: String,
    pub(crate) summary: Option<String>,
    pub(crate) description: String,
    /// The category's slug.
    pub(crate) category: String,
    pub(crate) options: Vec<ProductOption>,
    pub(crate) option_kind: OptionKind,
    pub(crate) variants: Vec<WantedVariant>,
    pub(crate) images: Vec<Picture>,
    pub(crate) origin: String,
    pub(crate) tax_free: bool,
    pub(crate) adult_only: bool,
    pub(crate) lines: Vec<u64>,
}

/// New prices of a variant that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) line: u64,
    pub(crate) product_id: ProductId,
    pub(crate) sku: String,
    pub(crate) price: i64,
    pub(crate) list_price: Option<i64>,
    pub(crate) sellable: Option<bool>,
}

/// What a file asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    pub(crate) products: Vec<NewProduct>,
    pub(crate) changes: Vec<Change>,
}

struct Rows<'a> {
    places: BTreeMap<Column, usize>,
    wrong: &'a mut Vec<Wrong>,
}

impl Rows<'_> {
    fn text<'b>(&self, row: &'b [String], column: Column) -> &'b str {
        self.places.get(&column).and_then(|place| row.get(*place)).map_or("", String::as_str)
    }

    fn optional<T: FromStr>(&mut self, line: u64, row: &[String], column: Column, code: Code) -> Option<T> {
        let text = self.text(row, column).replace(',', "");
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong.push(Wrong { line, column: Some(column), code });
        }
        value
    }

    fn number<T: FromStr + Default>(&mut self, line: u64, row: &[String], column: Column, code: Code) -> T {
        if self.text(row, column).is_empty() {
            self.wrong.push(Wrong { line, column: Some(column), code });
        }
        self.optional(line, row, column, code).unwrap_or_default()
    }

    fn flag(&mut self, line: u64, row: &[String], column: Column) -> Option<bool> {
        match self.text(row, column).to_lowercase().as_str() {
            "" => None,
            "true" | "y" | "yes" | "1" | "예" => Some(true),
            "false" | "n" | "no" | "0" | "아니오" => Some(false),
            _ => {
                self.wrong.push(Wrong { line, column: Some(column), code: Code::InvalidCell });
                None
            }
        }
    }
}

fn parts(text: &str) -> Vec<String> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split(SEPARATOR).map(|part| part.trim().to_owned()).collect()
}

/// Reads what a file asks for; what cannot be read is told by line and column.
pub(crate) fn plan(file: &Read, wrong: &mut Vec<Wrong>) -> Plan {
    let place = |column: &Column| {
        let is_it = |cell: &String| cell.eq_ignore_ascii_case(column.name()) || cell == column.korean();
        file.header.iter().position(is_it).map(|place| (*column, place))
    };
    let places: BTreeMap<Column, usize> = Column::ALL.iter().filter_map(place).collect();
    for needed in [Column::Sku, Column::Price] {
        if !places.contains_key(&needed) {
            wrong.push(Wrong { line: 1, column: Some(needed), code: Code::ColumnMissing });
        }
    }
    if !wrong.is_empty() {
        return Plan::default();
    }
    if file.rows.is_empty() || file.rows.len() > MOST_ROWS {
        wrong.push(Wrong { line: 1, column: None, code: Code::TooManyRows });
        return Plan::default();
    }
    let mut rows = Rows { places, wrong };
    let mut plan = Plan::default();
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for (line, row) in &file.rows {
        let line = *line;
        let product = rows.text(row, Column::ProductId).to_owned();
        if !product.is_empty() {
            plan.changes.extend(change(&mut rows, line, row, &product));
            continue;
        }
        let group = Some(rows.text(row, Column::Group)).filter(|group| !group.is_empty());
        let group = group.unwrap_or_else(|| rows.text(row, Column::Title)).to_owned();
        let index = *groups.entry(group).or_insert_with(|| {
            plan.products.push(new_product(&mut rows, line, row));
            plan.products.len() - 1
        });
        let product = &mut plan.products[index];
        let variant = variant(&mut rows, line, row);
        for (option, value) in product.options.iter_mut().zip(&variant.option_values) {
            if !option.values.contains(value) {
                option.values.push(value.clone());
            }
        }
        product.variants.push(variant);
        product.lines.push(line);
    }
    plan
}

fn change(rows: &mut Rows<'_>, line: u64, row: &[String], product: &str) -> Option<Change> {
    let Ok(product_id) = product.parse() else {
        rows.wrong.push(Wrong { line, column: Some(Column::ProductId), code: Code::ProductNotFound });
        return None;
    };
    Some(Change {
        line,
        product_id,
        sku: rows.text(row, Column::Sku).to_owned(),
        price: rows.number(line, row, Column::Price, Code::InvalidPrice),
        list_price: rows.optional(line, row, Column::ListPrice, Code::InvalidListPrice),
        sellable: rows.flag(line, row, Column::Sellable),
    })
}

fn variant(rows: &mut Rows<'_>, line: u64, row: &[String]) -> WantedVariant {
    WantedVariant {
        sku: rows.text(row, Column::Sku).to_owned(),
        option_values: parts(rows.text(row, Column::OptionValues)),
        price: rows.number(line, row, Column::Price, Code::InvalidPrice),
        list_price: rows.optional(line, row, Column::ListPrice, Code::InvalidListPrice),
        initial_stock: rows.optional(line, row, Column::Stock, Code::InvalidStock).unwrap_or(0),
    }
}

fn new_product(rows: &mut Rows<'_>, line: u64, row: &[String]) -> NewProduct {
    let names = parts(rows.text(row, Column::OptionNames));
    let text = |column| rows.text(row, column).to_owned();
    let (title, image) = (text(Column::Title), text(Column::Image));
    // The size is not in the file; pages that show it lay it out as a square.
    let picture = Picture { url: image, alt: title.clone(), width: 1_000, height: 1_000 };
    NewProduct {
        option_kind: if names.len() > 1 { OptionKind::Combination } else { OptionKind::Single },
        options: names.into_iter().map(|name| ProductOption { name, values: Vec::new() }).collect(),
        summary: Some(text(Column::Summary)).filter(|summary| !summary.is_empty()),
        description: text(Column::Description),
        category: text(Column::Category),
        images: Some(picture).filter(|picture| !picture.url.is_empty()).into_iter().collect(),
        origin: text(Column::Origin),
        tax_free: rows.flag(line, row, Column::TaxFree).unwrap_or(false),
        adult_only: rows.flag(line, row, Column::AdultOnly).unwrap_or(false),
        variants: Vec::new(),
        lines: Vec::new(),
        title,
    }
}

/// Where in the file a rule of a new product is broken.
pub(crate) fn place_of(product: &NewProduct, broken: &Broken) -> Wrong {
    let (code, path) = broken;
    let first = product.lines.first().copied().unwrap_or(1);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let line = match path.as_slice() {
        ["variants", index, ..] => index.parse().ok().and_then(|index: usize| product.lines.get(index)).copied(),
        _ => None,
    };
    let column = match path.as_slice() {
        ["title", ..] => Some(Column::Title),
        ["summary", ..] => Some(Column::Summary),
        ["description", ..] => Some(Column::Description),
        ["categoryId", ..] => Some(Column::Category),
        ["origin", ..] => Some(Column::Origin),
        ["images", ..] => Some(Column::Image),
        ["options", ..] => Some(Column::OptionNames),
        ["variants", _, "sku"] => Some(Column::Sku),
        ["variants", _, "optionValues"] => Some(Column::OptionValues),
        ["variants", _, "price"] => Some(Column::Price),
        ["variants", _, "listPrice"] => Some(Column::ListPrice),
        ["variants", _, "initialStock"] => Some(Column::Stock),
        _ => None,
    };
    Wrong { line: line.unwrap_or(first), column, code: *code }
}

#[cfg(test)]
mod tests {
    use platform::csv_file::read;

    use super::*;

    fn planned(text: &str) -> (Plan, Vec<(u64, Option<Column>, Code)>) {
        let mut wrong = Vec::new();
        let plan = plan(&read(text).unwrap(), &mut wrong);
        (plan, wrong.into_iter().map(|one| (one.line, one.column, one.code)).collect())
    }

    #[test]
    fn rows_of_a_group_are_variants_and_rows_with_a_product_are_changes() {
        let id = ProductId::new();
        let (plan, wrong) = planned(&format!(
            "productId,group,상품명,optionNames,optionValues,sku,price,정가,stock,sellable\n\
            ,a,티셔츠,색상/사이즈,검정/M,T-1,\"10,000\",,5,\n\
            ,a,,,검정 / L,T-2,11000,12000,,\n\
            ,,양말,,,S-1,1000,,,\n\
            {id},,,,,OLD-1,900,,,아니오\n"
        ));
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(plan.products.len(), 2);
        let shirt = &plan.products[0];
        assert_eq!(
            (shirt.title.as_str(), shirt.option_kind, &shirt.lines),
            ("티셔츠", OptionKind::Combination, &vec![2, 3])
        );
        assert_eq!(shirt.options[0].values, ["검정"]);
        assert_eq!(shirt.options[1].values, ["M", "L"]);
        assert_eq!((shirt.variants[0].price, shirt.variants[0].initial_stock), (10_000, 5));
        assert_eq!(shirt.variants[1].list_price, Some(12_000));
        assert!(plan.products[1].options.is_empty());
        let expected = Change {
            line: 5,
            product_id: id,
            sku: "OLD-1".to_owned(),
            price: 900,
            list_price: None,
            sellable: Some(false),
        };
        assert_eq!(plan.changes, [expected]);
    }

    #[test]
    fn what_cannot_be_read_is_told_by_line_and_column() {
        assert_eq!(planned("title,price\nx,1\n").1, [(1, Some(Column::Sku), Code::ColumnMissing)]);
        assert_eq!(planned("sku,price\n").1, [(1, None, Code::TooManyRows)]);
        let (_, wrong) =
            planned("productId,title,sku,price,listPrice,stock,taxFree\n,x,a,,y,z,perhaps\nnone,,b,1,,,\n");
        assert_eq!(
            wrong,
            [
                (2, Some(Column::TaxFree), Code::InvalidCell),
                (2, Some(Column::Price), Code::InvalidPrice),
                (2, Some(Column::ListPrice), Code::InvalidListPrice),
                (2, Some(Column::Stock), Code::InvalidStock),
                (3, Some(Column::ProductId), Code::ProductNotFound),
            ]
        );
    }

    #[test]
    fn every_rule_has_its_place() {
        let (plan, _) = planned("title,sku,price\nx,a,1\nx,b,2\n");
        let at = |path: &[&str]| {
            let path = path.iter().map(|part| (*part).to_owned()).collect();
            let wrong = place_of(&plan.products[0], &(Code::InvalidSku, path));
            (wrong.line, wrong.column)
        };
        assert_eq!(at(&["title"]), (2, Some(Column::Title)));
        assert_eq!(at(&["variants", "1", "sku"]), (3, Some(Column::Sku)));
        assert_eq!(at(&["variants", "0", "optionValues"]), (2, Some(Column::OptionValues)));
        assert_eq!(at(&["variants"]), (2, None));
    }
}
