"""What staff arrange for decisions: Alerts, switches, the matrix, the go-live."""
