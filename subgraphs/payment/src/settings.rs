//! Options of the payment service.

use std::time::Duration;

platform::settings! {
    /// Options of the payment service.
    pub struct PaymentSettings {
        /// Secret key of the Toss Payments account. Empty: the local sandbox takes its place and no money moves.
        toss_secret_key: String = "TOSS_SECRET_KEY", "";
        /// Toss Payments' API, or a sandbox. Empty: api.tosspayments.com with a secret key, this process's own sandbox without one.
        toss_base_url: String = "TOSS_BASE_URL", "";
        /// The URL of this process under which its own sandbox answers it. Empty: 127.0.0.1 at the port of the process.
        sandbox_url: String = "TOSS_SANDBOX_URL", "";
        /// The URL of the sandbox as browsers reach it. Empty: the market's public URL.
        sandbox_public_url: String = "TOSS_SANDBOX_PUBLIC_URL", "";
        /// The secret that seals the accounts that money goes back to. Empty: they are sealed under a key that everybody can make.
        data_key: String = "PAYMENT_DATA_KEY", "";
        /// How long an account is kept that nothing goes back to.
        refund_accounts_kept: Duration = "PAYMENT_REFUND_ACCOUNTS_KEPT", "90d";
        /// How often it is looked for such accounts.
        housekeeping_interval: Duration = "PAYMENT_HOUSEKEEPING_INTERVAL", "1h";
        /// How long the provider may take to answer before the outcome counts as unknown.
        provider_timeout: Duration = "TOSS_TIMEOUT", "4s";
        /// How often undecided payments and refunds are looked at.
        recovery_interval: Duration = "PAYMENT_RECOVERY_INTERVAL", "1s";
        /// How often it is looked whether a day that has passed is still to be compared with the provider's transactions.
        reconciliation_interval: Duration = "PAYMENT_RECONCILIATION_INTERVAL", "10m";
        /// How many payments are looked up at the provider at once when a day is compared.
        reconciliation_concurrency: usize = "PAYMENT_RECONCILIATION_CONCURRENCY", "8";
    }
}
