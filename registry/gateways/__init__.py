"""The doors to the outside: systems that are not ours."""
