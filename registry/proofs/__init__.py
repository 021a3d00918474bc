"""Proofs of the whole evidence, made as jobs: asking for one, making it, what the last found."""
