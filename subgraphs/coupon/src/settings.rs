//! Options of the coupon service.

use std::time::Duration;

platform::settings! {
    /// Options of the coupon service.
    pub struct CouponSettings {
        /// How often policies that begin or end, coupons that expire and reservations whose time is over are looked for.
        interval: Duration = "COUPON_INTERVAL", "5s";
        /// How long before it expires the owner of a coupon is told, once.
        expiry_notice: Duration = "COUPON_EXPIRY_NOTICE", "3d";
        /// How long a coupon that was restored is valid at least.
        restored_validity: Duration = "COUPON_RESTORED_VALIDITY", "7d";
        /// How many codes a user or an address may try within COUPON_CODE_WINDOW.
        code_attempts: u32 = "COUPON_CODE_ATTEMPTS", "10";
        /// The time in which tried codes are counted.
        code_window: Duration = "COUPON_CODE_WINDOW", "10m";
    }
}
