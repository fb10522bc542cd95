"""The witnesses' keys that entry 0 of a board lays down 第零条所载的见证钥匙. Pure.

Who runs the service could give a party another key later and sign in its name. What was laid down,
cosigned and printed before the opening says which key it was.
"""

from dataclasses import dataclass
from typing import Any

from coordination.ballots.reading import Unreadable, read_json


@dataclass(frozen=True, slots=True)
class Bound:
    """A party that was to witness when the notice was issued. `vkey` None: it had no key yet."""

    party: str
    vkey: str | None

    def as_dict(self) -> dict[str, str | None]:
        return {"party": self.party, "vkey": self.vkey}


def bound_witnesses(entry_zero: bytes) -> list[Bound] | None:
    """What entry 0 says of witnesses; None: it is of a board that binds no keys.

    ValueError: it says it in no known way.
    """
    try:
        said: Any = read_json(entry_zero)
        if said.get("witnesses") is None:
            return None
        return [Bound(str(one["party"]), one["vkey"]) for one in said["witnesses"]]
    except (Unreadable, AttributeError, KeyError, TypeError) as broken:
        raise ValueError("第零条读不懂") from broken
