"""Two years of tickets for each made estate, one estate in one transaction."""

from datetime import datetime

from coordination.db import transaction
from coordination.home.demo.tickets_actions import write_lives
from coordination.home.demo.tickets_lives import draw_lives
from coordination.home.demo.tickets_people_actions import cast_of
from coordination.home.demo.tickets_pictures import stored_pictures
from coordination.home.demo.tickets_showcase import showcase
from coordination.places.tables import Place

MONTHS = 24
# How many, by the order in which the estates are made: 6,000 together.
COUNTS = (700, 900, 1_100, 1_700, 900, 700)


async def load_tickets(estate: Place, number: int, at: datetime) -> None:
    """The tickets of an estate, the how manieth of those made; the first has one in each state."""
    async with transaction():
        pictures = await stored_pictures(at)
        cast = await cast_of(estate, number, pictures.after.sha256, at)
        shown = showcase(cast, at) if number == 0 else []
        lives = draw_lives(cast, COUNTS[number] - len(shown), MONTHS, at, estate.name)
        await write_lives(cast, sorted([*lives, *shown], key=lambda life: life.at), pictures, at)
