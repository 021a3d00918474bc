"""What needs somebody's attention."""
