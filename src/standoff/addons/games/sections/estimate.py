"""The estimate of a strategic choice model as data and as blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from standoff.addons.games.estimate.estimate import ModelTest, StrategicEstimate
from standoff.report.document import Block, Heading, Notice, Paragraph, TableBlock, table
from standoff.report.formatting import MINUS
from standoff.serialise import to_plain

ERRORS = {"agent": "agent error", "private": "private information"}
LEVEL = 0.95  #: of intervals, as the discipline prints them


def data(estimate: StrategicEstimate, tests: Sequence[ModelTest] = ()) -> dict[str, Any]:
    """Plain data; probabilities are means over the observations."""
    p, intervals = estimate.p_values, estimate.intervals(LEVEL)
    size = len(estimate.observed)
    out = {
        "model": estimate.model,
        "tree": estimate.tree,
        "link": estimate.link,
        "error": estimate.error,
        "observations": size,
        "left_out": dict(estimate.left_out),
        "outcomes": [
            {"outcome": name, "observed": count / size, "fitted": mean}
            for name, count, mean in zip(estimate.outcomes, estimate.counts, estimate.fitted_shares, strict=True)
        ],
        "fixed": {name: value for name, _, value in estimate.equations if value is not None},
        "coefficients": [
            {
                "term": term,
                "estimate": b,
                "standard_error": s,
                "z": b / s,
                "p": p[k],
                "low": intervals[k, 0],
                "high": intervals[k, 1],
            }
            for k, (term, b, s) in enumerate(
                zip(estimate.terms, estimate.coefficients, estimate.standard_errors, strict=True)
            )
        ],
        "cluster": estimate.cluster,
        "clusters": estimate.clusters,
        "covariance": estimate.covariance,
        "log_likelihood": estimate.log_likelihood,
        "log_likelihood_of_shares": estimate.baseline,
        "aic": estimate.aic,
        "bic": estimate.bic,
        "converged": estimate.converged,
        "steps": estimate.steps,
        "warnings": list(estimate.warnings),
        "profiles": [curve._asdict() for curve in estimate.profiles],
        "tests": [{"test": t.test, "statistic": t.statistic, "p": t.p_value, "preferred": t.preferred} for t in tests],
    }
    return to_plain(out)


def blocks(estimate: StrategicEstimate, tests: Sequence[ModelTest] = ()) -> list[Block]:
    """Coefficients by utility, fit and warnings."""
    missing = ", ".join(f"{name} ({count})" for name, count in estimate.left_out.items())
    left_out = f"; rows left out for missing values of {missing}" if missing else ""
    out: list[Block] = [
        Heading(f"Strategic choice model {estimate.model}", 1),
        Paragraph(
            f"{estimate.tree}: {estimate.link}, {ERRORS[estimate.error]}, {len(estimate.observed):,} observations{left_out}"
        ),
        *(Notice(f"warning: {warning}") for warning in estimate.warnings),
        _outcomes(estimate),
        _coefficients(estimate),
        Paragraph(f"standard errors {_errors(estimate)}; intervals of 95 %", soft=True),
        Paragraph(
            f"log likelihood {_number(estimate.log_likelihood, 2)} ({_number(estimate.baseline, 2)} with the observed shares "
            f"alone), AIC {_number(estimate.aic, 1)}, BIC {_number(estimate.bic, 1)}, {len(estimate.terms)} coefficients"
        ),
    ]
    if estimate.profiles:
        out.append(
            Paragraph(f"no higher maximum along the likelihood profiles of {len(estimate.profiles)} coefficients")
        )
    if tests:
        out += [Heading("Against the other formula"), _tests(tests)]
    return out


def _errors(estimate: StrategicEstimate) -> str:
    if not estimate.cluster:
        return "from the inverse Hessian"
    return f"clustered by {estimate.cluster} ({estimate.clusters:,} groups)"


def _outcomes(estimate: StrategicEstimate) -> TableBlock:
    size = len(estimate.observed)
    rows = [
        [name, f"{count:,}", f"{100 * count / size:.2f}", f"{100 * mean:.2f}"]
        for name, count, mean in zip(estimate.outcomes, estimate.counts, estimate.fitted_shares, strict=True)
    ]
    return table("outcome", "observed:", "%:", "fitted %:", rows=rows)


def _coefficients(estimate: StrategicEstimate) -> TableBlock:
    p, intervals = estimate.p_values, estimate.intervals(LEVEL)
    rows: list[list[str]] = []
    k = 0
    for name, terms, fixed in estimate.equations:
        label = name
        if not terms:
            rows.append([label, "fixed", f"{fixed or 0:g}".replace("-", MINUS), "", "", "", ""])
        for term in terms:
            low, high = intervals[k]
            b, s = estimate.coefficients[k], estimate.standard_errors[k]
            interval = f"{_number(low)} to {_number(high)}" if math.isfinite(s) else ""
            column = term.removeprefix(f"{name}:") if term != name else "(Intercept)"
            rows.append([label, column, _number(b), _number(s), _number(b / s, 2), _p_value(p[k]), interval])
            label, k = "", k + 1
    return table("utility", "regressor", "estimate:", "std. error:", "z:", "p:", "95 % interval:", rows=rows)


def _tests(tests: Sequence[ModelTest]) -> TableBlock:
    rows = [
        [
            t.test,
            f"{t.statistic:g}" if t.statistic == int(t.statistic) else _number(t.statistic, 2),
            _p_value(t.p_value),
            "the first" if t.preferred == 1 else "the other",
        ]
        for t in tests
    ]
    return table("test", "statistic:", "p:", "favours", rows=rows)


def _number(value: float, decimals: int = 4) -> str:
    """A number with a true minus sign; empty where it is not known."""
    if not math.isfinite(value):
        return ""
    text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS)


def _p_value(value: float) -> str:
    return "" if not math.isfinite(value) else "<0.001" if value < 0.001 else f"{value:.3f}"
