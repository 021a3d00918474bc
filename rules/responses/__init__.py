"""DUIS Responses of the DCC: what they are, and whether the DCC signed them as it must."""
