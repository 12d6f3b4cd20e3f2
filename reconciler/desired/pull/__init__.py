"""Merges live documents into spec files, and writes new ones.

Takes and returns values and texts; reads no file and no target.
"""
