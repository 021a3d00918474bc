"""What is right: pure functions over frozen values. No Django, database, clock or network."""
