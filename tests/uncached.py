"""A pytest plugin for mutation runs: no mutant hides behind a cache, and none is killed by chance.

``[tool.mutmut]`` in ``pyproject.toml`` loads it; other runs do without it.

1. Each test begins with the module caches of dates, zones and intervals empty. Else a test that asks again what an
   earlier one asked would not reach the mutated function, and would not be counted among the tests that do.
2. Tests with an example in view run before properties, which take longer to notice a mutant.
3. Hypothesis draws the same examples each time, sets no deadline and checks no health, so that a busy machine kills no
   mutant and a second run gives the same figures.
"""

import pytest
from hypothesis import HealthCheck, settings

from kzarchive.values import civil, conventions, dates

settings.register_profile(
    "mutation", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("mutation")

CACHES = (
    dates._parse,
    dates._bounds_of,
    civil.zone_named,
    civil._day_start,
    civil._day_end,
    conventions._read_whole,
)


def pytest_collection_modifyitems(items):
    """Puts properties last."""
    items.sort(key=lambda item: getattr(getattr(item, "obj", None), "is_hypothesis_test", False))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Empties the caches."""
    for cached in CACHES:
        cached.cache_clear()
