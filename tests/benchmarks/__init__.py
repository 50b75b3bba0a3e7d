"""Benchmarks on synthetic archives, side by side with raw SQLite and with other event stores.

The one command, from the root of a checkout::

    python -m tests.benchmarks --events 10000 --events 100000 --rounds 5 --folder FOLDER --json FILE

``python -m tests.benchmarks --help`` tells the rest. Peers are installed by ``pip install '.[benchmarks]'``; one that
is missing is reported as not run.
"""
