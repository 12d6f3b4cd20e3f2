"""The HTML report: one self-contained page for reviewers, from a plan or several.

`plan_html` is all that the rest of the program needs.
"""

from reconciler.reports.html.plan import plan_html

__all__ = ["plan_html"]
