//! Options of the seller service.

use std::time::Duration;

platform::settings! {
    /// Options of the seller service.
    pub struct SellerSettings {
        /// How often sellers' documents are looked through for those that end or have ended.
        document_check: Duration = "SELLER_DOCUMENT_CHECK", "1h";
        /// How long before a document ends its seller is told.
        document_warning: Duration = "SELLER_DOCUMENT_WARNING", "30d";
    }
}
