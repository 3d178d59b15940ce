//! What may be uploaded by whom and seen by whom, the states of an upload, and the sizes that images are drawn in. Pure.

use std::time::Duration;

use platform::identity::{Principal, Scope};

use crate::model::{FilePurpose, FileRow, Look, UploadState, UserId};

/// The widths, in pixels, that images are drawn in.
pub(crate) const WIDTHS: [u32; 5] = [160, 320, 640, 960, 1280];
/// An image that would be drawn higher than this is drawn in sections.
pub(crate) const HIGHEST_SECTION: u32 = 4_096;
/// The longest name, in characters.
pub(crate) const LONGEST_NAME: usize = 200;

/// What a file can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    Jpeg,
    Png,
    Webp,
    Pdf,
}

impl MediaType {
    pub(crate) const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Pdf];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
        }
    }

    /// What the bytes are, whatever they are called.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        let found = infer::get(bytes)?.mime_type();
        Self::ALL.into_iter().find(|media_type| media_type.as_str() == found)
    }

    pub(crate) fn is_image(self) -> bool {
        self != Self::Pdf
    }
}

impl FilePurpose {
    /// Whether everybody may see such files.
    pub(crate) fn is_public(self) -> bool {
        match self {
            Self::ProductImage | Self::ProductDetail | Self::ReviewPhoto | Self::BannerImage => true,
            Self::SellerDocument | Self::ClaimPhoto => false,
        }
    }

    /// The scope of the staff who look after what such files are for.
    pub(crate) fn staff_scope(self) -> Scope {
        match self {
            Self::ProductImage | Self::ProductDetail => Scope::StaffProducts,
            Self::ReviewPhoto => Scope::StaffReviews,
            Self::BannerImage => Scope::StaffBanners,
            Self::SellerDocument => Scope::StaffSellers,
            Self::ClaimPhoto => Scope::StaffOrders,
        }
    }

    /// Whether such a file may be of this type.
    pub(crate) fn takes(self, media_type: MediaType) -> bool {
        media_type.is_image() || self == Self::SellerDocument
    }

    /// Whether somebody with these permissions may upload such files.
    pub(crate) fn may_be_uploaded_by(self, principal: &Principal) -> bool {
        match self {
            Self::ProductImage | Self::ProductDetail => {
                principal.has_scope(Scope::Seller) || principal.has_scope(self.staff_scope())
            }
            Self::BannerImage => principal.has_scope(self.staff_scope()),
            // Applicants are no sellers yet.
            Self::ReviewPhoto | Self::SellerDocument | Self::ClaimPhoto => true,
        }
    }

    /// Whether the uploader may name this seller. A buyer shows a claim's photo to a seller that he does not act for.
    pub(crate) fn may_name_seller(self, principal: &Principal, seller: uuid::Uuid) -> bool {
        self == Self::ClaimPhoto || principal.acts_for(seller) || principal.has_scope(self.staff_scope())
    }
}

/// Whether the principal may see the file.
pub(crate) fn may_see(file: &FileRow, principal: &Principal) -> bool {
    file.purpose.is_public()
        || principal.user_id == Some(file.owner_id.0)
        || principal.has_scope(file.purpose.staff_scope())
        || principal.has_scope(Scope::Service)
        || file.seller_id.is_some_and(|seller| acts_on(file.purpose, principal, seller.0))
}

/// Whether the principal acts for the seller where such files are concerned: its papers are for owners and managers.
fn acts_on(purpose: FilePurpose, principal: &Principal, seller: uuid::Uuid) -> bool {
    if purpose == FilePurpose::SellerDocument { principal.manages(seller) } else { principal.acts_for(seller) }
}

