"""What coders make of an answer: agreement, the answer under each, the codes that move it.

A coder's codes stand as points in place of the numbers of the case, in the same futures. The pooled code of a cell is the
mean of its coders; what nobody coded stays as the case has it. A pooled table widens each by the rule of coding: from the
lowest code less 0.2 to the highest plus 0.2, within the bounds of its kind. Of three coders and more it is exactly 0, or 1, where
their error rates make that likelier than not: who often says none where others see some counts for less.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from standoff import catalog
from standoff.addons.coding.agreement import CoderBias, biases, interval_alpha
from standoff.addons.coding.cells import CodeCell, cells
from standoff.addons.coding.sheet import read
from standoff.analysis.answer import answer
from standoff.analysis.finding import Finding, Provenance
from standoff.analysis.paired import Difference, PairedOutcomes, outcome_values
from standoff.analysis.stored_bands import Bands
from standoff.engine.build import build
from standoff.engine.session import Values, session
from standoff.errors import DataError
from standoff.inference.reconcile.categories import FEWEST, error_rates
from standoff.progress import SILENT, Progress, track
from standoff.record import record

DRAWS = 2048  # assumption: resolves a percentage point of a rare event
WIDTH = 0.2  # of a code, to each side: the rule of coding
AUTHOR = "the case, as points"
POOLED = "pooled"


@record
class CoderAnswer(Difference):
    """The answer under the codes of one coder, beside the case as it stands."""

    coder: str
    cells: int  #: that the coder filled in


@record
class CodeDisagreement(Difference):
    """A cell on which coders differ: the answer with its lowest code, and with its highest."""

    choice: str
    row: str
    option: str
    low: float  #: lowest code
    high: float
    lowest: str  #: who gave it
    highest: str


@record
class CoderErrors:
    """How often a coder says none (0), some, or full (1), by what is likely true of the option."""

    coder: str
    rates: tuple[tuple[float, ...], ...]  #: (true, said), the mean from a prior of three right and one wrong


@record
class PooledCodes(Finding):
    """Coders of a case: how they agree, and what each makes of an answer."""

    origin: Provenance
    question: str
    text: str
    answer: float  #: as the case stands
    alpha: float  #: Krippendorff's, of the coders; NaN of one
    cells: int  #: codes of the case
    shared: int  #: coded by two or more
    coders: tuple[CoderBias, ...]
    errors: tuple[CoderErrors, ...]  #: of three coders and more
    answers: tuple[CoderAnswer, ...]  #: by coder, and pooled
    disagreements: tuple[CodeDisagreement, ...]  #: the largest change of the answer first
    table: dict[str, str]  #: path of the parameter -> pooled range


def pool(
    case: str | Path,
    sheets: Sequence[str | Path],
    *,
    question: str = "",
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> PooledCodes:
    """Read the sheets of one or many coders, and say what they make of the answer to a question.

    Raises `DataError` for a sheet that cannot be read or fits another case, and for two of one name.
    """
    model = build(catalog.load(case))
    found = {cell.key: cell for cell in cells(model.plan)}
    coded = [read(file, found.values()) for file in sheets]
    names = tuple(sheet.coder for sheet in coded)
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataError(f"two sheets are of `{twice[0]}`", fix="name each file after its coder")
    query = model.plan.question(question or model.plan.main_question)
    codes = np.array([[sheet.codes.get(key, np.nan) for key in found] for sheet in coded])
    many = np.isfinite(codes).sum(axis=0)
    with session(model, seed=seed, progress=progress) as warm:
        base = warm.move(draws=draws)
        label = str(answer(base, query.id, bands=Bands())[query.id].answer) if query.form.HAS_LABELS else ""
        before = outcome_values(base, query, label)

        def changed(values: Values, first: Values | None = None) -> Difference:
            start = before if first is None else outcome_values(warm.move(beliefs=first, draws=draws), query, label)
            after = outcome_values(warm.move(beliefs=values, draws=draws), query, label)
            return PairedOutcomes.of(query, [start, after]).difference()

        own = {cell.path: model.plan.parameters[model.plan.index[cell.path]].quantile(0.5) for cell in found.values()}
        under = [
            (own, AUTHOR),
            *(({found[key].path: code for key, code in sheet.codes.items()}, sheet.coder) for sheet in coded),
        ]
        errors, exact = _errors(names, codes, seed)
        means = {
            cell.path: float(np.nanmean(codes[:, k]) if np.isnan(exact[k]) else exact[k])
            for k, cell in enumerate(found.values())
            if many[k]
        }
        answers = tuple(
            CoderAnswer(**vars(changed(values)), coder=name, cells=len(values))
            for values, name in track(progress, "coders", [*under, (means, POOLED)] if len(coded) > 1 else under)
        )
        apart = [
            (cell, codes[:, k])
            for k, cell in enumerate(found.values())
            if many[k] > 1 and np.nanmax(codes[:, k]) > np.nanmin(codes[:, k])
        ]
        rows = list[CodeDisagreement]()
        for cell, column in track(progress, "disagreements", apart):
            least, most = int(np.nanargmin(column)), int(np.nanargmax(column))
            low, high = float(column[least]), float(column[most])
            change = changed({cell.path: high}, {cell.path: low})
            rows.append(
                CodeDisagreement(
                    **vars(change),
                    choice=cell.choice,
                    row=cell.row,
                    option=cell.option,
                    low=low,
                    high=high,
                    lowest=names[least],
                    highest=names[most],
                )
            )
    return PooledCodes(
        origin=Provenance.of(base),
        question=query.id,
        text=query.question.text,
        answer=float(np.nanmean(before)),
        alpha=interval_alpha(codes),
        cells=len(found),
        shared=int((many > 1).sum()),
        coders=biases(names, codes) if len(names) > 1 else (),
        errors=errors,
        answers=answers,
        disagreements=tuple(sorted(rows, key=lambda item: -abs(item.change))),
        table={cell.path: _range(cell, codes[:, k], exact[k]) for k, cell in enumerate(found.values()) if many[k]},
    )


def _errors(names: Sequence[str], codes: np.ndarray, seed: int) -> tuple[tuple[CoderErrors, ...], np.ndarray]:
    """Error rates of coders, and (cell,) 0 or 1 where that is likelier than not.

    NaN elsewhere; without rates of fewer than three coders.
    """
    there, exact = np.isfinite(codes).T, np.full(codes.shape[1], np.nan)
    if there.any(axis=0).sum() < FEWEST:
        return (), exact
    kind = (codes.T != 0).astype(int) + (codes.T == 1)
    shared = there.any(axis=1)
    rated = error_rates(((kind[..., None] == np.arange(3)) & there[..., None])[shared].astype(float), seed=seed)
    exact[shared] = np.select([rated.truth[:, 0] > 0.5, rated.truth[:, 2] > 0.5], [0.0, 1.0], np.nan)
    pairs = zip(names, rated.rates.tolist(), strict=True)
    return tuple(CoderErrors(coder=name, rates=tuple(map(tuple, rates))) for name, rates in pairs), exact


def _range(cell: CodeCell, column: np.ndarray, exact: float) -> str:
    """The belief of a pooled code, by the rule of coding."""
    codes = {float(code) for code in column[np.isfinite(column)]}
    if np.isfinite(exact) or codes <= {0.0} or codes <= {1.0}:
        return f"{exact if np.isfinite(exact) else codes.pop():g}"
    return f"{max(min(codes) - WIDTH, cell.low):.3g} to {min(max(codes) + WIDTH, cell.high):.3g}"
