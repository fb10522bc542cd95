"""Measured, not asserted: `uv run python -m tests.benchmarks [--quick] [NAME …]`.

Each benchmark prints JSON lines. What matters are the ratios within one run; absolute figures
depend on the machine and on what else it does.
"""

import os

KEY = "a-key-for-benchmarks-and-nothing-else"
os.environ["COORDINATION_KEY"] = KEY  # before anything reads the settings
