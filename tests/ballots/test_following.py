"""Monitor and cosigner from outside: each follows what only grows, and says what is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from coordination import key_command
from coordination.ballots.checkpoints import public_key, read_note
from coordination.ballots.witnessing import cosign_command, monitor_command
from coordination.ballots.witnessing.client import BoardClient
from coordination.ballots.witnessing.following import read_seen
from coordination.ballots.witnessing.key_files import key_text, proven, read_key
from tests.ballots.lying_service import SEED, WITNESS_SEED, WITNESS_VKEY, Service, served
from tests.ballots.service_lies import (
    BEFORE,
    ENTRIES,
    OTHER,
    show_another_board,
    shrink,
    sign_with_another_key,
    swap_an_entry,
)


@pytest.fixture
def service():
    with served(Service(list(ENTRIES))) as running:
        yield running


@pytest.fixture
def state(tmp_path) -> Path:
    return tmp_path / "board.seen"


def monitor(service: Service, state: Path) -> tuple[int, list[dict]]:
    return monitor_command.watch(BoardClient.at(service.url), state, BEFORE)


def test_a_monitor_follows_a_board_that_only_grows(service, state):
    assert monitor(service, state)[0] == 0
    service.entries += [OTHER, OTHER]

    code, [line] = monitor(service, state)

    assert (code, line["ok"]) == (0, 10)
    seen = read_seen(state)
    assert seen and seen.size == 10


def test_after_a_fork_the_last_good_checkpoint_stays_as_evidence(service, state):
    monitor(service, state)
    kept = state.read_bytes()
    swap_an_entry(service)

    monitor(service, state)

    assert state.read_bytes() == kept


@pytest.mark.parametrize("url", ["", "nonsense", "http://a/b", "file:///ballots/x/board"])
def test_an_address_that_is_no_board_is_refused(url, capsys):
    assert monitor_command.main([url, "--once"]) == 2
    assert "网址应是公示票箱的页面" in capsys.readouterr().err


def test_a_service_that_is_away_or_answers_nonsense_is_no_alarm(service, state, capsys):
    service.garbled = True
    code, lines = monitor(service, state)

    gone = service.url.replace("127.0.0.1", "127.0.0.2")
    assert (code, list(lines[0])) == (2, ["unreachable"])
    assert monitor_command.main([gone, "--state", str(state), "--once"]) == 2
    assert not state.exists()


@pytest.mark.parametrize("spoilt", ["{}", "", "[]", '{"watched": 7}', "\x00", "[" * 100_000])
def test_a_spoilt_record_is_no_board(spoilt, service, state, capsys):
    state.write_text(spoilt)
    assert monitor_command.main([service.url, "--state", str(state), "--once"]) == 2
    assert "不是上次留下的记录" in capsys.readouterr().err
    assert monitor_command.main([service.url, "--state", str(state.parent), "--once"]) == 2
    assert "记录文件用不了" in capsys.readouterr().err


def test_the_command_says_in_words_what_it_saw(service, state, capsys):
    """Told at the end of a vote that nobody witnessed."""
    arguments = [service.url, "--state", str(state), "--once"]

    assert monitor_command.main(arguments) == 1
    said = capsys.readouterr()
    assert said.out.startswith("ok 8 ")
    assert "警报 missing：居委会缺少开始之前的见证（2026-05-20 09:00 前）" in said.err
    assert "说明：2026-05-26 18:00 已经截止，服务说还没有计票" in said.err
    assert monitor_command.main([*arguments, "--json"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[0])["ok"] == 8
    assert monitor_command.main([*arguments, "--trust", "x"]) == 2


def test_addresses_are_taken_as_a_browser_shows_them():
    poll = "00000000-0000-4000-8000-000000000007"
    for url, service in {
        f"https://vote.example/ballots/{poll}/board": "https://vote.example",
        f"https://vote.example/ballots/{poll}": "https://vote.example",
        f"http://a.example:8080/x/ballots/{poll}/board/": "http://a.example:8080/x",
        f"https://vote.example/api/v1/polls/{poll}/board": "https://vote.example",
    }.items():
        assert BoardClient.at(url) == BoardClient(service, poll)


@pytest.fixture
def key(tmp_path) -> Path:
    path = tmp_path / "key"
    path.write_text(key_text(WITNESS_SEED))
    return path


def test_a_cosigner_signs_what_extends_its_last_and_refuses_anything_else(service, key, capsys):
    assert cosign_command.main([service.url, "--key", str(key)]) == 0
    service.entries.append(OTHER)
    assert cosign_command.main([service.url, "--key", str(key)]) == 0

    swap_an_entry(service)
    service.entries.append(OTHER)
    assert cosign_command.main([service.url, "--key", str(key)]) == 1

    assert [one["size"] for one in service.taken] == [8, 9]
    assert "警报（fork）" in capsys.readouterr().err
    service.entries, service.lines = [*ENTRIES, OTHER], [service.taken[1]["line"]]
    assert read_note(service.note).cosigned_by(WITNESS_VKEY)


@pytest.mark.parametrize("lie", [shrink, sign_with_another_key, show_another_board])
def test_a_cosigner_signs_nothing_that_alarms(lie, service, key):
    cosign_command.main([service.url, "--key", str(key)])
    lie(service)

    assert cosign_command.main([service.url, "--key", str(key)]) == 1
    assert len(service.taken) == 1


def test_a_cosigner_needs_its_key(service, tmp_path, capsys):
    spoilt = tmp_path / "spoilt"
    spoilt.write_text("PRIVATE+KEY+x")

    assert cosign_command.main([service.url, "--key", str(spoilt)]) == 2
    assert cosign_command.main([service.url, "--key", str(tmp_path / "none")]) == 2
    assert service.taken == []
    assert SEED.hex() not in capsys.readouterr().err


def test_a_monitor_needs_nothing_of_the_server():
    program = (
        "import sys, coordination.ballots.witnessing.monitor_command\n"
        "import coordination.ballots.witnessing.cosign_command\n"
        "print(sorted({'litestar', 'piccolo', 'asyncpg', 'coordination.db'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)  # noqa: S603
    assert found.stdout == "[]\n"


def test_a_key_is_made_into_a_file_that_only_its_owner_reads(tmp_path, capsys):
    file, body = tmp_path / "witness.key", "00000000-0000-4000-8000-000000000001"

    assert key_command.main(["make", str(file), "--body", body]) == 0
    said = capsys.readouterr().out
    assert key_command.main(["make", str(file), "--body", body]) == 1

    seed = read_key(file.read_text())
    assert (file.stat().st_mode & 0o777, seed.hex() in said) == (0o600, False)
    vkey, proof = (line.split()[1] for line in said.splitlines()[1:])
    assert proven(vkey, proof, UUID(body)).public == public_key(seed)
