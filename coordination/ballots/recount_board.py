"""The board in a recount: the tree is built again, and every checkpoint must be one of its sizes.

What was signed or cosigned once cannot be unsaid: a ballot dropped, added or moved, a changed roll
or rule, or a second board shows up as a root that is not the one that was signed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from coordination.ballots.checkpoints import (
    COSIGNED,
    SIGNED,
    Note,
    board_origin,
    read_note,
    read_verifier_key,
)
from coordination.ballots.findings import Findings
from coordination.ballots.recount_entry import laid_down_keys
from coordination.ballots.recount_lines import Rebuilt
from coordination.ballots.tree import Frontier
from coordination.law.periods import SHANGHAI


@dataclass(frozen=True, slots=True)
class RebuiltBoard:
    """What the package's leaves come to. `roots`: of every size that something speaks of."""

    origin: str
    vkey: str | None  # None: not a key
    witnesses: dict[str, str]  # vkey → party
    bound: set[str] | None  # the vkeys that entry 0 lays down; None: it lays down none
    entries: list[bytes]
    roots: dict[int, bytes]
    counted: float  # seconds since 1970: nothing gets a leaf after it

    @property
    def size(self) -> int:
        return len(self.entries)


def rebuild_board(
    findings: Findings, package: dict[str, Any], others: Iterable[Note]
) -> RebuiltBoard | None:
    """The tree, and every check of the board itself; `others`: checkpoints from elsewhere."""
    said = package["board"]
    if said is None:
        findings.stated("board", "公示票箱", None)
        return None
    below = findings.under("board", "公示票箱")
    closing = _read(below, "checkpoint", "截止时的检查点", said["checkpoint"])
    earlier = [
        _read(below, f"earlier[{place}]", f"先前的检查点{place + 1}", text)
        for place, text in enumerate(said["earlier"])
    ]
    entries = [said["entry_zero"].encode(), *map(bytes.fromhex, said["leaves"])]
    sizes = {note.checkpoint.size for note in (closing, *earlier, *others) if note}
    board = RebuiltBoard(
        origin=board_origin(package["poll"]["id"]),
        vkey=_own_key(below, package),
        witnesses=_witness_keys(below, said["witnesses"]),
        bound=laid_down_keys(said["entry_zero"]),
        entries=entries,
        roots=_roots_at(entries, {*sizes, len(entries)}),
        counted=datetime.fromisoformat(package["publication"]["counted_at"]).timestamp(),
    )
    below.same("size", "公示票箱的大小（第零条与全部票）", said["size"], board.size)
    if closing:
        same = closing.checkpoint.size
        below.same("checkpoint.size", "截止检查点所载大小", same, board.size)
        check_note(below.under("checkpoint", "截止检查点"), board, closing, strict=True)
    for place, note in enumerate(earlier):
        if note:
            part = below.under(f"earlier[{place}]", f"先前的检查点{place + 1}")
            check_note(part, board, note, strict=True)
    return board


def check_leaves(findings: Findings, said: dict[str, Any], rebuilt: Mapping[str, Rebuilt]) -> None:
    """Every ballot stands on the board once, and nothing else does."""
    leaves = said["leaves"]
    counted = {tracker.hex() for each in rebuilt.values() for tracker in each.trackers}
    twice = [leaf for leaf, times in Counter(leaves).items() if times > 1]
    findings.clean("board.leaves", "公示票箱中没有重复的票", twice)
    listed = set(leaves)
    findings.clean(
        "board.leaves.dropped",
        "公示票箱中的票都列入了结果",
        [x for x in leaves if x not in counted],
    )
    findings.clean("board.leaves.added", "列入结果的票都在公示票箱中", sorted(counted - listed))


def check_note(findings: Findings, board: RebuiltBoard, note: Note, *, strict: bool) -> None:
    """One checkpoint: whose it is, whether it is of this tree, who signed and cosigned it.

    `strict`: it stands in the package, so that nothing unknown may hang on it.
    """
    check_head(findings, board, note)
    for vkey, party in board.witnesses.items():
        _check_cosignature(findings, board, note, vkey, party)
    known = {_signer(vkey, COSIGNED) for vkey in board.witnesses}
    known |= {_signer(board.vkey, SIGNED)} if board.vkey else set()
    strange = [each.name for each in note.signatures if (each.name, each.key) not in known]
    if strict:
        findings.clean("cosignatures", "没有不认识的钥匙的签名", strange)
    elif strange:
        findings.stated("cosignatures", "不认识的钥匙的签名，不算", strange)


