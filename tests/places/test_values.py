"""Settings: the nearest place counts, the newest row counts, and every change says who and why."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

import coordination
from coordination.db import rows
from coordination.errors import Invalid, NotAllowed, NotFound
from coordination.people.tables import RoleKind
from coordination.places.actions import change_setting
from coordination.places.named_settings import SETTINGS
from coordination.places.queries import history
from coordination.places.tables import Place, Setting
from coordination.places.values import setting, settings_in_force, whole_setting, yes_no_setting
from tests.builders import DURING, an_estate
from tests.places.askers import asker_with

NOTICE = "notice_days"


async def community_of(estate: Place) -> Place:
    return await Place.objects().get(Place.id == estate.parent)


@pytest.fixture
async def estate(database):
    return await an_estate()


@pytest.mark.parametrize("each", SETTINGS.values(), ids=lambda each: each.name)
def test_every_setting_has_words_a_source_and_a_default_it_accepts(each):
    assert each.label and each.source and each.group
    assert each.accepts(each.default)
    assert each.words(each.default)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_read_by_somebody(name):
    sources = (p for p in Path(coordination.__file__).parent.rglob("*.py"))
    readers = [p for p in sources if p.name != "named_settings.py" and f'"{name}"' in p.read_text()]

    assert readers, "a setting that changes nothing misleads whoever sets it"


def test_yes_is_not_a_number_and_a_number_is_not_yes():
    assert not SETTINGS[NOTICE].accepts(True)
    assert not SETTINGS["parking_counts"].accepts(1)


async def test_where_nobody_said_anything_the_default_holds(estate):
    assert await setting(NOTICE, estate) == 15
    assert await setting(NOTICE, None) == 15


async def test_the_nearest_place_counts_even_if_a_wider_one_spoke_later(estate):
    operator, community = asker_with(RoleKind.OPERATOR), await community_of(estate)
    await change_setting(operator, estate, NOTICE, 20, "本小区规约", DURING)
    await change_setting(operator, community, NOTICE, 30, "社区统一", DURING + timedelta(days=1))
    await change_setting(operator, None, NOTICE, 40, "全市统一", DURING + timedelta(days=2))
    elsewhere = await an_estate("丁香苑")

    assert await setting(NOTICE, estate) == 20
    assert await setting(NOTICE, community) == 30
    assert await setting(NOTICE, elsewhere) == 40


async def test_of_two_values_of_one_moment_the_later_written_counts(estate):
    operator = asker_with(RoleKind.OPERATOR)
    await change_setting(operator, estate, NOTICE, 20, "写错了", DURING)
    await change_setting(operator, estate, NOTICE, 25, "更正", DURING)

    assert await whole_setting(NOTICE, estate) == 25


async def test_a_value_given_up_leaves_the_place_to_what_lies_above_it(estate):
    operator = asker_with(RoleKind.OPERATOR)
    await change_setting(operator, None, NOTICE, 40, "全市统一", DURING)
    await change_setting(operator, estate, NOTICE, 20, "本小区规约", DURING)
    await change_setting(operator, estate, NOTICE, None, "恢复统一", DURING + timedelta(hours=1))

    assert await setting(NOTICE, estate) == 40


async def test_a_value_counts_from_its_moment_on(estate):
    operator = asker_with(RoleKind.OPERATOR)
    await change_setting(operator, estate, NOTICE, 20, "本小区规约", DURING)

    assert await setting(NOTICE, estate, DURING - timedelta(seconds=1)) == 15
    assert await setting(NOTICE, estate, DURING) == 20


async def test_several_settings_are_read_at_once(estate):
    await change_setting(asker_with(RoleKind.OPERATOR), estate, NOTICE, 20, "规约", DURING)

    held = await settings_in_force(estate, NOTICE, "parking_counts")

    assert {name: each.value for name, each in held.items()} == {
        NOTICE: 20,
        "parking_counts": False,
    }
    assert (held[NOTICE].place_name, held[NOTICE].words) == ("梧桐苑", "20 天")
    assert await yes_no_setting("parking_counts", estate) is False


async def test_two_who_change_one_setting_at_once_leave_two_rows_in_an_order(estate):
    operator = asker_with(RoleKind.OPERATOR)

    await asyncio.gather(*(
        change_setting(operator, estate, NOTICE, days, "同时", DURING) for days in (20, 21, 22, 23)
    ))  # fmt: skip

    assert sorted(row.rank for row in await Setting.objects()) == [1, 2, 3, 4]


async def test_the_history_says_what_when_why_and_where(estate):
    operator = asker_with(RoleKind.OPERATOR)
    await change_setting(operator, None, NOTICE, 40, "全市统一", DURING)
    await change_setting(operator, estate, NOTICE, None, "恢复", DURING + timedelta(hours=1))

    told = await history(estate, NOTICE)

    assert [(each.words, each.reason, each.place_name) for each in told] == [
        ("沿用上级", "恢复", "梧桐苑"),
        ("40 天", "全市统一", "全部"),
    ]
    assert told[0].by == operator.id


async def test_every_change_is_audited_with_its_value(estate):
    worker = asker_with(RoleKind.COMMUNITY_WORKER, await community_of(estate))

    await change_setting(worker, estate, NOTICE, 20, "本小区规约", DURING)

    [entry] = await rows("select person, verb, place, detail->>'value' as value from audit_entry")
    assert tuple(entry) == (worker.id, "change_setting", estate.id, "20")


async def test_a_community_settles_its_own_estates_and_no_others(estate):
    worker = asker_with(RoleKind.COMMUNITY_WORKER, await community_of(estate))
    elsewhere = await an_estate("丁香苑")

    with pytest.raises(NotAllowed):
        await change_setting(worker, elsewhere, NOTICE, 20, "越权", DURING)
    with pytest.raises(NotAllowed):
        await change_setting(worker, None, NOTICE, 20, "越权", DURING)

    assert await Setting.count() == 0


async def test_what_keeps_votes_secret_is_not_for_a_community_to_loosen(estate):
    worker = asker_with(RoleKind.COMMUNITY_WORKER, await community_of(estate))

    with pytest.raises(NotAllowed):
        await change_setting(worker, estate, "turnout_minutes", 20, "想快些", DURING)


@pytest.mark.parametrize("value", [14, 91, "二十", True, 15.5])
async def test_a_value_out_of_bounds_is_refused_with_the_bounds(estate, value):
    with pytest.raises(Invalid, match="15 到 90"):
        await change_setting(asker_with(RoleKind.OPERATOR), estate, NOTICE, value, "试", DURING)


async def test_a_change_without_a_reason_is_refused(estate):
    with pytest.raises(Invalid) as refused:
        await change_setting(asker_with(RoleKind.OPERATOR), estate, NOTICE, 20, " ", DURING)

    assert set(refused.value.fields) == {"reason"}


async def test_a_setting_that_is_not_there_is_not_found(estate):
    with pytest.raises(NotFound):
        await change_setting(asker_with(RoleKind.OPERATOR), estate, "no_such", 1, "试试", DURING)


async def test_a_stored_value_that_is_no_longer_accepted_is_as_good_as_none(estate):
    await Setting(
        id=uuid4(), place=estate.id, name=NOTICE, value="3", since=DURING, reason="旧版本", rank=1
    ).save()

    assert await setting(NOTICE, estate) == 15
