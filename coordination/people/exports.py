"""A copy of one's own data 导出我的信息: what people holds, then what each slice adds."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from coordination import audit, db
from coordination.db import transaction
from coordination.people.askers import Asker
from coordination.people.queries import person_of
from coordination.people.secrecy import open_phone, open_sealed
from coordination.people.ties import TIES

ROWS = {
    "roles": """select r.kind, b.name as body, pl.name as place, r.since, r.until from role r
        join body b on b.id = r.body left join place pl on pl.id = r.place
        where r.person = $1 order by r.since""",
    "sessions": """select opened_at, expires_at, ended_at, device from sign_in
        where person = $1 order by opened_at""",
    "passkeys": """select name, made_at, asked_at, ended_at from passkey
        where person = $1 order by made_at""",
    "consents": """select text_version, given_at, withdrawn_at from consent
        where person = $1 order by given_at""",
    "phone_changes": """select phone_tail, asked_at, takes_effect_at, done_at, cancelled_at
        from phone_change where person = $1 order by asked_at""",
    "messages": """select channel, title, text, link, queued_at, sent_at, read_at from message
        where person = $1 order by queued_at""",
    "looked_at_by_others": """select at, verb from audit_entry
        where subject = $1 and person is distinct from $1 order by id""",
}


async def export_of(asker: Asker, at: datetime) -> dict[str, Any]:
    """All that is kept about the asker, ready for JSON."""
    async with transaction():
        person = await person_of(asker.id)
        found: dict[str, Any] = {
            "name": person.name,
            "login": person.login,
            "phone": open_phone(person.phone_sealed) if person.phone_sealed else None,
            "email": open_sealed(person.email_sealed, "email") if person.email_sealed else None,
            "wechat": open_sealed(person.wechat_sealed, "wechat") if person.wechat_sealed else None,
            "joined_at": person.joined_at,
        }
        for name, sql in ROWS.items():
            found[name] = [dict(row) for row in await db.rows(sql, asker.id)]
        for part in TIES.values():
            found[part.name] = await part.export(asker.id)
        await audit.record(asker, "export_data", person, at=at)
    return plain(found)


def plain(value: Any) -> Any:
    """`value` as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
