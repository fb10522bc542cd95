"""Leaves, trackers, codes, hashes and commitments: vectors that another program can redo."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.ballots.board import (
    ALPHABET,
    Leaf,
    canonical,
    canonical_flat,
    code_of,
    digest,
    draw_nonce,
    draw_right,
    rights_hash,
    roll_hash,
    rooms_hash,
    trackers_hash,
    trackers_of,
    who_is,
)
from coordination.ballots.commitments import (
    ORDER,
    H,
    NoOpening,
    NoPoint,
    Opening,
    add_openings,
    add_weights,
    commit,
    draw_r,
    freeze_rights,
    opens,
)

LEAF = Leaf("p", "q", 1, bytes(32), b"\x01" * 32, "approve", b"\x02" * 32)
SMALL_ORDER = bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ('€$\x0f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),  # RFC 8785, 3.2.2.2
        ({"😀": 1, "\ufb33": 2}, '{"😀":1,"\ufb33":2}'),  # UTF-16 order: D83D before FB33
        (b"\x00\xff", '"00ff"'),
    ],
)
def test_canonical_json_is_as_the_rfc_writes_it(value, written):
    assert canonical(value).decode() == written


@given(values)
def test_canonical_json_reads_back_as_what_it_was(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(st.text(), st.integers(0, 9)))
def test_the_order_of_keys_never_matters(value):
    turned = dict(reversed(value.items()))
    assert canonical(turned) == canonical(value)


@pytest.mark.parametrize("value", [1.0, float("nan"), {1, 2}, object()])
def test_nothing_inexact_is_hashed(value):
    with pytest.raises(TypeError):
        canonical({"n": value})


def test_a_number_that_some_readers_would_round_is_refused():
    assert canonical(2**53 - 1) == b"9007199254740991"
    with pytest.raises(ValueError, match="beyond"):
        canonical(2**53)


def test_a_tracker_is_the_hash_of_the_published_leaf():
    written = (
        b'{"choice":"approve","nonce":"' + b"02" * 32 + b'","ordinal":1,"poll":"p","question":"q",'
        b'"v":1,"weight":"' + b"01" * 32 + b'","who":"' + b"00" * 32 + b'"}'
    )
    assert LEAF.tracker == sha256(written).digest()


def test_without_the_nonce_a_tracker_tells_no_choice():
    fresh = Leaf("p", "q", 1, LEAF.who, LEAF.weight, "approve", draw_nonce())
    assert fresh.tracker != LEAF.tracker


def test_a_code_has_eight_characters_that_nobody_misreads():
    code = code_of(LEAF.tracker)

    assert len(code) == 8
    assert set(code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL")
    assert code_of(bytes(32)) == "22222222"
    assert code_of(bytes(4) + b"\x02" + bytes(27)) == "22222223"


@given(st.binary(min_size=32, max_size=32))
def test_a_code_leads_back_to_its_tracker_however_it_is_typed(tracker):
    found = trackers_of(f" {code_of(tracker).lower()} ")

    assert found
    assert found[0] <= tracker <= found[1]
    assert code_of(found[0]) == code_of(found[1]) == code_of(tracker)


@pytest.mark.parametrize("typed", ["", "2222222", "222222222", "2222222O", "ZZZZZZZZ", "二2222222"])
def test_what_is_no_code_leads_nowhere(typed):
    assert trackers_of(typed) is None


def test_who_is_the_hash_of_salt_and_right_number():
    assert who_is(b"s" * 32, 42) == sha256(b"s" * 32 + b"42").digest()


def test_right_numbers_are_random_and_fit_every_json_reader():
    drawn = {draw_right() for _ in range(1000)}

    assert len(drawn) == 1000
    assert max(drawn) < 2**53


def test_the_roll_hash_is_over_canonical_lines_by_right_number():
    lines = b'{"area_cm2":5,"right":1}\n{"area_cm2":7,"right":2}\n'
    assert roll_hash([(2, 7), (1, 5)]) == sha256(lines).hexdigest()


def test_the_room_hash_is_over_the_list_that_hangs_in_the_hall():
    lines = '{"area_cm2":5,"building":"1栋","entrance":"","room":"101"}\n'.encode()
    assert rooms_hash([("1栋", "", "101", 5)]) == sha256(lines).hexdigest()


def test_the_rights_hash_is_over_names_and_weights_by_name():
    one, two = (b"\x01" * 32, b"\x09" * 32), (b"\x02" * 32, b"\x08" * 32)
    lines = b"".join(
        canonical({"who": who, "weight": weight}) + b"\n" for who, weight in (one, two)
    )

    assert rights_hash([two, one]) == sha256(lines).hexdigest()
    assert trackers_hash([b"b" * 32, b"a" * 32]) == sha256(b"a" * 32 + b"b" * 32).hexdigest()


def test_a_document_is_hashed_without_its_own_hash():
    document = {"a": 1}

    assert digest({**document, "sha256": "anything"}) == digest(document)
    assert digest({**document, "b": 1}) != digest(document)


def test_the_second_generator_is_the_published_one():
    assert H.hex() == "5dd92dd62e57b2a19e9dea7597023290d29fac6e80823185d46d7f433667d5ba"


def test_a_commitment_is_the_published_one():
    """area·G + r·H with small numbers; any implementation of ed25519 can redo it."""
    assert (
        commit(891_234, (7).to_bytes(32, "little")).hex()
        == "ef036ebc796dc3f5e009a22c488f566bfa6f7c791d9a9058d9cb1ab8cc876894"
    )


areas = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)


@given(areas)
def test_all_weights_together_open_to_the_sum_of_the_areas(some):
    frozen = freeze_rights(enumerate(some))
    total = add_weights(right.weight for right in frozen)
    opening = add_openings(right.opening for right in frozen)

    assert total and opening
    assert opening.area_cm2 == sum(some)
    assert opens(total, opening)
    assert not opens(total, Opening(opening.area_cm2 + 1, opening.r))
    assert not opens(total, Opening(opening.area_cm2, draw_r()))


def test_two_rights_of_equal_area_look_nothing_alike():
    one, two = freeze_rights([(1, 900_000), (2, 900_000)])

    assert one.weight != two.weight
    assert one.who != two.who
    assert one.salt != two.salt


def test_the_same_right_is_another_name_in_the_next_question():
    (one,), (two,) = freeze_rights([(1, 900_000)]), freeze_rights([(1, 900_000)])
    assert (one.who, one.weight) != (two.who, two.weight)


def test_nothing_has_no_sum_and_no_opening():
    assert add_weights([]) is None
    assert add_openings([]) is None


@pytest.mark.parametrize(
    ("area", "r"),
    [
        pytest.param(0, draw_r(), id="no area"),
        pytest.param(-1, draw_r(), id="less than none"),
        pytest.param(2**63, draw_r(), id="an area that wraps"),
        pytest.param(1, bytes(32), id="scalar zero"),
        pytest.param(1, ORDER.to_bytes(32, "little"), id="scalar beyond the group"),
        pytest.param(1, b"\x01", id="not 32 bytes"),
    ],
)
def test_what_opens_nothing_is_refused(area, r):
    with pytest.raises(NoOpening):
        commit(area, r)
    assert not opens(commit(1, draw_r()), Opening(area, r))


@pytest.mark.parametrize("point", [b"\x02" + bytes(31), b"short"])
def test_bytes_that_are_no_point_are_refused(point):
    with pytest.raises(NoPoint):
        add_weights([commit(1, draw_r()), point])


def test_a_point_of_small_order_changes_no_sum():
    """A forger may add one to a weight: bytes differ, what is hidden does not."""
    (right,) = freeze_rights([(1, 900_000)])
    disguised = add_weights([right.weight, SMALL_ORDER])

    assert disguised and disguised != right.weight
    assert opens(disguised, right.opening)


@given(
    st.dictionaries(
        st.text(st.characters(max_codepoint=127), max_size=8),
        st.one_of(
            st.text(max_size=20), st.integers(-(2**53) + 1, 2**53 - 1), st.binary(max_size=8)
        ),
        max_size=8,
    )
)
def test_the_fast_way_of_flat_objects_writes_the_same(flat):
    assert canonical_flat(flat) == canonical(flat)
