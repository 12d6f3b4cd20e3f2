"""The commands, one module each: what a command line says, and nothing of what is done about it."""
