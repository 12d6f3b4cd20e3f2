"""The comment on a pull or merge request and the issue about drift, on GitHub and GitLab.

Bodies are given as Markdown; nothing here depends on plans.
"""
