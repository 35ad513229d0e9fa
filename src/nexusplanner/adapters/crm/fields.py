"""The fields of customers and their orders, and the names that exports give them."""

from __future__ import annotations

ORDER_FIELDS: dict[str, tuple[str, ...]] = {
    "customer_id": (
        "customer_id",
        "client_id",
        "user_id",
        "contact_id",
        "member_id",
        "account_id",
        "buyer_id",
        "shopper_id",
        "cust_id",
        "customer",
        "client",
        "id",
    ),
    "date": (
        "date",
        "order_date",
        "transaction_date",
        "purchase_date",
        "invoice_date",
        "ordered_at",
        "purchased_at",
        "created_at",
        "created_timestamp",
        "timestamp",
        "date_day",
        "day",
    ),
    "amount": (
        "amount",
        "spent",
        "total",
        "revenue",
        "order_total",
        "total_price",
        "total_amount",
        "order_value",
        "price",
        "value",
        "sales",
        "spend",
        "net_amount",
        "gross_amount",
    ),
    "currency": ("currency", "currency_code"),
}
"""Columns of a transactions file: the first three are needed."""

ORDER_NEEDS = ("customer_id", "date", "amount")

PEOPLE_FIELDS: dict[str, tuple[str, ...]] = {
    "customer_id": ORDER_FIELDS["customer_id"],
    "email": (
        "email",
        "email_address",
        "e_mail",
        "customer_email",
        "contact_email",
        "property_email",
    ),
    "phone": ("phone", "mobile", "phone_number", "mobile_phone", "telephone"),
    "country": (
        "country",
        "country_code",
        "country_region",
        "billing_country",
        "shipping_country",
    ),
    "language": ("language", "lang", "locale", "customer_locale"),
    "segment": ("segment", "segment_name", "customer_segment", "tier", "group"),
    "consent_email": (
        "consent_email",
        "email_consent",
        "email_opt_in",
        "accepts_email_marketing",
        "accepts_marketing",
        "has_buyer_accepted_marketing",
        "opt_in_email",
        "newsletter_consent",
        "marketing_consent",
    ),
    "consent_sms": (
        "consent_sms",
        "sms_consent",
        "sms_opt_in",
        "accepts_sms_marketing",
        "opt_in_sms",
    ),
    "created_at": (
        "created_at",
        "created",
        "signup_date",
        "registered_at",
        "member_since",
        "create_date",
    ),
    "lifetime_value": (
        "lifetime_value",
        "ltv",
        "clv",
        "total_spent",
        "customer_lifetime_value",
    ),
    "orders": (
        "orders",
        "orders_count",
        "order_count",
        "number_of_orders",
        "frequency",
    ),
    "last_order": (
        "last_order",
        "last_order_date",
        "last_purchase",
        "last_purchase_date",
        "last_order_at",
    ),
}
"""Columns of a customers file: only the first is needed."""

PEOPLE_NEEDS = ("customer_id",)

COLUMN_OPTIONS = frozenset(ORDER_FIELDS) | frozenset(PEOPLE_FIELDS)
"""Fields whose column can be given by name."""
