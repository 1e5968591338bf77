"""Attribute the difference between the answers of two runs of a case to changed inputs.

The changes form groups (as_of, claims, entries of the scenario), and every combination of groups is run in the same
futures. The contribution of a group is its Shapley value: the mean over all orders of the change of the answer when the
group is added in its turn. Contributions add up to the whole change in every future, and a group without effect
contributes zero. A combination that differs from another by parameters alone runs through the same compiled program.

Sources: shapley1953.

Differences between the inputs of two runs, as groups that can be applied separately.

A run folder holds the whole scenario and every claim, so that the inputs of two runs can be mixed: as_of of one with
the claims of the other, and so on. Changes that give a valid scenario only together form one group.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from standoff import labels
from standoff.analysis.answer import answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import Difference, PairedOutcomes, outcome_values, shapley_values, subsets
from standoff.analysis.parameter_variants import has_program, same_program
from standoff.engine.build import build
from standoff.engine.model import Model
from standoff.engine.rerun import Rerunner
from standoff.engine.run import Run
from standoff.engine.run_folder import RunFolder
from standoff.engine.simulate import simulate
from standoff.errors import RunError, StandoffError
from standoff.ledger import Ledger
from standoff.plan import Plan, PlannedQuestion
from standoff.progress import SILENT, Progress
from standoff.record import record
from standoff.scenario import load_text
from standoff.scenario.interventions import SECTION, START

GROUPS = 4  # assumption: sixteen mixes of inputs are run, more take too long
LENGTH, CUT = 120, " ..."  #: characters of a value that is shown, and the end of one that is cut; assumption: one line
DOT = "\u2024"  #: replaces a dot inside a name in dotted paths
MISSING = "(nothing)"  #: marks an entry that one side does not have


@dataclass(frozen=True)
class RunInputs:
    """Inputs of a run from its folder."""

    folder: str
    data: Mapping[str, Any]  #: the scenario as plain data
    ledger: Ledger
    variant: str
    seed: int
    draws: int
    record: Mapping[str, Any]

    @classmethod
    def read(cls, folder: Path) -> RunInputs:
        """Read a run folder; raises `RunError` if it is not one."""

        there = RunFolder(folder)
        record = there.record()
        if record is None:
            raise RunError(
                "not a run folder",
                str(folder),
                allowed="a folder with run.json, scenario.yaml and claims.jsonl",
                fix="`standoff run CASE --folder DIR` makes one",
            )
        text, claims = there.input("scenario.yaml"), there.input("claims.jsonl")
        loaded = load_text(text, str(folder / "scenario.yaml"))  # for its mistakes, and its units
        ledger = Ledger.parse(claims, str(folder / "claims.jsonl"), loaded.scenario.units)
        settings = record["settings"]
        return cls(
            str(folder),
            _changes_once(yaml.safe_load(text)),
            ledger,
            record["variant"],
            settings["seed"],
            settings["draws"],
            record,
        )

    def answered(self) -> Mapping[str, Any]:
        """Answers by question as stored in the folder; empty if it has none."""

        verdict = RunFolder(Path(self.folder)).read_json("verdict.json") or {}
        try:
            return {item["id"]: dict(item) for item in verdict.get("questions", ())}
        except (KeyError, TypeError, ValueError):
            file = str(Path(self.folder) / "verdict.json")
            raise RunError("not a verdict", file, fix="repeat the same `standoff run`") from None


def _changes_once(data: dict[str, Any]) -> dict[str, Any]:
    """The scenario with interventions from the start replaced by their values."""
    later = {path: item for path, item in data.get(SECTION, {}).items() if item.get("since") != START}
    rest = {key: value for key, value in data.items() if key != SECTION}
    return rest | ({SECTION: later} if later else {})


@dataclass(frozen=True)
class ChangedEntry:
    """An entry of the scenario that differs."""

    path: str
    before: str
    after: str
    label: str = ""  #: its name in the words of the scenario


@dataclass(frozen=True)
class ChangeGroup:
    """Changes that are applied together."""

    name: str
    entries: tuple[ChangedEntry, ...] = ()
    added: tuple[str, ...] = ()  #: ids of claims
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    label: str = ""  #: its name in the words of the scenario

    @property
    def claims(self) -> frozenset[str]:
        """Every claim in the group."""
        return frozenset((*self.added, *self.removed, *self.edited))

    def joined(self, other: ChangeGroup) -> ChangeGroup:
        """The union of two groups."""
        return ChangeGroup(
            f"{self.name} and {other.name}",
            self.entries + other.entries,
            self.added + other.added,
            self.removed + other.removed,
            self.edited + other.edited,
        )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[ChangedEntry, ...]:
    """Entries that differ between two scenarios as plain data; a dot inside a name is `DOT`."""
    return tuple(
        ChangedEntry(".".join(path), _plain_text(old), _plain_text(new)) for path, old, new in _differ(before, after)
    )


def groups(before: RunInputs, after: RunInputs) -> tuple[ChangeGroup, ...]:
    """Differences in at most `GROUPS` groups: as_of, claims, and entries of the scenario."""
    entries = differences(before.data, after.data)
    as_of = tuple(item for item in entries if item.path == "as_of")
    rest = [item for item in entries if item.path != "as_of"]
    claims = _claim_groups(before.ledger, after.ledger)
    room = GROUPS - bool(as_of)
    parts = _by_path(rest, max(room - bool(claims), 1))
    if len(claims) > max(room - len(parts), 0):
        claims = [replace(reduce(ChangeGroup.joined, claims), name="claims")]
    out = [ChangeGroup("as_of", as_of)] if as_of else []
    return (*out, *claims, *(ChangeGroup(name, tuple(items)) for name, items in parts.items()))


def _claim_groups(before: Ledger, after: Ledger) -> list[ChangeGroup]:
    """A group for each claim that was added, removed or edited, in this order."""
    old, new = ({claim.id: claim for claim in ledger} for ledger in (before, after))
    added = [ChangeGroup(f"claim {name}", added=(name,)) for name in new if name not in old]
    removed = [ChangeGroup(f"claim {name}", removed=(name,)) for name in old if name not in new]
    both = [name for name in new if name in old and new[name] != old[name]]
    return [*added, *removed, *(ChangeGroup(f"claim {name}", edited=(name,)) for name in both)]


def _by_path(entries: Sequence[ChangedEntry], most: int) -> dict[str, list[ChangedEntry]]:
    """Entries by the first three parts of their path, or by fewer for at most `most` groups."""
    for depth in (3, 2, 1):
        parts: dict[str, list[ChangedEntry]] = {}
        for item in entries:
            parts.setdefault(".".join(item.path.split(".")[:depth]), []).append(item)
        if len(parts) <= most:
            return parts
    return {"scenario": [*entries]}


def with_labels(plan: Plan, changes: Sequence[ChangeGroup]) -> tuple[ChangeGroup, ...]:
    """Groups and entries with names in the words of a scenario; unknown ones keep their paths."""

    def label(path: str) -> str:
        return labels.parameter(plan, path.replace(DOT, "."))

    return tuple(
        replace(
            group,
            entries=tuple(replace(entry, label=label(entry.path)) for entry in group.entries),
            label=" and ".join(map(label, group.name.split(" and "))) if group.entries else group.name,
        )
        for group in changes
    )


def merge_dependent(before: RunInputs, after: RunInputs, changes: Sequence[ChangeGroup]) -> tuple[ChangeGroup, ...]:
    """Merge groups that give no valid model one without the other."""
    out = list(changes)
    while len(out) > 1:
        failing = next((mix for mix in subsets(len(out), len(out))[1:] if not _builds(before, after, out, mix)), None)
        if failing is None or not (apart := [n for n in range(len(out)) if n not in failing]):
            break
        one, other = min(failing), apart[0]
        joined = out[one].joined(out[other])
        out = [joined if n == one else item for n, item in enumerate(out) if n != other]
    return tuple(out)


def apply_groups(before: RunInputs, after: RunInputs, changes: Sequence[ChangeGroup], mix: frozenset[int]) -> Model:
    """The model of the first run with the changes of some groups."""
    claims = frozenset[str]().union(*(changes[n].claims for n in mix))
    paths = {tuple(entry.path.split(".")) for n in mix for entry in changes[n].entries}
    data = json.loads(json.dumps(before.data))
    for path, _, new in list(_differ(before.data, after.data)):
        if path in paths:
            _put(data, path, new)
    ledger = _claims(before.ledger, after.ledger, claims)
    return build(load_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), "mixed"), ledger)


def _claims(before: Ledger, after: Ledger, ids: frozenset[str]) -> Ledger:
    """The claims of the first run, with some replaced by those of the second."""
    old = {claim.id: claim for claim in before}
    new = {claim.id: claim for claim in after if claim.id in ids}
    gone = ids - new.keys()
    return Ledger(tuple(claim for name, claim in (old | new).items() if name not in gone))


def _builds(before: RunInputs, after: RunInputs, changes: Sequence[ChangeGroup], mix: frozenset[int]) -> bool:
    try:
        apply_groups(before, after, changes, mix)
    except StandoffError:
        return False
    return True


def _differ(old: Any, new: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """(path, old, new) of every entry that differs; lists are compared whole; `GONE` if absent."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            yield from _differ(old.get(key, MISSING), new.get(key, MISSING), (*path, str(key).replace(".", DOT)))
    elif old != new:
        yield path, old, new


