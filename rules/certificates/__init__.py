"""Certificate signing requests and Organisation Certificates: reading, rules, making."""
