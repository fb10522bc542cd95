"""Nobody reads a choice before the close: not from the database, not by moving rows about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.ballots.board import draw_nonce
from coordination.ballots.seal import (
    BrokenSeal,
    PageExpired,
    Slot,
    WrongKey,
    choice_length,
    draw_poll_key,
    key_id,
    open_choice,
    open_page,
    rewrap,
    seal_choice,
    seal_page,
    unwrap,
    wrap,
)

OLD, NEW = "old-coordination-key-" * 2, "new-coordination-key-" * 2
CHOICES = ("approve", "reject", "abstain", "invalid")
LENGTH = choice_length(CHOICES)
KEY = draw_poll_key()
SLOT = Slot("poll", "question", "right", 1)
AT = datetime(2026, 3, 20, 4, tzinfo=UTC)


def flipped(sealed: bytes, place: int) -> bytes:
    return sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]


@given(st.text(min_size=1, max_size=60), st.integers(1, 9))
def test_a_choice_comes_out_as_it_went_in(choice, ordinal):
    slot, nonce = replace(SLOT, ordinal=ordinal), draw_nonce()
    sealed = seal_choice(KEY, slot, choice, nonce, choice_length([choice, *CHOICES]))

    assert open_choice(KEY, slot, sealed) == (choice, nonce)


def test_every_choice_of_a_question_is_sealed_to_one_length():
    lengths = {len(seal_choice(KEY, SLOT, each, draw_nonce(), LENGTH)) for each in CHOICES}
    assert len(lengths) == 1


def test_the_same_choice_never_looks_the_same_twice():
    nonce = draw_nonce()
    sealed = {seal_choice(KEY, SLOT, "approve", nonce, LENGTH) for _ in range(20)}
    assert len(sealed) == 20


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(SLOT, poll="another"),
        replace(SLOT, question="another"),
        replace(SLOT, right="another"),
        replace(SLOT, ordinal=2),
    ],
)
def test_a_seal_moved_to_another_row_does_not_open(elsewhere):
    sealed = seal_choice(KEY, SLOT, "approve", draw_nonce(), LENGTH)
    with pytest.raises(BrokenSeal):
        open_choice(KEY, elsewhere, sealed)


def test_a_seal_changed_anywhere_does_not_open():
    sealed = seal_choice(KEY, SLOT, "approve", draw_nonce(), LENGTH)
    for place in range(len(sealed)):
        with pytest.raises(BrokenSeal):
            open_choice(KEY, SLOT, flipped(sealed, place))


@pytest.mark.parametrize("cut", [0, 10, 24, 40])
def test_a_seal_cut_short_does_not_open(cut):
    sealed = seal_choice(KEY, SLOT, "approve", draw_nonce(), LENGTH)
    with pytest.raises(BrokenSeal):
        open_choice(KEY, SLOT, sealed[:cut])


def test_another_poll_s_key_opens_nothing():
    sealed = seal_choice(KEY, SLOT, "approve", draw_nonce(), LENGTH)
    with pytest.raises(BrokenSeal):
        open_choice(draw_poll_key(), SLOT, sealed)


def test_a_choice_that_would_stand_out_by_its_length_is_not_sealed():
    with pytest.raises(ValueError, match="does not offer"):
        seal_choice(KEY, SLOT, "an option nobody offered", draw_nonce(), LENGTH)


def test_the_poll_key_comes_back_with_the_same_coordination_key():
    assert unwrap(OLD, "poll", wrap(OLD, "poll", KEY)) == KEY


def test_a_wrong_coordination_key_is_named_beside_the_right_one():
    with pytest.raises(WrongKey) as refused:
        unwrap(NEW, "poll", wrap(OLD, "poll", KEY))

    assert key_id(OLD) in str(refused.value)
    assert key_id(NEW) in str(refused.value)
    assert OLD not in str(refused.value)


def test_after_rotation_only_the_new_coordination_key_opens():
    wrapped = rewrap("poll", wrap(OLD, "poll", KEY), OLD, NEW)

    assert unwrap(NEW, "poll", wrapped) == KEY
    with pytest.raises(WrongKey):
        unwrap(OLD, "poll", wrapped)


def test_a_wrapped_key_serves_no_other_poll_and_bears_no_change():
    wrapped = wrap(OLD, "poll", KEY)

    with pytest.raises(BrokenSeal):
        unwrap(OLD, "another", wrapped)
    for place in range(len(wrapped)):
        with pytest.raises((BrokenSeal, WrongKey)):
            unwrap(OLD, "poll", flipped(wrapped, place))


def test_choices_survive_a_sign_in_inside_the_page():
    data = {"choices": {"question": "approve"}, "opened": 1_760_000_000}
    sealed = seal_page(OLD, data, b"poll|session", AT, timedelta(minutes=30))

    assert open_page(OLD, sealed, b"poll|session", AT + timedelta(minutes=30)) == data


def test_a_page_does_not_tell_its_choice_by_its_length():
    lengths = {
        len(seal_page(OLD, {"question": each}, b"", AT, timedelta(hours=1))) for each in CHOICES
    }
    assert len(lengths) == 1


def test_a_page_that_waited_too_long_is_refused_in_plain_words():
    sealed = seal_page(OLD, {"question": "approve"}, b"", AT, timedelta(minutes=30))
    with pytest.raises(PageExpired, match="太久"):
        open_page(OLD, sealed, b"", AT + timedelta(minutes=30, seconds=1))


@pytest.mark.parametrize("broken", ["", "x", "选择", "AAAA" * 20])
def test_a_page_made_up_is_refused(broken):
    with pytest.raises(PageExpired, match="不完整"):
        open_page(OLD, broken, b"", AT)


def test_a_page_given_to_another_person_or_with_a_later_end_is_refused():
    sealed = seal_page(OLD, {"question": "approve"}, b"person", AT, timedelta(minutes=30))
    later = "A" + "_" + sealed[2:]

    for text, context in ((sealed, b"another"), (later, b"person")):
        with pytest.raises(PageExpired):
            open_page(OLD, text, context, AT)
