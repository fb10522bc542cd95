"""A monitor reckons by itself which party looked when, and with which key: no service can say."""

from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import ANY

import pytest

from coordination.ballots.board import canonical
from coordination.ballots.checkpoints import cosignature, read_note
from coordination.ballots.witnessing import monitor_command
from coordination.ballots.witnessing.client import BoardClient
from tests.ballots.lying_service import (
    BOUND,
    CLOSES,
    OPENS,
    WITNESS,
    WITNESS_SEED,
    Service,
    an_entry_zero,
    served,
)
from tests.ballots.service_lies import (
    BEFORE,
    ENTRIES,
    LIES,
    OTHER,
    SWAPPED,
    give_a_party_another_key,
    swap_the_key_of_a_party,
)

DAY = timedelta(days=1)


@pytest.fixture
def service():
    with served(Service(list(ENTRIES))) as running:
        yield running


@pytest.fixture
def state(tmp_path) -> Path:
    return tmp_path / "board.seen"


def monitor(
    service: Service, state: Path, at: datetime = BEFORE, trusted: Collection[str] = ()
) -> tuple[int, list[dict]]:
    return monitor_command.watch(BoardClient.at(service.url), state, at, trusted)


def alarms(lines: list[dict]) -> set[object]:
    return {line["alarm"] for line in lines if "alarm" in line}


def cosigned(service: Service) -> None:
    body = read_note(service.note).checkpoint.body
    service.lines = [cosignature(body, WITNESS, WITNESS_SEED, 1700000000)]
    service.cosigned(BEFORE)


@pytest.mark.parametrize(
    ("lie", "kind"), LIES.items(), ids=lambda each: getattr(each, "__name__", "")
)
def test_a_monitor_names_what_a_board_unsays(lie, kind, service, state):
    cosigned(service)
    assert monitor(service, state) == (0, [ANY])

    lie(service)
    code, lines = monitor(service, state)

    assert code == 1
    assert alarms(lines) == {kind}


def say_nothing_of_it(service: Service) -> None:
    """The service leaves the witness out, or says that it owes nothing."""


def move_the_close_forward(service: Service) -> None:
    service.closes_at = (OPENS + DAY).isoformat()


def say_that_little_was_shown(service: Service) -> None:
    service.shown = [{"since": OPENS.isoformat(), "size": 1}]


@pytest.mark.parametrize("lie", [say_nothing_of_it, move_the_close_forward])
def test_a_monitor_reckons_by_itself_who_is_late(lie, service, state):
    service.cosigned(BEFORE, size=1)
    lie(service)

    first = monitor(service, state, OPENS + DAY)
    code, lines = monitor(service, state, OPENS + 3 * DAY)

    assert first[0] == 0
    assert code == 1
    assert [line["says"] for line in lines if "alarm" in line] == [
        "居委会缺少 2026-05-21 的见证", "居委会缺少 2026-05-22 的见证",
    ]  # fmt: skip


def test_who_signs_an_old_board_every_day_is_late_whatever_the_service_says(service, state):
    service.cosigned(BEFORE, size=1)
    say_that_little_was_shown(service)
    assert monitor(service, state, OPENS)[0] == 0  # it saw eight entries on the first day
    service.cosigned(OPENS + DAY, size=1)

    code, lines = monitor(service, state, OPENS + 2 * DAY)

    assert code == 1
    assert [line["says"] for line in lines if "alarm" in line] == [
        "居委会缺少 2026-05-21 的见证：签的是大小 1，应不小于 8"
    ]


def counted_board(service: Service) -> None:
    """Witnessed before, every day, and after the count."""
    service.cosigned(BEFORE, size=1)
    for day in range(1, 6):
        service.cosigned(OPENS + day * DAY, size=2 + day)
    service.counted_at = (CLOSES + timedelta(minutes=1)).isoformat()
    service.shown = [{"since": service.counted_at, "size": 8}]
    service.cosigned(CLOSES + timedelta(hours=1))


def test_who_signs_every_day_and_at_the_close_is_never_late(service, state):
    counted_board(service)

    assert monitor(service, state, CLOSES + 3 * DAY)[0] == 0


def test_the_close_is_missed_by_whom_no_signature_of_the_whole_board_came(service, state):
    service.cosigned(BEFORE, size=1)
    for day in range(1, 6):
        service.cosigned(OPENS + day * DAY)
    service.counted_at = (CLOSES + timedelta(minutes=1)).isoformat()

    code, lines = monitor(service, state, CLOSES + 3 * DAY)

    assert code == 1
    assert [line.get("duty") for line in lines if "alarm" in line] == ["close"]


def test_a_board_that_grows_after_its_count_alarms_whatever_it_says_of_itself(service, state):
    counted_board(service)
    assert monitor(service, state, CLOSES + DAY)[0] == 0
    service.entries.append(OTHER)
    service.shown = [{"since": CLOSES.isoformat(), "size": 9}]
    service.cosigned(CLOSES + DAY)

    code, lines = monitor(service, state, CLOSES + DAY)

    assert (code, alarms(lines)) == (1, {"reopened"})


def test_a_party_that_had_no_key_at_the_notice_is_missed_once(state):
    zero = an_entry_zero(BOUND, {"party": "物业", "vkey": None})
    with served(Service([zero])) as service:
        service.cosigned(BEFORE)
        code, lines = monitor(service, state, OPENS + timedelta(hours=1))

    assert code == 1
    assert [line["says"] for line in lines if "alarm" in line] == ["物业没有见证钥匙，从未见证"]


def test_a_new_key_of_a_party_counts_once_somebody_asked_the_party(service, state):
    service.cosigned(BEFORE, size=1)
    give_a_party_another_key(service)
    service.cosigned(OPENS + DAY, seed=OTHER)
    late = OPENS + 2 * DAY

    code, lines = monitor(service, state, late)
    asked = monitor(service, state, late, [SWAPPED])
    afterwards = monitor(service, state, late)

    assert (code, alarms(lines)) == (1, {"witness", "missing"})
    assert SWAPPED in str(lines)
    assert (asked[0], afterwards[0]) == (0, 0)


def test_a_party_without_a_key_at_the_notice_may_get_one_and_it_is_said(service, state):
    service.keys[SWAPPED] = "物业"

    code, lines = monitor(service, state)

    assert code == 0
    assert any("物业的见证钥匙" in str(line.get("note")) for line in lines)


def test_where_entry_zero_binds_no_keys_those_seen_first_hold(state):
    old = canonical({"v": 1, "opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()})
    with served(Service([old, *ENTRIES[1:]])) as service:
        assert monitor(service, state)[0] == 0
        swap_the_key_of_a_party(service)

        code, lines = monitor(service, state)

    assert (code, alarms(lines)) == (1, {"witness"})
