"""Passkeys 通行密钥: what a phone or computer unlocks by finger, face or screen lock."""

from piccolo.columns import UUID
from piccolo.table import Table

from coordination.db import DB, Bytes, MaybeMoment, Moment, Ref, Whole, Words
from coordination.people.tables import Person


class Passkey(Table, db=DB):
    """The public half of a key (WebAuthn); the other half never leaves its device."""

    id = UUID(primary_key=True)
    person = Ref(Person, index=True)
    credential = Bytes(unique=True, help_text="the name that the device gave it")
    public_key = Bytes(help_text="COSE, as the device sent it")
    sign_count = Whole(help_text="as last told; many devices always tell 0")
    name = Words(40, help_text="the device, in its holder's words")
    made_at = Moment()
    asked_at = MaybeMoment(help_text="of the last challenge it answered: none is answered twice")
    ended_at = MaybeMoment()
