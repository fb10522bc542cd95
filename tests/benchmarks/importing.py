"""A roll of 10,000 units: read, compared and previewed; then confirmed and written."""

import asyncio
import time

from coordination import clock
from coordination.db import close_pool, open_pool, value
from coordination.places.tables import Place
from coordination.registry.imports.actions import accept_import, preview_roll
from coordination.registry.imports.writing_actions import write_roll
from tests.benchmarks.servers import Database, say
from tests.builders import an_estate
from tests.registry.rolls import a_line, a_roll


def _file(count: int) -> bytes:
    return a_roll(
        *(
            a_line(
                f"{n % 100 + 101}", building=f"{n // 200 + 1}栋",
                entrance=f"{n // 100 % 2 + 1}单元", name=f"业主{n}",
                number=f"420115{1950 + n % 50}0101{n:04}"[:18], phone=f"138{n:08}",
            )
            for n in range(count)
        )
    )  # fmt: skip


def measure(base: Database, quick: bool) -> None:
    asyncio.run(_all(2_000 if quick else 10_000))


async def _all(count: int) -> None:
    await open_pool(4)
    try:
        estate, data = await an_estate(), _file(count)
        await _import(estate, data, count, "new")
        begun = time.perf_counter()
        await preview_roll(estate, data, "名册.xlsx", None, clock.now())
        say("import_same", units=count, preview_seconds=round(time.perf_counter() - begun, 2))
    finally:
        await close_pool()


async def _import(estate: Place, data: bytes, count: int, what: str) -> None:
    begun = time.perf_counter()
    batch = await preview_roll(estate, data, "名册.xlsx", None, clock.now())
    previewed = time.perf_counter()
    await accept_import(estate, batch, None, all_or_nothing=True, confirmed_rows=[], at=clock.now())
    await write_roll(batch)
    assert await value("select state from roll_import where id = $1", batch) == "done"
    say(
        f"import_{what}", units=count, preview_seconds=round(previewed - begun, 2),
        write_seconds=round(time.perf_counter() - previewed, 2),
    )  # fmt: skip
