"""From stored rows and findings to the plain values that a template shows."""
