"""One module for each parser that is fuzzed; its `TARGET` says what is held of it."""
