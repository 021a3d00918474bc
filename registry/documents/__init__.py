"""Documents: files that people filed with something, in the database."""
