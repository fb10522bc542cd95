"""Made data 演示数据 for `coordination demo`: one estate at every step of a vote, its people, and
more estates loaded by the worker. Only where the settings say demo.
"""

from coordination.home.demo.loading_actions import load

__all__ = ["load"]
