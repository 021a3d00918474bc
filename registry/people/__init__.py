"""People: how they prove who they are."""
