"""Two persons: which acts need them, and what may become of what one proposes to another."""
