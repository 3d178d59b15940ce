//! The values that arguments take from contexts: they are fetched at the objects that have them, before the request in
//! which they travel.

use std::sync::Arc;

use async_graphql::Name;

use super::build::{Builder, Built, FetchId, PlaceId};
use super::choose::TooComplex;
use super::compiled::Require;
use super::trail::Source;

pub(super) type ValueId = usize;

/// A value that is taken from an object further up.
#[derive(Debug, PartialEq)]
pub(super) struct ValueDraft {
    /// Where the object is.
    pub(super) place: PlaceId,
    /// What is taken of it: one path through the tree, for some types another one.
    pub(super) select: Vec<Require>,
    /// The argument's type.
    pub(super) shape: Arc<str>,
}

impl Built {
    fn value(&mut self, value: ValueDraft) -> ValueId {
        self.values.iter().position(|known| *known == value).unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        })
    }

    /// How far above a place another one on the way to it is.
    pub(super) fn distance(&self, place: PlaceId, above: PlaceId) -> usize {
        let depth = |place| {
            let next = |at: &PlaceId| self.places[*at].from.as_ref().map(|(above, ..)| *above);
            std::iter::successors(Some(place), next).count()
        };
        depth(place).saturating_sub(depth(above))
    }
}

impl Builder<'_, '_> {
    /// Selects what arguments take from contexts, at the objects on the way. `suppliers` learns which fetches bring it.
    pub(super) fn values(
        &mut self,
        sources: &[Source],
        suppliers: &mut Vec<FetchId>,
    ) -> Result<Vec<(Name, ValueId)>, TooComplex> {
        let mut values = Vec::with_capacity(sources.len());
        for source in sources {
            // While it is selected, one stands at that object.
            let below = self.way.split_off(self.way.len().saturating_sub(source.up));
            let value = self.taken(source, suppliers);
            self.way.extend(below);
            values.push((source.argument.clone(), value?));
        }
        Ok(values)
    }

    fn taken(&mut self, source: &Source, suppliers: &mut Vec<FetchId>) -> Result<ValueId, TooComplex> {
        let site = self.way.last().copied().flatten();
        if let Some(trail) = self.chooser.trails.get(source.trail).cloned() {
            let stand = trail.stand(source.trail);
            let choice = self.chooser.choose(&source.selection, stand)?;
            match site {
                Some(site) => self.follow(&choice, site, stand, suppliers)?,
                None => {
                    for jump in &choice.jumps {
                        self.enter_root(jump, 0, None, suppliers)?;
                    }
                }
            }
        }
        let place = site.map_or(0, |site| site.place);
        let spot = self.built.places[place].spot;
        let select = self.requires(&source.selection, spot);
        Ok(self.built.value(ValueDraft { place, select, shape: Arc::clone(&source.shape) }))
    }
}
