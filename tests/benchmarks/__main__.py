"""`python -m tests.benchmarks [--quick] [NAME …]`: the names are the modules beside this one."""

import argparse
import os
import platform

from tests.benchmarks import casting
from tests.benchmarks.servers import database, say

ALL = {"casting": casting.measure}


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks")
    parser.add_argument("--quick", action="store_true", help="smaller, for a look")
    parser.add_argument("names", nargs="*", choices=[*ALL, []], help="all, if none is named")
    asked = parser.parse_args()
    say(
        "machine", cores=os.cpu_count(), python=platform.python_version(), kernel=os.uname().release
    )
    for name in asked.names or ALL:
        with database() as base:
            ALL[name](base, asked.quick)


if __name__ == "__main__":
    main()
