"""Whose code is this: of a printed notice, or of a ballot's receipt. For /v/CODE and the API."""

from coordination.ballots.casting.codes import OnTheBoard, by_receipt_code
from coordination.errors import NotFound
from coordination.notices.queries import NoticeLine, by_check_code
from coordination.web.codes import ALPHABET, CHECK_LENGTH, typed

TRIES, WITHIN = 30, 600  # checks of one source within so many seconds


async def look_up_code(code: str) -> NoticeLine | OnTheBoard:
    """What the code stands for, however it was typed. NotFound: nothing here has it."""
    plain = typed(code)
    if len(plain) == CHECK_LENGTH and set(plain) <= set(ALPHABET):
        found = await by_check_code(plain) or await by_receipt_code(plain)
        if found:
            return found
    raise NotFound(
        "没有查到这个编码。编码共8位，没有数字0、1和字母I、L、O；请对照原件再输入一次。"
        "如果确实无误，请致电公告上的联系人。"
    )
