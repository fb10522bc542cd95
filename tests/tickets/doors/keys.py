"""A program that holds a key, and speaks HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx

from coordination.places.tables import Place
from coordination.tickets.doors.keys.actions import make_key
from coordination.tickets.doors.keys.rules import Scope
from coordination.tickets.doors.tables import ApiKey
from tests.builders import DURING
from tests.tickets.a_ticket import Neighbourhood


async def a_key(
    town: Neighbourhood, *scopes: Scope, place: Place | None = None, per_minute: int = 1_000
) -> tuple[ApiKey, str]:
    """A key of the company's, made by its manager for the estate."""
    manager = town.manager
    return await make_key(
        manager, "对接", town.company.id, place or town.estate, scopes or tuple(Scope), DURING,
        per_minute,
    )  # fmt: skip


@dataclass
class Machine:
    """A client with a key and nothing else: no cookie, no token."""

    client: httpx.AsyncClient
    key: str
    program: Any = None  # holds answers against the document

    async def get(self, path: str, *, expect: int = 200, **query: object) -> Any:
        sent = await self.client.get(f"/api/v1/{path}", params=query, headers=self._headers())
        return self._read(sent, expect)

    async def post(
        self, path: str, body: object, *, expect: int = 201, token: str | None = None
    ) -> Any:
        headers = self._headers() | ({"Idempotency-Key": token} if token else {})
        sent = await self.client.post(f"/api/v1/{path}", json=body, headers=headers)
        return self._read(sent, expect)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"} if self.key else {}

    def _read(self, answer: httpx.Response, expect: int) -> Any:
        assert answer.status_code == expect, answer.text
        if self.program:
            self.program.fits(answer)
        return answer.json() if answer.content else None
