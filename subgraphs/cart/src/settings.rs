//! Options of the cart service.

use std::time::Duration;

platform::settings! {
    /// Options of the cart service.
    pub struct CartSettings {
        /// Most lines in a cart.
        max_lines: u32 = "CART_MAX_LINES", "200";
        /// Largest quantity of one line.
        max_quantity: u32 = "CART_MAX_QUANTITY", "999";
        /// The longest text, in characters, that a buyer writes for an option.
        max_option_text: u32 = "CART_MAX_OPTION_TEXT", "100";
        /// How long the cart of a guest is kept after its last change.
        guest_lifetime: Duration = "CART_GUEST_LIFETIME", "30d";
    }
}
