"""Live documents taken over into files: what a file holds after a pull, and what a new one does.

Values in, values and texts out. Nothing here reads a file or a target.
"""
