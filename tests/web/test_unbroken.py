"""A client that goes away breaks nothing off half-way."""

import asyncio

import pytest

from coordination.web.unbroken import Unbroken


async def test_what_was_begun_is_finished_when_the_client_has_gone():
    begun, done = asyncio.Event(), asyncio.Event()

    async def slowly(scope, receive, send):
        begun.set()
        await asyncio.sleep(0.05)
        done.set()

    request = asyncio.create_task(Unbroken(slowly)({"type": "http", "path": "/"}, None, None))
    await begun.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    await asyncio.wait_for(done.wait(), 1)


async def test_a_stream_ends_with_its_client():
    ended = asyncio.Event()

    async def stream(scope, receive, send):
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    request = asyncio.create_task(Unbroken(stream)({"type": "http", "path": "/live/x"}, None, None))
    await asyncio.sleep(0)
    request.cancel()

    with pytest.raises(asyncio.CancelledError):
        await request
    assert ended.is_set()


async def test_an_error_inside_reaches_the_server():
    async def broken(scope, receive, send):
        raise LookupError("inside")

    with pytest.raises(LookupError):
        await Unbroken(broken)({"type": "http", "path": "/"}, None, None)
