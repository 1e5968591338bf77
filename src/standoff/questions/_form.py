"""Base class of question forms, and the records of their interface."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np

from standoff import units
from standoff.errors import Fault, StandoffError, did_you_mean, join_limited
from standoff.questions._answer import Answer, Interval, MonteCarlo
from standoff.record import record
from standoff.statistics import median_error

if TYPE_CHECKING:
    from standoff.expression import Node
    from standoff.plan import Plan, PlannedQuestion
    from standoff.scenario import Scenario
    from standoff.scenario.outcome import Outcome
    from standoff.scenario.question import Question

BASELINES = {"persistence": "no-change baseline", "base_rate": "base rate"}
INTERVAL = "90 % of futures: "  #: label before the futures of a number
NONE = "none by then"  #: label of futures in which no condition of a `first_of` question is met


@record
class FormField:
    """A field that a form adds to questions of a scenario."""

    holds: Literal["expression", "expressions", "name", "names", "text", "texts"]  #: `expressions` and `texts` by label
    doc: str


@dataclass(frozen=True)
class Tracker:
    """A number recorded for each draw.

    `value`: the expression at `state`. `first`: the first state in `since .. state` at which the condition holds, or
    infinity. `reason`: the contribution of a reason to the log odds of an option, in the decision in force at `state`.
    `probability`: the solved probability of an option there.
    """

    name: str
    kind: str
    state: int
    since: int = 0  #: first state that is read; for a `value` the only one
    node: Node | None = None
    choice: int = -1
    reason: int = -1  #: row among all reasons of the plan
    option: int = -1


@record
class Sample:
    """Recorded numbers of a question in each draw."""

    question: PlannedQuestion
    plan: Plan
    read: Callable[[str], np.ndarray]  #: tracker -> (N,)
    #: an expression in the draws with paths, at as_of or at the date of the question if that is before
    at_as_of: Callable[[Node], np.ndarray] | None = None

    def __getitem__(self, part: str) -> np.ndarray:
        """(N,) values of the tracker of a part of the question, or of the whole (empty name)."""
        return self.read(f"{self.question.id}/{part}" if part else self.question.id)

    @property
    def factor(self) -> float:
        """Canonical units in one unit of the question."""
        return units.parse(self.question.unit or "1", self.plan.scenario.units).factor

    def months(self, states: np.ndarray) -> np.ndarray:
        """States as months after as_of."""
        return (states - self.plan.first_future_step) * self.plan.scenario.calendar.dt

    def current(self) -> np.ndarray:
        """(K,) value of its expression at as_of, or at its date if earlier, in draws with paths."""
        assert self.at_as_of is not None
        return self.at_as_of(self.question.expressions[""])


@record
class Response:
    """Part of an answer that its form provides."""

    value: float | str | None
    monte_carlo: MonteCarlo | None
    futures: Interval | None = None  #: central 90 % of the futures, for numbers
    detail: Mapping[str, Any] = field(default_factory=dict)
    #: such as `persistence`, the answer at as_of, or at the date of a question about the past
    baselines: Mapping[str, float | None] = field(default_factory=dict)


@record
class Probabilities:
    """A forecast of exclusive results, with the outcome."""

    counts: Sequence[float]  #: draws with each result
    happened: int
    names: Sequence[str]  #: of the results
    rivals: Mapping[str, Sequence[float] | np.ndarray]  #: baseline -> probabilities


@record
class Numbers:
    """A forecast of a number in `Form.score_unit`."""

    values: np.ndarray  #: (N,)
    horizon: float = math.inf  #: values beyond it are cut
    rivals: Mapping[str, np.ndarray] = field(default_factory=dict)  #: baselines besides base rate and persistence


@dataclass(frozen=True)
class AnswerText:
    """An answer in words."""

    main: str
    futures: str = ""  #: central 90 % of the futures
    band: str = ""  #: epistemic band of a probability
    error: str = ""
    baselines: tuple[tuple[str, str], ...] = ()
    note: str = ""
    share: float | None = None  #: length of a bar, for probabilities
    word: str = ""  #: the band of an event in words

    @property
    def with_band(self) -> str:
        """The answer with its band."""
        return f"{self.main} ({self.band})" if self.band else self.main


class FormatNumber(Protocol):
    """Common decimals, scale and unit of numbers in one table or sentence."""

    def full(self, value: float) -> str:
        """A number with its unit."""

    def between(self, low: float | None, high: float | None, missing: str = "none") -> str:
        """A range."""

    def error(self, error: float) -> str:
        """A Monte Carlo error."""


class FormWriter(Protocol):
    """Number formatting of a report (`standoff.report.formatting`)."""

    def percent(self, p: float, error: float | None = None) -> str:
        """A probability."""

    def points(self, error: float) -> str:
        """An error in percentage points."""

    def band_percents(self, p: float, ends: tuple[float, float]) -> tuple[str, str]:
        """A probability and its epistemic band, with decimals that suit the band."""

    def likelihoods(self, low: float, high: float) -> str:
        """A band of probabilities in words."""

    def likelier(self, log_odds: float, error: float = 0.0) -> str:
        """A difference of log odds in words: `2.3 times less likely`."""

    def signed(self, value: float, decimals: int) -> str:
        """A number with its sign."""

    def month_after(self, date: str, months: float) -> str:
        """The month a number of months after a date."""

    def bare_error(self, error: float) -> str:
        """An error without a unit."""

    def common_decimals(self, errors: Iterable[float]) -> int:
        """Number of decimals at which parts visibly add up."""

    def number_format(self, values: Iterable[float | None], error: float | None = None, unit: str = "") -> FormatNumber:
        """A format for numbers with their error."""

    def without_decimals(self, form: Any, values: Iterable[float | None]) -> FormatNumber:
        """The format without decimals if all values are whole."""


class Form(ABC):
    """Base class of question forms; subclasses override the defaults."""

    FIELDS: ClassVar[Mapping[str, FormField]]  #: the first is the key of the form
    NEEDS: ClassVar[tuple[str, ...]]  #: other required fields, the date first
    IS_CONDITION: ClassVar[bool] = False  #: whether its expressions are conditions; else numbers
    COMPARED_BY: ClassVar[Literal["probability", "share", "mean"]] = "mean"  #: name of the difference between runs
    STATISTIC: ClassVar[Literal["mean", "median"]] = "mean"  #: statistic of `values` that is the answer
    COMPARED_TEXT: ClassVar[str] = ""  #: compared quantity, if it differs from the question's
    HAS_UNIT: ClassVar[bool] = False  #: whether the answer has the unit of the question
    MEASURE: ClassVar[str] = ""  #: unit of a number without a unit
    BESIDE: ClassVar[str] = ""  #: part of the detail with shares that are told beside the answer
    HAS_LABELS: ClassVar[bool] = False  #: whether the answer is one of several labels, each with a probability

    @property
    def name(self) -> str:
        """Its key in scenarios."""
        return next(iter(self.FIELDS))

    @property
    def is_share(self) -> bool:
        """Whether answers are compared by a share of futures."""
        return self.COMPARED_BY != "mean"

    # ---- in a scenario

    def check(
        self,
        question: Question,
        scenario: Scenario,
        here: tuple[Any, ...],
    ) -> Iterator[Fault]:
        """Faults of its names; most forms have none."""
        return iter(())

    def outcome_words(self, question: Question) -> list[str] | None:
        """Words that an outcome may be; None if it is a number."""
        return None

    def check_outcome(self, question: Question, outcome: Outcome, here: tuple[Any, ...]) -> Iterator[Fault]:
        """Faults of an outcome that does not answer the question."""
        words = self.outcome_words(question)
        if words is None:
            try:
                outcome.number()
            except StandoffError as error:
                first = error.problems[0]
                yield Fault(here, first.what, first.allowed, first.fix)
        elif outcome.value not in words:
            yield Fault(
                here,
                f"`{outcome.value}` is not an outcome of a question of form `{self.name}`",
                join_limited(words),
                did_you_mean(outcome.value, words),
            )

    # ---- in a plan

    def expressions(self, question: Question) -> dict[str, str]:
        """Part -> its expression; one part without a name, or one for each label."""
        value = getattr(question, self.name)
        return {"": value} if isinstance(value, str) else dict(value)

    def outcome_unit(self, unit: str) -> str | None:
        """Unit of an outcome; None without a unit."""
        return None

    def latest_outcome(self, question: Question, scenario: Scenario) -> float | None:
        """Latest month after as_of of an outcome that is a time."""
        return None

    def reason_of(self, question: Question) -> tuple[str, str] | None:
        """The choice and the reason of the question, if it has them."""
        return None

    # ---- in a run

    def trackers(self, query: PlannedQuestion, plan: Plan) -> list[Tracker]:
        """Numbers to record: the first state of each condition, or each number at the date."""
        kind, since = ("first", query.since) if self.IS_CONDITION else ("value", query.state)
        return [
            Tracker(f"{query.id}/{key}" if key else query.id, kind, query.state, since, node)
            for key, node in query.expressions.items()
        ]

    @abstractmethod
    def values(self, sample: Sample, label: str = "") -> np.ndarray:
        """(N,) compared values: whether it (or `label`, one of `shares`) happens, or the number."""

    def answer(self, sample: Sample) -> Response:
        """The answer from draws that did not fail, by default the median."""
        return Response(**middle(self.values(sample)))

    def labels(self, query: PlannedQuestion) -> tuple[str, ...]:
        """Alternatives of the answer; empty for a number."""
        return ()

    def shares(self, query: PlannedQuestion, plan: Plan) -> tuple[str, ...]:
        """Words with `values` of their own; the empty word is the answer itself."""
        return self.labels(query) if self.HAS_LABELS else ("",)

    def label_values(self, sample: Sample) -> np.ndarray:
        """(label, N) values of every alternative; one row for a number."""
        labels = self.labels(sample.question)
        if not labels:
            return self.values(sample)[None].astype(float)
        if self.HAS_LABELS:
            return np.stack([self.values(sample, label) for label in labels]).astype(float)
        yes = self.values(sample).astype(float)
        return np.stack([yes, 1 - yes])

    # ---- scored

    def score_unit(self, query: PlannedQuestion) -> str:
        """Unit of scored outcomes."""
        return query.unit

    def forecast(self, sample: Sample, answer: Answer, outcome: Outcome) -> Probabilities | Numbers:
        """The forecast to be scored, by default a number."""
        return Numbers(values=self.values(sample))

    # ---- in words

    def unit(self, query: PlannedQuestion) -> str:
        """Unit of `values`; may be empty."""
        return query.unit if self.HAS_UNIT else ""

    @abstractmethod
    def text(self, answer: Answer, as_of: str, write: FormWriter) -> AnswerText:
        """The answer in words; `as_of` converts months to dates."""

    @property
    def preposition(self) -> str:
        """`by` for a deadline, `at` for a date."""
        return self.NEEDS[0]


def quantiles(values: np.ndarray, shares: Sequence[float]) -> list[float | None]:
    """Values (N,) at some shares of them; None for infinity."""
    ordered = np.sort(values)
    found = (float(ordered[min(int(p * len(ordered)), len(ordered) - 1)]) for p in shares)
    return [value if math.isfinite(value) else None for value in found]


def middle(values: np.ndarray) -> dict[str, Any]:
    """Median, central 90 % and error of values (N,), for a `Response`; None for infinity."""
    low, median, high = quantiles(values, (0.05, 0.5, 0.95))
    error = median_error(values)
    monte_carlo = MonteCarlo(error=error) if math.isfinite(error) else None
    return {"value": median, "futures": (low, high), "monte_carlo": monte_carlo}


def probability_texts(answer: Answer, write: FormWriter) -> tuple[str, str, str]:
    """A probability, its band, which may be empty, and its Monte Carlo error, in words."""
    error = "" if answer.point_error is None else write.points(answer.point_error)
    if answer.band_ends is None:
        return write.percent(answer.point or 0.0, answer.point_error), "", error
    return *write.band_percents(answer.point or 0.0, answer.band_ends), error


def baseline_texts(answer: Answer, write: Callable[[str, float], str]) -> tuple[tuple[str, str], ...]:
    """Baselines by their names in reports; `write(name, value)` writes a value."""
    return tuple(
        (BASELINES.get(name, name), "none" if value is None else write(name, value))
        for name, value in answer.baselines.items()
        if not (name == "base_rate" and answer.base_rates)  # `base_rate_text` writes those of an event
    )
