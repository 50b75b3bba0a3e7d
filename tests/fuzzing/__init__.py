"""Bad input, hunted: each target takes bytes, gives them to one entry of the package, and lets documented errors pass.

Anything else is a finding: the exception of another library, ``RecursionError``, ``MemoryError``, a run over its bound
of processor time, a write outside the folder of the run, a program started, a value that does not come back as it was.

The default test run tries some inputs of each target, the same ones each time, and every finding that was mended.
Campaigns are guided by coverage (atheris: ``pip install '.[fuzzing]'``), one target a process::

    python -m tests.fuzzing --list
    python -m tests.fuzzing --target dates --runs 2000000 --corpus FOLDER --report FILE
    python -m tests.fuzzing --target dates --replay FOLDER          what the corpus reaches, without atheris
    KZARCHIVE_FUZZ_RUNS=10000 pytest -m long tests/fuzzing          every target, as many runs each

A campaign ends at a finding, prints where it came from and writes the input beside the corpus; ``--replay`` of that
file shows it again. The report counts the runs by outcome, so that a campaign of refusals at the first byte is seen as
one.
"""
