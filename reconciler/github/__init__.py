"""GitHub's REST API, as far as a comment on a pull request and an issue about drift need it.

Bodies come in as Markdown that somebody else made; nothing here knows of plans.
"""
