"""`python -m tests.benchmarks [--quick] [NAME …]`: the names are the modules beside this one."""

import argparse
import os
import platform
from pathlib import Path

from tests.benchmarks import (
    casting,
    importing,
    meetings,
    pages,
    printing,
    proving,
    recounting,
    reporting,
    tallying,
    ticket_sweep,
    tickets,
    voting,
)
from tests.benchmarks.servers import database, say

ALL = {
    "casting": casting.measure,
    "proving": proving.measure,
    "voting": voting.measure,
    "tallying": tallying.measure,
    "importing": importing.measure,
    "pages": pages.measure,
    "printing": printing.measure,
    "recounting": recounting.measure,
    "reporting": reporting.measure,
    "tickets": tickets.measure,
    "ticket_sweep": ticket_sweep.measure,
    "meetings": meetings.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="smaller, for a look")
    parser.add_argument("names", nargs="*", choices=[*ALL, []], help="all, if none is named")
    asked = parser.parse_args()
    say(
        "machine", cores=os.cpu_count(), processor=_processor(), load=os.getloadavg()[0],
        python=platform.python_version(), kernel=os.uname().release,
    )  # fmt: skip
    for name in asked.names or ALL:
        with database() as base:
            ALL[name](base, asked.quick)


def _processor() -> str:
    """As Linux names it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    main()
