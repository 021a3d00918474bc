"""The channel of the database on which processes hear what they hold in memory has changed."""

CHANNEL = "registry_snapshot"
