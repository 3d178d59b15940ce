//! What people read: a title and a text for every event, in Korean and English. Pure.

use chrono::{DateTime, Utc};
use platform::business_days::{day_in_seoul, time_in_seoul};
use platform::language::Language;

use crate::banks::bank_name;
use crate::model::{NotificationEvent, Params};
use crate::policy::is_marketing;

/// A message as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) title: String,
    pub(crate) body: String,
}

/// Parts of a message, filled in.
struct Filled<'a> {
    params: &'a Params,
    language: Language,
}

impl Filled<'_> {
    fn get(&self, key: &str) -> &str {
        self.params.get(key).map_or("", String::as_str)
    }

    /// `머그컵 외 2건`, `Mug and 2 more`.
    fn goods(&self) -> String {
        let title = match self.get("title") {
            "" => self.language.choose("주문하신 상품", "your goods"),
            title => title,
        };
        match (self.get("more"), self.language) {
            ("", _) => title.to_owned(),
            (more, Language::Korean) => format!("{title} 외 {more}건"),
            (more, Language::English) => format!("{title} and {more} more"),
        }
    }

    /// `12,000원`, `₩12,000`; nothing where there is no amount.
    fn amount(&self) -> String {
        let Ok(amount) = self.get("amount").parse::<i64>() else { return String::new() };
        let digits = amount.unsigned_abs().to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let sign = if amount < 0 { "-" } else { "" };
        match self.language {
            Language::Korean => format!("{sign}{grouped}원"),
            Language::English => format!("{sign}₩{grouped}"),
        }
    }

    fn number(&self) -> String {
        match self.get("number") {
            "" => String::new(),
            number => self.language.choose("주문번호 ", "Order ").to_owned() + number,
        }
    }

    fn security_change(&self) -> &'static str {
        let (korean, english) = match self.get("change") {
            "PASSWORD_CHANGED" => ("비밀번호가 변경되었습니다.", "The password was changed."),
            "FACTOR_ADDED" => ("2단계 인증 수단이 추가되었습니다.", "A second factor was added."),
            "FACTOR_REMOVED" => ("2단계 인증 수단이 삭제되었습니다.", "A second factor was removed."),
            "RECOVERY_CODE_USED" => ("복구 코드로 로그인했습니다.", "A recovery code was used."),
            "RECOVERY_CODES_REPLACED" => ("복구 코드가 새로 발급되었습니다.", "The recovery codes were replaced."),
            "ACCOUNT_LINKED" => ("소셜 계정이 연결되었습니다.", "An account at another service was linked."),
            "ACCOUNT_UNLINKED" => ("소셜 계정 연결이 해제되었습니다.", "An account at another service was unlinked."),
            "PASSKEY_ADDED" => ("패스키가 추가되었습니다.", "A passkey was added."),
            "TOKEN_REUSED" => (
                "다른 곳에서 이미 쓴 로그인 정보가 다시 사용되어 해당 기기를 로그아웃했습니다.",
                "A sign-in was used again after it had been replaced, and its device was signed out.",
            ),
            "PASSKEY_REMOVED" => ("패스키가 삭제되었습니다.", "A passkey was removed."),
            _ => ("", ""),
        };
        self.language.choose(korean, english)
    }

    /// A time as people in Korea read it; what is no time, as it is.
    fn until(&self) -> String {
        let text = self.get("until");
        match text.parse::<DateTime<Utc>>() {
            Ok(at) => format!("{} {}", day_in_seoul(at), time_in_seoul(at).format("%H:%M")),
            Err(_) => text.to_owned(),
        }
    }

    fn bank(&self) -> &str {
        bank_name(self.get("bank"), self.language)
    }

    /// `운송장 CJ 1234`, `Parcel CJ 1234`; nothing of a parcel without a number.
    fn parcel(&self) -> String {
        match self.get("tracking") {
            "" => String::new(),
            number => format!("{} {} {number}", self.language.choose("운송장", "Parcel"), self.get("carrier")),
        }
    }

    fn trouble(&self) -> &'static str {
        let (korean, english) = match self.get("status") {
            "stalled" => ("배송이 멈춰 있습니다", "has not moved for days"),
            "returning" => ("반송되고 있습니다", "goes back to its sender"),
            _ => ("배송되지 못했습니다", "could not be delivered"),
        };
        self.language.choose(korean, english)
    }

    fn approval_state(&self) -> &'static str {
        let (korean, english) = match self.get("state") {
            "APPROVED" | "EXECUTED" => ("승인되었습니다", "was approved"),
            "REJECTED" => ("거절되었습니다", "was rejected"),
            "EXPIRED" => ("기한이 지났습니다", "was not decided in time"),
            _ => ("변경되었습니다", "has changed"),
        };
        self.language.choose(korean, english)
    }

    fn product_state(&self) -> &'static str {
        let (korean, english) = match self.get("to") {
            "DRAFT" => ("심사에서 반려되었습니다", "was not let on sale"),
            "SUSPENDED" => ("판매가 중지되었습니다", "was taken off the shelf"),
            "ON_SALE" => ("판매가 재개되었습니다", "is on sale again"),
            "ENDED" => ("판매가 종료되었습니다", "is not sold any more"),
            _ => ("상태가 바뀌었습니다", "has another state"),
        };
        self.language.choose(korean, english)
    }

    fn document(&self) -> &'static str {
        let (korean, english) = match self.get("document") {
            "BUSINESS_REGISTRATION" => ("사업자등록증", "business registration"),
            "MAIL_ORDER_REPORT" => ("통신판매업 신고증", "mail-order report"),
            "BANK_BOOK" => ("통장 사본", "bank book"),
            "IDENTITY" => ("신분증", "identity"),
            _ => ("서류", "document"),
        };
        self.language.choose(korean, english)
    }

    fn claim_kind(&self) -> &'static str {
        let (korean, english) = match self.get("kind") {
            "CANCEL" => ("취소", "cancellation"),
            "RETURN" => ("반품", "return"),
            "EXCHANGE" => ("교환", "exchange"),
            "DEFECT" => ("하자", "defect claim"),
            _ => ("클레임", "claim"),
        };
        self.language.choose(korean, english)
    }

    fn claim_status(&self) -> &'static str {
        let (korean, english) = match self.get("status") {
            "requested" => ("접수되었습니다", "was received"),
            "approved" => ("승인되었습니다", "was approved"),
            "rejected" => ("거절되었습니다", "was rejected"),
            "withdrawn" => ("철회되었습니다", "was withdrawn"),
            "collecting" => ("수거 중입니다", "is being collected"),
            "collected" => ("수거되었습니다", "was collected"),
            "inspected" => ("검수되었습니다", "was inspected"),
            "refunded" => ("환불되었습니다", "was refunded"),
            "reshipped" => ("다시 발송되었습니다", "was shipped again"),
            "done" => ("완료되었습니다", "is done"),
            "held" => ("보류되었습니다", "is on hold"),
            "resumed" => ("다시 진행됩니다", "goes on"),
            "disputed" => ("분쟁 조정 중입니다", "is disputed"),
            _ => ("변경되었습니다", "has changed"),
        };
        self.language.choose(korean, english)
    }
}

