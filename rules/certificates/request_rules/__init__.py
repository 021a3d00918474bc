"""The rules about Organisation certificate signing requests, a module per subject."""
