"""`coordination cosign URL --key FILE`: a party looks at a board and cosigns what extends it.

What it signed last lies in a state file beside the key. A checkpoint that does not extend it is
refused, whatever the service says: then exit 1, and the two checkpoints are the evidence.

Exit 0: signed; 1: an alarm, nothing was signed; 2: not reached, refused or unreadable.
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from coordination import clock
from coordination.ballots.checkpoints import cosignature, public_key, witness_name
from coordination.ballots.reading import printable, why_not
from coordination.ballots.witnessing.client import BoardClient, Refused, Unreachable
from coordination.ballots.witnessing.following import Alarm, Seen, keep_seen, look, read_seen
from coordination.ballots.witnessing.key_files import read_key


def main(argv: list[str]) -> int:
    """Look, compare, sign, send; the exit code."""
    asked = _parser().parse_args(argv)
    try:
        board, seed = BoardClient.at(asked.url), _seed_in(asked.key)
        state = asked.state or asked.key.with_name(f"{asked.key.name}.{board.poll}.seen")
        seen = cosign(board, seed, state, clock.now())
    except Alarm as alarm:
        print(f"警报（{alarm.kind}）：{printable(str(alarm))}。没有签名。", file=sys.stderr)
        print("请保留上次的检查点，并告诉另外两方和街道。", file=sys.stderr)
        return 1
    except OSError as broken:  # of the record beside the key
        print(f"没有签名：{broken.filename}（{why_not(broken)}）", file=sys.stderr)
        return 2
    except (Unreachable, Refused, ValueError) as broken:
        print(f"没有签名：{printable(str(broken))}", file=sys.stderr)
        return 2
    print(f"已见证：大小 {seen.size}，树根 {seen.root.hex()}")
    return 0


def _seed_in(file: Path) -> bytes:
    """ValueError: there is no such file, or no key in it."""
    try:
        return read_key(file.read_text("utf-8"))
    except OSError as broken:
        raise ValueError(f"打不开私钥文件 {file}（{why_not(broken)}）") from broken
    except ValueError as broken:
        raise ValueError(f"{file} 不是见证私钥文件，或者已经损坏") from broken


def cosign(board: BoardClient, seed: bytes, state: Path, at: datetime) -> Seen:
    """Cosign the board's latest checkpoint. Alarm, Unreachable, Refused, ValueError."""
    seen, note = look(board, read_seen(state))
    line = cosignature(
        note.checkpoint.body, witness_name(public_key(seed)), seed, int(at.timestamp())
    )
    keep_seen(state, seen)  # before it is sent: what has left here once is never contradicted
    board.cosign(seen.size, line)
    return seen


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="coordination cosign",
        description="用本单位的钥匙见证一次表决的公示票箱。",
        epilog="退出码：0 已签名；1 报警，没有签名；2 连不上、不受理或者读不了。",
    )
    parser.add_argument("url", metavar="URL", help="公示票箱的网址，例如 https://…/ballots/…/board")
    parser.add_argument("--key", type=Path, required=True, metavar="FILE", help="私钥文件")
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="上次签名的记录（不写时放在私钥文件旁）"
    )
    return parser
