"""What the public reads in place of the names of those who were at a meeting."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from coordination.db import rows
from coordination.meetings.queries import Seen, names_of
from coordination.meetings.room.quorum import stays_of

PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
SOMEBODY = "到会人员"
# Who speaks for any of the bodies $1 at $2; of two, for the one that comes last among them.
SPEAKING = """
select p.name, r.body from role r join person p on p.id = r.person
 where r.body = any($1) and r.since <= $2 and (r.until is null or r.until > $2)
   and p.closed_at is null
 order by array_position($1::uuid[], r.body), p.name
"""


def without_names(text: str, labels: Mapping[str, str]) -> str:
    """The text with each name made what its bearer was there, and numbers of phones and identity
    cards left out. Longer names first: 李明 is also the beginning of 李明华."""
    for name in sorted((one for one in labels if len(one) > 1), key=len, reverse=True):
        text = text.replace(name, labels[name])
    return PHONE.sub("（电话略）", ID_NUMBER.sub("（证件号略）", text))


async def labels_of(found: Seen, at: datetime) -> dict[str, str]:
    """Everybody's name who was there, ran it or could have come, with what the public reads."""
    meeting = found.meeting
    of_party = {one.id: f"{one.label}代表" for one in found.parties}
    of_body = {one.body: one.label for one in found.parties}
    labels: dict[str, str] = {}
    for each in await rows(SPEAKING, found.bodies, at):
        labels[each["name"]] = f"{of_body[each['body']]}代表"
    for stay in await stays_of(meeting.id):
        labels[stay.name] = of_party.get(stay.party, SOMEBODY) if stay.party else SOMEBODY
    names = await names_of([meeting.chair, meeting.recorder])
    for person, label in ((meeting.chair, "会议主持人"), (meeting.recorder, "会议记录人")):
        if isinstance(person, UUID) and person in names:
            labels.setdefault(names[person], label)
    return labels
