//! Everything that staff may do is in the audit log.

use std::collections::BTreeSet;
use std::path::Path;

/// The mutations of staff whose actions record themselves by `platform::audit`, service by service. A mutation that is new
/// here is missing until its action does: call `audit::of_staff` in its transaction, and name it.
const AUDITED: &[(&str, &[&str])] = &[
    (
        "admin",
        &[
            "approveRequest",
            "closeComplaint",
            "createNotice",
            "editNotice",
            "endImpersonation",
            "logComplaint",
            "publishNotice",
            "rejectRequest",
            "reopenComplaint",
            "requestRefundApproval",
            "requestRole",
            "requestStaffRoles",
            "resolveComplaint",
            "startImpersonation",
            "takeComplaint",
            "withdrawNotice",
            "withdrawRequest",
        ],
    ),
    (
        "banner",
        &[
            "createBanner",
            "createBannerSlot",
            "editBanner",
            "editBannerSlot",
            "endBanner",
            "orderBanners",
            "pauseBanner",
            "resumeBanner",
            "scheduleBanner",
            "unscheduleBanner",
        ],
    ),
    (
        "coupon",
        &[
            "createCouponPolicy",
            "endCouponPolicy",
            "extendCouponPolicy",
            "issueCoupons",
            "pauseCouponPolicy",
            "publishCouponPolicy",
            "resumeCouponPolicy",
            "revokeCoupon",
            "updateCouponPolicy",
        ],
    ),
    (
        "gateway",
        &[
            "createApiClient",
            "editApiClient",
            "issueApiKey",
            "registerTrustedDocuments",
            "revokeApiClient",
            "revokeApiKey",
            "revokeTrustedDocuments",
        ],
    ),
    ("inventory", &["adjustStock", "setSafetyStock"]),
    (
        "notification",
        &[
            "createWebhookEndpoint",
            "deleteWebhookEndpoint",
            "disableWebhookEndpoint",
            "editWebhookEndpoint",
            "enableWebhookEndpoint",
            "redeliver",
            "rotateWebhookSecret",
            "sendMarketingNotification",
        ],
    ),
    (
        "order",
        &[
            "approveCancellation",
            "approveClaim",
            "deliverOrderLines",
            "holdClaim",
            "inspectClaim",
            "receiveCollected",
            "refundClaim",
            "rejectCancellation",
            "rejectClaim",
            "reshipClaim",
            "resolveDispute",
            "resumeClaim",
            "withdrawOrderLines",
        ],
    ),
    (
        "product",
        &[
            "approveProduct",
            "createBrand",
            "createCategory",
            "endProduct",
            "moveCategory",
            "orderCategories",
            "rejectProduct",
            "removeBrand",
            "removeCategory",
            "resumeProduct",
            "suspendProduct",
            "updateBrand",
            "updateCategory",
        ],
    ),
    ("payment", &["reconcilePayments", "resolvePaymentDiscrepancy", "voidPayment"]),
    ("search", &["createSynonym", "deleteSynonym", "reindexSearch", "updateSynonym"]),
    ("review", &["blindReview", "dismissReviewReports", "unblindReview"]),
    (
        "seller",
        &[
            "approveSeller",
            "approveSellerParticulars",
            "reinstateSeller",
            "rejectSeller",
            "rejectSellerParticulars",
            "requestSellerDocuments",
            "restrictSeller",
            "setSellerDocumentExpiry",
            "startSellerReview",
            "suspendSeller",
            "terminateSeller",
        ],
    ),
    (
        "settlement",
        &[
            "approvePayout",
            "closeSettlement",
            "holdSettlementItem",
            "rejectPayout",
            "releaseSettlementItem",
            "requestPayout",
            "retryPayout",
            "setCommissionRate",
            "setSettlementAccount",
        ],
    ),
    (
        "shipping",
        &[
            "assignShippingPolicy",
            "changeInvoice",
            "createShippingPolicy",
            "deleteBundleGroup",
            "deleteShippingPolicy",
            "registerInvoice",
            "registerInvoices",
            "registerInvoicesCsv",
            "saveBundleGroup",
            "setDefaultShippingPolicy",
            "splitShipment",
            "updateShippingPolicy",
        ],
    ),
];

/// The mutations of a subgraph, as it is printed, that a scope of staff opens.
fn mutations_of_staff(sdl: &str) -> BTreeSet<String> {
    let Some((_, rest)) = sdl.split_once("type Mutation") else { return BTreeSet::new() };
    let body = rest.split("\n}").next().unwrap();
    let outside_of_texts = body.split("\"\"\"").step_by(2);
    // A field's arguments may stand on lines of their own, further to the right.
    let mut field = "";
    let mut names = BTreeSet::new();
    for line in outside_of_texts.flat_map(str::lines) {
        if line.starts_with("  ") && line[2..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            field = line.trim().split(['(', ':']).next().unwrap();
        }
        if line.contains("[\"staff\"]") || line.contains("[\"staff:") {
            names.insert(field.to_owned());
        }
    }
    names
}

#[test]
fn every_mutation_of_staff_records_itself() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for file in std::fs::read_dir(root.join("schema/subgraphs")).unwrap().flatten() {
        let path = file.path();
        let service = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let known = AUDITED.iter().find(|(name, _)| *name == service).map_or(&[][..], |(_, names)| names);
        let known: BTreeSet<String> = known.iter().map(|name| (*name).to_owned()).collect();
        let found = mutations_of_staff(&std::fs::read_to_string(&path).unwrap());
        checked += found.len();
        assert_eq!(found, known, "{service}: mutations of staff, and those that are known to record themselves");
    }
    assert!(checked > 80, "the schema tells of {checked} mutations of staff");
}

#[test]
fn mutations_of_staff_are_recognised() {
    let sdl = r#"type Mutation {
  """
  Is ["staff"] only in words.
  """
  zero: Int
  one: Int @requiresScopes(scopes: [["staff"]])
  two(input: Two!): Int @requiresScopes(scopes: [["seller"], ["staff"]])
  three: Int @requiresScopes(scopes: [["seller"]])
  four(
    day: Date
  ): Int @requiresScopes(scopes: [["staff:orders"]])
}
type Query {
  five: Int @requiresScopes(scopes: [["staff"]])
}"#;
    assert_eq!(mutations_of_staff(sdl), BTreeSet::from(["four".to_owned(), "one".to_owned(), "two".to_owned()]));
}
