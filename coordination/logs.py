"""Logs 日志: one JSON object per line on stderr, without personal data.

No body, no query string, no address of a caller gets in. Of an exception, its type and the places
it passed are told, not its message: a database's message quotes the row it refused.
"""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger


def configure() -> None:
    """Set up this process's logs, also those of the libraries."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_only_the_pattern, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _only_the_pattern(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Of what a library says, the words it always says: what it fills in may be a row."""
    record = event["_record"]
    words = str(record.msg).splitlines() or [""]
    event.update(event=words[0], logger=record.name)
    return event


def _without_messages(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    caught = event.pop("exc_info", None)
    if caught is True:
        caught = sys.exc_info()
    if isinstance(caught, BaseException):
        caught = (type(caught), caught, caught.__traceback__)
    if isinstance(caught, tuple) and caught[0]:
        event["exception"] = _told(caught[1])
    return event


def _told(error: BaseException | None) -> list[dict[str, Any]]:
    """The chain of exceptions, the last first: type, SQLSTATE if any, and where."""
    chain: list[dict[str, Any]] = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        told: dict[str, Any] = {
            "type": type(error).__qualname__,
            "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
        }
        if state := getattr(error, "sqlstate", None):
            told["sqlstate"] = state
        chain.append(told)
        error = error.__cause__ or error.__context__
    return chain
