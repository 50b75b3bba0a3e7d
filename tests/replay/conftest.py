"""A press whose claims stand in each test."""

import pytest
from strategies.press import Press


@pytest.fixture
def press():
    return Press()