def check_head(findings: Findings, board: RebuiltBoard, note: Note) -> None:
    """That it is of this board, at a size this board has had, and signed with its key."""
    head = note.checkpoint
    findings.same("origin", "属于这次表决的公示票箱", head.origin, board.origin)
    found = board.roots[head.size].hex() if head.size in board.roots else "票箱没有这么大"
    findings.same("root", "与公示票箱一致（树根）", head.root.hex(), found)
    if board.vkey:
        signed = note.signed_by(board.vkey)
        told = "签名成立" if signed else "签名不成立"
        findings.fits("signature", "由公示票箱的钥匙签名", head.size, told, signed)


def _check_cosignature(
    findings: Findings, board: RebuiltBoard, note: Note, vkey: str, party: str
) -> None:
    name = vkey.partition("+")[0]
    times = note.cosigned_by(vkey)
    later = "" if board.bound is None or vkey in board.bound else "，用公告之后登记的钥匙"
    what = f"{party}的见证签名{later}"
    size = note.checkpoint.size
    if times and times[-1] > board.counted and size < board.size:
        told = f"{_moment(times[-1])} 计票之后票箱只有 {size} 条，后来又增加了"
        findings.fits(f"cosignatures.{name}", what, board.size, told, False)
    elif times:
        told = "、".join(map(_moment, times))
        findings.fits(f"cosignatures.{name}", what, party, told, True)
    elif any(_signer(vkey, COSIGNED) == (each.name, each.key) for each in note.signatures):
        findings.fits(f"cosignatures.{name}", what, party, "签名不成立", False)
    else:
        findings.stated(f"cosignatures.{name}", f"{what}（这个检查点上没有）", party)


def _signer(vkey: str, kind: int) -> tuple[str, bytes]:
    known = read_verifier_key(vkey, kind)
    return known.name, known.id


def _moment(at: int) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI).isoformat()
    except (OverflowError, OSError, ValueError):
        return str(at)


def _read(findings: Findings, name: str, what: str, text: str) -> Note | None:
    try:
        return read_note(text)
    except ValueError as malformed:
        findings.fits(name, what, "检查点", f"不是检查点：{malformed}", False)
        return None


def _own_key(findings: Findings, package: dict[str, Any]) -> str | None:
    said = package["board"]["vkey"]
    try:
        name = read_verifier_key(said, SIGNED).name
    except ValueError as malformed:
        findings.fits("vkey", "公示票箱的公钥", said, f"不是公钥：{malformed}", False)
        return None
    origin = board_origin(package["poll"]["id"])
    findings.same("vkey.name", "公示票箱的公钥属于这次表决", name, origin)
    findings.stated("vkey", "公示票箱的公钥（与公告所载核对）", said)
    return said


def _witness_keys(findings: Findings, said: Sequence[dict[str, Any]]) -> dict[str, str]:
    known = {}
    for place, witness in enumerate(said):
        below = findings.under(f"witnesses[{place}]", f"见证钥匙{place + 1}")
        try:
            name = read_verifier_key(witness["vkey"], COSIGNED).name
        except ValueError as malformed:
            below.fits("vkey", "公钥", witness["vkey"], f"不是公钥：{malformed}", False)
            continue
        below.same("name", "名称与公钥相符", witness["name"], name)
        below.stated("vkey", "公钥（与公告所载或该单位公布的核对）", witness["party"])
        known[witness["vkey"]] = witness["party"]
    publics = [vkey.rpartition("+")[2] for vkey in known]
    findings.same("witnesses", "各把见证钥匙各不相同", len(said), len(set(publics)))
    return known


def _roots_at(entries: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """The root at each of the sizes that the tree has had, in one pass."""
    roots, edge, done = {}, Frontier(), 0
    for size in sorted(size for size in sizes if size <= len(entries)):
        edge, done = edge.grown(entries[done:size])[0], size
        roots[size] = edge.root
    return roots
