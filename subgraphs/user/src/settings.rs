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
        /// The V2 API secret of our PortOne account, by which people show that they are adults. Empty: nobody can, and adult-only goods are not sold.
        portone_secret: String = "PORTONE_API_SECRET", "";
        /// Our store at PortOne.
        portone_store_id: String = "PORTONE_STORE_ID", "";
        /// The key of the store's channel for identity verification; what other channels verify is not believed.
        portone_channel_key: String = "PORTONE_IDENTITY_CHANNEL_KEY", "";
        /// PortOne's API.
        portone_url: String = "PORTONE_URL", "https://api.portone.io";
        /// How long PortOne may take to answer.
        portone_timeout: Duration = "PORTONE_TIMEOUT", "5s";
        /// Whether a local sandbox takes the place of PortOne, where everybody is as old as they say they are. Never in production.
        identity_sandbox: bool = "USER_IDENTITY_SANDBOX", "false";
        /// Where that sandbox is, when it runs in another process. Empty: in this one.
        identity_sandbox_url: String = "USER_IDENTITY_SANDBOX_URL", "";
        /// How long an identity verification may take from its start to its confirmation.
        identity_lifetime: Duration = "USER_IDENTITY_LIFETIME", "30m";
        /// How many identity verifications one person may start in 24 hours; each may cost a fee.
        verifications_per_day: u32 = "USER_IDENTITY_VERIFICATIONS_PER_DAY", "10";
        /// How long somebody who has shown to be an adult may buy adult-only goods before showing it again.
        adult_validity: Duration = "USER_ADULT_VALIDITY", "365d";
        /// With how many accounts one person may be verified at the same time.
        accounts_per_person: u32 = "USER_ADULT_ACCOUNTS_PER_PERSON", "3";
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
