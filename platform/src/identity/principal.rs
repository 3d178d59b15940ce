//! The principal: what the system knows of the one who asks, after a token was verified.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! scopes {
    ($($(#[$meta:meta])* $scope:ident = $name:literal,)*) => {
        /// A permission that a token carries. The names are the ones that `@requiresScopes` uses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Scope {
            $($(#[$meta])* #[serde(rename = $name)] $scope,)*
        }

        impl Scope {
            /// Every scope, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$scope,)*];

            /// The scope's name in `@requiresScopes`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$scope => $name,)* }
            }
        }
    };
}

scopes! {
    /// A signed-in member who may buy.
    Buyer = "buyer",
    /// A member of at least one seller.
    Seller = "seller",
    /// The marketplace's own staff, whatever their roles allow.
    Staff = "staff",
    /// Staff who look after sellers and their applications.
    StaffSellers = "staff:sellers",
    /// Staff who look after products, categories, brands and what is searched for.
    StaffProducts = "staff:products",
    /// Staff who look after orders, claims and disputes.
    StaffOrders = "staff:orders",
    /// Staff who look after statements, payouts, commission rates and reconciliation.
    StaffSettlements = "staff:settlements",
    /// Staff who look after coupons.
    StaffCoupons = "staff:coupons",
    /// Staff who look after reviews and their reports.
    StaffReviews = "staff:reviews",
    /// Staff who look after banners.
    StaffBanners = "staff:banners",
    /// Staff who look after shipments and shipping policies.
    StaffShipping = "staff:shipping",
    /// Staff who look after stock.
    StaffStock = "staff:stock",
    /// Staff who look after campaigns, deliveries and webhooks.
    StaffNotifications = "staff:notifications",
    /// Staff who look after API clients and trusted documents.
    StaffClients = "staff:clients",
    /// One of our own services, acting for itself.
    Service = "service",
}

impl Scope {
    /// Whether only the marketplace's staff have it.
    pub fn is_staffs(self) -> bool {
        self == Self::Staff || self.as_str().starts_with("staff:")
    }
}

/// What a member of an organisation may do there. One letter each in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum OrganisationRole {
    /// Its daily work.
    #[serde(rename = "S")]
    Staff,
    /// All but what belongs to its owners: also its money, its terms and its papers.
    #[serde(rename = "M")]
    Manager,
    /// Everything.
    #[serde(rename = "O")]
    Owner,
}

/// Who asks. The default is nobody: a visitor who has not signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// The signed-in user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
    /// The member of staff who looks at the market as this user, and can change nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impersonator: Option<Uuid>,
    /// The session that the access token belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<Uuid>,
    /// What the token allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Scope>,
    /// The organisations that the user acts for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organisations: Vec<Uuid>,
    /// What the user may do there, in the order of the organisations. Where it is not told, as in tokens from before it was,
    /// the user counts as a manager.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<OrganisationRole>,
    /// The policies of `@policy` that hold for the user.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Scopes that the user would have, and has not until the account has a second factor.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Scope>,
    /// When the session proved last who it is, by the strongest means that the account has, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proved_at: Option<u64>,
    /// How many seconds such a proof is good for where a recent one is asked for. `None`: none is asked of this user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_lifetime: Option<u64>,
    /// The program of somebody else that asks, by its API key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Uuid>,
    /// The name of the service, when a service acts for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

impl Principal {
    /// The principal of one of our own services.
    pub fn service(name: &str) -> Self {
        Self { scopes: vec![Scope::Service], service: Some(name.to_owned()), ..Self::default() }
    }

    /// Whether it is known who asks: a user, a program with a key, or a service.
    pub fn is_authenticated(&self) -> bool {
        self.user_id.is_some() || self.client.is_some() || self.service.is_some()
    }

    /// Whether the token carries `scope`.
    pub fn has_scope(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether the user is one of the marketplace's staff.
    pub fn is_staff(&self) -> bool {
        self.scopes.iter().any(|scope| scope.is_staffs())
    }

    /// Whether the token carries the scope of that name in `@requiresScopes`.
    pub fn has_scope_named(&self, name: &str) -> bool {
        self.scopes.iter().any(|scope| scope.as_str() == name)
    }

    /// Whether the session proved recently enough who it is, or needs not.
    pub fn has_recent_proof(&self, now: u64) -> bool {
        let Some(lifetime) = self.proof_lifetime else { return true };
        self.proved_at.is_some_and(|at| now < at.saturating_add(lifetime))
    }

    /// Whether the session proved so recently who it is, also where no proof is asked of the user otherwise. Where one is,
    /// its lifetime counts.
    pub fn has_proof_within(&self, lifetime: u64, now: u64) -> bool {
        let lifetime = self.proof_lifetime.unwrap_or(lifetime);
        self.proved_at.is_some_and(|at| now < at.saturating_add(lifetime))
    }

    /// Whether the user acts for the organisation.
    pub fn acts_for(&self, organisation: Uuid) -> bool {
        self.organisations.contains(&organisation)
    }

    /// What the user may do in the organisation; `None` for one that the user does not act for.
    pub fn role_in(&self, organisation: Uuid) -> Option<OrganisationRole> {
        let position = self.organisations.iter().position(|known| *known == organisation)?;
        Some(self.roles.get(position).copied().unwrap_or(OrganisationRole::Manager))
    }

    /// Whether the user acts for the organisation where its money, its terms or its papers are concerned: as one of its
    /// managers or owners.
    pub fn manages(&self, organisation: Uuid) -> bool {
        self.role_in(organisation).is_some_and(|role| role >= OrganisationRole::Manager)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_beside_the_organisations() {
        use OrganisationRole as R;
        let organisations: Vec<Uuid> = (0..4).map(|_| Uuid::now_v7()).collect();
        let roles = vec![R::Owner, R::Staff, R::Manager];
        let principal = Principal { organisations: organisations.clone(), roles, ..Principal::default() };
        let found: Vec<_> = organisations.iter().map(|one| principal.role_in(*one)).collect();
        assert_eq!(found, [Some(R::Owner), Some(R::Staff), Some(R::Manager), Some(R::Manager)]);
        let managed: Vec<_> = organisations.iter().map(|one| principal.manages(*one)).collect();
        assert_eq!(managed, [true, false, true, true]);
        let stranger = Uuid::now_v7();
        assert!(principal.role_in(stranger).is_none() && !principal.manages(stranger));
        let written = serde_json::to_value(&principal).unwrap_or_default();
        assert_eq!(written["roles"], serde_json::json!(["O", "S", "M"]));
    }

    #[test]
    fn a_proof_is_recent_for_its_lifetime_where_one_is_asked_for() {
        let principal = |proved_at, proof_lifetime| Principal { proved_at, proof_lifetime, ..Principal::default() };
        assert!(principal(None, None).has_recent_proof(1_000));
        assert!(principal(Some(0), None).has_recent_proof(1_000));
        assert!(principal(Some(401), Some(600)).has_recent_proof(1_000));
        assert!(!principal(Some(400), Some(600)).has_recent_proof(1_000));
        assert!(!principal(None, Some(600)).has_recent_proof(1_000));
    }

    #[test]
    fn a_proof_can_be_asked_of_everybody() {
        let proved = |proved_at, proof_lifetime| {
            Principal { proved_at, proof_lifetime, ..Principal::default() }.has_proof_within(600, 1_000)
        };
        assert!(!proved(None, None) && !proved(None, Some(600)));
        assert!(proved(Some(401), None) && !proved(Some(400), None));
        assert!(proved(Some(999), Some(2)) && !proved(Some(401), Some(2)), "who is asked is asked for the own time");
    }
}
