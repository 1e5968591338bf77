"""Records of scores: one question, skill, calibration, coverage, and a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from standoff.analysis.finding import Provenance
from standoff.record import record
from standoff.serialise import to_plain
from standoff.statistics import coverage_interval


@record
class ScoredQuestion:
    """A question with scores by forecaster."""

    id: str
    kind: str
    text: str
    unit: str
    inside: Mapping[str, float] = field(default_factory=dict)  #: level -> share of the outcome in that central interval
    scores: Mapping[str, Any]


@record
class Scored(ScoredQuestion):
    """One settled question.

    `scores` are by forecaster (model, base_rate, persistence, even), then by rule.
    """

    case: str
    variant: str
    as_of: str
    date: str
    outcome: str
    claims: tuple[str, ...]  #: claims that report the outcome
    forecast: float | None  #: probability of the event or of the first label; else the median, None for never
    smoothed: float | None = None  #: the scored probability, smoothed for a finite number of draws
    base_rate: float | None  #: baseline forecasts: a probability, or a median
    happened: float | None  #: 1 or 0 for an event; 1 for a label; else the number (midpoint of a range), None for never
    interval: tuple[float | None, float | None] | None = None  #: central 90 % of the futures, for numbers
    below: float | None = None  #: share of futures below the outcome, ties by half, for numbers
    mc_error: float | None


@record
class Skill:
    """Skill over one baseline, on questions that both answer."""

    score: str  #: brier, log or crps
    against: str  #: base_rate, persistence, even (50 %, or equal shares of the possible results) and others
    questions: int
    skill: float  #: above 0 where the model is better: a share (brier, crps), or nats per question (log)
    interval: tuple[float, float] | None  #: central 90 %, None with too few questions
    better: int  #: questions on which the score is lower than that of the baseline


@record
class CaseSkill(Skill):
    """Skill of the model on the questions of cases."""

    cases: int
    model: float | None  #: mean score; None for the CRPS, whose units differ
    other: float | None
    resampled: str  #: unit of resampling: cases, questions, or empty


@dataclass(frozen=True)
class CalibrationBin:
    """Observed frequency of events with forecasts between `low` and `high`."""

    low: float
    high: float
    questions: int
    forecast: float  #: mean
    happened: float
    interval: tuple[float, float]  #: central 90 % of the frequency, as if events were independent


@record
class Coverage:
    """Coverage of outcomes by a central interval of the futures."""

    level: float
    questions: int
    inside: float
    interval: tuple[float, float]

    @classmethod
    def of(cls, level: float, inside: Sequence[float], **further: Any) -> Self:
        """The coverage of the central interval of a level, from the share of each outcome in it."""
        count, total = len(inside), sum(inside)
        interval = coverage_interval(total, count)
        return cls(level=level, questions=count, inside=total / count, interval=interval, **further)


@dataclass(frozen=True)
class Scores:
    """All settled questions of one or several runs, with summaries."""

    origins: tuple[Provenance, ...]
    questions: tuple[Scored, ...]
    skills: tuple[CaseSkill, ...]
    calibration: tuple[CalibrationBin, ...]
    coverage: tuple[Coverage, ...]
    verdict: str
    notes: tuple[str, ...] = field(default=())

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON: an infinite score is null."""
        return to_plain(asdict(self))