/// The message of an event in a language. Advertising is labelled (광고), as the law asks in every language.
pub(crate) fn render(event: NotificationEvent, params: &Params, language: Language) -> Rendered {
    let filled = Filled { params, language };
    let (title, body) = match language {
        Language::Korean => korean(event, &filled),
        Language::English => english(event, &filled),
    };
    // Where a part is missing, no double space is left.
    let tidy = |text: String| text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let title = tidy(title);
    let title = if is_marketing(event) { format!("(광고) {title}") } else { title };
    Rendered { title, body: tidy(body) }
}

fn korean(event: NotificationEvent, filled: &Filled<'_>) -> (String, String) {
    use NotificationEvent as Event;
    let (goods, amount, number) = (filled.goods(), filled.amount(), filled.number());
    let get = |key| filled.get(key);
    let (title, body) = match event {
        Event::Welcome => ("도아마켓에 오신 것을 환영합니다", format!("{}님, 가입을 환영합니다.", get("name"))),
        Event::EmailVerification => {
            ("이메일 주소를 확인해 주세요", format!("다음 주소를 열어 확인을 마쳐 주세요: {}", get("url")))
        }
        Event::PasswordReset => (
            "비밀번호를 다시 설정하세요",
            format!("다음 주소에서 새 비밀번호를 정하세요: {} 요청하지 않았다면 무시하세요.", get("url")),
        ),
        Event::SecurityChanged if get("change") == "DATA_EXPORTED" => (
            "내 정보를 내려받았습니다",
            "본인이 아니라면 바로 비밀번호를 바꾸고 모든 기기에서 로그아웃하세요.".to_owned(),
        ),
        Event::SecurityChanged => (
            "로그인 보안 설정이 변경되었습니다",
            format!(
                "{} 본인이 아니라면 바로 비밀번호를 바꾸고 모든 기기에서 로그아웃하세요.",
                filled.security_change()
            ),
        ),
        Event::OrderPaid => ("결제가 완료되었습니다", format!("{goods} {amount} {number}")),
        Event::OrderCancelled => ("주문이 취소되었습니다", format!("{goods} {number} {}", get("reason"))),
        Event::OrderExpired => ("결제 시간이 지나 주문이 취소되었습니다", format!("{number} 다시 주문해 주세요.")),
        Event::LineShipped => ("상품이 출발했습니다", format!("{goods} {number}")),
        Event::LineDelivered => ("상품이 도착했습니다", format!("{goods} 받으신 뒤 구매를 확정해 주세요. {number}")),
        Event::LineConfirmed => ("구매가 확정되었습니다", format!("{goods} 리뷰를 남겨 주세요.")),
        Event::ClaimUpdated => {
            return (format!("{} 요청이 {}", filled.claim_kind(), filled.claim_status()), format!("{number} {amount}"));
        }
        Event::RefundDone => ("환불이 완료되었습니다", format!("{amount} {number}")),
        Event::CancelUpdated if get("status") == "cancel_refused" => {
            ("취소 요청이 거절되었습니다", format!("{goods} {number} {}", get("reason")))
        }
        Event::CancelUpdated => {
            ("취소 요청이 접수되었습니다", format!("{goods} {number} {}까지 답변이 없으면 취소됩니다.", filled.until()))
        }
        Event::DeliveryTrouble | Event::SellerDeliveryTrouble => {
            (filled.trouble(), format!("{} {number} 확인해 주세요.", filled.parcel()))
        }
        Event::OrderRefused => (
            "주문을 완료하지 못해 환불합니다",
            format!(
                "{number} {amount} {}",
                match get("reason") {
                    "SOLD_OUT" => "상품이 모두 판매되었습니다.",
                    "LATE_PAYMENT" => "결제 기한이 지난 뒤 결제되었습니다.",
                    other => other,
                }
            ),
        ),
        Event::DepositAwaited => (
            "입금을 기다리고 있습니다",
            format!("{} {} {amount} {}까지 입금해 주세요. {number}", filled.bank(), get("account"), filled.until()),
        ),
        Event::RefundAccountNeeded => {
            ("환불받을 계좌를 알려 주세요", format!("{amount} {number} 주문에서 계좌를 입력하면 환불해 드립니다."))
        }
        Event::CouponRestored => ("쿠폰이 되돌아왔습니다", format!("{} ~ {}", get("name"), filled.until())),
        Event::ReviewBlinded => ("리뷰가 숨김 처리되었습니다", format!("사유: {}", get("reason"))),
        Event::CouponIssued => ("쿠폰이 도착했습니다", format!("{} {}", get("name"), get("until"))),
        Event::CouponExpiring => ("쿠폰이 곧 사라집니다", format!("{} {}", get("name"), get("until"))),
        Event::ReviewReplied => ("판매자가 리뷰에 답글을 남겼습니다", "내 리뷰에서 확인해 보세요.".to_owned()),
        Event::Marketing => return (get("title").to_owned(), get("body").to_owned()),
        _ => return korean_at_work(event, filled),
    };
    (title.to_owned(), body)
}

