//! Which addresses cost more to reach.

use std::sync::LazyLock;

use crate::model::DeliveryArea;

/// Ranges of zonecodes with their area, by the data file beside this one.
static RANGES: LazyLock<Vec<(u32, u32, DeliveryArea)>> = LazyLock::new(|| {
    let lines = include_str!("remote_areas.csv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(range).collect()
});

fn range(line: &str) -> Option<(u32, u32, DeliveryArea)> {
    let mut cells = line.split(',');
    Some((cells.next()?.parse().ok()?, cells.next()?.parse().ok()?, cells.next()?.parse().ok()?))
}

/// The area of a zonecode of five digits; `None` for anything else.
pub(crate) fn area_of(zonecode: &str) -> Option<DeliveryArea> {
    if zonecode.len() != 5 || !zonecode.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let code: u32 = zonecode.parse().ok()?;
    let found = RANGES.iter().find(|(from, to, _)| (*from..=*to).contains(&code));
    Some(found.map_or(DeliveryArea::Mainland, |(_, _, area)| *area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_file_is_a_range_and_none_overlap() {
        let lines = include_str!("remote_areas.csv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(RANGES.len(), lines);
        for (index, (from, to, _)) in RANGES.iter().enumerate() {
            assert!(from <= to);
            assert!(RANGES[index + 1..].iter().all(|(start, end, _)| end < from || start > to), "{from}–{to}");
        }
    }

    #[test]
    fn finds_areas_at_the_edges_of_ranges() {
        use DeliveryArea::{Jeju, Mainland, RemoteIsland};
        for (zonecode, area) in [
            ("06236", Mainland),
            ("62999", Mainland),
            ("63000", Jeju),
            ("63644", Jeju),
            ("63645", Mainland),
            ("40200", RemoteIsland),
            ("40240", RemoteIsland),
            ("40241", Mainland),
            ("22386", RemoteIsland),
            ("33411", RemoteIsland),
        ] {
            assert_eq!(area_of(zonecode), Some(area), "{zonecode}");
        }
        for wrong in ["", "6300", "630000", "63-00", "６３０００"] {
            assert_eq!(area_of(wrong), None, "{wrong}");
        }
    }
}
