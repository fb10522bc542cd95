"""What a monitor 监看 makes of the witnesses by itself: from signatures, entry 0 and its memory.

Pure but for the board it is given. The service says who is late as well, and is believed only
where it accuses: nothing that it leaves out passes, nor a key that it puts in another's place.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from coordination.ballots.checkpoints import (
    COSIGNED,
    Checkpoint,
    Note,
    Signature,
    board_origin,
    read_note,
    read_signature,
    read_verifier_key,
    witness_name,
)
from coordination.ballots.polls.bound_keys import Bound, bound_witnesses
from coordination.ballots.reading import Unreadable, read_json
from coordination.ballots.tree import leaf_hash
from coordination.ballots.witnessing.client import Unreachable
from coordination.ballots.witnessing.following import Board, Seen, require_own
from coordination.ballots.witnessing.remembering import Memory
from coordination.ballots.witnessing.rules import (
    CLOCKS_DIFFER,
    Duty,
    DutyKind,
    Timetable,
    Witnessed,
    duties_of,
)
from coordination.law.periods import SHANGHAI, day_of

Line = dict[str, object]
KINDS = {DutyKind.OPENING: "开始之前", DutyKind.CLOSE: "截止之后"}
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LONG_HENCE = 2**37  # seconds; no calendar goes much further
MOST_LINES = 100_000


def examine(
    board: Board, seen: Seen, memory: Memory, at: datetime, trusted: Collection[str] = ()
) -> list[Line]:
    """Every alarm and word about witnesses. Alarm: a fork; Unreachable, ValueError: unreadable.

    `trusted`: keys of which the follower asked the party itself.
    """
    zero = board.entry_zero()
    memory.require_root(board, 1, leaf_hash(zero), seen)
    memory.saw(seen.size, at)
    bound = bound_witnesses(zero)
    lines = list(_keys(board.keys(), bound, memory, trusted))
    came, forged = _signatures(board, seen, memory)
    said = board.duties()
    times = _times(zero, said, seen, memory)
    if times is None:
        ended: Line = {"note": "服务说这次表决已经撤回、撤销或重新组织，不再需要见证"}
        return [*lines, *forged, ended]
    if times.counted_at and memory.closed is None:
        memory.closed = max((size for _, size in times.shown), default=seen.size)
    if memory.closed and seen.size > memory.closed:
        words = f"计票时票箱有 {memory.closed} 条，后来又增加到 {seen.size} 条"
        lines.append(_alarm("reopened", words))
    parties = _parties(said, bound, memory)
    return [*lines, *forged, *_overdue(times, came, parties, said, at)]


def _keys(
    said: dict[str, Any], bound: list[Bound] | None, memory: Memory, trusted: Collection[str]
) -> Iterator[Line]:
    """A party keeps its key: another one in its place is named until somebody has asked."""
    listed = _listed(said)
    if bound is None and not memory.keys:  # nothing was laid down: what is seen first holds
        memory.keys |= listed
    for one in bound or ():
        if one.vkey:
            memory.keys.setdefault(one.vkey, one.party)
    for vkey, party in listed.items():
        if memory.keys.get(vkey) != party:
            yield _new_key(vkey, party, memory, trusted)
    for vkey, party in memory.keys.items():
        if vkey not in listed:
            yield _alarm("witness", f"{party}的见证钥匙 {_name(vkey)} 不再列出")


def _new_key(vkey: str, party: str, memory: Memory, trusted: Collection[str]) -> Line:
    if vkey in memory.keys:
        words = f"{_name(vkey)} 本是{memory.keys[vkey]}的见证钥匙，现在说是{party}的"
        return _alarm("witness", words)
    if party in memory.keys.values() and vkey not in trusted:
        asked = f"请向该单位核对；确实是它自己换的，下次运行时加上 --trust {vkey}"
        return _alarm("witness", f"{party}的见证钥匙换过。{asked}")
    memory.keys[vkey] = party
    return {"note": f"{party}的见证钥匙 {_name(vkey)} 不在第零条里，请向该单位核对"}


def _name(vkey: str) -> str:
    return vkey.partition("+")[0]


def _listed(said: dict[str, Any]) -> dict[str, str]:
    try:
        listed = {str(one["vkey"]): str(one["party"]) for one in said["witnesses"]}
    except (KeyError, TypeError) as broken:
        raise Unreachable("keys 的回答读不了") from broken
    try:
        for vkey in listed:
            known = read_verifier_key(vkey, COSIGNED)
            if known.name != witness_name(known.public):
                raise ValueError(f"{known.name} 是另一把钥匙的名称")
    except ValueError as broken:
        raise Unreachable(f"见证单位的公钥读不懂（{broken}）") from broken
    return listed


def _signatures(
    board: Board, seen: Seen, memory: Memory
) -> tuple[dict[str, list[Witnessed]], list[Line]]:
    """Who signed what when, by party; and the lines by their keys that do not hold."""
    names = {_name(vkey): vkey for vkey in memory.keys}
    came: dict[str, list[Witnessed]] = {}
    forged: list[Line] = []
    for size, signature, received in _sent(board.cosignatures()):
        vkey = names.get(signature.name)
        if vkey is None or not 0 < size <= seen.size:
            continue  # of a key that is named elsewhere, or sent while we looked
        head = Checkpoint(board_origin(board.poll), size, _root(board, size, seen, memory))
        times = Note(head, (signature,)).cosigned_by(vkey)
        party = memory.keys[vkey]
        if not times or times[0] > LONG_HENCE:
            words = f"{party}在大小 {size} 的见证签名不成立，或者它见到的是另一个票箱"
            forged.append(_alarm("forged", words))
            continue
        # Days are measured by when a signature came, but its own time is what cannot be denied.
        signed = datetime.fromtimestamp(times[0], UTC)
        near = abs(received - signed) <= CLOCKS_DIFFER
        came.setdefault(party, []).append(Witnessed(size, received if near else signed))
    return came, forged


def _sent(cosignatures: list[dict[str, Any]]) -> list[tuple[int, Signature, datetime]]:
    if len(cosignatures) > MOST_LINES:
        raise Unreachable("见证签名太多")
    try:
        return [
            (
                int(one["size"]),
                read_signature(str(one["line"]).rstrip("\n")),
                _moment(one["received_at"]),
            )
            for one in cosignatures
        ]
    except (KeyError, TypeError, ValueError) as broken:
        raise Unreachable("服务给出的见证签名读不了") from broken


def _root(board: Board, size: int, seen: Seen, memory: Memory) -> bytes:
    if size == seen.size:
        return seen.root
    if size not in memory.roots:
        note = read_note(board.checkpoint(size))
        require_own(note, seen.vkey, board_origin(board.poll))
        if note.checkpoint.size != size:
            raise Unreachable(f"服务给出的不是大小 {size} 的检查点")
        memory.require_root(board, size, note.checkpoint.root, seen)
    return bytes.fromhex(memory.roots[size])


def _times(zero: bytes, said: dict[str, Any], seen: Seen, memory: Memory) -> Timetable | None:
    """By entry 0, by what the service adds to it, and by what was seen here; None: it says that
    the vote ended another way."""
    try:
        laid: Any = read_json(zero)
        opens, closes = _moment(laid["opens_at"]), _moment(laid["closes_at"])
        told = said["timetable"]
        if told is None:
            return None
        counted = told["counted_at"] and max(_moment(told["counted_at"]), closes)
        shown = [(_moment(one["since"]), int(one["size"])) for one in told["shown"]]
        closes = max(closes, _moment(told["closes_at"]))
    except (Unreadable, KeyError, TypeError, ValueError) as broken:
        raise Unreachable("投票的时间读不了") from broken
    ours = [(_moment(since), size) for since, size in memory.shown.values()]
    return Timetable(LONG_AGO, opens, closes, counted, seen.size, [*shown, *ours])


def _parties(said: dict[str, Any], bound: list[Bound] | None, memory: Memory) -> dict[str, bool]:
    """Whoever is to witness, by entry 0, by their keys, or as the service says; with a key or
    not."""
    told = [party for party, _, _ in _accused(said)]
    named = dict.fromkeys(chain((one.party for one in bound or ()), memory.keys.values(), told))
    return {party: party in memory.keys.values() for party in named}


def _overdue(
    times: Timetable, came: dict[str, list[Witnessed]], parties: dict[str, bool],
    said: dict[str, Any], at: datetime,
) -> Iterator[Line]:  # fmt: skip
    """What is missing by our own reckoning; of a party without a key, once that it has none. Then
    what the service says of itself besides."""
    if times.counted_at is None and at > times.closes_at + timedelta(days=1):
        yield {"note": f"{_said(times.closes_at)} 已经截止，服务说还没有计票"}
    ours: set[tuple[str, datetime]] = set()
    for party, has_key in parties.items():
        late = [duty for duty in duties_of(times, came.get(party, []), at) if duty.is_overdue(at)]
        ours |= {(party, duty.due) for duty in late}
        if late and not has_key:
            yield _alarm("missing", f"{party}没有见证钥匙，从未见证")
            continue
        for duty in late:
            yield _alarm("missing", f"{party}{_owed(duty)}") | {"duty": duty.kind.value}
    for party, kind, due in _accused(said):
        if (party, due) not in ours:
            words = f"{party}到 {_said(due)} 应有的见证，服务自己说还没有"
            yield _alarm("missing", words) | {"duty": kind}


def _accused(said: dict[str, Any]) -> list[tuple[str, str, datetime]]:
    """Party, kind and end of what the service says is overdue."""
    try:
        return [
            (str(party["party"]), str(duty["kind"]), _moment(duty["due"]))
            for party in said["parties"]
            for duty in party["duties"]
            if duty["overdue"]
        ]
    except (KeyError, TypeError, ValueError) as broken:
        raise Unreachable("duties 的回答读不了") from broken


def _owed(duty: Duty) -> str:
    if duty.kind is DutyKind.DAILY:
        words = f"缺少 {day_of(duty.since).isoformat()} 的见证"
    else:
        words = f"缺少{KINDS[duty.kind]}的见证（{_said(duty.due)} 前）"
    if duty.behind is None:
        return words
    return f"{words}：签的是大小 {duty.behind}，应不小于 {duty.least}"


def _alarm(kind: str, says: str) -> Line:
    return {"alarm": kind, "says": says}


def _moment(said: Any) -> datetime:
    """ValueError: no time, or one without its zone."""
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError(said)
    return at


def _said(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
