"""What is so: models, reads, writes, evidence and the doors to the outside."""
