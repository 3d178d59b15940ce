//! In which order banners are shown, and where more of them compete for a slot than it has places. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::model::{BannerDevice, BannerId, BannerRow, BannerViewer};
use crate::rules::sees;

/// A banner's claim to a slot.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) id: BannerId,
    pub(crate) position: i32,
    pub(crate) devices: Vec<BannerDevice>,
    pub(crate) audience: crate::model::BannerAudience,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
}

impl From<&BannerRow> for Claim {
    fn from(row: &BannerRow) -> Self {
        Self {
            id: row.id,
            position: row.position,
            devices: row.devices.clone(),
            audience: row.audience,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        }
    }
}

impl Claim {
    /// Whether it is shown to the viewer then, as far as there is room.
    pub(crate) fn fits(&self, device: BannerDevice, viewer: BannerViewer, at: DateTime<Utc>) -> bool {
        self.devices.contains(&device)
            && sees(viewer, self.audience)
            && self.starts_at <= at
            && self.ends_at.is_none_or(|end| at < end)
    }
}

/// A time in which more banners compete for the slot than it has places, for one device and one kind of viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) from: DateTime<Utc>,
    /// `None` when it does not end.
    pub(crate) until: Option<DateTime<Utc>>,
    pub(crate) device: BannerDevice,
    pub(crate) viewer: BannerViewer,
    /// Those that are shown, in their order.
    pub(crate) shown: Vec<BannerId>,
    /// Those for which there is no room.
    pub(crate) left_out: Vec<BannerId>,
}

/// Those that fit, in their order.
pub(crate) fn ordered(
    claims: &[Claim],
    device: BannerDevice,
    viewer: BannerViewer,
    at: DateTime<Utc>,
) -> Vec<BannerId> {
    let mut fitting: Vec<&Claim> = claims.iter().filter(|claim| claim.fits(device, viewer, at)).collect();
    fitting.sort_by_key(|claim| (claim.position, claim.id));
    fitting.into_iter().map(|claim| claim.id).collect()
}

/// Every conflict of the claims, in the order of devices, viewers and time. Between two moments at which a banner begins or
/// ends, nothing changes.
pub(crate) fn conflicts(claims: &[Claim], capacity: usize) -> Vec<Conflict> {
    let moments: BTreeSet<DateTime<Utc>> =
        claims.iter().flat_map(|claim| [Some(claim.starts_at), claim.ends_at]).flatten().collect();
    let moments: Vec<DateTime<Utc>> = moments.into_iter().collect();
    let mut found: Vec<Conflict> = Vec::new();
    for device in BannerDevice::ALL {
        for viewer in BannerViewer::ALL {
            for (place, from) in moments.iter().enumerate() {
                let mut shown = ordered(claims, *device, *viewer, *from);
                if shown.len() <= capacity {
                    continue;
                }
                let left_out = shown.split_off(capacity);
                let until = moments.get(place + 1).copied();
                let next = Conflict { from: *from, until, device: *device, viewer: *viewer, shown, left_out };
                match found.last_mut() {
                    Some(last) if last.goes_on_as(&next) => last.until = until,
                    _ => found.push(next),
                }
            }
        }
    }
    found
}

impl Conflict {
    /// Whether the next one is the same, only later.
    fn goes_on_as(&self, next: &Self) -> bool {
        let same = (self.device, self.viewer) == (next.device, next.viewer) && self.until == Some(next.from);
        same && self.shown == next.shown && self.left_out == next.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BannerAudience;
    use chrono::TimeDelta;

    fn hour(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn claim(number: u128, position: i32, audience: BannerAudience, hours: (i64, Option<i64>)) -> Claim {
        Claim {
            id: BannerId(uuid::Uuid::from_u128(number)),
            position,
            devices: vec![BannerDevice::Pc],
            audience,
            starts_at: hour(hours.0),
            ends_at: hours.1.map(hour),
        }
    }

    fn numbers(ids: &[BannerId]) -> Vec<u128> {
        ids.iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn banners_come_in_their_order() {
        let all = BannerAudience::All;
        let claims = [claim(1, 5, all, (0, Some(2))), claim(2, 1, all, (1, None)), claim(3, 5, all, (0, None))];
        let at = |hours| numbers(&ordered(&claims, BannerDevice::Pc, BannerViewer::Guest, hour(hours)));
        assert_eq!([at(-1), at(0), at(1), at(2)], [vec![], vec![1, 3], vec![2, 1, 3], vec![2, 3]]);
        assert!(ordered(&claims, BannerDevice::App, BannerViewer::Guest, hour(1)).is_empty());
    }

    #[test]
    fn conflicts_are_where_there_is_no_room() {
        let (guest, member) = (BannerAudience::Guest, BannerAudience::Member);
        // Different people, and one after the other: no conflict.
        assert_eq!(conflicts(&[claim(1, 1, guest, (0, None)), claim(2, 2, member, (0, None))], 1), []);
        assert_eq!(conflicts(&[claim(1, 1, guest, (0, Some(2))), claim(2, 2, guest, (2, None))], 1), []);
        // New members are members.
        let new = [claim(1, 2, member, (0, Some(4))), claim(2, 1, BannerAudience::NewMember, (1, Some(3)))];
        let found = conflicts(&new, 1);
        let viewers: Vec<BannerViewer> = found.iter().map(|conflict| conflict.viewer).collect();
        assert_eq!(viewers, [BannerViewer::NewMember, BannerViewer::NewSeller]);
        assert_eq!((found[0].from, found[0].until), (hour(1), Some(hour(3))));
        assert_eq!((numbers(&found[0].shown), numbers(&found[0].left_out)), (vec![2], vec![1]));
        assert_eq!(conflicts(&new, 2), []);
    }

    #[test]
    fn a_conflict_that_goes_on_is_one() {
        let guest = BannerAudience::Guest;
        let claims = [
            claim(1, 1, guest, (0, None)),
            claim(2, 2, guest, (0, None)),
            // For somebody else: its moments divide nothing.
            claim(3, 0, BannerAudience::Seller, (5, Some(6))),
        ];
        let found: Vec<Conflict> =
            conflicts(&claims, 1).into_iter().filter(|conflict| conflict.viewer == BannerViewer::Guest).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].from, found[0].until), (hour(0), None));
    }
}
