"""What else holds while a roll is frozen."""

import json

import pytest

from coordination.db import rows
from tests.ballots.convening import (
    a_convening,
    a_frozen_roll,
)

pytestmark = pytest.mark.usefixtures("database")


async def test_the_audit_row_of_a_freeze_names_no_owner():
    convening = await a_convening()
    await a_frozen_roll(convening)

    details = await rows("select detail::text as said from audit_entry")

    assert not [row for row in details if "业主0" in json.dumps(row["said"])]
