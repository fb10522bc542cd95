"""Fixtures of the ballots' tests."""

import pytest

from tests.ballots.paper_vote import Vote


@pytest.fixture
def vote(tmp_path, capsys):
    """Two files on a disk, counted by `coordination tally`."""
    return Vote(tmp_path, capsys)
