"""Records of scored questions: one question, skill, calibration, coverage, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from standoff.analysis.finding import Provenance
from standoff.serialise import to_plain


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One settled question. `scores` holds for each forecaster (model, base_rate, persistence, even) its scores by name."""

    case: str
    variant: str
    as_of: str
    id: str
    kind: str
    text: str
    date: str
    unit: str
    outcome: str
    claims: tuple[str, ...]  #: that say what happened
    forecast: float | None  #: probability of the event or of the label that came first; else the median, None for never
    smoothed: float | None  #: the probability that was scored, from a finite number of draws
    base_rate: float | None  #: the same without a model: a probability, or a median
    happened: (
        float | None
    )  #: 1 or 0 for an event; 1 for a label; else the number (the middle of a range), None for never
    interval: tuple[float | None, float | None] | None  #: central 90 % of the futures, for numbers
    below: float | None  #: share of the futures below the outcome, ties by half, for numbers
    inside: Mapping[str, float]  #: level -> share of the outcome inside that central interval
    scores: Mapping[str, Mapping[str, float]]
    mc_error: float | None


@dataclass(frozen=True, kw_only=True)
class Skill:
    """The model against one baseline, on the questions that both answer."""

    score: str  #: brier, log or crps
    against: str  #: base_rate, persistence, or even (50 %, or equal shares of what could happen)
    questions: int
    cases: int
    model: float | None  #: mean score; None for the CRPS, whose units differ
    other: float | None
    skill: float  #: above 0 where the model is better: a share (brier, crps), or nats a question (log)
    interval: tuple[float, float] | None  #: central 90 %, None where too few were scored
    better: int  #: questions on which the model's score is the lower
    resampled: str  #: cases, or questions, or empty


@dataclass(frozen=True)
class CalibrationBin:
    """Events whose forecast lay between `low` and `high`: how often they happened."""

    low: float
    high: float
    questions: int
    forecast: float  #: mean
    happened: float
    interval: tuple[float, float]  #: central 90 % of the share that happens, as if they were independent


@dataclass(frozen=True)
class Coverage:
    """How many outcomes lay inside a central interval of the futures."""

    level: float
    questions: int
    inside: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Scores:
    """All settled questions of one or several runs, with what they say together."""

    origins: tuple[Provenance, ...]
    questions: tuple[Scored, ...]
    skills: tuple[Skill, ...]
    calibration: tuple[CalibrationBin, ...]
    coverage: tuple[Coverage, ...]
    verdict: str
    notes: tuple[str, ...] = field(default=())

    def to_data(self) -> dict[str, Any]:
        """Plain data for JSON: an infinite score is null."""
        out: dict[str, Any] = to_plain(asdict(self))
        return out
