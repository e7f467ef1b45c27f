from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.preview import site


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with site.served() as found:
        yield found
