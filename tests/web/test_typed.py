"""Of what was typed, the signs that nobody types or sees are left out, and no other."""

import pytest

from coordination.web.typed import seen


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("灯坏了\x00，急", "灯坏了，急"),
        ("\u202e文倒\u202c\u2066b\u2069", "文倒b"),
        ("一\r\n二\t三", "一\r\n二\t三"),
        ("👨\u200d👩\u200d👧 ❤️", "👨\u200d👩\u200d👧 ❤️"),
        ("\x1b[31m\x7f", "[31m"),
        ("㛃䶮骉𠮷", "㛃䶮骉𠮷"),
    ],
)
def test_only_what_is_not_seen_goes(typed, kept):
    assert seen(typed) == kept
