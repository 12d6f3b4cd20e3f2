"""The proof that one schema accepts everything that another accepts."""
