//! Options of the admin service.

use std::time::Duration;

platform::settings! {
    /// Options of the admin service.
    pub struct AdminSettings {
        /// How long a request waits for its approval, and an approval for what it allows.
        approval_lifetime: Duration = "ADMIN_APPROVAL_LIFETIME", "3d";
        /// How often requests whose time is over are looked for.
        expiry_interval: Duration = "ADMIN_EXPIRY_INTERVAL", "30s";
        /// How long a member of staff may look at the market as somebody else, at most.
        longest_impersonation: Duration = "ADMIN_LONGEST_IMPERSONATION", "15m";
    }
}
