"""Vendors' send APIs over HTTPS."""
