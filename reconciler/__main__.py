"""`python -m reconciler` is the console script by another name."""

from reconciler.cli import main

if __name__ == "__main__":
    main()
