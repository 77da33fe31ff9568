"""What all tests share: seeded property tests, the data folder, the update flag of golden files."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CAMCORE_DATA", ROOT.parent / "shared" / "data"))

settings.register_profile(
    "seeded", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("CAMCORE_HYPOTHESIS", "seeded"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew instead of comparing")


@pytest.fixture
def data() -> Path:
    """Folder of drawings and instances that are not part of the project."""
    if not DATA.is_dir():
        pytest.skip(f"no data folder at CAMCORE_DATA={DATA}")
    return DATA


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def shop_as_it_was() -> Iterator[None]:
    """Tests add parts of their own to `shop.PARTS`; the next test finds it as it was."""
    parts = getattr(sys.modules.get("shop"), "PARTS", {})
    before = dict(parts)
    yield
    parts.clear()
    parts.update(before)
