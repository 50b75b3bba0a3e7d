"""Reading of YAML: every scalar stays text, every fault has its line, and nothing takes long or runs."""

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given

from kzarchive.errors import InvalidSheet
from kzarchive.recording.lines import LONGEST, read_lines


def refusal(text, name="s.yaml"):
    with pytest.raises(InvalidSheet) as caught:
        read_lines(text, name)
    return str(caught.value)


@pytest.mark.parametrize(
    "word",
    [
        "2022-01-06",
        "2022-01-06T03:18:00Z",
        "NO",
        "yes",
        "on",
        "true",
        "null",
        "~",
        "1e3",
        "0x10",
        "010",
        "1_000",
        ".inf",
    ],
)
def test_a_scalar_is_the_word_that_stands_there(word):
    assert {"key": word, word: "value", "list": [word]} == read_lines(
        f"key: {word}\n{word}: value\nlist: [{word}]\n", "s.yaml"
    ).data


def test_an_empty_value_is_an_empty_text():
    assert {"a": "", "b": [""]} == read_lines("a:\nb:\n  -\n", "s.yaml").data


def test_a_merge_key_merges_nothing():
    assert {"<<": {"a": "1"}, "b": "2"} == read_lines("<<: {a: 1}\nb: 2\n", "s.yaml").data


@pytest.mark.parametrize("text", ["", "# only a comment\n", b"", "---\n"])
def test_an_empty_file_is_an_empty_text(text):
    assert read_lines(text, "s.yaml").data == ""


def test_bytes_and_text_read_the_same():
    text = "name: Тоқаев\nlist: [é, 1]\n"
    assert read_lines(text.encode(), "s.yaml") == read_lines(text, "s.yaml")
    assert read_lines(b"\xef\xbb\xbfname: a", "s.yaml").data == {"name": "a"}


