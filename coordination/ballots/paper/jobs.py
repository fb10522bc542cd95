"""What a worker does for sheets: print them."""

from datetime import datetime
from uuid import UUID

from coordination.ballots.paper.printing import PRINT, run_print


async def print_sheets(print_id: str, at: datetime) -> None:
    await run_print(UUID(print_id), at)


JOBS = {PRINT: print_sheets}
