"""The search for a small setting that one schema accepts and another refuses."""
