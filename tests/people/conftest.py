"""What the tests of the counter share: where people live, and who stands there."""

import pytest

from coordination.people.tables import RoleKind
from coordination.people.ties import TIES, Tie
from coordination.places.tables import Place
from tests.builders import a_role, an_estate
from tests.people.accounts import an_account

REASON = "本人到场，已核对身份证"


@pytest.fixture
def lives_in(monkeypatch):
    """Say where everyone lives, as the registry would."""

    def put(place: Place):
        async def paths(_person, _at):
            return [place.path + "unit/"]

        async def export(_person):
            return {}

        monkeypatch.setitem(TIES, "registry", Tie("registry", export, paths))

    return put


async def at_the_counter(browser, lives_in, *, stepped_up=True):
    """A worker at the counter, and the account that an owner of this estate has."""
    estate = await an_estate()
    lives_in(estate)
    person = await an_account()
    worker = await a_role(RoleKind.COMMUNITY_WORKER, estate)
    await browser.sign_in(worker, stepped_up=stepped_up)
    return person, worker, estate
