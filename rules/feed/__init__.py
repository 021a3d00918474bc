"""The feed: what a checker needs of the register, as signed lines of JSON. Knows no network."""
