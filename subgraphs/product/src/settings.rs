//! Options of the product service.

use std::time::Duration;

platform::settings! {
    /// Options of the product service.
    pub struct ProductSettings {
        /// How far back a variant's own prices prove a list price (정가) that is struck through.
        list_price_window: Duration = "PRODUCT_LIST_PRICE_WINDOW", "60d";
        /// For how long within that window a variant must have been offered at the list price or above.
        list_price_least: Duration = "PRODUCT_LIST_PRICE_LEAST", "20d";
    }
}
