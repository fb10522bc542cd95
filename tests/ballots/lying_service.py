"""A service in a thread that shows a board over HTTP, honestly or not, as the test says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from coordination.ballots.checkpoints import (
    COSIGNED,
    Checkpoint,
    board_origin,
    public_key,
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


@dataclass
class Service:
    """What it shows; a test changes it between two looks."""

    entries: list[bytes]
    seed: bytes = SEED
    origin: str = board_origin(POLL)
    lines: list[str] = field(default_factory=list)  # cosignatures under the latest checkpoint
    overdue: list[str] = field(default_factory=list)  # parties
    garbled: bool = False
    taken: list[dict] = field(default_factory=list)
    url: str = ""

    @property
    def note(self) -> str:
        head = Checkpoint(self.origin, len(self.entries), root_of(self.entries))
        return with_cosignatures(sign_checkpoint(head, self.seed), self.lines)

    def answer(self, what: str, asked: dict[str, list[str]]) -> bytes:
        if self.garbled:
            return b"<html>\xff"
        if what == "checkpoint":
            return self.note.encode()
        return json.dumps(self._said(what, asked)).encode()

    def _said(self, what: str, asked: dict[str, list[str]]) -> dict:
        if what == "keys":
            vkey = verifier_key(self.origin, public_key(self.seed))
            witness = {"name": WITNESS, "party": "居委会", "vkey": WITNESS_VKEY}
            return {"origin": self.origin, "vkey": vkey, "witnesses": [witness]}
        if what == "duties":
            due = datetime(2026, 5, 1, tzinfo=UTC).isoformat()
            duty = {"kind": "daily", "due": due, "done_at": None, "overdue": True}
            return {
                "parties": [
                    {"party": name, "vkey": WITNESS_VKEY, "duties": [duty]} for name in self.overdue
                ]
            }
        old, new = int(asked["old"][0]), int(asked["new"][0])
        _, nodes = Frontier().grown(self.entries)
        known = {(level, index): found for level, index, found in nodes}
        proof = consistency_proof(old, new, lambda *node: known[node])
        return {"old": old, "new": new, "proof": [step.hex() for step in proof]}


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
