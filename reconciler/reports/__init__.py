"""Plans and outcomes as text: for terminals, programs, reviewers. A plan in, text out."""
