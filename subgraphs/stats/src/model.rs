//! Identifiers, and the words of the reports.

platform::define_id!(
    /// A seller, owned by the seller service.
    pub(crate) struct SellerId, "slr"
);
platform::define_id!(
    /// A product, owned by the product service.
    pub(crate) struct ProductId, "prd"
);

platform::text_enum! {
    /// How long a point of a series is.
    pub enum SalesUnit {
        /// An hour in Seoul.
        Hour = "HOUR",
        /// A day in Seoul.
        Day = "DAY",
    }
}

platform::text_enum! {
    /// How far a line came.
    pub enum FunnelStep {
        /// Ordered.
        Placed = "PLACED",
        /// Paid for.
        Paid = "PAID",
        /// On its way.
        Shipped = "SHIPPED",
        /// Arrived.
        Delivered = "DELIVERED",
        /// Confirmed by the buyer, or by time.
        Confirmed = "CONFIRMED",
    }
}

platform::text_enum! {
    /// How long a line of the VAT report is.
    pub enum VatUnit {
        /// A month.
        Month = "MONTH",
        /// A quarter, as 부가가치세 is declared.
        Quarter = "QUARTER",
    }
}

platform::text_enum! {
    /// What a CSV file tells.
    pub enum StatsReport {
        /// Sales day by day.
        SalesByDay = "SALES_BY_DAY",
        /// Sales hour by hour.
        SalesByHour = "SALES_BY_HOUR",
        /// How far lines came.
        Funnel = "FUNNEL",
        /// The best-selling products.
        Products = "PRODUCTS",
        /// 부가가치세 by month.
        VatByMonth = "VAT_BY_MONTH",
        /// 부가가치세 by quarter.
        VatByQuarter = "VAT_BY_QUARTER",
    }
}
