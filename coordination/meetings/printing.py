"""签到表, signed minutes and the register of actions on A4, from the very facts of their pages."""

from collections.abc import Sequence
from datetime import datetime

from coordination.meetings.calling.linking import address
from coordination.meetings.doing.queries import ActionLine
from coordination.meetings.minutes.editing import parts_of
from coordination.meetings.minutes.signing import addenda_of, sealed_of, seats_of, signatures_of
from coordination.meetings.queries import Seen, items_of, names_of, people_of
from coordination.meetings.room.quorum import stays_of
from coordination.people.queries import body_of
from coordination.settings import settings
from coordination.web import pdf
from coordination.web.formats import last_day, local_day, local_time

EMPTY_LINES = 6  # for those whom nobody expected


async def print_sign_in(found: Seen, at: datetime) -> bytes:
    """Everybody invited with a box, ticked where they came, and the invited total. MissingGlyph."""
    meeting = found.meeting
    stays = await stays_of(meeting.id)
    came = {one.who: one for one in reversed(stays)}
    lines: list[list[object]] = []
    listed = set()
    for party in found.parties:
        people = await people_of([party.body], at)
        names = await names_of(people)
        if not people and party.guest not in {one.name for one in stays}:
            lines.append([party.body_name, party.guest, False, ""])  # nobody has an account
        for person in (one for one in people if one not in listed):
            listed.add(person)
            stay = came.get(person)
            lines.append([party.body_name, names[person], bool(stay),
                          local_time(stay.came_at) if stay else ""])  # fmt: skip
    invited = len(lines)
    labels = {one.id: one.body_name for one in found.parties}
    for who, stay in came.items():
        if who not in listed:
            lines.append([labels.get(stay.party, "列席") if stay.party else "列席", stay.name, True,
                          local_time(stay.came_at)])  # fmt: skip
    lines += [["", "", False, ""]] * EMPTY_LINES
    data = {
        "title": meeting.title,
        "when": local_time(meeting.starts_at),
        "venue": meeting.venue,
        "invited": invited,
        "parties": len(found.parties),
        "came": len(came),
        "lines": lines,
    }
    return await pdf.render("meeting_sign_in", data, at)


async def print_invitations(found: Seen, at: datetime) -> bytes:
    """会议邀请函, a page for each party but who calls it; its QR leads to where it answers.
    MissingGlyph."""
    meeting = found.meeting
    data = {
        "title": meeting.title,
        "when": f"{local_time(meeting.starts_at)}，预计{meeting.lasts_minutes}分钟",
        "venue": meeting.venue,
        "contact": meeting.contact,
        "issuer": (await body_of(meeting.convener)).name,  # pyright: ignore[reportArgumentType]
        "on": local_day(at),
        "agenda": [item.title for item in await items_of(meeting.id)],
        "parties": [
            {
                "name": party.body_name,
                "link": address(party.link_code)
                if party.link_code
                else f"{settings().public_url}/meetings/{meeting.id}",
                "signs_in": party.link_code is None,
            }
            for party in found.parties
            if party.body != meeting.convener
        ],
    }
    return await pdf.render("meeting_invitation", data, at)


async def print_minutes(found: Seen, at: datetime) -> bytes:
    """The minutes for those who were there: parts, corrections, who signed when. MissingGlyph."""
    meeting = found.meeting
    signed = {one.seat: one for one in await signatures_of(meeting.id)}
    names = await names_of([one.person for one in signed.values()])  # pyright: ignore
    sealed = await sealed_of(meeting.id)
    data = {
        "title": f"{meeting.title}纪要",
        "state": found.state.label,
        "sections": [
            {"heading": part.title, "paragraphs": text.text.splitlines(), "rows": [], "tables": []}
            for part, text in await parts_of(meeting.id)
        ],
        "addenda": [[local_time(one.at), one.words] for one in await addenda_of(meeting.id)],
        "seats": [
            [seat.label, *_signed(signed.get(seat.key), names)] for seat in await seats_of(found)
        ]
        + [[f"{label}（在纸上签）", "", ""] for label in await _by_hand(found)],
        "sha256": sealed.sha256 if sealed else "",
    }
    return await pdf.render("meeting_minutes", data, at)


async def _by_hand(found: Seen) -> list[str]:
    """The parties that came and of which nobody has an account: theirs is a line to write on."""
    stays = await stays_of(found.meeting.id)
    with_account = {one.party for one in stays if one.person}
    came = {one.party for one in stays} - with_account
    return [one.body_name for one in found.parties if one.id in came]


def _signed(one: object, names: dict) -> list[str]:
    if one is None:
        return ["", ""]
    return [names.get(one.person, ""), local_time(one.at)]  # pyright: ignore


async def print_register(title: str, lines: Sequence[ActionLine], at: datetime) -> bytes:
    """整改台账: each task with body, day, state and result; the overdue say so. MissingGlyph."""
    data = {
        "title": title,
        "on": local_day(at),
        "count": len(lines),
        "late": sum(one.is_late(at) for one in lines),
        "lines": [
            [str(one.number), one.text, one.body_name, local_day(one.given_at),
             last_day(one.due_at), ("逾期·" if one.is_late(at) else "") + one.label,
             one.result or ""]
            for one in lines
        ],
    }  # fmt: skip
    return await pdf.render("meeting_register", data, at)
