"""`coordination monitor URL`: follows a board from outside, and says when it is not what it was.

One line per look: `ok SIZE ROOT`. One line per alarm, with its kind first:
  signature, key, origin   the checkpoint is not the board's own
  rollback                 the board is smaller than it was
  fork                     the board does not contain what it contained
  missing                  a cosignature is overdue, or one that was there is gone
  forged                   a cosignature does not hold, or is of another board
  witness                  a party has another key than entry 0 says, or than was seen first
  reopened                 the board has grown after it was counted
Which cosignatures are overdue it reckons by itself, from entry 0 and the signatures.
Exit with --once: 0 all is well, 1 an alarm, 2 not reached or unreadable. Without, it goes on, and
its exit is that of the worst it saw.
"""

import argparse
import json
import sys
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from coordination import clock
from coordination.ballots.checkpoints import COSIGNED, Note, read_note, read_verifier_key
from coordination.ballots.reading import printable, why_not
from coordination.ballots.witnessing.client import BoardClient, Unreachable
from coordination.ballots.witnessing.following import Alarm, Seen, look, read_seen
from coordination.ballots.witnessing.remembering import keep_memory, read_memory
from coordination.ballots.witnessing.watching import Line, examine

EVERY = 60.0  # seconds between two looks


def main(argv: list[str]) -> int:
    """Follow the board that `argv` names; the exit code."""
    asked, worst = _parser().parse_args(argv), 0
    told: set[str] = set()
    try:
        board = BoardClient.at(asked.url)
        state = asked.state or Path(f"board-{board.poll}.seen")
        trusted = _trusted(asked.trust)
        worst = _tell(asked, told, *watch(board, state, clock.now(), trusted))
        while not asked.once:
            time.sleep(asked.every)
            code = _tell(asked, told, *watch(board, state, clock.now(), trusted))
            worst = max(worst, code, key=_WEIGHT.index)
    except KeyboardInterrupt:
        return worst
    except ValueError as broken:
        print(f"读不了：{printable(str(broken))}", file=sys.stderr)
        return 2
    except OSError as broken:  # of the record: what the network does is `Unreachable`
        record = printable(f"{broken.filename}（{why_not(broken)}）")
        print(f"记录文件用不了：{record}。请用 --state 指定一个可以读写的文件。", file=sys.stderr)
        return 2
    return worst


def _trusted(vkeys: list[str]) -> list[str]:
    """ValueError: one of them is no witness's key."""
    for vkey in vkeys:
        try:
            read_verifier_key(vkey, COSIGNED)
        except ValueError as broken:
            raise ValueError(f"--trust 之后不是一把见证钥匙的公钥：{vkey}") from broken
    return vkeys


_WEIGHT = (0, 2, 1)  # an alarm weighs more than a service that was away


def watch(
    board: BoardClient, state: Path, at: datetime, trusted: Collection[str] = ()
) -> tuple[int, list[Line]]:
    """One look: exit code and lines. What was seen is kept, but never a board that alarms."""
    last, memory = read_seen(state), read_memory(state)
    try:
        seen, note = look(board, last)
        said = [*examine(board, seen, memory, at, trusted), *_gone(note, last)]
    except Alarm as alarm:
        return 1, [{"alarm": alarm.kind, "says": str(alarm)}]
    except (Unreachable, ValueError) as broken:
        return 2, [{"unreachable": str(broken)}]
    keep_memory(state, seen, memory)
    fine: Line = {"ok": seen.size, "root": seen.root.hex(), "cosigned": _signers(note)}
    return (1 if any("alarm" in line for line in said) else 0), [fine, *said]


def _gone(note: Note, last: Seen | None) -> list[Line]:
    """Who had signed the checkpoint of this very size, and now has not."""
    if last is None or last.size != note.checkpoint.size:
        return []
    missing = set(_signers(read_note(last.note))) - set(_signers(note))
    return [{"alarm": "missing", "says": f"{name} 的见证签名不见了"} for name in sorted(missing)]


def _signers(note: Note) -> list[str]:
    names = (each.name for each in note.signatures if each.name != note.checkpoint.origin)
    return list(dict.fromkeys(names))


def _tell(asked: argparse.Namespace, told: set[str], code: int, lines: list[Line]) -> int:
    """Print what is new: a cosignature that is missing all night is said once."""
    for line in lines:
        words = _words(line)
        if words in told and ("note" in line or line.get("alarm") == "missing"):
            continue
        told.add(words)
        out = sys.stdout if asked.json or "ok" in line else sys.stderr
        print(json.dumps(line, ensure_ascii=False) if asked.json else words, file=out, flush=True)
    return code


def _words(line: Line) -> str:
    if "note" in line:
        return f"说明：{printable(str(line['note']))}"
    if "ok" in line:
        return f"ok {line['ok']} {line['root']}"
    if "alarm" in line:
        return f"警报 {line['alarm']}：{printable(str(line['says']))}"
    return f"没有看到：{printable(str(line['unreachable']))}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coordination monitor",
        description="从外面跟踪一次表决的公示票箱：变小、分叉、签名不对、缺少见证、换了钥匙时报警。",
        epilog="退出码：0 一切正常；1 报警；2 连不上或者读不了。",
    )
    add = parser.add_argument
    add("url", metavar="URL", help="公示票箱的网址，例如 https://…/ballots/…/board")
    add("--state", type=Path, metavar="FILE", help="上次看到的检查点（不写时放在当前目录）")
    add("--once", action="store_true", help="只看一次")
    add("--every", type=float, default=EVERY, metavar="SECONDS", help="隔多少秒看一次（60）")
    add("--trust", action="append", default=[], metavar="VKEY",
        help="换过的见证钥匙，已向该单位核对（可写几次）")  # fmt: skip
    add("--json", action="store_true", help="每行一个 JSON 对象")
    return parser
