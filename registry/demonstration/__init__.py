"""The demonstration: made-up Parties and people, and how to sign in as them."""
