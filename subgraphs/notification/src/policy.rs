//! Which event goes by which way, and what a person can choose. Pure.

use crate::model::{NotificationChannel, NotificationEvent};

/// What a person can choose of one event and way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Sent in any case: the law or the contract asks for it.
    Required,
    /// Sent unless the person refuses.
    On,
    /// Sent when the person asks for it.
    Off,
    /// Not sent this way.
    Never,
}

/// The choice of an event by a way.
pub(crate) fn choice(event: NotificationEvent, channel: NotificationChannel) -> Choice {
    use Choice::{Never, Off, On, Required};
    use NotificationEvent as Event;
    let (in_app, email, phone) = match event {
        // What only the owner of an address may know is nowhere else.
        Event::EmailVerification | Event::PasswordReset => (Never, Required, Never),
        // Whoever did not change it hears of it in time.
        Event::SecurityChanged => (Required, Required, Never),
        Event::Welcome => (On, On, Never),
        // 전자상거래법: receipt of an order, its cancellation and a refund are confirmed in any case.
        Event::OrderPaid
        | Event::OrderCancelled
        | Event::OrderRefused
        | Event::RefundDone
        | Event::RefundAccountNeeded
        | Event::DepositAwaited => (Required, Required, On),
        Event::ClaimUpdated
        | Event::CancelUpdated
        | Event::LineShipped
        | Event::DeliveryTrouble
        | Event::SellerClaimRequested
        | Event::SellerCancelRequested
        | Event::SellerLate => (On, On, On),
        Event::LineDelivered | Event::SellerOrderPaid => (On, Off, On),
        Event::OrderExpired
        | Event::LineConfirmed
        | Event::CouponRestored
        | Event::ReviewReplied
        | Event::ProductApproved => (On, Off, Never),
        Event::ReviewBlinded => (On, On, Never),
        Event::CouponIssued | Event::CouponExpiring | Event::Marketing => (On, On, On),
        Event::SellerOrderCancelled | Event::SellerDeliveryTrouble | Event::StockLow | Event::StockDepleted => {
            (On, On, Off)
        }
        // The contract with a seller asks for these.
        Event::SellerStateChanged
        | Event::SellerDocument
        | Event::ProductStateChanged
        | Event::SettlementClosed
        | Event::PayoutPaid
        | Event::PayoutFailed => (Required, Required, Off),
        // Whoever did not change it hears of it in time.
        Event::BankAccountChanged => (Required, Required, On),
        // Staff's own work.
        Event::StaffSellerApplied
        | Event::StaffClaimDisputed
        | Event::StaffApprovalRequested
        | Event::StaffApprovalDecided => (On, Off, Never),
    };
    match channel {
        NotificationChannel::InApp => in_app,
        NotificationChannel::Email => email,
        NotificationChannel::Phone => phone,
    }
}

/// Whether the event is advertising, which needs consent, a label and daylight.
pub(crate) fn is_marketing(event: NotificationEvent) -> bool {
    matches!(event, NotificationEvent::CouponIssued | NotificationEvent::CouponExpiring | NotificationEvent::Marketing)
}

/// Whether an event goes by a way to a person who has chosen so, or nothing.
pub(crate) fn wanted(event: NotificationEvent, channel: NotificationChannel, chosen: Option<bool>) -> bool {
    match choice(event, channel) {
        Choice::Required => true,
        Choice::On => chosen.unwrap_or(true),
        Choice::Off => chosen.unwrap_or(false),
        Choice::Never => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_law_asks_for_cannot_be_refused() {
        for event in NotificationEvent::ALL {
            for channel in NotificationChannel::ALL {
                let (kept, refused, asked) = (
                    wanted(*event, *channel, None),
                    wanted(*event, *channel, Some(false)),
                    wanted(*event, *channel, Some(true)),
                );
                let expected = match choice(*event, *channel) {
                    Choice::Required => (true, true, true),
                    Choice::On => (true, false, true),
                    Choice::Off => (false, false, true),
                    Choice::Never => (false, false, false),
                };
                assert_eq!((kept, refused, asked), expected, "{event:?} {channel:?}");
                // Advertising can always be refused.
                assert!(!is_marketing(*event) || !refused, "{event:?} {channel:?}");
            }
        }
        for event in [NotificationEvent::OrderPaid, NotificationEvent::OrderCancelled, NotificationEvent::RefundDone] {
            assert_eq!(choice(event, NotificationChannel::Email), Choice::Required);
        }
        for event in [NotificationEvent::PasswordReset, NotificationEvent::EmailVerification] {
            assert_eq!(choice(event, NotificationChannel::InApp), Choice::Never);
        }
    }
}
