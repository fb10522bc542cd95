"""A child of the launcher: `python -m coordination.child module:function …`.

It lives no longer than the launcher does. The launcher holds the other end of its standard input;
when that closes, also because the launcher was killed, the child ends itself with all it started.
"""

import os
import signal
import sys
import threading
import time

from coordination.cli import call

PATIENCE = 5.0


def main() -> int:
    """Run the function that the command line names."""
    threading.Thread(target=_end_with_launcher, daemon=True).start()
    return call(sys.argv[1], sys.argv[2:])


def _end_with_launcher() -> None:
    # Not by sys.stdin: its lock would still be held in what the server forks.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
