from __future__ import annotations

import pytest
from tests.cast import Cast
from tests.dashboards.furnished import Furnished, furnish


@pytest.fixture
def sao(cast: Cast) -> Furnished:
    return furnish(cast)
