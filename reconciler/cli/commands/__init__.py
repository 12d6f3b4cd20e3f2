"""The commands: what a command line says, and nothing of what is done about it."""
