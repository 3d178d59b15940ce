//! A banner as a page shows it.

use async_graphql::SimpleObject;
use platform::language::Language;

use crate::model::{BannerId, BannerVariantId, VariantRow, Whole};

/// A banner as a page shows it, with the picture that is the viewer's.
#[derive(SimpleObject)]
pub(crate) struct BannerPlacement {
    /// The banner's id, `ban_…`.
    banner_id: BannerId,
    /// The picture's id, `bnv_…`, for impressions and clicks.
    variant_id: BannerVariantId,
    /// The address of the picture.
    image_url: String,
    /// What the picture shows, for those who cannot see it.
    image_alt: String,
    /// The label that the law asks for: 광고 on an advertisement, null on everything else.
    ad_label: Option<&'static str>,
    /// Who pays for the advertisement.
    advertiser: Option<String>,
    /// Where it leads: a path of the market or an https address.
    link: String,
    /// The path that counts a click and leads on, for a plain link of a page.
    click_path: String,
}

impl BannerPlacement {
    pub(crate) fn of(whole: &Whole, variant: &VariantRow, language: Language) -> Self {
        let banner = &whole.banner;
        Self {
            banner_id: banner.id,
            variant_id: variant.id,
            image_url: variant.image_url.clone(),
            image_alt: variant.image_alt.clone(),
            ad_label: banner.is_ad.then(|| language.choose("광고", "Ad")),
            advertiser: banner.advertiser.clone().filter(|_| banner.is_ad),
            link: banner.link.clone(),
            click_path: format!("/banners/{}/click", variant.id),
        }
    }
}
