"""Makes the environment on a fresh machine: packages, page assets, a browser for the tests.

Nothing here needs more than Python's standard library.
"""
