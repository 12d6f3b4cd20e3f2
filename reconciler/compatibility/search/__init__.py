"""The search for a small instance that one schema accepts and another rejects."""
