//! Options of the gateway's subgraph.

use std::time::Duration;

platform::settings! {
    /// Options of the gateway's subgraph.
    pub struct GatewaySettings {
        /// How often the use of REST routes is written down; what was not yet when a process is killed is lost.
        usage_interval: Duration = "GATEWAY_USAGE_INTERVAL", "10s";
        /// How long the use of REST routes is kept, day by day.
        usage_kept: Duration = "GATEWAY_USAGE_KEPT", "400d";
    }
}
