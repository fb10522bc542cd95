"""A stolen database names nobody."""

import pytest
from nacl.exceptions import CryptoError

from coordination import db
from coordination.people.phones import is_mobile, masked, read_phone, tail
from coordination.people.secrecy import (
    id_hash,
    keyed_hash,
    open_phone,
    open_sealed,
    phone_hash,
    seal,
    seal_phone,
)
from tests.people.accounts import PHONE, an_account


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "１３８１２３４５６７８",
        "+86 138-1234-5678",
        "008613812345678",
    ],
)
def test_a_phone_is_one_number_however_it_is_written(written):
    assert read_phone(written) == PHONE
    assert phone_hash(written) == phone_hash(PHONE)


@pytest.mark.parametrize("written", ["", "12345", "不知道", "1381234567", "138123456789"])
def test_what_is_no_number_is_none(written):
    assert read_phone(written) is None


def test_a_landline_takes_no_code():
    assert read_phone("027-87654321") == "+862787654321"
    assert not is_mobile("027-87654321")
    assert is_mobile("13812345678")


def test_a_phone_is_shown_by_its_ends():
    assert tail(PHONE) == "5678"
    assert masked(PHONE) == "138****5678"


def test_a_seal_opens_for_its_purpose_alone_and_not_after_a_changed_byte():
    sealed = seal("138", "phone")
    broken = sealed[:-1] + bytes([sealed[-1] ^ 1])

    assert open_sealed(sealed, "phone") == "138"
    assert seal("138", "phone") != sealed, "two seals of one text differ"
    with pytest.raises(CryptoError):
        open_sealed(sealed, "totp")
    with pytest.raises(CryptoError):
        open_sealed(broken, "phone")


def test_without_the_key_nothing_opens_and_no_hash_matches(monkeypatch):
    sealed, hashed = seal_phone(PHONE), phone_hash(PHONE)
    monkeypatch.setattr("coordination.people.secrecy.sealing_key", lambda: "another key")

    assert phone_hash(PHONE) != hashed
    with pytest.raises(CryptoError):
        open_phone(sealed)


def test_an_id_number_is_recognised_by_its_hash_alone():
    assert id_hash("42010619700101123x") == id_hash("４２０１０６１９７００１０１１２３Ｘ ")
    assert id_hash("420106197001011231") != id_hash("420106197001011232")
    assert id_hash("13812345678") != keyed_hash("13812345678", "phone")


async def test_no_column_of_a_person_holds_the_number(database):
    await an_account(login="lxy")

    row = await db.row("select * from person")

    assert row
    assert "13812345678" not in repr(dict(row))
    assert open_phone(row["phone_sealed"]) == PHONE
