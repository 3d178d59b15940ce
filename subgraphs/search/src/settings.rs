//! Options of the search service.

use std::time::Duration;

platform::settings! {
    /// Options of the search service.
    pub struct SearchSettings {
        /// How often a replica's index looks for what has changed.
        follow_interval: Duration = "SEARCH_FOLLOW_INTERVAL", "1s";
        /// Memory for writing the index, in MiB, 15 at least; it is let go when nothing was written for a while.
        writer_memory: usize = "SEARCH_WRITER_MEMORY", "15";
        /// After how long without writes the index lets its writer's memory go.
        writer_idle: Duration = "SEARCH_WRITER_IDLE", "10s";
        /// How long after an event a product is read: its owners may answer from what they read a moment ago.
        read_delay: Duration = "SEARCH_READ_DELAY", "2s";
        /// How often all that is on sale is read anew, for what no event tells (shipping policies, names of brands).
        reconcile_interval: Duration = "SEARCH_RECONCILE_INTERVAL", "6h";
        /// Over how long searches are trending; whole hours.
        trending_window: Duration = "SEARCH_TRENDING_WINDOW", "24h";
        /// By how many people a term must have been looked for to be trending.
        trending_people: u32 = "SEARCH_TRENDING_PEOPLE", "3";
        /// How old the list of trending searches may be.
        trending_lifetime: Duration = "SEARCH_TRENDING_LIFETIME", "30s";
    }
}
