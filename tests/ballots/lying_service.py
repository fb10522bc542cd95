"""A service in a thread that shows a board over HTTP, honestly or not, as the test says."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from coordination.ballots.board import canonical
from coordination.ballots.checkpoints import (
    COSIGNED,
    Checkpoint,
    board_origin,
    cosignature,
    public_key,
    read_note,
    sign_checkpoint,
    verifier_key,
    with_cosignatures,
    witness_name,
)
from coordination.ballots.tree import Frontier, consistency_proof, root_of

POLL = "00000000-0000-4000-8000-000000000007"
SEED, WITNESS_SEED = bytes(range(32)), bytes(range(1, 33))
WITNESS = witness_name(public_key(WITNESS_SEED))
WITNESS_VKEY = verifier_key(WITNESS, public_key(WITNESS_SEED), COSIGNED)

OPENS, CLOSES = datetime(2026, 5, 20, 1, tzinfo=UTC), datetime(2026, 5, 26, 10, tzinfo=UTC)


def an_entry_zero(*bound: Mapping[str, str | None]) -> bytes:
    """What is laid down of times and witnesses."""
    said = {"v": 2, "opens_at": OPENS.isoformat(), "closes_at": CLOSES.isoformat()}
    return canonical(said | {"witnesses": list(bound)})


BOUND = {"party": "居委会", "vkey": WITNESS_VKEY}


@dataclass
class Service:
    """What it shows; a test changes it between two looks."""

    entries: list[bytes]
    seed: bytes = SEED
    origin: str = board_origin(POLL)
    lines: list[str] = field(default_factory=list)  # cosignatures under the latest checkpoint
    kept: list[dict] = field(default_factory=list)  # cosignatures as they came
    overdue: list[str] = field(default_factory=list)  # parties
    keys: dict[str, str] = field(default_factory=lambda: {WITNESS_VKEY: "居委会"})
    shown: list[dict] = field(default_factory=list)
    closes_at: str = CLOSES.isoformat()
    counted_at: str | None = None
    garbled: bool = False
    taken: list[dict] = field(default_factory=list)
    url: str = ""

    @property
    def note(self) -> str:
        return with_cosignatures(self.head(len(self.entries)), self.lines)

    def head(self, size: int) -> str:
        head = Checkpoint(self.origin, size, root_of(self.entries[:size]))
        return sign_checkpoint(head, self.seed)

    def cosigned(self, at: datetime, size: int | None = None, seed: bytes = WITNESS_SEED) -> str:
        """A witness has signed the board at this size; the line."""
        size = size or len(self.entries)
        body = read_note(self.head(size)).checkpoint.body
        line = cosignature(body, witness_name(public_key(seed)), seed, int(at.timestamp()))
        self.kept.append({"size": size, "line": line, "received_at": at.isoformat()})
        return line

    def answer(self, what: str, asked: dict[str, list[str]]) -> bytes:
        if self.garbled:
            return b"<html>\xff"
        if what == "checkpoint":
            size = int(asked.get("size", [str(len(self.entries))])[0])
            return (self.note if size == len(self.entries) else self.head(size)).encode()
        if what == "entry-zero":
            return self.entries[0]
        return json.dumps(self._said(what, asked)).encode()

    def _said(self, what: str, asked: dict[str, list[str]]) -> dict:
        if what == "keys":
            vkey = verifier_key(self.origin, public_key(self.seed))
            listed = [
                {"name": vkey.partition("+")[0], "party": party, "vkey": vkey}
                for vkey, party in self.keys.items()
            ]
            return {"origin": self.origin, "vkey": vkey, "witnesses": listed}
        if what == "cosignatures":
            return {"cosignatures": self.kept}
        if what == "duties":
            return self._duties()
        old, new = int(asked["old"][0]), int(asked["new"][0])
        _, nodes = Frontier().grown(self.entries)
        known = {(level, index): found for level, index, found in nodes}
        proof = consistency_proof(old, new, lambda *node: known[node])
        return {"old": old, "new": new, "proof": [step.hex() for step in proof]}

    def _duties(self) -> dict:
        due = (OPENS + timedelta(days=1)).isoformat()
        duty = {"kind": "daily", "due": due, "done_at": None, "overdue": True}
        timetable = {
            "opens_at": OPENS.isoformat(), "closes_at": self.closes_at,
            "counted_at": self.counted_at, "shown": self.shown,
        }  # fmt: skip
        late = [{"party": name, "vkey": WITNESS_VKEY, "duties": [duty]} for name in self.overdue]
        return {"timetable": timetable, "parties": late}


@contextmanager
def served(service: Service) -> Iterator[Service]:
    """The service at an address of its own, as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            body = service.answer(asked.path.rpartition("/")[2], parse_qs(asked.query))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            service.taken.append(json.loads(self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing on stderr: the test reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/ballots/{POLL}/board"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
