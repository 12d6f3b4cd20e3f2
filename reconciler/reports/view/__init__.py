"""What every renderer of a plan shares: what is shown, in which order and in which words."""
