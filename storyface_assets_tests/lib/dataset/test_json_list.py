"""Entries out of JSON lists: pieces, cuts and encodings."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyface_assets.lib.dataset.json_list import Stop, detect_encoding, json_entries

HANGUL = st.text(st.sampled_from('가힣뷁여남_1 "\\\n[]{},:'), max_size=12)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | HANGUL,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HANGUL, inner, max_size=3),
    max_leaves=8,
)
LISTS = st.lists(VALUE, max_size=6)
OBJECTS = st.lists(st.dictionaries(HANGUL, VALUE, max_size=3), max_size=5)
ENCODINGS = ["utf-8", "utf-8-sig", "cp949"]


def entries_of(data: bytes, encoding: str, piece: int = 1 << 20) -> list:
    return list(json_entries(io.BytesIO(data), encoding, piece))


@pytest.mark.parametrize("piece", [1, 5, 1 << 20])
class TestAnyList:
    @settings(max_examples=60, deadline=None)
    @given(LISTS, st.sampled_from([None, 0, 2]), st.sampled_from(ENCODINGS))
    def test_comes_as_it_was_written(self, piece, values, indent, encoding):
        # Guards against an entry that is lost or cut in two where a piece of the file ends.
        data = json.dumps(values, indent=indent, ensure_ascii=False).encode(encoding)
        assert entries_of(data, encoding, piece) == values

    @settings(max_examples=60, deadline=None)
    @given(OBJECTS, st.data(), st.sampled_from(ENCODINGS))
    def test_that_is_cut_keeps_what_is_before(self, piece, values, data, encoding):
        # Guards against a download that broke off: half a file must not be none.
        whole = json.dumps(values, ensure_ascii=False).encode(encoding)
        at = data.draw(st.integers(0, len(whole) - 1))
        *before, stop = entries_of(whole[:at], encoding, piece)
        assert isinstance(stop, Stop) and stop.fault in ("cut off", "empty")
        assert stop.entries == len(before) and stop.byte <= at
        assert before == values[: len(before)]

    @settings(max_examples=60, deadline=None)
    @given(LISTS, st.data(), st.binary(min_size=1, max_size=9))
    def test_that_is_damaged_never_raises(self, piece, values, data, noise):
        whole = json.dumps(values, ensure_ascii=False).encode()
        at = data.draw(st.integers(0, len(whole)))
        entries_of(whole[:at] + noise + whole[at:], "utf-8", piece)


@pytest.mark.parametrize(
    ("data", "stop"),
    [
        (b"", Stop("empty", 0, 0)),
        (b'{"a": 1}', Stop("not a list", 0, 0)),
        (b"[1, 2, {]", Stop("cut off", 2, 7)),
        (b"[1 2]", Stop("not JSON", 1, 3)),
        (b'["a"]["b"]', Stop("not JSON", 1, 5)),
        (b"[" * 20_000, Stop("not JSON", 0, 1)),
        (b"[" + b"1" * 5_000 + b"]", Stop("not JSON", 0, 1)),
    ],
)
@pytest.mark.parametrize("piece", [3, 1 << 20])
def test_stop_says_where(data, stop, piece):
    assert entries_of(data, "utf-8", piece)[-1] == stop


def test_place_counts_bytes_of_the_file_not_letters():
    # Guards against a message that sends people to the wrong place of a 100 MB file.
    for encoding in ENCODINGS:
        whole = '["가나다라", "마바사"'.encode(encoding)
        assert entries_of(whole, encoding)[-1].byte == len(whole)


@pytest.mark.parametrize("encoding", [*ENCODINGS, "euc-kr"])
def test_encoding_is_detected(encoding):
    data = json.dumps(["기쁨", "상업시설&점포&시장"], ensure_ascii=False).encode(encoding)
    found = detect_encoding(lambda: io.BytesIO(data))
    assert (found.name, found.broken) == ({"euc-kr": "cp949"}.get(encoding, encoding), 0)
    cut = detect_encoding(lambda: io.BytesIO(data[:-3]))  # in the middle of a letter
    assert cut == found


def test_the_encoding_with_fewer_faults_wins():
    # Guards against a whole file of mojibake for one bad byte.
    data = json.dumps(["기쁨"] * 50, ensure_ascii=False).encode("cp949")
    found = detect_encoding(lambda: io.BytesIO(data[:300] + b"\xff" + data[300:]))
    assert found.name == "cp949" and found.broken >= 1
