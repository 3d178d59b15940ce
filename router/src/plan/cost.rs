//! What a choice costs: which subgraphs are asked at each hop from where one stands. Requests to one subgraph at the same
//! hop travel together, so that a set a hop says it all.

use super::supergraph::{Mask, SubgraphId};

/// Hops that are told apart; further ones count as the last.
const HOPS: usize = 8;

/// The subgraphs that are asked at each further hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    hops: [Mask; HOPS],
    /// How many fields come later than they could.
    late: u16,
}

impl Cost {
    pub(super) fn is_zero(&self) -> bool {
        self.hops[0] == 0
    }

    /// How many hops one after the other.
    pub(super) fn depth(&self) -> usize {
        self.hops.iter().rposition(|mask| *mask != 0).map_or(0, |last| last + 1)
    }

    /// Adds a request to a subgraph after `depth` hops.
    pub(super) fn ask(&mut self, subgraph: SubgraphId, depth: usize) {
        self.hops[depth.min(HOPS - 1)] |= 1 << subgraph;
    }

    /// Adds fields that come later.
    pub(super) fn delay(&mut self, fields: usize) {
        self.late = self.late.saturating_add(u16::try_from(fields).unwrap_or(u16::MAX));
    }

    /// Adds what is needed besides.
    pub(super) fn join(&mut self, other: &Self) {
        self.late = self.late.saturating_add(other.late);
        for (own, other) in self.hops.iter_mut().zip(other.hops) {
            *own |= other;
        }
    }

    /// Adds what is needed after `depth` hops.
    pub(super) fn join_after(&mut self, other: &Self, depth: usize) {
        self.late = self.late.saturating_add(other.late);
        for (hop, mask) in other.hops.iter().enumerate() {
            self.hops[(hop + depth).min(HOPS - 1)] |= mask;
        }
    }

    /// Adds what was needed so many hops before.
    pub(super) fn join_before(&mut self, other: &Self, hops: usize) {
        for (hop, mask) in other.hops.iter().enumerate() {
            self.hops[hop.saturating_sub(hops)] |= mask;
        }
    }

    /// The lower the better: requests weigh more the later they are, and fields tell equal ones apart.
    pub(super) fn score(&self) -> u32 {
        let requests: u32 = self.hops.iter().zip(1..).map(|(mask, weight)| mask.count_ones() * weight).sum();
        (requests << 16) + u32::from(self.late)
    }
}
