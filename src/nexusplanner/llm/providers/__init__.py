"""Vendors: one file each. Loaded only when a model of theirs is named."""
