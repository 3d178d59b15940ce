//! Arithmetic and forms of reports. Pure.

use platform::language::Language;

/// Splits what a buyer paid with tax into supply value (공급가액) and tax (부가세): the tax is an eleventh, and what cannot be
/// divided stays with the supply value, so that the two always add up.
pub(crate) fn split_vat(taxable: i64) -> (i64, i64) {
    let tax = taxable / 11;
    (taxable - tax, tax)
}

/// A part of a whole, in hundredths of a percent and as a number from 0 on; zero of nothing.
pub(crate) fn rate(part: i64, whole: i64) -> f64 {
    if whole <= 0 {
        return 0.0;
    }
    let ten_thousandths = i128::from(part) * 10_000 / i128::from(whole);
    i32::try_from(ten_thousandths).map_or(0.0, f64::from) / 10_000.0
}

/// A cell that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front.
pub(crate) fn safe_cell(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\u{feff}', '\u{a0}', '\u{3000}']).chars().next();
    let is_formula =
        first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'));
    let is_number = text.parse::<i64>().is_ok();
    if is_formula && !is_number { format!("'{text}") } else { text.to_owned() }
}

/// A CSV file that spreadsheets open as UTF-8: with the mark of its encoding, lines that end as RFC 4180 says, and cells that
/// are no formulas.
pub(crate) fn csv_file(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(header).map_err(|error| error.to_string())?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| safe_cell(cell))).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map(|text| format!("\u{feff}{text}")).map_err(|error| error.to_string())
}

/// The column's name in the language of the request.
pub(crate) fn header<'a>(language: Language, names: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    names.iter().map(|(korean, english)| language.choose(korean, english)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("+82", "82"),
            ("-500", "-500"),
            ("-500원", "'-500원"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("사과 = 맛", "사과 = 맛"),
            ("", ""),
        ] {
            let expected = if cell == "+82" { "+82" } else { safe };
            assert_eq!(safe_cell(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn files_have_a_mark_and_quotes() {
        let file = csv_file(
            &["상품", "금액"],
            [vec!["사과, \"꿀\"".to_owned(), "1000".to_owned()], vec!["=A1".to_owned(), "-5".to_owned()]],
        );
        assert_eq!(file.unwrap(), "\u{feff}상품,금액\r\n\"사과, \"\"꿀\"\"\",1000\r\n'=A1,-5\r\n");
    }

    #[test]
    fn rates_of_nothing_are_zero() {
        assert!((rate(1, 3) - 0.3333).abs() < f64::EPSILON);
        assert!(rate(5, 0).abs() < f64::EPSILON && rate(0, 5).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn vat_adds_up(taxable in -1_000_000_000_000_i64..1_000_000_000_000) {
            let (supply, tax) = split_vat(taxable);
            prop_assert_eq!(supply + tax, taxable);
            prop_assert!((tax * 11 - taxable).abs() < 11);
        }
    }
}
