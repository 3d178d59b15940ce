//! A statement as a file: CSV that spreadsheets open as it is meant. Pure.

use platform::language::Language;

use crate::calendar::day_of;
use crate::model::{SettlementItemKind, SettlementRow, StatementLineRow};

/// Writes a statement with its lines: a header, a row a line, and the sum.
///
/// # Errors
/// When the writer refuses a row.
pub(crate) fn csv_of(
    settlement: &SettlementRow,
    lines: &[StatementLineRow],
    language: Language,
) -> Result<String, String> {
    let header = match language {
        Language::Korean => [
            "구분",
            "주문번호",
            "결제일",
            "상품명",
            "수량",
            "판매금액",
            "판매자 할인",
            "마켓 할인",
            "수수료율(%)",
            "수수료",
            "수수료 부가세",
            "정산금액",
            "과세 구분",
        ],
        Language::English => [
            "Kind",
            "Order",
            "Paid on",
            "Title",
            "Quantity",
            "Gross",
            "Seller discount",
            "Market discount",
            "Rate (%)",
            "Commission",
            "VAT",
            "Net",
            "Tax",
        ],
    };
    let sum = [
        language.choose("합계", "Total").to_owned(),
        String::new(),
        String::new(),
        String::new(),
        settlement.item_count.to_string(),
        settlement.gross.to_string(),
        settlement.seller_discount.to_string(),
        settlement.platform_discount.to_string(),
        String::new(),
        settlement.commission.to_string(),
        settlement.commission_vat.to_string(),
        settlement.net.to_string(),
        String::new(),
    ];
    platform::csv_file::write(header, lines.iter().map(|line| row_of(line, language)).chain([sum]))
}

fn row_of(line: &StatementLineRow, language: Language) -> [String; 13] {
    [
        kind_name(line.kind, language).to_owned(),
        line.order_number.clone().unwrap_or_default(),
        day_of(line.occurred_at).to_string(),
        line.title.clone(),
        line.quantity.to_string(),
        line.gross.to_string(),
        line.seller_discount.to_string(),
        line.platform_discount.to_string(),
        format!("{}.{:02}", line.rate / 100, line.rate % 100),
        line.commission.to_string(),
        line.commission_vat.to_string(),
        line.net.to_string(),
        tax_name(line, language).to_owned(),
    ]
}

/// Whether what was sold is taxed; nothing of what only moves money between statements.
fn tax_name(line: &StatementLineRow, language: Language) -> &'static str {
    match line.kind {
        SettlementItemKind::Holdback | SettlementItemKind::HoldbackRelease | SettlementItemKind::CarryOver => "",
        _ if line.tax_free => language.choose("면세", "Tax-free"),
        _ => language.choose("과세", "Taxed"),
    }
}

fn kind_name(kind: SettlementItemKind, language: Language) -> &'static str {
    let (korean, english) = match kind {
        SettlementItemKind::Sale => ("판매", "Sale"),
        SettlementItemKind::Shipping => ("배송비", "Shipping"),
        SettlementItemKind::ReturnFee => ("반품 배송비", "Return fee"),
        SettlementItemKind::Clawback => ("환불 차감", "Clawback"),
        SettlementItemKind::Holdback => ("지급 유보", "Holdback"),
        SettlementItemKind::HoldbackRelease => ("유보 해제", "Holdback release"),
        SettlementItemKind::CarryOver => ("이월", "Carried over"),
    };
    language.choose(korean, english)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;
    use crate::model::{ItemId, SellerId, SettlementId};

    #[test]
    fn a_statement_as_a_file() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let at = DateTime::from_timestamp(1_795_600_000, 0).unwrap();
        let settlement = SettlementRow {
            id: SettlementId::new(),
            seller_id: SellerId::new(),
            cadence: None,
            period_start: day,
            period_end: day,
            payable_on: day,
            item_count: 1,
            gross: 30_000,
            seller_discount: 2_000,
            platform_discount: 1_000,
            commission: 3_500,
            commission_vat: 350,
            net: 24_150,
            recipient: serde_json::Value::Null,
            closed_at: at,
        };
        let line = StatementLineRow {
            item_id: ItemId::new(),
            kind: SettlementItemKind::Sale,
            order_number: Some("20261126-1".to_owned()),
            title: "=HYPERLINK(\"x\"), 특가".to_owned(),
            quantity: 3,
            rate: 1_250,
            gross: 30_000,
            seller_discount: 2_000,
            platform_discount: 1_000,
            commission: 3_500,
            commission_vat: 350,
            net: 24_150,
            occurred_at: at,
            tax_free: true,
        };
        let text = csv_of(&settlement, std::slice::from_ref(&line), Language::Korean).unwrap();
        let rows: Vec<&str> = text.strip_prefix('\u{feff}').unwrap().split("\r\n").collect();
        assert!(rows[0].starts_with("구분,주문번호,결제일,상품명"), "{}", rows[0]);
        let expected =
            "판매,20261126-1,2026-11-25,\"'=HYPERLINK(\"\"x\"\"), 특가\",3,30000,2000,1000,12.50,3500,350,24150,면세";
        assert_eq!(rows[1], expected);
        assert_eq!(rows[2], "합계,,,,1,30000,2000,1000,,3500,350,24150,");
        let of = |kind, tax_free| tax_name(&StatementLineRow { kind, tax_free, ..line.clone() }, Language::Korean);
        assert_eq!((of(SettlementItemKind::Shipping, false), of(SettlementItemKind::CarryOver, false)), ("과세", ""));
    }
}
