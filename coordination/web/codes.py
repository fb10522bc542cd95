"""Codes that people read aloud, type and scan: check codes, letter codes, QR.

The alphabet leaves out 0 O 1 I L. The board's receipt codes use the same one; they are derived
in `ballots.board`, which may not import anything of the web.
"""

import hashlib
import io
import re
import secrets
from functools import lru_cache

import segno

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CHECK_LENGTH = 8
LETTER_LENGTH = 12


def check_code(number: bytes) -> str:
    """The 8-character check code 校验码 of a notice, from the bytes of its id."""
    value = int.from_bytes(hashlib.sha256(number).digest())
    letters = []
    for _ in range(CHECK_LENGTH):
        value, place = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def draw_letter_code() -> str:
    """A fresh single-use code 绑定码 of 12 characters, 59 bits, for a printed letter."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTER_LENGTH))


def typed(code: str) -> str:
    """A code as it was typed, in the form it was printed: no spaces or dashes, capitals."""
    return re.sub(r"[\s\-－—·]", "", code).upper()


def grouped(code: str) -> str:
    """A code in groups of four, as printed: ABCD-EFGH-JKMN."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


@lru_cache(maxsize=16)
def qr_svg(text: str) -> str:
    """A QR code as SVG without colours or sizes of its own; survives a stain (level M)."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True
    )
    return out.getvalue().decode()
