"""Fixtures of the home slice: a service that says it is a demo."""

from collections.abc import Iterator

import pytest

from coordination.settings import settings


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Made data may be loaded."""
    monkeypatch.setenv("COORDINATION_DEMO", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