def _put(data: Any, path: tuple[str, ...], value: Any) -> None:
    *rest, last = (part.replace(DOT, ".") for part in path)
    for part in rest:
        data = data.setdefault(part, {})
    if value == MISSING:
        data.pop(last, None)
    else:
        data[last] = value


def _plain_text(value: Any) -> str:
    """A value as a scenario file has it on one line, cut at a word."""
    if not isinstance(value, str):
        dumped = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=math.inf)
        value = dumped.removesuffix("...\n")
    text = " ".join(value.split())
    if len(text) <= LENGTH:
        return text
    head = text[: LENGTH - len(CUT) + 1]
    return f"{(head[: head.rfind(' ')] if ' ' in head else head[:-1]).rstrip(',')}{CUT}"


DRAWS = 2000  # assumption: a probability is then right to about one percentage point, a difference far better


@dataclass(frozen=True)
class ShapleyShare:
    """Contribution of one group of changes to the change of an answer (Shapley value)."""

    group: str
    change: float
    mc_error: float


@record
class AnswerChange(Difference):
    """The answer to one question in both runs, and the change."""

    id: str
    kind: str
    text: str
    date: str
    unit: str
    parts: tuple[ShapleyShare, ...]  #: the largest first; they add up to the change
    stored: tuple[float | str | None, float | str | None]  #: answers stored in the folders


