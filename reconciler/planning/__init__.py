"""Plans: the comparison of desired, live and base, the merge, the guards, the plan file.

Pure functions of their inputs: no clock, no network, no files, no printing.
"""
