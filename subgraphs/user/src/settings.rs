//! Options of the user service.

use std::time::Duration;

platform::settings! {
    /// Options of the user service.
    pub struct UserSettings {
        /// The secret that wraps the keys of people's data and hashes what staff search for. Empty: keys stand unwrapped,
        /// which still lets a person's data be destroyed by its key, but protects no copy of the database.
        data_key: String = "USER_DATA_KEY", "";
        /// How often rows of earlier releases are sealed and records are removed whose time is over.
        housekeeping: Duration = "USER_HOUSEKEEPING", "10m";
        /// How many exports of all data one person may make in 24 hours.
        exports_per_day: u32 = "USER_EXPORTS_PER_DAY", "5";
        /// The most entries of a list that one export has; it tells where the list goes on.
        export_entries: usize = "USER_EXPORT_ENTRIES", "1000";
        /// How long an export waits for what other services hold. Shorter than SUBGRAPH_TIMEOUT and REQUEST_TIMEOUT.
        export_timeout: Duration = "USER_EXPORT_TIMEOUT", "8s";
        /// How long ago a session may have proved who it is when it exports all data, where AUTH_PROOF_LIFETIME is not asked of its
        /// user.
        export_proof_lifetime: Duration = "USER_EXPORT_PROOF_LIFETIME", "10m";
    }
}
