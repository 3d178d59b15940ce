//! Options of the shipping service.

use std::time::Duration;

platform::settings! {
    /// Options of the shipping service.
    pub struct ShippingSettings {
        /// Tracking API of CJ대한통운. Empty: the sandbox of this process.
        cj_url: String = "CJ_TRACKING_URL", "";
        /// Key of that API.
        cj_key: String = "CJ_TRACKING_KEY", "";
        /// Secret that its webhooks are signed with. Empty: its webhooks are refused, those of the own sandbox excepted.
        cj_secret: String = "CJ_WEBHOOK_SECRET", "";
        /// Tracking API of 한진택배. Empty: the sandbox of this process.
        hanjin_url: String = "HANJIN_TRACKING_URL", "";
        /// Key of that API.
        hanjin_key: String = "HANJIN_TRACKING_KEY", "";
        /// Secret that its webhooks are signed with.
        hanjin_secret: String = "HANJIN_WEBHOOK_SECRET", "";
        /// Tracking API of 롯데택배. Empty: the sandbox of this process.
        lotte_url: String = "LOTTE_TRACKING_URL", "";
        /// Key of that API.
        lotte_key: String = "LOTTE_TRACKING_KEY", "";
        /// Secret that its webhooks are signed with.
        lotte_secret: String = "LOTTE_WEBHOOK_SECRET", "";
        /// Tracking API of 우체국택배. Empty: the sandbox of this process.
        epost_url: String = "EPOST_TRACKING_URL", "";
        /// Key of that API.
        epost_key: String = "EPOST_TRACKING_KEY", "";
        /// Secret that its webhooks are signed with.
        epost_secret: String = "EPOST_WEBHOOK_SECRET", "";
        /// Where carriers reach our webhooks. Empty: the market's public URL; for the own sandbox, this process.
        callback_url: String = "SHIPPING_CALLBACK_URL", "";
        /// How long a carrier may take to answer.
        timeout: Duration = "TRACKING_TIMEOUT", "4s";
        /// How often the jobs look for parcels to ask for, that stand still, or that are late.
        look_interval: Duration = "SHIPPING_LOOK_INTERVAL", "2s";
        /// How often a carrier is asked for a parcel of which it tells nothing by itself.
        poll_interval: Duration = "TRACKING_POLL_INTERVAL", "30m";
        /// How long nobody may scan a parcel before it counts as standing still. The clock stops on days off.
        stall_after: Duration = "SHIPMENT_STALL_AFTER", "48h";
        /// How long the sandbox takes from one scan to the next. 0s: parcels move only when it is told so.
        sandbox_pace: Duration = "SHIPPING_SANDBOX_PACE", "0s";
    }
}
