"""Checking the audit log 核对审计日志: asked for by an operator, done by the worker, noted in it.

The command `coordination audit` does the same on a machine that this service has no hand in.
"""

from datetime import datetime
from uuid import UUID

from coordination import audit, jobs
from coordination.audit import AuditEntry
from coordination.db import transaction
from coordination.errors import NotAllowed
from coordination.home.audit_queries import ASKED, CHECKED, LOG, is_checking
from coordination.people.askers import Asker

CHECK = "check-audit"  # the job; its id is who asked


async def ask_check(asker: Asker, at: datetime) -> None:
    """Have the worker check the whole log; while it does, asking again changes nothing.
    NotAllowed."""
    if not asker.is_operator():
        raise NotAllowed("审计日志由运营人员核对。")
    async with transaction():
        if await is_checking(at):
            return
        await audit.record(asker, ASKED, _the_log(), at=at)
        await jobs.enqueue(CHECK, asker.id)


async def check(asked_by: str, at: datetime) -> None:
    """Recompute the chain and note what was found. For the worker."""
    await audit.seal(at)
    found = await audit.verify()
    async with transaction():
        await audit.record(
            UUID(asked_by), CHECKED, _the_log(), at=at, entries=found.entries, seals=found.seals,
            head=found.head.hex(), broken=found.first_break,
        )  # fmt: skip


def _the_log() -> AuditEntry:
    return AuditEntry(_ignore_missing=True, id=LOG)
