//! Options of the inventory service.

use std::time::Duration;

platform::settings! {
    /// Options of the inventory service.
    pub struct InventorySettings {
        /// How often reservations whose time is over are freed.
        expiry_interval: Duration = "INVENTORY_EXPIRY_INTERVAL", "5s";
        /// How long a product page may show an availability that is not the newest. Reservations always count the stock itself.
        availability_lifetime: Duration = "INVENTORY_AVAILABILITY_LIFETIME", "1s";
    }
}
