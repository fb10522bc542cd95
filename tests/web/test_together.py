"""One look for all who ask at once, and nobody is shown what was before they asked."""

import asyncio

import pytest

from coordination.web.together import Together


async def test_all_who_ask_meanwhile_share_one_look_that_begins_after_they_asked():
    together, looks, gate = Together[int](), [], asyncio.Event()

    async def look() -> int:
        looks.append(len(looks))
        await gate.wait()
        return looks[-1]

    first = asyncio.create_task(together.look("room", look))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [asyncio.create_task(together.look("room", look)) for _ in range(200)]
    other = asyncio.create_task(together.look("another room", look))
    await asyncio.sleep(0)
    gate.set()

    assert await first == 0 or len(looks) == 3
    assert len(set(await asyncio.gather(*later))) == 1
    await other
    assert len(looks) == 3


async def test_who_goes_away_takes_nothing_from_the_others_and_a_failure_is_told_to_all():
    together, gate = Together[int](), asyncio.Event()

    async def look() -> int:
        await gate.wait()
        raise LookupError("gone")

    leaving = asyncio.create_task(together.look("room", look))
    staying = asyncio.create_task(together.look("room", look))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.set()

    with pytest.raises(LookupError):
        await staying
    with pytest.raises(LookupError):
        await together.look("room", look)
