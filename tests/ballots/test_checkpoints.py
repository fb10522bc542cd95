"""Checkpoints read and written as C2SP has it; vectors of golang.org/x/mod/sumdb/note and C2SP."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from coordination.ballots.checkpoints import (
    COSIGNED,
    SIGNED,
    Checkpoint,
    Note,
    cosignature,
    key_id,
    public_key,
    read_note,
    read_signature,
    read_verifier_key,
    sign_checkpoint,
    verifier_key,
    with_cosignatures,
    witness_name,
)

# Of the reference implementation of signed notes, golang.org/x/mod/sumdb/note.
PETER_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_LINE = (
    "\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFY"
    "C2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
PETERS_WORDS = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
# Of C2SP's tlog-cosignature; the keys behind it were never published.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\N{EM DASH} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY"
    "N7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\N{EM DASH} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZC"
    "B9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
SEED, WITNESS_SEED = bytes(range(32)), bytes(range(1, 33))
BOARD = Checkpoint("coordination/board/7", 3, sha256(b"root").digest())
VKEY = verifier_key(BOARD.origin, public_key(SEED))
WITNESS = witness_name(public_key(WITNESS_SEED))
WITNESS_VKEY = verifier_key(WITNESS, public_key(WITNESS_SEED), COSIGNED)


def test_keys_and_signatures_are_those_of_the_reference_implementation():
    public = public_key(PETER_SEED)

    line = read_signature(PETERS_LINE)

    assert verifier_key("PeterNeumann", public) == PETER
    assert (line.name, line.key) == ("PeterNeumann", key_id("PeterNeumann", SIGNED, public))
    checked = Note(_Words(PETERS_WORDS), (line,))  # type: ignore[arg-type]  # any note's text
    assert checked.signed_by(PETER)
    changed = PETERS_WORDS.replace("answer", "Answer")
    assert not Note(_Words(changed), (line,)).signed_by(PETER)  # type: ignore[arg-type]


class _Words:
    def __init__(self, body: str) -> None:
        self.body = body


def test_the_example_of_the_specification_is_read_as_it_says():
    note = read_note(SOFA)

    assert note.checkpoint.size == 20852163
    assert SOFA.startswith(note.checkpoint.body + "\n")
    log, witness = note.signatures
    assert (log.name, len(log.payload)) == ("example.com/behind-the-sofa", 64)
    assert (witness.name, witness.key.hex(), len(witness.payload)) == (
        "witness.example.com/w1", "8d66cf3f", 72,
    )  # fmt: skip
    assert int.from_bytes(witness.payload[:8]) == 1679315147


def test_what_is_signed_is_the_time_and_the_whole_checkpoint():
    at = 1679315147
    line = cosignature(BOARD.body, WITNESS, WITNESS_SEED, at)

    message = f"cosignature/v1\ntime {at}\n{BOARD.body}".encode()
    by_hand = at.to_bytes(8) + SigningKey(WITNESS_SEED).sign(message).signature
    assert read_signature(line.removesuffix("\n")).payload == by_hand


def test_a_note_tells_who_signed_it_and_who_cosigned_it_when():
    note = with_cosignatures(
        sign_checkpoint(BOARD, SEED), [cosignature(BOARD.body, WITNESS, WITNESS_SEED, 1700000000)]
    )

    read = read_note(note)

    assert read.checkpoint == BOARD
    assert read.signed_by(VKEY)
    assert read.cosigned_by(WITNESS_VKEY) == [1700000000]
    stranger = verifier_key(WITNESS, public_key(SEED), COSIGNED)
    assert read.cosigned_by(stranger) == []
    assert not read.signed_by(verifier_key(BOARD.origin, public_key(WITNESS_SEED)))


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.integers(0, 2**63 - 1))
def test_whatever_is_written_is_read_again(size, root, at):
    written = sign_checkpoint(Checkpoint("a/b", size, root), SEED)
    line = cosignature(Checkpoint("a/b", size, root).body, WITNESS, WITNESS_SEED, at)

    read = read_note(with_cosignatures(written, [line]))

    assert read.checkpoint == Checkpoint("a/b", size, root)
    assert read.signed_by(verifier_key("a/b", public_key(SEED)))
    assert read.cosigned_by(WITNESS_VKEY) == [at]


@given(st.data())
def test_no_changed_byte_leaves_a_note_signed_and_cosigned(data):
    line = cosignature(BOARD.body, WITNESS, WITNESS_SEED, 1700000000)
    note = with_cosignatures(sign_checkpoint(BOARD, SEED), [line]).encode()
    place = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != note[place]))

    try:
        read = read_note((note[:place] + bytes([other]) + note[place + 1 :]).decode())
    except ValueError:  # of the encoding too
        return

    assert not (read.signed_by(VKEY) and read.cosigned_by(WITNESS_VKEY))


def test_a_line_of_another_checkpoint_does_not_count_here():
    other = Checkpoint(BOARD.origin, 4, BOARD.root)
    line = cosignature(other.body, WITNESS, WITNESS_SEED, 1700000000)

    assert read_note(sign_checkpoint(BOARD, SEED) + line).cosigned_by(WITNESS_VKEY) == []


GOOD = sign_checkpoint(BOARD, SEED)
ROOT = b64encode(BOARD.root).decode()
LINE = GOOD.rpartition("\n\n")[2]
MALFORMED = {
    "empty": ("", "没有空行"),
    "no blank line": (GOOD.replace("\n\n", "\n"), "没有空行"),
    "no signature": (f"{BOARD.body}\n", "末尾应是一行签名"),
    "no last line feed": (GOOD[:-1], "末尾应是一行签名"),
    "carriage returns": (GOOD.replace("\n", "\r\n"), "控制字符"),
    "a tab": (GOOD.replace("board", "board\t"), "控制字符"),
    "leading zero": (GOOD.replace("\n3\n", "\n03\n"), "前面没有零"),
    "a sign before the size": (GOOD.replace("\n3\n", "\n+3\n"), "前面没有零"),
    "size in other digits": (GOOD.replace("\n3\n", "\n３\n"), "前面没有零"),
    "size as exponent": (GOOD.replace("\n3\n", "\n1e9\n"), "前面没有零"),
    "size too large": (GOOD.replace("\n3\n", f"\n{2**63}\n"), "超过任何票箱"),
    "size of a thousand digits": (GOOD.replace("\n3\n", f"\n{'9' * 5000}\n"), "超过任何票箱"),
    "no size": (GOOD.replace("\n3\n", "\n"), "名称、大小、树根"),
    "empty origin": (GOOD[GOOD.index("\n") :], "名称、大小、树根"),
    "short root": (GOOD.replace(ROOT, b64encode(bytes(31)).decode()), "不是 32 字节"),
    "root in hex": (GOOD.replace(ROOT, BOARD.root.hex()), "不是 32 字节"),
    "root not base64": (GOOD.replace(ROOT, "!" + ROOT[1:]), "Base64"),
    "base64 without padding": (GOOD.replace(ROOT, ROOT.rstrip("=")), "Base64"),
    "the same line twice": (GOOD + LINE, "两次"),
    "a hyphen for the dash": (GOOD.replace("\N{EM DASH}", "-"), "破折号"),
    "no name": (f"{BOARD.body}\n\N{EM DASH} {LINE.split()[2]}\n", "名称和签名"),
    "plus in the name": (GOOD.replace("\N{EM DASH} c", "\N{EM DASH} +c"), "空格和加号"),
    "wide space in the name": (GOOD.replace("\N{EM DASH} c", "\N{EM DASH} 　c"), "空格"),
    "signature too short": (f"{BOARD.body}\n\N{EM DASH} a AAAA\n", "太短"),
    "text after the signature": (GOOD[:-1] + " more\n", "Base64"),
    "101 signatures": (
        f"{BOARD.body}\n" + "".join(f"\N{EM DASH} k{n} AAAAAAAA\n" for n in range(101)),
        "超过 100",
    ),
}


@pytest.mark.parametrize(("text", "reason"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_note_is_refused_with_its_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        read_note(text)


MANGLED = {
    "another id": PETER.replace("c74f20a3", "c74f20a4"),
    "wrong length": "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
    "unknown algorithm": "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    "no name": PETER.removeprefix("PeterNeumann"),
    "cut": PETER[:-4],
    "of a witness": WITNESS_VKEY,
    "another name": PETER.replace("Peter", "Petra"),
}


@pytest.mark.parametrize("vkey", MANGLED.values(), ids=MANGLED.keys())
def test_a_mangled_key_is_refused(vkey):
    with pytest.raises(ValueError, match="公钥|名称"):
        read_verifier_key(vkey, SIGNED)


def test_extension_lines_of_others_are_kept_and_signed():
    extended = Checkpoint("a/b", 1, bytes(32), ("more",))

    read = read_note(sign_checkpoint(extended, SEED))

    assert read.checkpoint == extended
    assert read.signed_by(verifier_key("a/b", public_key(SEED)))


def test_sixteen_signatures_are_accepted():
    lines = [cosignature(BOARD.body, f"w{n}", WITNESS_SEED, 1700000000) for n in range(16)]

    assert len(read_note(with_cosignatures(GOOD, lines)).signatures) == 17
