"""What decisions rest on: values that never change once made."""
