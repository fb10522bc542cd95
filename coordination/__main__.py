"""`python -m coordination COMMAND …`."""

import sys

from coordination.cli import main

sys.exit(main())
