//! All services, and the one place that names them.

use platform::events::Consumer;
use platform::service::ServiceDefinition;

/// The services that keep data, in the order in which they start.
pub(crate) const SERVICES: [ServiceDefinition; 18] = [
    auth::SERVICE,
    user::SERVICE,
    seller::SERVICE,
    product::SERVICE,
    inventory::SERVICE,
    cart::SERVICE,
    order::SERVICE,
    payment::SERVICE,
    file::SERVICE,
    coupon::SERVICE,
    review::SERVICE,
    shipping::SERVICE,
    banner::SERVICE,
    search::SERVICE,
    stats::SERVICE,
    settlement::SERVICE,
    notification::SERVICE,
    admin::SERVICE,
];

/// The service that lives beside the router.
pub(crate) const GATEWAY: ServiceDefinition = gateway::SERVICE;

/// All subgraphs, the gateway's included.
pub(crate) fn all() -> impl Iterator<Item = &'static ServiceDefinition> {
    static ALL: [ServiceDefinition; 18] = SERVICES;
    static BESIDE: ServiceDefinition = GATEWAY;
    std::iter::once(&BESIDE).chain(&ALL)
}

/// Who hears events, of all services.
pub(crate) fn consumers() -> impl Iterator<Item = Consumer> {
    let hearing = all().filter(|service| !service.hears.is_empty());
    hearing.map(|service| Consumer { name: service.name, kinds: service.hears })
}

/// The service of that name.
pub(crate) fn find(name: &str) -> Option<&'static ServiceDefinition> {
    all().find(|service| service.name == name)
}
