//! What is stored: identifiers, states, rows.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{approval_request, audit_entry, complaint, impersonation, notice, role, staff};

platform::define_id!(
    /// A person with an account.
    pub(crate) struct UserId, "usr"
);

platform::define_id!(
    /// A role.
    pub(crate) struct RoleId, "rol"
);

platform::define_id!(
    /// A request for approval.
    pub(crate) struct ApprovalId, "apr"
);

platform::define_id!(
    /// A notice.
    pub(crate) struct NoticeId, "ntc"
);

platform::define_id!(
    /// A complaint.
    pub(crate) struct ComplaintId, "cmp"
);

platform::define_id!(
    /// A look at the market as somebody else.
    pub(crate) struct ImpersonationId, "imp"
);

platform::define_id!(
    /// An order, which is the order service's.
    pub(crate) struct OrderId, "ord"
);

platform::define_id!(
    /// A buyer's claim, which is the order service's.
    pub(crate) struct ClaimId, "clm"
);

platform::text_enum! {
    /// What a member of staff may do.
    pub enum Permission {
        /// Reads the audit log.
        AuditRead = "AUDIT_READ",
        /// Asks for changes of staff and roles.
        StaffManage = "STAFF_MANAGE",
        /// Decides what others ask for.
        ApprovalDecide = "APPROVAL_DECIDE",
        /// Writes notices.
        NoticeWrite = "NOTICE_WRITE",
        /// Handles complaints.
        ComplaintHandle = "COMPLAINT_HANDLE",
        /// Looks at the market as a buyer or seller.
        Impersonate = "IMPERSONATE",
        /// Sellers and their applications.
        Sellers = "SELLERS",
        /// Products, categories and brands.
        Products = "PRODUCTS",
        /// Orders, claims and disputes.
        Orders = "ORDERS",
        /// Statements, payouts and commission rates.
        Settlements = "SETTLEMENTS",
        /// Coupons.
        Coupons = "COUPONS",
        /// Reviews and their reports.
        Reviews = "REVIEWS",
        /// Banners.
        Banners = "BANNERS",
        /// Shipments and shipping policies.
        Shipping = "SHIPPING",
        /// Stock.
        Stock = "STOCK",
        /// Campaigns, deliveries and webhooks.
        Notifications = "NOTIFICATIONS",
        /// API clients and trusted documents.
        Clients = "CLIENTS",
    }
}

platform::text_enum! {
    /// As what somebody acted.
    pub enum AuditActorKind {
        /// The marketplace's staff.
        Staff = "STAFF",
        /// A member of a seller.
        Seller = "SELLER",
        /// Anybody else who is signed in.
        User = "USER",
        /// One of our services on its own account.
        Service = "SERVICE",
    }
}

platform::text_enum! {
    /// What is asked for.
    pub enum ApprovalKind {
        /// The roles of a member of staff; none at all ends the membership.
        StaffRoles = "STAFF_ROLES",
        /// What a role may do.
        RolePermissions = "ROLE_PERMISSIONS",
        /// A refund above the limit.
        Refund = "REFUND",
    }
}

platform::text_enum! {
    /// Where a request stands.
    pub enum ApprovalState {
        /// Nobody has decided.
        Pending = "PENDING",
        /// Another person has agreed; it can be carried out.
        Approved = "APPROVED",
        /// Another person has refused.
        Rejected = "REJECTED",
        /// Whoever asked does not want it any more.
        Withdrawn = "WITHDRAWN",
        /// Its time is over.
        Expired = "EXPIRED",
        /// It was carried out.
        Executed = "EXECUTED",
    }
}

platform::text_enum! {
    /// Whom a notice is for.
    pub enum NoticeAudience {
        /// Everybody.
        All = "ALL",
        /// Sellers.
        Sellers = "SELLERS",
    }
}

platform::text_enum! {
    /// Where a notice stands.
    pub enum NoticeState {
        /// Being written.
        Draft = "DRAFT",
        /// Shown in its time.
        Published = "PUBLISHED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
    }
}