/// The look at a seller's document that is on record: by staff, or by staff who look at the market as somebody else. A
/// look of those who act for the seller, or have uploaded it, is none.
pub(crate) fn look_of_staff(file: &FileRow, principal: &Principal) -> Option<Look> {
    let user = principal.user_id.map(UserId).filter(|_| file.purpose == FilePurpose::SellerDocument)?;
    let acts = file.seller_id.is_some_and(|seller| acts_on(file.purpose, principal, seller.0));
    let is_own = user == file.owner_id || acts;
    match principal.impersonator {
        Some(staff) => Some(Look { by: UserId(staff), as_user: Some(user) }),
        None if is_own || !principal.has_scope(file.purpose.staff_scope()) => None,
        None => Some(Look { by: user, as_user: None }),
    }
}

/// Whether the principal may delete the file.
pub(crate) fn may_delete(file: &FileRow, principal: &Principal) -> bool {
    let seller_s_own = file.purpose != FilePurpose::ClaimPhoto;
    principal.user_id == Some(file.owner_id.0)
        || principal.has_scope(file.purpose.staff_scope())
        || (seller_s_own && file.seller_id.is_some_and(|seller| acts_on(file.purpose, principal, seller.0)))
}

/// What can happen to an announced upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UploadCommand {
    /// Its bytes are a file.
    Complete,
    /// Its bytes are refused.
    Refuse,
    /// Its time is over.
    Expire,
}

/// The state after the command, or `None` where it is refused.
pub(crate) fn next_state(state: UploadState, command: UploadCommand) -> Option<UploadState> {
    match (state, command) {
        (UploadState::Waiting, UploadCommand::Complete) => Some(UploadState::Completed),
        (UploadState::Waiting, UploadCommand::Refuse) => Some(UploadState::Refused),
        (UploadState::Waiting, UploadCommand::Expire) => Some(UploadState::Expired),
        _ => None,
    }
}

/// A name that is safe to show and to save under: no path, no control characters, no marks that turn writing around.
/// `None` when nothing is left of it.
pub(crate) fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden = |character: char| matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let kept: String = last.chars().filter(|character| !character.is_control() && !hidden(*character)).collect();
    let kept = kept.trim().trim_matches('.');
    (!kept.is_empty()).then(|| kept.chars().take(LONGEST_NAME).collect())
}

/// One picture to draw of an image: a width, and which section of it where it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rendition {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The first row of the drawn image that it shows.
    pub(crate) top: u32,
    pub(crate) section: u32,
    pub(crate) sections: u32,
}

/// The pictures that show an image of this size at a width, from top to bottom. `None` for a width that is not drawn: images
/// are never made larger, except that one narrower than all widths is drawn as wide as it is.
pub(crate) fn renditions(image: (u32, u32), width: u32) -> Option<Vec<Rendition>> {
    if !widths(image.0).contains(&width) || image.0 == 0 {
        return None;
    }
    let height = scaled(image, width);
    let sections = height.div_ceil(HIGHEST_SECTION);
    let one = |section| {
        let top = section * HIGHEST_SECTION;
        Rendition { width, height: HIGHEST_SECTION.min(height - top), top, section, sections }
    };
    Some((0..sections).map(one).collect())
}

/// The widths that an image of this width is drawn in, the smallest first.
pub(crate) fn widths(width: u32) -> Vec<u32> {
    let fitting: Vec<u32> = WIDTHS.into_iter().filter(|drawn| *drawn <= width).collect();
    if fitting.is_empty() { vec![width] } else { fitting }
}

/// The height of an image that is drawn at a width, rounded, at least one pixel.
pub(crate) fn scaled((width, height): (u32, u32), drawn: u32) -> u32 {
    let (width, height, drawn) = (u64::from(width), u64::from(height), u64::from(drawn));
    u32::try_from((height * drawn + width / 2) / width.max(1)).unwrap_or(u32::MAX).max(1)
}

