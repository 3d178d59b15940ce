//! Options of the settlement service.

use std::time::Duration;

platform::settings! {
    /// Options of the settlement service.
    pub struct SettlementSettings {
        /// The commission where no rate is set, in basis points.
        commission: u32 = "SETTLEMENT_COMMISSION", "1000";
        /// How often sellers are settled with who have no cadence of their own: DAILY, WEEKLY or MONTHLY.
        cadence: String = "SETTLEMENT_CADENCE", "WEEKLY";
        /// How many business days after its period a settlement is paid, where a seller has no lag of its own.
        lag: u32 = "SETTLEMENT_LAG", "2";
        /// How long what is held back of a settlement stays held back.
        holdback_time: Duration = "SETTLEMENT_HOLDBACK_TIME", "30d";
        /// How often it is looked whether a period is over, or a payout due.
        interval: Duration = "SETTLEMENT_INTERVAL", "5s";
        /// The bank's API. Empty: the local sandbox takes its place and no money moves.
        bank_url: String = "BANK_TRANSFER_URL", "";
        /// The key for the bank's API.
        bank_key: String = "BANK_TRANSFER_KEY", "";
        /// How long the bank may take to answer before the outcome counts as unknown.
        bank_timeout: Duration = "BANK_TRANSFER_TIMEOUT", "5s";
        /// The marketplace's business registration number (사업자등록번호), as it stands on tax invoices.
        business_number: String = "MARKET_BUSINESS_NUMBER", "000-00-00000";
        /// The marketplace's name, as it stands on tax invoices.
        business_name: String = "MARKET_BUSINESS_NAME", "도아마켓";
        /// The marketplace's representative, as it stands on tax invoices.
        business_representative: String = "MARKET_BUSINESS_REPRESENTATIVE", "도아마켓 대표";
    }
}
