"""Readers of public data on the Russia-Ukraine war, one per subject; script/import-ukraine runs them."""
