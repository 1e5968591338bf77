"""Resolve numbers: unit, bounds, sources and index of each belief; rates, which name them.

`numbers` of an entry are uncertain numbers that its conditions, values and rates name. Each is a belief in a unit of its own,
and a parameter like any other: `choices.ALA.numbers.alarm`. Two parameters are one number where one is `{same_as: path}`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from standoff import beliefs, expression, units
from standoff.beliefs import SAME, Belief
from standoff.components import NUMBERS, ParameterSpec
from standoff.errors import BeliefError, LedgerError, StandoffError, did_you_mean, join_limited
from standoff.ledger.claim_belief import belief_of
from standoff.plan.builder import ASSUMPTION, PlanBuilder
from standoff.plan.from_history import PLACES, SHAPE
from standoff.plan.records import Parameter
from standoff.scenario.interventions import is_defined
from standoff.yaml_reader import Path_, dots

NUMBERS_THERE = "a number or a belief; `same_as` is for parameters of mechanisms, choices and beliefs, and for stocks"
ENDS = (0.05, 0.95)  #: probabilities of the ends of a range
SLACK = 1e-9  #: relative rounding tolerance at an end; assumption
LOST = 0.01  #: probability of a belief outside its range that needs no warning; assumption
SECTIONS = (
    "stocks",
    "mechanisms",
    "choices",
    "occasions",
    "consequences",
    "types",
    "beliefs",
    "observations",
)  #: whose numbers are parameters of a run
ONCE = ("stocks", "observations")  #: sections whose numbers are read once, and cannot change during a run
RATE = "rate"  #: name of the number that a belief in the place of a rate becomes


def add_belief(
    draft: PlanBuilder,
    path: Path_,
    raw: Any,
    spec: ParameterSpec,
    inherited: tuple[str, ...] = (),
    *,
    implicit_unit: bool = False,
) -> int:
    """Register the belief at `path`; with `implicit_unit` its unit may be left out."""
    if is_same(raw):
        return _same(draft, path, raw, spec)
    return draft.add_parameter(checked_parameter(draft, path, raw, spec, inherited, implicit_unit=implicit_unit))


def is_same(raw: Any) -> bool:
    """Whether a belief names another parameter."""
    return isinstance(raw, Belief) and raw.shape == SAME


def _same(draft: PlanBuilder, path: Path_, belief: Belief, spec: ParameterSpec) -> int:
    """The index of the parameter that a belief names, which gets a further path and its bounds.

    That of another number, with an error, if there is none or it does not fit: so that other errors are found too.
    """
    index, target = draft.find(belief.target), belief.target
    if index is None:
        if target in {dots(path), dots(path).removeprefix("mechanisms.")}:
            draft.report(path, f"`{target}` is the same as itself", "the path of another parameter")
        elif (
            is_defined(draft.document, target)
            and target.removeprefix("mechanisms.").partition(".")[0] not in draft.broken
        ):
            draft.report(
                path,
                f"`{target}` is no number that stands before this one",
                "a parameter of an entry above: "
                "stocks come first, then mechanisms, choices and beliefs, in the order of the scenario",
                "write the number here, and `same_as` there",
            )
        else:
            draft.unknown_parameter(path, target)
    elif misfit := _misfit(draft, path, draft.parameters[index], spec):
        draft.report(path, *misfit)
    else:
        known, factor = draft.parameters[index], draft.unit(spec.unit).factor
        lows = [known.low, None if spec.ge is None else spec.ge * factor]
        highs = [known.high, None if spec.le is None else spec.le * factor]
        shared = replace(
            known,
            low=max((low for low in lows if low is not None), default=None),
            high=min((high for high in highs if high is not None), default=None),
        )
        draft.parameters[index] = shared
        draft.index[dots(path)] = index
        if _is_out_of_range(shared):
            what = f"`{shared.path}` is `{shared.belief}`, out of the range of this number"
            draft.report(path, what, range_text(*shared.written_bounds, shared.belief.unit))
        return index
    return draft.add_parameter(Parameter(dots(path), Belief("point", (0.0,)), 1.0, "1"))


def _misfit(draft: PlanBuilder, path: Path_, named: Parameter, spec: ParameterSpec) -> tuple[str, str] | None:
    """Why a parameter cannot be the number at `path`, and what can; None if it can."""
    if path[0] not in SECTIONS:
        return f"`{SAME}` has no meaning here", "a number or a belief"
    if not draft.unit(named.unit).same_kind(draft.unit(spec.unit)):
        what = f"`{named.path}` is in `{named.belief.unit or named.unit}` where a unit of `{spec.unit}` is needed"
        return what, "a parameter with a unit of the same kind"
    if (named.path.partition(".")[0] in ONCE) != (path[0] in ONCE):
        what = f"`{named.path}` is read once, and this number at every step, or the reverse"
        return what, "two parameters, or two numbers of stocks and observations"
    return None


def checked_parameter(
    draft: PlanBuilder,
    path: Path_,
    raw: Any,
    spec: ParameterSpec,
    inherited: tuple[str, ...] = (),
    *,
    implicit_unit: bool = False,
) -> Parameter:
    """The belief at `path` with its unit, bounds and sources checked; not registered."""
    unit, low, high = spec.unit, spec.ge, spec.le
    belief = Belief("point", (0.0,), sources=(ASSUMPTION,))
    try:
        belief = raw if isinstance(raw, Belief) else beliefs.parse(raw)
        if is_same(belief):
            raise BeliefError(f"`{belief}` is no number by itself", allowed=NUMBERS_THERE)
        belief = _from_claim(draft, belief, path)
        needed = draft.unit(unit)
        zero = belief.shape == "point" and belief.numbers[0] == 0
        written_unit = needed if not belief.unit and (implicit_unit or zero) else draft.unit(belief.unit or "1")
    except StandoffError as error:
        draft.report_error(path, error)
        belief, needed, written_unit = Belief("point", (0.0,), sources=belief.sources), units.ONE, units.ONE
        low = high = None  # a malformed number is checked no further; its sources are
    if not written_unit.same_kind(needed):
        got = f"`{belief.unit}`" if belief.unit else "no unit"
        draft.report(path, f"{got} where a unit of `{unit}` is needed", fix=_with_unit(draft, belief, needed, spec))
        low = high = None  # a number in another unit cannot be compared with a bound
    belief = belief.with_sources(inherited or draft.default_source)
    draft.cited.update(draft.claims_in(path, belief.sources))
    below, above = (None if bound is None else bound * needed.factor for bound in (low, high))
    parameter = Parameter(
        dots(path), belief, written_unit.factor, units.show(needed.dims), below, above, spec.doc, spec.source
    )
    if _is_out_of_range(parameter):
        percent = not needed.dims and high == 1 and belief.shape == "point" and 1 < belief.numbers[0] <= 100
        fix = f"write `{belief.numbers[0]:g} %` for per cent" if percent and not belief.unit else ""
        what = f"`{belief}` is out of range"
        if belief.shape != "point":
            what += f": its central 90 % is {' to '.join(f'{belief.quantile(p):.3g}' for p in ENDS)}"
            fix = "write a range within the bounds; its tails are truncated"
        draft.report(path, what, range_text(low, high, unit), fix)
    return parameter


def cut_away(parameters: Iterable[Parameter]) -> Iterator[str]:
    """Warnings for named distributions that lose more than `LOST` at their bounds."""
    for parameter in parameters:
        belief = parameter.belief
        if belief.shape in {"range", "percentiles"}:
            continue  # these state no more than their ends
        below, above = parameter.tails()
        if 1 - (above - below) > LOST:
            yield (
                f"{parameter.path}: {1 - (above - below):.1%} of `{replace(belief, sources=())}` is truncated, since it must "
                f"be {range_text(*parameter.written_bounds, belief.unit)}; the rest is scaled up"
            )


def range_text(low: float | None, high: float | None, unit: str) -> str:
    """A range of which one end may be open, in words."""
    word = "" if unit in {"", "1"} else f" {unit}"
    if low is None or high is None:
        return f"at most {high:g}{word}" if low is None else f"at least {low:g}{word}"
    return f"{low:g} to {high:g}{word}"


def _with_unit(draft: PlanBuilder, belief: Belief, needed: units.Unit, spec: ParameterSpec) -> str:
    """A correction for a belief with a wrong unit: its unit per time if that fits, else another."""
    unit, low, high = spec.unit, spec.ge, spec.le
    if beliefs.PRIOR.match(belief.origin):
        return f"`{belief.origin}` has its own unit; `standoff list priors` shows those in `{unit}`, or of its kind"
    for time in ("month", "year"):
        by_time = f"{belief.unit}/{time}"
        if belief.unit and draft.unit(by_time).same_kind(needed):
            return f"write it as in `{replace(belief, unit=by_time, sources=())}`"
    outside = belief.shape == "point" and (
        (low is not None and belief.numbers[0] < low) or (high is not None and belief.numbers[0] > high)
    )
    if belief.unit or outside:
        return f"use `{unit}`, or a unit of its kind"
    return f"write it as in `{replace(belief, unit=unit, sources=())}`"


def initial(draft: PlanBuilder, cell: str) -> int:
    """Register the initial value of a stock."""
    stock = draft.stocks[cell]
    name, _, holder = cell.partition(".")
    raw = stock.initial[holder] if isinstance(stock.initial, dict) else stock.initial
    path = ("stocks", name, "initial", *([holder] if holder else []))
    spec = ParameterSpec(f"{cell} at the start", stock.unit, ge=stock.floor, le=stock.cap)
    return add_belief(draft, path, raw, spec, stock.sources, implicit_unit=True)


def add_declared(
    draft: PlanBuilder,
    path: Path_,
    value: Any,
    spec: ParameterSpec,
    members: tuple[str, ...] | None,
    sources: tuple[str, ...],
    floor: float | None = None,
) -> int | Mapping[str, int]:
    """Register a declared `param` of a component: one number, or one for each of `members`.

    Without a unit in `spec` each number has its own. floor: lower bound of the number in the place of a rate
    """

    def add_once(path: Path_, raw: Any) -> int:
        low = floor if path[-2:] == (NUMBERS, RATE) else spec.ge
        return add_belief(draft, path, raw, replace(spec, unit=spec.unit or own_unit(draft, raw), ge=low), sources)

    if members is None:
        return add_once(path, value)
    if set(value) == {"*"}:
        if value["*"].shape != "point":
            return dict.fromkeys(members, add_once(path, value["*"]))
        value = dict.fromkeys(members, value["*"])  # nothing to share: each member can then be moved alone
    unknown = [key for key in value if not draft.is_known((*path, key), key, members, "key")]
    meant = {did_you_mean(key, members) for key in unknown}  # a misspelt name is not reported as missing too
    missing = [f"`{member}`" for member in members if member not in value and f"did you mean `{member}`?" not in meant]
    if missing:
        draft.report(path, f"no value for {join_limited(missing)}", join_limited(members))
    return {member: add_once((*path, member), value[member]) for member in members if member in value}


def _from_claim(draft: PlanBuilder, belief: Belief, path: Path_) -> Belief:
    if belief.shape == SHAPE:  # what history can give has been resolved before
        draft.report(
            path,
            f"`{belief}` is not known about this number",
            PLACES,
            "write the number, and `@history` after it if it was counted in decisions of the past",
        )
        return Belief("point", (0.0,), sources=belief.sources)
    if belief.shape != "claim":
        return belief
    try:
        claim = draft.ledger[belief.claim]
        claimed = belief_of(claim)
    except LedgerError as error:
        draft.report_error(path, error)
        return Belief("point", (0.0,), belief.unit)
    why = draft.objection(claim.id)
    if why:
        others = draft.standing_claims.filter(subject=claim.subject, quantity=claim.quantity)
        ids = [other.id for other in others if other.numbers and other.id in draft.standing_claims]
        draft.report(
            path,
            f"the claim `{claim.id}` {why}",
            f"a claim, accepted or disputed, valid as of {draft.scenario.as_of}{': ' * bool(ids)}{join_limited(ids, 3)}",
            did_you_mean(claim.id, ids) or "use an earlier claim; later claims are for scoring only",
        )
    return replace(claimed, sources=belief.sources)


def _is_out_of_range(parameter: Parameter) -> bool:
    low, high, belief = parameter.low, parameter.high, parameter.belief
    if (low is None and high is None) or belief.shape == "claim":
        return False
    point = belief.shape == "point"
    ends = belief.numbers * 2 if point else [belief.quantile(p) for p in ENDS]
    first, last = (end * parameter.factor for end in ends)
    slack = SLACK * max(abs(first), abs(last), 1.0 if point else 0.0)
    return (low is not None and first < low - slack) or (high is not None and last > high + slack)


# ---- numbers of an entry, and the expressions that name them ---------------------------------------------------------


def add_numbers(
    draft: PlanBuilder, path: Path_, written: Mapping[str, Belief], sources: tuple[str, ...], of: str
) -> dict[str, int]:
    """Register the `numbers` of the entry at `path`; those with a wrong name are left out.

    of: where they stand, in words
    """
    out = {}
    for name, belief in written.items():
        here, spec = (*path, NUMBERS, name), ParameterSpec(f"{name}, a number in {of}", own_unit(draft, belief))
        index = add_belief(draft, here, belief, spec, sources)
        if _check_name(draft, here, name):
            out[name] = index
    return out


def own_unit(draft: PlanBuilder, belief: Belief) -> str:
    """The unit of a number that may have any: as written, of its claim, or of the same number."""
    index = draft.find(belief.target) if is_same(belief) else None
    if index is not None:
        return draft.parameters[index].unit
    return belief.unit or (draft.ledger[belief.claim].unit if belief.claim in draft.ledger else "") or "1"


def _check_name(draft: PlanBuilder, path: Path_, name: str) -> bool:
    """Whether a number has a name of its own; reports one that means something else."""
    reserved: dict[str, Collection[str]] = {
        "a stock": {*draft.stocks, *draft.scenario.stocks},
        "a choice": draft.scenario.choices,
        "a word of expressions": expression.RESERVED,
    }
    what = next((what for what, words in reserved.items() if name in words), "")
    if what:
        draft.report(path, f"`{name}` is {what}", "another name for the number")
    return not what


def _unnamed(draft: PlanBuilder, numbers: Collection[str], used: Collection[str], beside: Collection[str]) -> list[str]:
    """The `numbers` that neither `used` names nor `beside`, whose unknown words may be misspelt."""
    known = (*numbers, *draft.units)
    meant = {did_you_mean(word, known) for word in beside if word not in known}
    names = {*used, *beside}
    return [name for name in numbers if name not in names and did_you_mean(name, [name]) not in meant]


def check_use(draft: PlanBuilder, path: Path_, numbers: Collection[str], used: Collection[str], of: str) -> None:
    """Report `numbers` of the entry at `path` that nothing names."""
    for name in _unnamed(draft, numbers, (), used):
        draft.report(
            (*path, NUMBERS, name),
            f"`{name}` stands in no {of}",
            f"numbers that a {of} names",
            did_you_mean(name, used) or "name it there, or leave it out",
        )


def names_in(draft: PlanBuilder, *texts: str | None) -> tuple[str, ...]:
    """Names of stocks and numbers in expressions; none in those that cannot be read."""
    out: list[str] = []
    for text in texts:
        try:
            node = expression.parse(beliefs.split_sources(text or "0")[0], draft.scenario.units)
        except StandoffError:
            continue  # reported where the expression is planned
        out += expression.stock_names(node)
    return tuple(dict.fromkeys(out))


def named_number(draft: PlanBuilder, path: Path_, field: str, plain: dict[str, Any]) -> None:
    """Turn a belief in the place of the rate `field` into the number `rate`."""
    raw, numbers = plain.get(field), plain.get(NUMBERS, {})
    try:
        belief = beliefs.parse(raw)
        if belief.shape != "claim":
            units.parse(belief.unit or "1", draft.scenario.units)
    except StandoffError:
        return  # an expression
    if isinstance(numbers, Mapping):
        plain[field], plain[NUMBERS] = RATE, {RATE: raw, **numbers}
        number_path = (*path, NUMBERS, RATE)  # errors of the number are in the line of the rate
        draft.document.lines.setdefault(number_path, draft.document.where((*path, field)))


def planned_rate(
    draft: PlanBuilder,
    path: Path_,
    text: str,
    numbers: Mapping[str, int],
    unit: str,
    sources: tuple[str, ...],
    inherited: tuple[str, ...],
    elsewhere: Collection[str] = (),
) -> expression.Node | None:
    """The expression at `path`, in `unit`; None if it is invalid.

    numbers: the parameters that it may name; own, inherited: sources after it, and of its entry; elsewhere: names of numbers
    that another expression of the entry reads
    """
    for name in numbers:
        _check_name(draft, (*path[:-1], NUMBERS, name), name)
    before = draft.faults
    parsed = draft.parsed(path, text, numbers, truth_counts=True)
    if parsed is None:
        return None
    node, dims = parsed
    needed_dims = draft.unit(unit).dims
    for term in expression.choice_terms(node):
        draft.report(
            path,
            f"`{term.choice}` is a choice",
            "stocks, numbers and dates",
            "let its options change a number, by `effects`",
        )
    if dims is None:
        draft.report(path, f"`{text}` is a condition", "a number", f"multiply it by a number in `{unit}`")
    elif dims != needed_dims:
        lacks_time = units.Unit("", 1.0, dims).times(units.parse("month"), -1).dims == needed_dims
        draft.report(
            path,
            f"`{text}` is in `{units.show(dims)}`",
            f"a rate in `{unit}`, or a unit of its kind",
            "divide it by a time, such as `/ 1 month`" if lacks_time else "",
        )
    draft.check_constants(path, node, sources, inherited)
    used = expression.stock_names(node)
    for name in _unnamed(draft, numbers, used, elsewhere):
        draft.report(
            (*path[:-1], NUMBERS, name),
            f"`{name}` is not in `{text}`",
            "numbers that it names",
            did_you_mean(name, used),
        )
    return None if draft.faults > before else node
