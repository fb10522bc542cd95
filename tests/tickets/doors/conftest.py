"""One neighbourhood for the tests of the doors."""

import pytest

from tests.tickets.a_ticket import Neighbourhood, a_neighbourhood


@pytest.fixture
async def town(database) -> Neighbourhood:
    return await a_neighbourhood()
