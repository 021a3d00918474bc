"""What passes between the register and the certification authority."""
