"""What the worker does for deliveries."""

from coordination.ballots.delivery.receipts import gather_receipts
from coordination.ballots.delivery.reminders import send_reminders

SWEEPS = (
    (60.0, gather_receipts),
    (10.0, send_reminders),
)
