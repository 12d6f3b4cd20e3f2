"""What each command does: load, read the target, decide, write. Prints nothing."""
