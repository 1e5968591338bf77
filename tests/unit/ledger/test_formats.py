from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from standoff.errors import LedgerError
from standoff.ledger import Ledger

Data = Callable[..., dict[str, Any]]


def refused(text: str, name: str) -> list[str]:
    with pytest.raises(LedgerError) as caught:
        Ledger.parse(text, name)
    return [f"{problem.where} {problem.what}" for problem in caught.value.problems]


def test_the_three_forms_hold_the_same(data: Data) -> None:
    rows = [data(), data(id="b", note="naïve “quote”: {x} #\u2028 end", value=3.5, as_of="2024", lines=[1, 2])]
    lines = "\n\n".join(json.dumps(row) for row in rows)
    expected = Ledger.parse(lines)
    assert len(expected) == 2
    assert Ledger.parse(json.dumps(rows, indent=2), "x.json") == expected
    assert Ledger.parse(yaml.safe_dump(rows), "x.yaml") == expected
    assert Ledger.parse(yaml.safe_dump(rows, allow_unicode=True, default_flow_style=True), "x.yml") == expected


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_is_read_from_a_file_of_lines_too(data: Data, indent: int | None) -> None:
    rows = [data(), data(id="b")]
    assert Ledger.parse(json.dumps(rows, indent=indent), "x.jsonl") == Ledger.parse(json.dumps(rows), "x.json")
    wrong = json.dumps([data(), data(id="b", unit="persson")], indent=indent)
    (problem,) = refused(wrong, "x.jsonl")
    assert "unknown unit `persson`" in problem


def test_claims_spread_over_lines_are_one_mistake_that_says_how_to_join_them(data: Data) -> None:
    text = "\n".join(json.dumps(row, indent=2) for row in (data(), data(id="b")))
    with pytest.raises(LedgerError) as caught:
        Ledger.parse(text, "x.jsonl")
    (problem,) = caught.value.problems
    assert problem.where == "x.jsonl:1" and "several lines" in problem.what
    assert "one claim a line" in problem.allowed and "jq -c" in problem.fix


@pytest.mark.parametrize(
    ("text", "name"), [("", "x.jsonl"), (" \n\r\n", "x.jsonl"), (" [ ] \n", "x.json"), ("", "x.yaml"), ("[]", "x.yml")]
)
def test_nothing_gives_an_empty_ledger(text: str, name: str) -> None:
    assert len(Ledger.parse(text, name)) == 0


def test_yaml_dates_need_no_quotes(data: Data) -> None:
    text = yaml.safe_dump([data(as_of=None, published=None)]) + "  as_of: 2024-02-29\n  published: 2024\n"
    (claim,) = Ledger.parse(text, "x.yaml")
    assert (str(claim.as_of), str(claim.published)) == ("2024-02-29", "2024")


def test_yaml_aliases_may_repeat_a_source(data: Data) -> None:
    first, second = data(source=None), data(source=None, id="b")
    text = yaml.safe_dump([first]) + "  source: &s {title: Report}\n" + yaml.safe_dump([second]) + "  source: *s\n"
    assert [claim.source.title for claim in Ledger.parse(text, "x.yaml")] == ["Report", "Report"]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("\n{", "x.jsonl", "x.jsonl:2 malformed JSON: Expecting property name"),
        ('{"id": 1, "id": 2}', "x.jsonl", "x.jsonl:1 malformed JSON: the key `id` is given twice"),
        ('{"value": NaN}', "x.jsonl", "x.jsonl:1 malformed JSON: NaN is not a number"),
        ('{"value": ' + "1" * 5000 + "}", "x.jsonl", "x.jsonl:1 malformed JSON: a number of 5,000 characters"),
        ("[" * 100_000, "x.jsonl", "x.jsonl:1 malformed JSON: nested too deeply"),
        ("{}", "x.json", "x.json:1 the file is not a list"),
        ("", "x.json", "x.json:1 the file is not a list"),
        ("[\n\n{]", "x.json", "x.json:3 malformed JSON: Expecting property name"),
        ("[" * 100_000, "x.json", "x.json:1 malformed JSON: nested too deeply"),
        ("[\n1\n2]", "x.json", "x.json:3 malformed JSON: '2' after a claim"),
        ("[1,", "x.json", "x.json:1 malformed JSON: Expecting value"),
        ("[1", "x.json", "x.json:1 malformed JSON: '' after a claim"),
        ("[1,]", "x.json", "x.json:1 malformed JSON: Expecting value"),
        ("[]\n[]", "x.json", "x.json:2 malformed JSON: text after the list"),
        ("a: 1", "x.yaml", "x.yaml:1 the file is not a list"),
        ("- a\n  b: 1\n", "x.yaml", "x.yaml:2 not valid YAML"),
        ("- 1\n---\n- 2\n", "x.yaml", "x.yaml:2 not valid YAML"),
        ("- a: 1\n  a: 2\n", "x.yaml", "x.yaml:2 the key `a` is written twice"),
        ("- [1]: 2\n", "x.yaml", "x.yaml:1 a key must be a word"),
        ("- id: !!python/name:os.abort x\n", "x.yaml", "x.yaml:1 the tag `tag:yaml.org,2002:python/name:"),
        ("- !!set {a}\n", "x.yaml", "x.yaml:1 the tag `tag:yaml.org,2002:set`"),
        ("- id: !!int x\n", "x.yaml", "x.yaml:1 `x` is not a decimal number"),
        ("- {a: &a 1, <<: *a}\n", "x.yaml", "x.yaml:1 the key `<<` is not allowed"),
        ("- &a [*a]\n", "x.yaml", "x.yaml:1 nested deeper than 40"),
        ("- " * 100_000, "x.yaml", "x.yaml:1 "),
        ("[" * 100_000, "x.yaml", "x.yaml:1 "),
        ("- \x00", "x.yaml", "x.yaml not valid YAML"),
    ],
)
def test_says_where_a_file_is_malformed(text: str, name: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in refused(text, name))


def test_a_bomb_of_aliases_is_refused() -> None:
    rows = ["- &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"- &a{i + 1} [{', '.join([f'*a{i}'] * 10)}]" for i in range(10)]
    assert refused("\n".join(rows), "x.yaml")[-1].endswith("expanding aliases")


def test_every_bad_line_is_listed_once_and_in_order(data: Data) -> None:
    lines = [json.dumps(data()), "nonsense", json.dumps(data(id="b", unit="persn")), json.dumps(data()), "{"]
    assert [line.split()[0] for line in refused("\n".join(lines), "x.jsonl")] == [f"x.jsonl:{n}" for n in (2, 3, 4, 5)]


def test_duplicates_name_both_lines(data: Data) -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger.parse(json.dumps(data()) + "\n\n" + json.dumps(data()), "x.jsonl")
    (problem,) = caught.value.problems
    assert problem.where == "x.jsonl:3"
    assert problem.fix == "first given at x.jsonl:1"


def test_unknown_endings_are_refused() -> None:
    assert [text.startswith("x.csv `.csv` ") for text in refused("", "x.csv")] == [True]