/// The seconds of a lifetime, for addresses that end.
pub(crate) fn expiry(now: i64, lifetime: Duration) -> i64 {
    now.saturating_add(i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FileId, SellerId, UserId};
    use platform::identity::OrganisationRole;
    use uuid::Uuid;

    fn principal(user: Uuid, scopes: &[Scope], organisations: &[Uuid]) -> Principal {
        Principal {
            user_id: Some(user),
            scopes: scopes.to_vec(),
            organisations: organisations.to_vec(),
            ..Principal::default()
        }
    }

    #[test]
    fn every_state_and_command_of_an_upload() {
        use UploadCommand as C;
        use UploadState as S;
        let table = [
            (S::Waiting, [Some(S::Completed), Some(S::Refused), Some(S::Expired)]),
            (S::Completed, [None; 3]),
            (S::Refused, [None; 3]),
            (S::Expired, [None; 3]),
        ];
        assert_eq!(table.len(), S::ALL.len());
        for (state, moves) in table {
            assert_eq!(
                [C::Complete, C::Refuse, C::Expire].map(|command| next_state(state, command)),
                moves,
                "{state:?}"
            );
        }
    }

    #[test]
    fn who_may_upload_what() {
        use FilePurpose as P;
        let user = Uuid::now_v7();
        let buyer = principal(user, &[Scope::Buyer], &[]);
        let seller = principal(user, &[Scope::Buyer, Scope::Seller], &[Uuid::now_v7()]);
        let staff = principal(user, &[Scope::Buyer, Scope::Staff], &[]);
        let designer = principal(user, &[Scope::Staff, Scope::StaffBanners, Scope::StaffProducts], &[]);
        let table = [
            (P::ProductImage, [false, true, false, true]),
            (P::ProductDetail, [false, true, false, true]),
            (P::ReviewPhoto, [true; 4]),
            (P::BannerImage, [false, false, false, true]),
            (P::SellerDocument, [true; 4]),
            (P::ClaimPhoto, [true; 4]),
        ];
        assert_eq!(table.len(), P::ALL.len());
        for (purpose, expected) in table {
            let everybody = [&buyer, &seller, &staff, &designer];
            assert_eq!(everybody.map(|who| purpose.may_be_uploaded_by(who)), expected, "{purpose:?}");
        }
    }

    #[test]
    fn who_may_see_and_delete() {
        let (owner, other, shop) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let file = |purpose| FileRow {
            id: FileId::new(),
            owner_id: UserId(owner),
            seller_id: Some(SellerId(shop)),
            purpose,
            name: "a.pdf".to_owned(),
            content_id: Uuid::now_v7(),
            created_at: chrono::Utc::now(),
            held: false,
            handed_in_for: None,
        };
        let owner = principal(owner, &[Scope::Buyer], &[]);
        let stranger = principal(other, &[Scope::Buyer, Scope::Seller], &[Uuid::now_v7()]);
        let member = principal(other, &[Scope::Seller], &[shop]);
        let everybody = [&Principal::default(), &stranger, &owner, &member, &Principal::service("order")];
        let document = file(FilePurpose::SellerDocument);
        assert_eq!(everybody.map(|who| may_see(&document, who)), [false, false, true, true, true]);
        assert_eq!(everybody.map(|who| may_delete(&document, who)), [false, false, true, true, false]);
        let claim = file(FilePurpose::ClaimPhoto);
        assert_eq!(everybody.map(|who| may_delete(&claim, who)), [false, false, true, false, false]);
        assert!(may_see(&file(FilePurpose::ReviewPhoto), &Principal::default()));
        // Looks at documents are on record: of staff, and of staff who look as the owner.
        let looks = |file: &FileRow, who: &Principal| look_of_staff(file, who).map(|look| (look.by.0, look.as_user));
        let staff = principal(other, &[Scope::Staff, Scope::StaffSellers], &[]);
        assert!(everybody.into_iter().all(|who| looks(&document, who).is_none()));
        assert_eq!(looks(&document, &staff), Some((other, None)));
        assert_eq!(looks(&claim, &staff), None);
        let as_owner = Principal { impersonator: Some(other), ..owner.clone() };
        assert_eq!(looks(&document, &as_owner), Some((other, Some(document.owner_id))));
        let own = Principal { scopes: vec![Scope::Staff, Scope::StaffSellers], ..owner.clone() };
        assert_eq!(looks(&document, &own), None, "one's own");
        let clerk = Principal { roles: vec![OrganisationRole::Staff], ..member };
        assert!(!may_see(&document, &clerk) && !may_delete(&document, &clerk), "papers are for owners and managers");
        assert!(may_see(&claim, &clerk));
        // Staff see and delete what belongs to what they look after, and nothing else.
        let table = [
            (FilePurpose::ProductImage, Scope::StaffProducts),
            (FilePurpose::ProductDetail, Scope::StaffProducts),
            (FilePurpose::ReviewPhoto, Scope::StaffReviews),
            (FilePurpose::BannerImage, Scope::StaffBanners),
            (FilePurpose::SellerDocument, Scope::StaffSellers),
            (FilePurpose::ClaimPhoto, Scope::StaffOrders),
        ];
        assert_eq!(table.len(), FilePurpose::ALL.len());
        for (purpose, own) in table {
            for scope in Scope::ALL.iter().copied().filter(|scope| scope.is_staffs()) {
                let staff = principal(other, &[Scope::Staff, scope], &[]);
                assert_eq!(may_delete(&file(purpose), &staff), scope == own, "{purpose:?} {scope:?}");
                assert_eq!(
                    may_see(&file(purpose), &staff),
                    purpose.is_public() || scope == own,
                    "{purpose:?} {scope:?}"
                );
            }
        }
    }

    #[test]
    fn names_are_made_safe() {
        let cases = [
            ("사업자등록증.pdf", Some("사업자등록증.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\files\\a.png", Some("a.png")),
            (" a\r\nb.png ", Some("ab.png")),
            ("gpj.\u{202E}exe", Some("gpj.exe")),
            ("...", None),
            ("folder/", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(clean_name(name).as_deref(), expected, "{name:?}");
        }
        assert_eq!(clean_name(&"가".repeat(300)).map(|name| name.chars().count()), Some(LONGEST_NAME));
    }

    #[test]
    fn images_are_drawn_smaller_and_never_larger() {
        assert_eq!(widths(2_000), WIDTHS);
        assert_eq!(widths(700), [160, 320, 640]);
        assert_eq!(widths(100), [100]);
        assert_eq!(renditions((700, 700), 960), None);
        assert_eq!(renditions((700, 700), 333), None);
        let whole = Rendition { width: 320, height: 213, top: 0, section: 0, sections: 1 };
        assert_eq!(renditions((3_000, 2_000), 320), Some(vec![whole]));
    }

    #[test]
    fn tall_images_are_drawn_in_sections_that_leave_nothing_out() {
        let sections = renditions((860, 30_000), 640).unwrap_or_default();
        assert_eq!(sections.len(), 6);
        let mut next = 0;
        for (number, section) in sections.iter().enumerate() {
            assert_eq!((section.section as usize, section.top, section.sections), (number, next, 6));
            assert!(section.height > 0 && section.height <= HIGHEST_SECTION);
            next += section.height;
        }
        assert_eq!(next, scaled((860, 30_000), 640));
    }

    #[test]
    fn types_are_told_by_their_bytes() {
        assert_eq!(MediaType::of(b"\x89PNG\r\n\x1a\n0000"), Some(MediaType::Png));
        assert_eq!(MediaType::of(b"%PDF-1.7\n"), Some(MediaType::Pdf));
        assert_eq!(MediaType::of(b"\xFF\xD8\xFF\xE0"), Some(MediaType::Jpeg));
        assert_eq!(MediaType::of(b"RIFF\x10\0\0\0WEBPVP8 "), Some(MediaType::Webp));
        for other in [&b"GIF89a"[..], b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", b"<html>", b"MZ", b""] {
            assert_eq!(MediaType::of(other), None, "{other:?}");
        }
    }
}
