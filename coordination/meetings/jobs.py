"""What the worker does for meetings: series plan ahead, what is late is told, matters become
tickets."""

from coordination.matters.screening import TO_TICKET
from coordination.meetings.calling.series import plan_due
from coordination.meetings.doing.ticketing import open_ticket_of_matter
from coordination.meetings.sweeping import EVERY, sweep_meetings

JOBS = {TO_TICKET: open_ticket_of_matter}
SWEEPS = ((600.0, plan_due), (EVERY, sweep_meetings))
