"""``python -m kzarchive``: the same as the command ``kzarchive``."""

from kzarchive.cli import main

if __name__ == "__main__":
    main()
