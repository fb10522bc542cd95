"""The floor: a bare ASGI callable that does one prepared single-row INSERT and answers two bytes.

`granian tests.benchmarks.floor:app`; the database is COORDINATION_DATABASE_URL.
"""

import os

import asyncpg

TABLE = "create table if not exists floor_row (id bigserial primary key, body bytea not null)"
INSERT = "insert into floor_row (body) values ($1)"
ANSWER = [
    {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"text/plain"), (b"content-length", b"2")],
    },
    {"type": "http.response.body", "body": b"ok"},
]


class Lean(asyncpg.Connection):
    def get_reset_query(self) -> str:
        return ""


class Floor:
    pool: asyncpg.Pool

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
            return
        async with self.pool.acquire() as connection:
            await connection.execute(INSERT, bytes(64))
        for message in ANSWER:
            await send(message)

    async def lifespan(self, receive, send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                dsn = os.environ["COORDINATION_DATABASE_URL"]
                self.pool = await asyncpg.create_pool(
                    dsn, min_size=10, max_size=10, connection_class=Lean
                )
                await self.pool.execute(TABLE)
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


app = Floor()
