"""Who the service is in the database, whoever logged in."""

import pytest

from coordination import db
from coordination.db import DB, close_pool, lone_connection, open_pool


@pytest.fixture
async def as_owner_s_login(server, database):
    """The pool of a deployment whose address logs in as the owner."""
    await close_pool()
    DB.config = {**server.config, "database": "t"}
    await open_pool(2)
    yield


@pytest.mark.parametrize("words", ["select 1", "reset role", "reset all", "discard all"])
async def test_whoever_logged_in_nothing_goes_back_to_the_owner_by_itself(as_owner_s_login, words):
    async with db.connection() as pooled:
        await pooled.execute(words)
        assert await pooled.fetchval("select session_user::text") == "postgres"
        assert await pooled.fetchval("select current_user::text") == "coordination_app"

    alone = await lone_connection()
    await alone.execute(words)
    assert await alone.fetchval("select current_user::text") == "coordination_app"
    await alone.close()
