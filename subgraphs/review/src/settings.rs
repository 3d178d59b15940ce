//! Options of the review service.

use std::time::Duration;

platform::settings! {
    /// Options of the review service.
    pub struct ReviewSettings {
        /// How long after the confirmation of a purchase its review can be written.
        write_within: Duration = "REVIEW_WRITE_WITHIN", "90d";
        /// How long after the confirmation a follow-up can be added.
        follow_up_after: Duration = "REVIEW_FOLLOW_UP_AFTER", "30d";
        /// Until how long after the confirmation a follow-up can be added.
        follow_up_within: Duration = "REVIEW_FOLLOW_UP_WITHIN", "365d";
    }
}
