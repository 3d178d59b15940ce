//! Options of the order service.

use std::time::Duration;

use crate::model::SellerOrderRow;
use crate::rules::claims::TravelFees;

platform::settings! {
    /// Options of the order service.
    pub struct OrderSettings {
        /// How long an order waits for its payment before it expires and its stock is free again.
        payment_deadline: Duration = "ORDER_PAYMENT_DEADLINE", "30m";
        /// How long the stock of an order stays reserved beyond the payment deadline.
        reservation_margin: Duration = "ORDER_RESERVATION_MARGIN", "10m";
        /// How many working days a seller has to begin to prepare a paid line; then it is late.
        prepare_days: u32 = "ORDER_PREPARE_DAYS", "2";
        /// How many working days a seller has to send again what could not be delivered; then it is cancelled.
        resend_days: u32 = "ORDER_RESEND_DAYS", "5";
        /// How long after it was sent a line counts as delivered of whose parcel no carrier tells anything.
        arrive_after: Duration = "ORDER_ARRIVE_AFTER", "28d";
        /// How long a seller has to answer a request to cancel; then it is granted.
        cancel_answer_deadline: Duration = "ORDER_CANCEL_ANSWER_DEADLINE", "1d";
        /// How long after delivery a line confirms itself.
        confirm_after: Duration = "ORDER_CONFIRM_AFTER", "7d";
        /// How many working days a seller has to answer a claim; then it is approved.
        claim_answer_days: u32 = "ORDER_CLAIM_ANSWER_DAYS", "3";
        /// How long a buyer has to send the goods of an approved claim back; then it counts as withdrawn.
        claim_collect_within: Duration = "ORDER_CLAIM_COLLECT_WITHIN", "14d";
        /// How many working days the goods of a claim may be on their way back; then staff decide.
        claim_receive_days: u32 = "ORDER_CLAIM_RECEIVE_DAYS", "10";
        /// How many working days a seller has to look at what came back; then it counts as sound.
        claim_inspect_days: u32 = "ORDER_CLAIM_INSPECT_DAYS", "3";
        /// How many working days a seller has to send other goods; then the money goes back instead.
        claim_reship_days: u32 = "ORDER_CLAIM_RESHIP_DAYS", "5";
        /// How many working days a claim may be held; then staff decide.
        claim_hold_days: u32 = "ORDER_CLAIM_HOLD_DAYS", "10";
        /// How long after other goods were sent an exchange is done, when nobody says so.
        claim_complete_after: Duration = "ORDER_CLAIM_COMPLETE_AFTER", "7d";
        /// How long after a refusal a claim can be disputed; until then its lines do not confirm themselves.
        claim_dispute_window: Duration = "ORDER_CLAIM_DISPUTE_WINDOW", "7d";
        /// What sending goods back once costs, in won, where the buyer has to pay it; of orders that know of no fee of
        /// their seller's.
        return_fee: u32 = "ORDER_RETURN_FEE", "3000";
        /// Above how much, in won, staff need the approval of a second person to refund a claim or lines that are cancelled.
        refund_approval_limit: u32 = "ORDER_REFUND_APPROVAL_LIMIT", "1000000";
        /// How long a step of a checkout may take before the recovery job takes it over.
        step_lease: Duration = "ORDER_STEP_LEASE", "5s";
        /// How often the recovery job looks.
        recovery_interval: Duration = "ORDER_RECOVERY_INTERVAL", "1s";
        /// How often it is looked again at what people have to settle first: refunds that wait for a bank account, and payments of
        /// another amount than their order's.
        recheck_interval: Duration = "ORDER_RECHECK_INTERVAL", "1h";
        /// Most lines in one order.
        max_lines: usize = "ORDER_MAX_LINES", "100";
        /// The most coupons that one order may use.
        max_coupons: usize = "ORDER_MAX_COUPONS", "20";
        /// The longest text, in characters, that a buyer writes for an option.
        max_option_text: usize = "ORDER_MAX_OPTION_TEXT", "100";
        /// Largest quantity of one line.
        max_quantity: u32 = "ORDER_MAX_QUANTITY", "999";
    }
}

impl OrderSettings {
    /// What sending goods of the part costs, where the buyer has to pay it.
    pub(crate) fn travel_fees_of(&self, part: &SellerOrderRow) -> TravelFees {
        let back = part.return_fee.unwrap_or(self.return_fee.into());
        TravelFees { back, exchange: part.exchange_fee.unwrap_or(2 * back) }
    }
}
