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

/// The column's name in the language of the request.
pub(crate) fn header<'a>(language: Language, names: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    names.iter().map(|(korean, english)| language.choose(korean, english)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
