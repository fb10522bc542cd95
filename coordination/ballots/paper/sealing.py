"""What is written down of a sheet lies sealed 封存 with the poll's key, as a choice does.

XChaCha20-Poly1305, padded; a seal opens only in its place: entries by poll, sheet and number,
photos and recordings by poll, sheet and their own id.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from coordination.ballots.board import canonical
from coordination.ballots.casting.queries import PollCard
from coordination.ballots.paper.rules import Answer, Invalidity
from coordination.ballots.seal import seal, unseal

FILE_STEP = 16 * 1024  # a photo's length says little of what it shows; it shall say nothing
WIDTH = 8
AROUND = len(f'"{UUID(int=0)}":["",""],') + max(len(each) for each in Invalidity)


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where an entry belongs. `number`: first, second, or the third that settles."""

    poll: UUID
    sheet: UUID
    number: int

    @property
    def context(self) -> bytes:
        return canonical(
            {"entry": self.number, "poll": str(self.poll), "sheet": str(self.sheet)}
        )  # fmt: skip


def seal_entry(card: PollCard, place: EntryPlace, answers: Mapping[UUID, Answer]) -> bytes:
    """The answers, at one length for all sheets of the poll, however many questions they have."""
    said = {str(question): [each.choice, each.why] for question, each in answers.items()}
    length = 2 + sum(AROUND + card.lengths[question] for question in card.choices)
    written = canonical(said)
    assert len(written) <= length, "no answer is longer than a sealed choice"
    return seal(card.key, written.ljust(length), place.context)


def open_entry(card: PollCard, place: EntryPlace, sealed: bytes) -> dict[UUID, Answer]:
    """What was written down. BrokenSeal."""
    said = json.loads(unseal(card.key, sealed, place.context))
    return {UUID(question): Answer(*each) for question, each in said.items()}


def seal_file(card: PollCard, sheet: UUID, evidence: UUID, content: bytes) -> bytes:
    """A photo or recording, padded to a step."""
    whole = len(content).to_bytes(WIDTH) + content
    padded = whole.ljust(-(-len(whole) // FILE_STEP) * FILE_STEP, b"\0")
    return seal(card.key, padded, _file_context(card.id, sheet, evidence))


def open_file(card: PollCard, sheet: UUID, evidence: UUID, sealed: bytes) -> bytes:
    """The content as it was taken. BrokenSeal."""
    whole = unseal(card.key, sealed, _file_context(card.id, sheet, evidence))
    length = int.from_bytes(whole[:WIDTH])
    return whole[WIDTH : WIDTH + length]


def _file_context(poll: UUID, sheet: UUID, evidence: UUID) -> bytes:
    return canonical({"evidence": str(evidence), "poll": str(poll), "sheet": str(sheet)})
