"""Residents' committee, owners' committee and property company coordinate here 社区协同."""

import os

os.environ.setdefault("PICCOLO_CONF", "coordination.piccolo_conf")
