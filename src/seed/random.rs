//! Numbers that look random and are the same every time: SplitMix64, so that the demo catalogue never depends on the
//! version of a library.

use uuid::Uuid;

/// A stream of numbers.
pub(super) struct Random(u64);

impl Random {
    /// The stream of one thing: of `kind` number `index`.
    pub(super) fn of(kind: u64, index: u64) -> Self {
        let mut stream = Self(kind.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ index.wrapping_mul(0xD1B5_4A32_D192_ED03));
        stream.next();
        stream
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to but without `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low + 1).unwrap_or(1);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// One of the choices.
    pub(super) fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        let count = choices.len().max(1);
        choices[usize::try_from(self.next() % count as u64).unwrap_or(0)]
    }
}

/// The id of `kind` number `index`: a version 7 UUID whose time is 2026-01-01 plus `index` milliseconds, so that ids
/// order as their things do.
pub(super) fn id(kind: u64, index: u64) -> Uuid {
    const BEGIN: u64 = 1_767_225_600_000;
    let mut random = Random::of(kind ^ 0x1D, index);
    let mut bytes = [0_u8; 16];
    bytes[..6].copy_from_slice(&(BEGIN + index).to_be_bytes()[2..]);
    bytes[6..14].copy_from_slice(&random.next().to_be_bytes());
    bytes[14..].copy_from_slice(&random.next().to_be_bytes()[..2]);
    bytes[6] = (bytes[6] & 0x0F) | 0x70;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_every_time_and_all_different() {
        assert_eq!(id(1, 7), id(1, 7));
        assert_ne!(id(1, 7), id(2, 7));
        assert!(id(1, 7) < id(1, 8));
        assert_eq!(id(3, 0).get_version_num(), 7);
        let mut random = Random::of(5, 5);
        assert!((0..1_000).all(|_| (3..=9).contains(&random.between(3, 9))));
    }
}
