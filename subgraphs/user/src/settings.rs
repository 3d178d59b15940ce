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
    }
}
