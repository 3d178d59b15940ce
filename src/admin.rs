//! The command `admin`: accounts of the staff.

use clap::Subcommand;
use platform::database::Database;
use platform::identity::Scope;

use crate::config::Config;

#[derive(Subcommand)]
pub(crate) enum AdminCommand {
    /// Create an account of the staff, an administrator; its password is read from the environment variable ADMIN_PASSWORD.
    Create {
        /// The account's e-mail address.
        email: String,
        /// The person's name.
        name: String,
    },
}

/// What an administrator's account may do.
pub(crate) fn administrator() -> Vec<Scope> {
    Scope::ALL.iter().copied().filter(|scope| *scope == Scope::Buyer || scope.is_staffs()).collect()
}

pub(crate) async fn run(config: &Config, command: AdminCommand) -> anyhow::Result<()> {
    let AdminCommand::Create { email, name } = command;
    let password = config
        .source
        .find("ADMIN_PASSWORD")
        .ok_or_else(|| anyhow::anyhow!("set ADMIN_PASSWORD to the new account's password"))?;
    let database = Database::connect(&config.database, config.database_url()?, auth::SERVICE.name)?;
    let settings = auth::AuthSettings::from_source(&config.source)?;
    let id = auth::create_account(&database, &settings, &email, &password, &name, &administrator()).await?;
    let staff = Database::connect(&config.database, config.database_url()?, admin::SERVICE.name)?;
    let appointed = admin::appoint_administrator(&staff, id, &name).await;
    appointed.map_err(|error| anyhow::anyhow!("the account is there, but no administrator: {}", error.message))?;
    println!("{email} may sign in as staff ({id})");
    Ok(())
}
