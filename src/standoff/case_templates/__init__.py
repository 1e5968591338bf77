"""Templates of cases: questions to an author, and the scenario of the answers.

A template is one file of this folder, `NAME.yaml`:

    text      what kind of case it is, in a line
    asks      key -> {section, kind, text, default, ...}, see `Ask`; in the order of `SECTIONS`
    scenario  the text of scenario.yaml, with Jinja placeholders: `{{ sender }}` is the code of an actor, `{{ sender.name }}`
              its name, `{% if "blockade" in options %}` asks whether it was chosen, `{{ after(6) }}` is the month six
              months after as_of, and `{{ codes("stated_norm.breach", options) }}` the codes of options by priors, see `codes`;
              `{{ each("0", one, two) }}` gives several holders the same number

Every template asks for `as_of` and `horizon`. Numbers come from the library of priors (`standoff.priors`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from standoff import yaml_reader
from standoff.case_templates.ask import SECTIONS, Ask, NamedActor, month_after
from standoff.dates import PartialDate, month_label
from standoff.errors import Problem, ScenarioError, did_you_mean
from standoff.record import record

__all__ = ["SECTIONS", "Ask", "CaseTemplate", "NamedActor", "fill_template", "find_template", "list_templates"]
HOME = Path(__file__).parent
SCENARIO, CLAIMS = "scenario.yaml", "claims.yaml"
EMPTY_LEDGER = """\
# The claims of the case: who said what, about which date. Remove the brackets below when you write the first one.
# `@{id}` after a number of scenario.yaml then cites it. docs/ledger.md explains the fields.
#
# - id: {id}
#   subject: {code}
#   quantity: troops
#   value: 40
#   unit: thousand person
#   comparator: about
#   as_of: {day}
#   published: {day}
#   speaker: Ministry of {name}
#   side: neutral
#   source: {{title: Briefing of the day, url: "https://..."}}
#   basis: recalled
#   status: accepted
[]
"""


@record
class CaseTemplate:
    """A kind of case, with its questions."""

    name: str
    text: str
    asks: tuple[Ask, ...]
    scenario: str  #: text with placeholders

    def ask(self, key: str) -> Ask:
        """The question of a key; raises `ScenarioError`."""
        known = {ask.key: ask for ask in self.asks}
        if key not in known:
            raise ScenarioError(
                f"the template `{self.name}` does not ask for `{key}`",
                allowed=", ".join(known),
                fix=did_you_mean(key, known),
            )
        return known[key]

    def default(self, ask: Ask, today: date | None = None) -> str:
        """The answer that is taken if there is none: of `as_of` the last month that is over."""
        today = today or date.today()
        return month_label(12 * today.year + today.month - 2) if ask.key == "as_of" else ask.default

    def clashes(self, values: Mapping[str, Any]) -> list[Problem]:
        """Answers that exclude others: actors of one code or name, dates beyond the horizon."""
        actors, out = dict[tuple[str, str], str](), list[Problem]()
        for key, value in values.items():
            ask = self.ask(key)
            words = (("code", str(value)), ("name", value.name)) if isinstance(value, NamedActor) else ()
            for kind, word in words:
                if (other := actors.setdefault((kind, word), key)) != key:
                    what = f"`{word}` is the {kind} of `{other}` already"
                    out.append(Problem(what, path=key, allowed=f"a {kind} of its own"))
            if ask.before in values and value >= values[ask.before]:
                out.append(
                    Problem(
                        f"{value} months are not before the end, {ask.before} {values[ask.before]}",
                        path=key,
                        allowed=f"{ask.low:g} to {values[ask.before] - 1}",
                        fix=f"give a smaller number, or a longer {ask.before}",
                    )
                )
        return out


def list_templates() -> Mapping[str, CaseTemplate]:
    """All templates by name."""
    return {file.stem: _template(file) for file in sorted(HOME.glob("*.yaml"))}


def find_template(name: str) -> CaseTemplate:
    """The template of a name; raises `ScenarioError` with those that exist."""
    known = list_templates()
    if name not in known:
        raise ScenarioError(f"there is no template `{name}`", allowed=", ".join(known), fix=did_you_mean(name, known))
    return known[name]


def fill_template(name: str, answers: Mapping[str, Any] | None = None, today: date | None = None) -> dict[str, str]:
    """The files of a new case, name -> text, by answers to the questions of a template.

    `answers` maps keys of questions to texts (or lists of options); a question without one takes its default. Raises
    `ScenarioError` with every answer that is not allowed.
    """
    template = find_template(name)
    values, problems = dict[str, Any](), list[Problem]()
    raw_answers = dict(answers or {})
    for key in raw_answers:
        try:
            template.ask(key)
        except ScenarioError as error:
            problems += error.problems
    for ask in template.asks:
        try:
            values[ask.key] = ask.read(raw_answers.get(ask.key, template.default(ask, today)))
        except ScenarioError as error:
            problems += error.problems
    problems = problems or template.clashes(values)
    if problems:
        raise ScenarioError(problems)
    return {SCENARIO: _rendered(template, values), CLAIMS: _empty_ledger(values)}


def _empty_ledger(values: Mapping[str, Any]) -> str:
    """A ledger without claims, with a claim of the case as an example in its comments."""
    actor = next(value for value in values.values() if isinstance(value, NamedActor))
    day = str(PartialDate.parse(str(values["as_of"])).first)
    name = f"{actor.lower()}-troops-{day}-ministry"
    return EMPTY_LEDGER.format(id=name, code=actor, name=actor.name, day=day)


def _rendered(template: CaseTemplate, values: Mapping[str, Any]) -> str:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    as_of, horizon = values["as_of"], values["horizon"]
    text = environment.from_string(template.scenario).render(
        **values,
        after=lambda months: month_after(as_of, months),
        end=month_after(as_of, horizon),
        start=month_after(as_of, -1),
        codes=codes,
        each=each,
    )
    answers = "\n".join(f"#   {ask.key}: {_shown(values[ask.key])}" for ask in template.asks)
    return f"# Written by `standoff new --template {template.name}` from these answers:\n{answers}\n{text}"


def codes(prior: str, options: tuple[str, ...], *full: str) -> str:
    """Codes of options as a mapping: 0 for the first, which keeps things as they are.

    The options in `full`, by default the last, have the prior `PRIOR.full`, and all others `PRIOR.partial`.
    """
    most = [option for option in options if option in full] or options[-1:]
    words = [f"{option}: prior({prior}.{'full' if option in most else 'partial'})" for option in options[1:]]
    return f"{{{', '.join([f'{options[0]}: 0 @assumption', *words])}}}"


def each(number: str, *holders: str) -> str:
    """The same number for each holder, as a mapping."""
    return f"{{{', '.join(f'{holder}: {number}' for holder in holders)}}}"


def _shown(value: Any) -> str:
    """An answer as it was given."""
    if isinstance(value, NamedActor):
        return f"{value} {value.name}"
    return ", ".join(value) if isinstance(value, tuple) else str(value).removesuffix(" @assumption")


@cache
def _template(file: Path) -> CaseTemplate:
    read = yaml_reader.read(file.read_text(encoding="utf-8"), file.name)
    if read.problems or not isinstance(read.data, dict):
        raise ScenarioError(problem for _, problem in read.problems)
    asks = tuple(
        Ask(key=key, **{**entry, "needed": tuple(entry.get("needed", ())), "default": str(entry.get("default", ""))})
        for key, entry in read.data["asks"].items()
    )
    return CaseTemplate(name=file.stem, text=read.data["text"], asks=asks, scenario=read.data["scenario"])
