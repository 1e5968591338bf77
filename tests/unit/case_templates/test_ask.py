"""Questions of templates: what is allowed, and what is said about the rest."""

from __future__ import annotations

import pytest

from standoff.case_templates.ask import Ask, NamedActor, month_after
from standoff.errors import ScenarioError

ACTOR = Ask(key="sender", section="actors", kind="actor", text="Who?", default="NOR Northland")
OPTIONS = Ask(
    key="options",
    section="options",
    kind="some",
    text="What?",
    default="all",
    of={"none": "nothing", "arms": "send arms", "troops": "fight"},
    needed=("none",),
)
MONTHS = Ask(key="horizon", section="horizon", kind="months", text="How long?", default="12", low=6, high=60)
MONTH = Ask(key="as_of", section="horizon", kind="month", text="When?")
TROOPS = Ask(
    key="troops",
    section="actors",
    kind="number",
    text="How many?",
    default="10 to 20",
    unit="thousand person",
    low=0.1,
    high=2000,
)


@pytest.mark.parametrize(
    ("ask", "raw", "value"),
    [
        (OPTIONS, "all", ("none", "arms", "troops")),
        (OPTIONS, "troops, none", ("none", "troops")),
        (OPTIONS, "[troops, none]", ("none", "troops")),
        (OPTIONS, ["arms", "none"], ("none", "arms")),
        (MONTHS, "24", 24),
        (MONTHS, 6, 6),
        (MONTH, "2030-04", "2030-04"),
        (TROOPS, "10 to 20", "10 to 20 thousand person @assumption"),
        (TROOPS, "15", "15 thousand person @assumption"),
        (TROOPS, "1,500 to 1,999.5", '"1,500 to 1,999.5 thousand person @assumption"'),
        (TROOPS, "normal(20,2)", '"normal(20,2) thousand person @assumption"'),
        (TROOPS, "10000 person @history", "10000 person @history"),
        (TROOPS, "1 to 2 mn person", "1 to 2 mn person @assumption"),
    ],
)
def test_an_allowed_answer_is_a_value(ask: Ask, raw: object, value: object):
    assert ask.read(raw) == value


def test_an_actor_is_its_code_and_has_a_name():
    actor = ACTOR.read(" FRA   France (Fourth Republic) ")
    assert isinstance(actor, NamedActor) and (actor, actor.name) == ("FRA", "France (Fourth Republic)")
    assert ACTOR.read("CIV Côte d'Ivoire").name == "Côte d'Ivoire" and ACTOR.read("EU27").name == "EU27"


@pytest.mark.parametrize(
    ("ask", "raw", "message"),
    [
        (ACTOR, "northland", r"`northland` is not a code.*\n.*NOR Northland"),
        (ACTOR, "", "``"),
        (ACTOR, "NOR a: {b}", "is not a name"),
        (ACTOR, 'NOR North"land', "is not a name"),
        (ACTOR, "NOR " + "x" * 80, "is not a name"),
        (ACTOR, "N", "capital"),
        (ACTOR, "YES Northland", "`YES` is not a text in YAML"),
        (ACTOR, "NULL", "`NULL` is not a text in YAML"),
        (ACTOR, "NOR Off", "`Off` is not a text in YAML"),
        (MONTHS, "9" * 5000, "is not such a number"),
        (OPTIONS, "none, arm", "did you mean `arms`"),
        (OPTIONS, "arms", "`none` cannot be left out"),
        (OPTIONS, "", "cannot be left out"),
        (MONTHS, "5", "6 to 60"),
        (MONTHS, "many", "6 to 60"),
        (MONTHS, "٢٤", "6 to 60"),
        (MONTH, "2030-13", "2030-04"),
        (MONTH, "soon", "month"),
        (MONTH, "0025-08", "month"),  # its horizon is no date of a scenario
        (TROOPS, "10 to 20 USD", "`USD` is not a unit of the kind"),
        (TROOPS, "some", "not a number"),
        (TROOPS, "2,5", "write `2.5`"),
        (TROOPS, "2,5 to 3,75", "write `2.5`"),
        (TROOPS, "1.000,5", "a comma marks thousands"),
        (TROOPS, "12,34", "a comma marks thousands"),
        (TROOPS, "history", "not a number"),
        (TROOPS, "5 mn person", "out of range"),
        (TROOPS, "10 @claim-of-somebody", "no claim or work"),
        (TROOPS, "{from: x}", "not a number"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(ask: Ask, raw: str, message: str):
    with pytest.raises(ScenarioError, match=message) as caught:
        ask.read(raw, "answers.yaml:3")
    problem = caught.value.problems[0]
    assert (problem.where, problem.path, problem.allowed) == ("answers.yaml:3", ask.key, ask.allowed)


def test_months_go_on_over_the_year():
    assert month_after("2030-11", 3) == "2031-02"
    assert month_after("2030-01", -1) == "2029-12"
    assert month_after("2030-04", 0) == "2030-04"
