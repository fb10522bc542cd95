"""Binding at the counter: staff see the document, and nobody else binds others."""

import pytest

from coordination.db import execute, rows, value
from coordination.errors import Invalid, NotFound
from coordination.people.askers import ProveFirst
from coordination.people.codes import write_recovery_code
from coordination.people.sessions import look_up, open_session
from coordination.people.tables import RoleKind
from coordination.places.tables import Place
from coordination.registry.bindings.actions import (
    BoundElsewhere,
    bind_by_letter,
    bind_in_person,
    unbind_in_person,
)
from coordination.registry.tables import Binding, Owner
from tests.builders import DURING, an_estate
from tests.people.accounts import SECRET, an_account, sent_to
from tests.places.askers import a_keeper, asker_with
from tests.registry.acting import owners_of
from tests.registry.claims import (
    CODE,
    HERE,
    PHONE,
    a_letter,
    an_estate_of_two,
    bound_names,
    somebody,
)
from tests.registry.rolls import LI, ZHANG


@pytest.fixture
async def estate(database) -> Place:
    return await an_estate_of_two()


async def at_counter(estate, keeper, *, number=ZHANG, account="13700137000", document="身份证"):
    owner = await value("select id from owner where name = '张三' and estate = $1", estate.id)
    return await bind_in_person(keeper, estate, owner, number, account, document, DURING)


async def test_staff_bind_who_shows_their_document(estate):
    person, keeper = await an_account(phone="+8613700137000"), await a_keeper(estate)

    binding = await at_counter(estate, keeper, number="42011519900101 0011")

    assert (binding.person, binding.by, binding.document) == (person.id, keeper.id, "身份证")
    assert len(await sent_to(PHONE)) == 1


@pytest.mark.parametrize("entered_before", [False, True])
async def test_what_a_first_code_let_in_proves_nothing_once_a_home_is_bound_at_the_counter(
    estate, entered_before
):
    person = await an_account(
        phone="+8613700137000", secret=SECRET, consented=entered_before, password=None
    )
    await write_recovery_code(person.id, DURING)
    await execute("update one_time_code set used_at = $1 where person = $2", DURING, person.id)
    token = await open_session(person.id, DURING, stepped_up=True, second_factor=True)

    await at_counter(estate, await a_keeper(estate))

    asker = await look_up(token, DURING)
    assert asker
    kept = (asker.has_stepped_up(DURING), asker.second_factor_at, asker.has_second_factor)
    assert kept == ((True, DURING, True) if entered_before else (False, None, False))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": LI}, "number"),
        ({"account": "13600136000"}, "account"),
        ({"document": " "}, "document"),
    ],
)
async def test_at_the_counter_number_account_and_document_must_be_right(estate, given, field):
    await an_account(phone="+8613700137000")
    keeper = await a_keeper(estate)

    with pytest.raises(Invalid) as refused:
        await at_counter(estate, keeper, **given)

    assert set(refused.value.fields) == {field}
    assert await Binding.count() == 0


async def test_staff_do_not_bind_themselves(estate):
    keeper = await a_keeper(estate)
    person = await an_account(phone="+8613700137000")
    himself = asker_with(RoleKind.COMMUNITY_WORKER, estate, person=person.id)

    with pytest.raises(Invalid):
        await at_counter(estate, himself)
    await at_counter(estate, keeper)


async def test_binding_in_person_asks_for_a_fresh_proof(estate):
    await an_account(phone="+8613700137000")

    with pytest.raises(ProveFirst):
        await at_counter(estate, await a_keeper(estate, stepped_up_at=None))


async def test_a_bound_owner_is_first_unbound_then_bound_anew(estate):
    await a_letter(estate)
    stranger = await somebody("捡到信的人")
    binding = await bind_by_letter(stranger, CODE, "张三", HERE, DURING)
    await an_account(phone="+8613700137000")
    keeper = await a_keeper(estate)

    with pytest.raises(BoundElsewhere):
        await at_counter(estate, keeper)
    await unbind_in_person(keeper, estate, binding.id, "账号不是业主本人的", DURING)
    await at_counter(estate, keeper)

    assert await owners_of(stranger.id) == []
    told = await rows("select text from message where person = $1", stranger.id)
    assert "账号不是业主本人的" in told[0]["text"]


@pytest.mark.parametrize(
    "kind", [None, RoleKind.OPERATOR, RoleKind.PROPERTY_MANAGER, RoleKind.COMMITTEE_MEMBER,
             RoleKind.BUILDING_LEAD],
)  # fmt: skip
async def test_only_the_community_binds_and_unbinds_others(estate, kind):
    await a_letter(estate)
    binding = await bind_by_letter(await somebody(), CODE, "张三", HERE, DURING)
    asker = asker_with(kind, None if kind is RoleKind.OPERATOR else estate)

    with pytest.raises(NotFound):
        await at_counter(estate, asker)
    with pytest.raises(NotFound):
        await unbind_in_person(asker, estate, binding.id, "越权", DURING)

    assert await bound_names() == ["张三"]


async def test_another_communitys_staff_find_no_owner_here(estate):
    elsewhere = await an_estate("丁香苑")
    stranger = await a_keeper(elsewhere)

    with pytest.raises(NotFound):
        await at_counter(estate, stranger)
    owner = await Owner.objects().get(Owner.name == "张三")
    assert owner
    with pytest.raises(NotFound):
        await bind_in_person(stranger, elsewhere, owner.id, ZHANG, "x", "身份证", DURING)