@record
class RunDiff(Finding):
    """Differences of two runs of one case."""

    FRAME = "moves"

    folders: tuple[str, str]
    groups: tuple[ChangeGroup, ...]
    moves: tuple[AnswerChange, ...]  #: common questions, the most significant change first
    only: tuple[tuple[str, ...], tuple[str, ...]]  #: questions in only one of the runs
    program: Mapping[str, tuple[str, str]]  #: versions that differ
    settings: Mapping[str, tuple[Any, Any]]  #: settings that differ; these answers use those of the first run
    mixes: int  #: number of combinations of changes that were simulated
    compiled: int  #: number of them that needed a new program


def diff(before: Path, after: Path, *, draws: int = DRAWS, progress: Progress = SILENT) -> RunDiff:
    """Explain the differences between two runs of one case by the inputs that changed.

    Raises `RunError` for folders that hold no run, or runs of two cases.
    """
    one, other = RunInputs.read(before), RunInputs.read(after)
    if one.data["title"] != other.data["title"]:
        raise RunError(
            f"`{one.data['title']}` and `{other.data['title']}` are different cases", allowed="two runs of one case"
        )
    changes = merge_dependent(one, other, groups(one, other))
    runs, compiled = _runs(one, other, changes, min(draws, one.draws), progress)
    first, last = runs[frozenset()], runs[frozenset(range(len(changes)))]
    old, new = ({item.id: item for item in run.model.plan.questions} for run in (first, last))
    answers = one.answered(), other.answered()
    moves = [
        _answer_change(
            question, runs, changes, (answers[0].get(name, {}).get("answer"), answers[1].get(name, {}).get("answer"))
        )
        for name, question in old.items()
        if name in new
        and new[name].question.kind == question.question.kind
        and set(new[name].expressions) == set(question.expressions)
    ]
    moves.sort(key=lambda move: -abs(move.change) / (move.mc_error or math.inf))
    versions, settings = ([each.record.get(key, {}) for each in (one, other)] for key in ("versions", "settings"))
    return RunDiff(
        origin=Provenance.of(first),
        folders=(one.folder, other.folder),
        groups=with_labels(last.model.plan, changes),
        moves=tuple(moves),
        only=(tuple(sorted(old.keys() - new)), tuple(sorted(new.keys() - old))),
        program=_changed({**versions[0], **versions[1]}, versions, ""),
        settings=_changed(("seed", "draws", "precision"), settings, None),
        mixes=len(runs),
        compiled=compiled,
    )


