"""Readers of public data on the Russia-Ukraine war, one a subject; script/import-ukraine runs them."""
