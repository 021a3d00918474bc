"""Certificates and the requests for them."""