def _changed(keys: Iterable[str], records: Sequence[Mapping[str, Any]], missing: Any) -> dict[str, tuple[Any, Any]]:
    """Values of keys that differ between two records."""
    one, other = records
    return {key: (one.get(key, missing), other.get(key, missing)) for key in keys if one.get(key) != other.get(key)}


def _runs(
    one: RunInputs, other: RunInputs, changes: tuple[ChangeGroup, ...], count: int, progress: Progress
) -> tuple[dict[frozenset[int], Run], int]:
    """One run per combination of change groups; combinations with identical inputs share a run."""
    out: dict[frozenset[int], Run] = {}
    programs: list[Run] = []
    simulated: list[tuple[Model, Run]] = []
    for mix in subsets(len(changes)):
        model = apply_groups(one, other, changes, mix)
        run = next((each for known, each in simulated if _is_same(known, model)), None)
        if run is None:
            with progress.task(", ".join(changes[n].name for n in sorted(mix)) or "before"):
                like = next((each for each in programs if has_program(each.model, model)), None)
                if like is not None:
                    run = Rerunner.from_run(like).with_table(model.table, count, progress=progress).run
                else:
                    run = simulate(model, draws=count, seed=one.seed, paths=1, progress=progress)
                    programs.append(run)
            simulated.append((model, run))
        out[mix] = run
    return out, len(programs)


def _is_same(one: Model, other: Model) -> bool:
    """Whether two models have one program and the same numbers."""
    same = one.layout == other.layout and same_program(one.plan, other.plan)
    return same and all(map(np.array_equal, one.table, other.table))


def _answer_change(
    question: PlannedQuestion,
    runs: Mapping[frozenset[int], Run],
    changes: tuple[ChangeGroup, ...],
    stored: tuple[Any, Any],
) -> AnswerChange:
    """Answers in all combinations of change groups; `stored` are those in the two folders."""
    first = runs[frozenset()]
    label = str(answer(first, (question.id,))[question.id].answer)
    states = []
    for run in runs.values():
        own = next((item for item in run.model.plan.questions if item.id == question.id), question)
        states.append(outcome_values(run, own, label))
    paired = PairedOutcomes.of(question, states)
    gains = shapley_values(dict(zip(runs, paired.values, strict=True)), len(changes))

    def error(contrast: np.ndarray) -> float:
        return paired.error(contrast) if contrast.any() else 0.0

    parts = [
        ShapleyShare(group.name, float(gain.mean()), error(gain)) for group, gain in zip(changes, gains, strict=True)
    ]
    difference = paired.difference()
    return AnswerChange(
        **vars(difference) | {"mc_error": error(paired.values[-1] - paired.values[0])},
        id=question.id,
        kind=question.question.kind,
        text=question.question.text,
        date=str(question.question.by or question.question.at),
        unit=question.form.unit(question),
        parts=tuple(sorted(parts, key=lambda part: -abs(part.change))),
        stored=stored,
    )
