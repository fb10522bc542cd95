"""The closed board for the result package, with what witnesses had signed by then."""

from coordination.ballots.package_board import BoardFacts
from coordination.ballots.polls.queries import estate_of
from coordination.ballots.sequencing.queries import board_of, trackers_in_order
from coordination.ballots.tables import Poll
from coordination.ballots.witnessing.queries import cosigned_before, cosigned_note, witnesses_of


async def closed_board(poll: Poll) -> BoardFacts:
    """All of the board, in the transaction that counts: nothing gets a leaf after it.

    Who cosigns later changes no package: that checkpoint is read beside it.
    """
    board = await board_of(poll.id)
    return BoardFacts(
        public=board.public_key,
        entry_zero=board.entry_zero,
        leaves=await trackers_in_order(poll.id, board.size),
        checkpoint=await cosigned_note(poll.id, board.size),
        witnesses=await witnesses_of(poll.id, await estate_of(poll)),
        earlier=await cosigned_before(poll.id, board.size),
    )
