"""Apply a plan: re-read, compare, write, re-read, verify, report.

It takes a plan and a client. It cannot load YAML and prints nothing.
"""