/// What sellers and staff read.
fn korean_at_work(event: NotificationEvent, filled: &Filled<'_>) -> (String, String) {
    use NotificationEvent as Event;
    let (goods, amount, number) = (filled.goods(), filled.amount(), filled.number());
    let get = |key| filled.get(key);
    let (title, body) = match event {
        Event::SellerOrderPaid => ("새 주문이 들어왔습니다", format!("{goods} {amount} {number}")),
        Event::SellerOrderCancelled => ("주문이 취소되었습니다", format!("{goods} {number}")),
        Event::SellerClaimRequested => {
            return (format!("{} 요청이 접수되었습니다", filled.claim_kind()), number);
        }
        Event::SellerStateChanged => {
            ("판매자 상태가 바뀌었습니다", format!("{} {} → {}", get("name"), get("from"), get("to")))
        }
        Event::SellerDocument => {
            let title = match get("status") {
                "document_expired" => "서류의 유효 기간이 지났습니다",
                _ => "서류의 유효 기간이 곧 끝납니다",
            };
            (title, format!("{} {} ~ {}", get("name"), filled.document(), get("until")))
        }
        Event::ProductApproved => ("상품이 승인되었습니다", get("title").to_owned()),
        Event::StockLow => ("재고가 얼마 남지 않았습니다", format!("남은 수량: {}", get("available"))),
        Event::SettlementClosed => ("정산이 마감되었습니다", amount),
        Event::PayoutPaid => ("정산금이 지급되었습니다", amount),
        Event::PayoutFailed => ("정산금을 지급하지 못했습니다", format!("{amount} {}", get("reason"))),
        Event::SellerCancelRequested => (
            "취소 요청에 답해 주세요",
            format!("{goods} {number} {} {}까지 답변이 없으면 취소됩니다.", get("reason"), filled.until()),
        ),
        Event::SellerLate => match get("status") {
            "preparation_overdue" => {
                ("상품 준비가 늦어지고 있습니다", format!("{goods} {number} 준비 기한: {}", filled.until()))
            }
            _ => ("발송이 늦어지고 있습니다", format!("{} 발송 기한: {}", filled.parcel(), filled.until())),
        },
        Event::ProductStateChanged => {
            return (format!("상품이 {}", filled.product_state()), format!("{} {}", get("title"), get("reason")));
        }
        Event::StockDepleted => ("상품이 품절되었습니다", "재고를 채워 주세요.".to_owned()),
        Event::BankAccountChanged => (
            "정산 계좌가 변경되었습니다",
            "변경하지 않았다면 바로 비밀번호를 바꾸고 고객센터에 알려 주세요.".to_owned(),
        ),
        Event::StaffSellerApplied => ("판매자 입점 신청이 들어왔습니다", get("name").to_owned()),
        Event::StaffClaimDisputed => ("분쟁 조정이 필요합니다", format!("{} {number}", filled.claim_kind())),
        Event::StaffApprovalRequested => ("승인 요청이 들어왔습니다", format!("종류: {}", get("kind"))),
        Event::StaffApprovalDecided => {
            return (format!("승인 요청이 {}", filled.approval_state()), format!("종류: {}", get("kind")));
        }
        // Everything else is told to people who buy.
        _ => ("", String::new()),
    };
    (title.to_owned(), body)
}

