"""Who acts for whom, as the database's view says."""

from uuid import UUID

from coordination.db import rows


async def owners_of(person: UUID) -> list[UUID]:
    """The owners that a person's account is bound to, or is the guardian of."""
    return [
        each["owner"] for each in await rows("select owner from acting where person = $1", person)
    ]
