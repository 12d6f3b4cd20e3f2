"""The comment on a pull or merge request and the issue about drift, on GitHub and GitLab.

Bodies come in as Markdown; nothing here knows of plans.
"""