fn english(event: NotificationEvent, filled: &Filled<'_>) -> (String, String) {
    use NotificationEvent as Event;
    let (goods, amount, number) = (filled.goods(), filled.amount(), filled.number());
    let get = |key| filled.get(key);
    let (title, body) = match event {
        Event::Welcome => ("Welcome to DOA Market", format!("{}, your account is ready.", get("name"))),
        Event::EmailVerification => ("Confirm your e-mail address", format!("Open this address: {}", get("url"))),
        Event::PasswordReset => (
            "Set a new password",
            format!("Choose a new password at {} Ignore this if you did not ask for it.", get("url")),
        ),
        Event::SecurityChanged if get("change") == "DATA_EXPORTED" => (
            "Your data was exported",
            "If it was not you, change your password and sign out everywhere at once.".to_owned(),
        ),
        Event::SecurityChanged => (
            "Your sign-in has changed",
            format!(
                "{} If it was not you, change your password and sign out everywhere at once.",
                filled.security_change()
            ),
        ),
        Event::OrderPaid => ("Your order is paid", format!("{goods} {amount} {number}")),
        Event::OrderCancelled => ("Your order was cancelled", format!("{goods} {number} {}", get("reason"))),
        Event::OrderExpired => ("Your order was not paid in time", format!("{number} Please order again.")),
        Event::LineShipped => ("Your goods are on their way", format!("{goods} {number}")),
        Event::LineDelivered => ("Your goods have arrived", format!("{goods} Please confirm the purchase. {number}")),
        Event::LineConfirmed => ("Your purchase is confirmed", format!("Tell others what {goods} is like.")),
        Event::ClaimUpdated => {
            return (format!("Your {} {}", filled.claim_kind(), filled.claim_status()), format!("{number} {amount}"));
        }
        Event::RefundDone => ("You were refunded", format!("{amount} {number}")),
        Event::CancelUpdated if get("status") == "cancel_refused" => {
            ("Your request to cancel was refused", format!("{goods} {number} {}", get("reason")))
        }
        Event::CancelUpdated => (
            "Your request to cancel was received",
            format!("{goods} {number} Without an answer until {} it is granted.", filled.until()),
        ),
        Event::DeliveryTrouble | Event::SellerDeliveryTrouble => {
            return (
                format!("A parcel {}", filled.trouble()),
                format!("{} {number} Please look into it.", filled.parcel()),
            );
        }
        Event::OrderRefused => (
            "Your order could not be completed and is refunded",
            format!(
                "{number} {amount} {}",
                match get("reason") {
                    "SOLD_OUT" => "The goods are sold out.",
                    "LATE_PAYMENT" => "It was paid too late.",
                    other => other,
                }
            ),
        ),
        Event::DepositAwaited => (
            "Your order waits for your deposit",
            format!("{} {} {amount}, until {}. {number}", filled.bank(), get("account"), filled.until()),
        ),
        Event::RefundAccountNeeded => (
            "Tell us where your refund is to go",
            format!("{amount} {number} Enter your account at the order, and the money goes back."),
        ),
        Event::CouponRestored => ("Your coupon is back", format!("{} ~ {}", get("name"), filled.until())),
        Event::ReviewBlinded => ("Your review was hidden", format!("Reason: {}", get("reason"))),
        Event::CouponIssued => ("A coupon for you", format!("{} {}", get("name"), get("until"))),
        Event::CouponExpiring => ("Your coupon ends soon", format!("{} {}", get("name"), get("until"))),
        Event::ReviewReplied => ("The seller answered your review", "See it among your reviews.".to_owned()),
        Event::Marketing => return (get("title").to_owned(), get("body").to_owned()),
        _ => return english_at_work(event, filled),
    };
    (title.to_owned(), body)
}

