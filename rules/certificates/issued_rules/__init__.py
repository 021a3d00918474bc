"""The rules about a certificate that the Organisation Certification Authority returned."""
