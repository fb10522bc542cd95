"""What the terminal says while nobody has named the deployment: where, and with which code."""

import asyncio
import sys

from coordination.database import served
from coordination.home.deployment.founding import setup_code
from coordination.people.role_actions import is_founded


def tell(database: str, address: str) -> None:
    """Print where the first run is and its code, unless it is over."""
    if not asyncio.run(_is_founded(database)):
        print(f"首次设置：{address}/setup　设置码 {setup_code()}", file=sys.stderr, flush=True)


async def _is_founded(database: str) -> bool:
    async with served(database):
        return await is_founded()
