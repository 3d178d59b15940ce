//! Options of the banner service.

use std::time::Duration;

platform::settings! {
    /// Options of the banner service.
    pub struct BannerSettings {
        /// How often banners whose time has come or is over are moved on, and experiments are looked at.
        schedule_interval: Duration = "BANNER_SCHEDULE_INTERVAL", "5s";
        /// How long a page may show banners that are not the newest.
        placement_lifetime: Duration = "BANNER_PLACEMENT_LIFETIME", "2s";
        /// How often counted impressions and clicks are written down; what a process that is killed has counted since is lost.
        count_interval: Duration = "BANNER_COUNT_INTERVAL", "1s";
        /// How long somebody who signed up is a new member.
        new_member_for: Duration = "BANNER_NEW_MEMBER_FOR", "30d";
        /// Hosts that banners may lead to besides the market itself, separated by commas, as in example.com,brand.kr; their subdomains too. Empty: every https address.
        link_hosts: String = "BANNER_LINK_HOSTS", "";
    }
}
