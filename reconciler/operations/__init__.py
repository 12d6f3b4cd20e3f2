"""What each command does: load, read the target, decide, write. Prints nothing.

An operation takes values and returns values. Progress goes to an `on_event` or
`on_outcome` callback, warnings are part of what is returned, and errors are
`ReconcilerError`. A new command is an operation here, a file in `cli/commands/`
that parses, calls it and prints, and an entry in `cli.COMMANDS`.
"""
