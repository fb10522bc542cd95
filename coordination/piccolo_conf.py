"""What Piccolo looks for: the engine and the one app that migrates."""

from piccolo.conf.apps import AppRegistry

from coordination.db import DB

APP_REGISTRY = AppRegistry(apps=["coordination.piccolo_app"])

__all__ = ["APP_REGISTRY", "DB"]
