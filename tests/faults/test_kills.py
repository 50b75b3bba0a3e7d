"""Killed with SIGKILL at random instants: what was acknowledged is there, once, in order, and every file is sound.

A few kills of each kind are in the default run. The campaign is
``KZARCHIVE_KILLS=1000 pytest -m long -s tests/faults/test_kills.py``: so many kills inside the work, split evenly over
the four kinds; those that found the work finished are counted apart. ``KZARCHIVE_SEED`` repeats a campaign, as far as
the instants of a machine can be repeated.
"""

import os
import random

import pytest
from faults import works
from faults.kinds import KINDS

from kzarchive.derived import index

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")


@pytest.fixture(autouse=True)
def _small_logs_keep_an_index(monkeypatch):
    monkeypatch.setattr(index, "KEPT_FROM", works.KEPT_FROM)


def killed(kind, folder, seed, kills, documents=100):
    """Lets so many kills fall inside the work, upon archives of so many documents; returns what was found."""
    run = KINDS[kind](folder, seed, documents)
    while run.tally["kills inside the work"] < kills:
        try:
            run.round()
        except BaseException as error:
            error.add_note(f"kind {kind}, seed {seed}, after {dict(run.tally)}")
            raise
    return run.tally


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_kills(kind, tmp_path):
    tally = killed(kind, tmp_path, seed=2022, kills=3, documents=20)
    assert tally["kills inside the work"] == 3


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_many_kills(kind, tmp_path):
    seed = int(os.environ.get("KZARCHIVE_SEED") or random.SystemRandom().getrandbits(32))
    kills = -(-int(os.environ.get("KZARCHIVE_KILLS", "1000")) // len(KINDS))
    print(f"\n{kind}, seed {seed}: {dict(killed(kind, tmp_path, seed, kills))}")
