//! The demo market: when it is made, and who may sign in to it.

use platform::database::DatabaseSettings;

use crate::config::Config;
use crate::seed;

/// The password of every demo login.
pub(crate) const PASSWORD: &str = "doa-market-demo";
/// A demo login for each role.
pub(crate) const LOGINS: [(&str, &str); 4] = [
    ("Buyer", "buyer@doa.market"),
    ("Seller", "seller@doa.market"),
    ("Staff", "staff@doa.market"),
    ("Staff, second", "approver@doa.market"),
];

/// The command `seed`.
pub(crate) async fn run(config: &Config, scale: u32) -> anyhow::Result<()> {
    seed::fill(config, &config.database, config.database_url()?, scale).await
}

/// Fills a market that has no products yet.
pub(crate) async fn when_empty(config: &Config, settings: &DatabaseSettings, url: &str) -> anyhow::Result<()> {
    if seed::is_needed(settings, url).await? {
        seed::fill(config, settings, url, 1).await?;
    }
    Ok(())
}
