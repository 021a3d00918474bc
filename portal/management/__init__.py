"""What is run on the machine itself."""