platform::text_enum! {
    /// How a complaint came.
    pub enum ComplaintChannel {
        /// By the market's own pages.
        Web = "WEB",
        /// By telephone.
        Phone = "PHONE",
        /// By e-mail.
        Email = "EMAIL",
        /// From a consumer agency (한국소비자원, 전자거래분쟁조정위원회).
        Agency = "AGENCY",
    }
}

platform::text_enum! {
    /// What a complaint is about.
    pub enum ComplaintCategory {
        /// The goods.
        Product = "PRODUCT",
        /// The delivery.
        Delivery = "DELIVERY",
        /// Money that should come back.
        Refund = "REFUND",
        /// A seller.
        Seller = "SELLER",
        /// The market itself.
        Service = "SERVICE",
        /// Anything else.
        Other = "OTHER",
    }
}

platform::text_enum! {
    /// Where a complaint stands.
    pub enum ComplaintState {
        /// Nobody has taken it up.
        Open = "OPEN",
        /// Somebody looks after it.
        InProgress = "IN_PROGRESS",
        /// It was answered.
        Resolved = "RESOLVED",
        /// Over.
        Closed = "CLOSED",
    }
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_entry)]
pub(crate) struct AuditRow {
    pub(crate) sequence: i64,
    pub(crate) event_id: Uuid,
    pub(crate) actor: String,
    pub(crate) actor_kind: AuditActorKind,
    pub(crate) impersonated: Option<String>,
    pub(crate) service: String,
    pub(crate) action: String,
    pub(crate) object: String,
    pub(crate) reason: Option<String>,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) at: DateTime<Utc>,
    pub(crate) trace_id: Option<String>,
    pub(crate) previous: Vec<u8>,
    pub(crate) hash: Vec<u8>,
}

/// A role.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = role)]
pub(crate) struct RoleRow {
    pub(crate) id: RoleId,
    pub(crate) name: String,
    pub(crate) permissions: Vec<Permission>,
}

/// A member of staff.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub(crate) struct StaffRow {
    pub(crate) user_id: UserId,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) version: i64,
    pub(crate) joined_at: DateTime<Utc>,
}

/// A request for approval.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = approval_request)]
pub(crate) struct ApprovalRow {
    pub(crate) id: ApprovalId,
    pub(crate) kind: ApprovalKind,
    pub(crate) state: ApprovalState,
    pub(crate) object: String,
    pub(crate) wanted: Value,
    pub(crate) reason: String,
    pub(crate) requested_by: UserId,
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) decided_by: Option<UserId>,
    pub(crate) decided_at: Option<DateTime<Utc>>,
    pub(crate) decision_reason: Option<String>,
    pub(crate) executed_at: Option<DateTime<Utc>>,
}

/// A notice.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = notice, treat_none_as_null = true)]
pub(crate) struct NoticeRow {
    pub(crate) id: NoticeId,
    pub(crate) title_ko: String,
    pub(crate) title_en: String,
    pub(crate) body_ko: String,
    pub(crate) body_en: String,
    pub(crate) audience: NoticeAudience,
    pub(crate) pinned: bool,
    pub(crate) state: NoticeState,
    pub(crate) starts_at: DateTime<Utc>,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    pub(crate) created_by: Option<UserId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A complaint.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = complaint, treat_none_as_null = true)]
pub(crate) struct ComplaintRow {
    pub(crate) id: ComplaintId,
    pub(crate) user_id: Option<UserId>,
    pub(crate) channel: ComplaintChannel,
    pub(crate) category: ComplaintCategory,
    pub(crate) object: Option<String>,
    pub(crate) text: String,
    pub(crate) state: ComplaintState,
    pub(crate) handler: Option<UserId>,
    pub(crate) answer: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// A look at the market as somebody else.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = impersonation)]
pub(crate) struct ImpersonationRow {
    pub(crate) id: ImpersonationId,
    pub(crate) staff_id: UserId,
    pub(crate) user_id: UserId,
    pub(crate) reason: String,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    /// When it was ended before its time, and by whom.
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) ended_by: Option<UserId>,
}

impl ImpersonationRow {
    /// Whether it goes on.
    pub(crate) fn goes_on(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}