LISTING = """\
sheet: x
assertions:
  - key: a
    value:
      quantity: exact 1

  - {key: b, evidence: ["1..2",
     "3..4"]}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", "s.yaml:1"),
        ("sheet", "s.yaml:1"),
        ("assertions", "s.yaml:2"),
        ("assertions[0]", "s.yaml:3"),
        ("assertions[0].value.quantity", "s.yaml:5"),
        ("assertions[1].evidence[0]", "s.yaml:7"),
        ("assertions[1].evidence[1]", "s.yaml:8"),
    ],
)
def test_each_part_knows_its_line(path, place):
    assert read_lines(LISTING, "s.yaml").place(path) == place


def test_what_is_missing_has_the_line_of_what_should_hold_it():
    lined = read_lines(LISTING, "s.yaml")
    assert lined.where("assertions[0].value.surface") == "s.yaml:4: assertions[0].value.surface"
    assert lined.where("assertions[1].frame") == "s.yaml:7: assertions[1].frame"
    assert lined.where("assertions[7].frame") == "s.yaml:2: assertions[7].frame"
    assert lined.where("actor") == "s.yaml:1: actor"
    assert lined.where("") == "s.yaml:1"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: &x 2\n", "s.yaml:2: expected no anchor, got 'x'"),
        ("a: &a [x]\nb: &b [*a, *a]\n", "s.yaml:1: expected no anchor, got 'a'"),
        ("a: 1\nb: *x\n", "s.yaml:2: expected no alias, got 'x'"),
        ("a: !!int 5\n", "s.yaml:1: expected no tag, got 'tag:yaml.org,2002:int'"),
        ("a: ! 5\n", "s.yaml:1: expected no tag, got '!'"),
        ("a: 1\na: 2\n", "s.yaml:2: expected each key once, got 'a' again"),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", "s.yaml:4: expected each key once, got 'c' again"),
        ("[a]: b\n", "s.yaml:1: expected text as a key, got a list or a mapping"),
        ("a: b\n---\nc: d\n", "s.yaml:2: expected one document, got another one"),
        ("a: b\n...\n---\nc: d\n", "s.yaml:3: expected one document, got another one"),
        ("a:\n\t- b\n", "s.yaml:2: expected YAML, got: found character '\\t' that cannot start any token"),
        ('a: 1\nb: "c\n', "s.yaml:3: expected YAML, got: found unexpected end of stream"),
        ("a: b: c\n", "s.yaml:1: expected YAML, got: mapping values are not allowed here"),
        ("a: b\nc: \0\n", "s.yaml:2: expected text, got the character U+0000"),
        ("a: \ud800\n", "s.yaml:1: expected text, got the character U+D800"),
        (b"a: b\nc: \xff\n", "s.yaml:2: expected UTF-8 text, got the byte 0xff"),
        ("a: b\n".encode("utf-16"), "s.yaml:1: expected UTF-8 text, got the byte 0xff"),
        ('a: 1\nb: "\\ud800"\n', "s.yaml:2: expected text without lone surrogates, got '\\ud800'"),
        (
            '"\\ud800": 1\n',
            "s.yaml:1: expected a key of at most 200 characters without lone surrogates, got '\\ud800'",
        ),
        ('a: "\\U00110000"\n', "s.yaml:1: expected YAML, got: chr() arg not in range(0x110000)"),
    ],
)
def test_what_the_subset_lacks_is_refused_with_its_line(text, message):
    assert message == refusal(text)


def test_a_tag_runs_nothing(tmp_path):
    target = tmp_path / "made"
    message = refusal(f"a: !!python/object/apply:os.mkdir [{target}]\n")
    assert message == "s.yaml:1: expected no tag, got 'tag:yaml.org,2002:python/object/apply:os.mkdir'"
    assert list(tmp_path.iterdir()) == []


def test_all_repeated_keys_are_told_at_once():
    assert refusal("a: 1\na: 2\nb: {c: 1, c: 2}\n").splitlines() == [
        "s.yaml:2: expected each key once, got 'a' again",
        "s.yaml:3: expected each key once, got 'c' again",
    ]


def nested(levels):
    return "[" * levels + "]" * levels


def test_twenty_levels_are_read_and_one_more_is_not():
    assert str(read_lines(nested(20), "s.yaml").data) == nested(20)
    assert refusal(nested(21)) == "s.yaml:1: expected at most 20 levels, got more"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_endless_nesting_is_refused_before_it_is_read(opening):
    assert refusal(opening * 200_000) == "s.yaml:1: expected at most 20 levels, got more"


def test_doubling_by_aliases_is_refused_at_its_first_step():
    laughs = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
    assert refusal(laughs) == "s.yaml:1: expected no anchor, got 'a0'"


def test_a_long_key_cannot_fill_the_memory_with_paths():
    children = ", ".join(["x"] * 1000)
    assert refusal(f"? {'k' * 201}\n: [{children}]\n").startswith("s.yaml:1: expected a key of at most 200 characters")
    assert read_lines(f"{'k' * 200}: x\n", "s.yaml").data == {"k" * 200: "x"}


def test_a_text_of_more_than_a_mebibyte_is_refused_unread():
    assert refusal("#" * (LONGEST + 1)) == "s.yaml:1: expected at most 1048576 characters, got more"
    assert refusal(b"\xff" * (LONGEST + 1)) == "s.yaml:1: expected at most 1048576 bytes, got more"
    assert read_lines("#" * LONGEST, "s.yaml").data == ""


def faults(text):
    """Returns what is wrong with a text, or nothing."""
    try:
        read_lines(text, "s.yaml")
    except InvalidSheet as error:
        return error.problems
    return ()


@given(st.one_of(st.binary(max_size=60), st.text(alphabet=st.characters(), max_size=60)))
def test_any_text_is_read_or_refused_with_file_and_line(text):
    assert all(problem.where.startswith("s.yaml:") for problem in faults(text))


@given(st.text(alphabet="ab:-?[]{}&*!|>'\"%#@`, \n\t\\U0\0é", max_size=80))
def test_any_heap_of_yaml_marks_is_read_or_refused_with_file_and_line(text):
    assert all(problem.where.startswith("s.yaml:") for problem in faults(text))


PLAIN = st.recursive(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc.[]0 ", max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_another_writer_quotes_is_read_back(data):
    written = yaml.dump(data, default_style='"', allow_unicode=True, explicit_start=False)
    assert data == read_lines(written.replace("!!str ", ""), "s.yaml").data