/// What sellers and staff read.
fn english_at_work(event: NotificationEvent, filled: &Filled<'_>) -> (String, String) {
    use NotificationEvent as Event;
    let (goods, amount, number) = (filled.goods(), filled.amount(), filled.number());
    let get = |key| filled.get(key);
    let (title, body) = match event {
        Event::SellerOrderPaid => ("A new order", format!("{goods} {amount} {number}")),
        Event::SellerOrderCancelled => ("An order was cancelled", format!("{goods} {number}")),
        Event::SellerClaimRequested => return (format!("A {} was requested", filled.claim_kind()), number),
        Event::SellerStateChanged => {
            ("Your shop has another state", format!("{} {} → {}", get("name"), get("from"), get("to")))
        }
        Event::SellerDocument => {
            let title = match get("status") {
                "document_expired" => "A document of your shop has ended",
                _ => "A document of your shop ends soon",
            };
            (title, format!("{} {}, {}", get("name"), filled.document(), get("until")))
        }
        Event::ProductApproved => ("Your product was approved", get("title").to_owned()),
        Event::StockLow => ("Stock is low", format!("Left: {}", get("available"))),
        Event::SettlementClosed => ("A settlement is closed", amount),
        Event::PayoutPaid => ("You were paid", amount),
        Event::PayoutFailed => ("You could not be paid", format!("{amount} {}", get("reason"))),
        Event::SellerCancelRequested => (
            "A buyer asks to cancel",
            format!("{goods} {number} {} Without an answer until {} it is granted.", get("reason"), filled.until()),
        ),
        Event::SellerLate => match get("status") {
            "preparation_overdue" => {
                ("You are late to prepare an order", format!("{goods} {number} Due: {}", filled.until()))
            }
            _ => ("You are late to send a parcel", format!("{} Due: {}", filled.parcel(), filled.until())),
        },
        Event::ProductStateChanged => {
            return (format!("Your product {}", filled.product_state()), format!("{} {}", get("title"), get("reason")));
        }
        Event::StockDepleted => ("Something is sold out", "Please restock.".to_owned()),
        Event::BankAccountChanged => (
            "The account of your payouts has changed",
            "If it was not you, change your password at once and tell us.".to_owned(),
        ),
        Event::StaffSellerApplied => ("Somebody applied to sell", get("name").to_owned()),
        Event::StaffClaimDisputed => ("A claim is disputed", format!("{} {number}", filled.claim_kind())),
        Event::StaffApprovalRequested => ("An approval is asked for", format!("Kind: {}", get("kind"))),
        Event::StaffApprovalDecided => {
            return (format!("Your request {}", filled.approval_state()), format!("Kind: {}", get("kind")));
        }
        // Everything else is told to people who buy.
        _ => ("", String::new()),
    };
    (title.to_owned(), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_event_has_a_text_in_each_language() {
        let full = params(&[
            ("name", "김도아"),
            ("title", "머그컵"),
            ("body", "내용"),
            ("more", "2"),
            ("amount", "1234567"),
            ("number", "N-1"),
            ("available", "3"),
            ("url", "https://x"),
            ("kind", "RETURN"),
            ("status", "approved"),
        ]);
        for event in NotificationEvent::ALL {
            let (korean, english) = (render(*event, &full, Language::Korean), render(*event, &full, Language::English));
            assert!(!korean.title.is_empty() && !korean.body.is_empty(), "{event:?}");
            assert!(!english.title.is_empty() && !english.body.is_empty(), "{event:?}");
            let own_text = *event == NotificationEvent::Marketing;
            assert!(own_text || korean != english, "{event:?}");
            for text in [&korean, &english] {
                assert_eq!(text.title.starts_with("(광고) "), is_marketing(*event), "{event:?}");
                assert!(!text.body.contains("  ") && !text.body.starts_with(' '), "{event:?}: {text:?}");
            }
            // Nothing is needed that a fact may leave out.
            render(*event, &Params::new(), Language::Korean);
        }
    }

    #[test]
    fn texts_are_filled_in() {
        let order = params(&[("title", "머그컵"), ("more", "2"), ("amount", "1234567"), ("number", "N-1")]);
        let korean = render(NotificationEvent::OrderPaid, &order, Language::Korean);
        assert_eq!(korean.body, "머그컵 외 2건 1,234,567원 주문번호 N-1");
        let english = render(NotificationEvent::OrderPaid, &order, Language::English);
        assert_eq!(english.body, "머그컵 and 2 more ₩1,234,567 Order N-1");
        let claim = params(&[("kind", "EXCHANGE"), ("status", "reshipped")]);
        let claim = render(NotificationEvent::ClaimUpdated, &claim, Language::Korean);
        assert_eq!(claim.title, "교환 요청이 다시 발송되었습니다");
        let document = params(&[
            ("name", "도아상점"),
            ("document", "IDENTITY"),
            ("until", "2026-01-31"),
            ("status", "document_expired"),
        ]);
        let ended = render(NotificationEvent::SellerDocument, &document, Language::Korean);
        assert_eq!((&*ended.title, &*ended.body), ("서류의 유효 기간이 지났습니다", "도아상점 신분증 ~ 2026-01-31"));
        let deposit =
            params(&[("bank", "088"), ("account", "110-123"), ("amount", "12000"), ("until", "2026-03-05T14:59:00Z")]);
        let deposit = render(NotificationEvent::DepositAwaited, &deposit, Language::Korean);
        assert_eq!(deposit.body, "신한은행 110-123 12,000원 2026-03-05 23:59까지 입금해 주세요.");
        let parcel = params(&[("tracking", "1234"), ("carrier", "CJ"), ("status", "returning")]);
        let parcel = render(NotificationEvent::DeliveryTrouble, &parcel, Language::English);
        assert_eq!(
            (&*parcel.title, &*parcel.body),
            ("A parcel goes back to its sender", "Parcel CJ 1234 Please look into it.")
        );
        let small = render(NotificationEvent::RefundDone, &params(&[("amount", "900")]), Language::Korean);
        assert_eq!(small.body, "900원");
    }
}
