"""The decision about an Alert of a Device of a failed Supplier (MP134B-7)."""
