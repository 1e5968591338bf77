"""Runs as pandas and xarray objects, for notebooks and for other packages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas
import xarray
from xarray.backends import BackendArray
from xarray.core import indexing

from standoff.plan import PlannedQuestion

_Run = Any  # `engine.run.Run`, which loads this module


def answers_frame(run: _Run, questions: Sequence[str] = ()) -> pandas.DataFrame:
    """Outcomes of questions, see `Run.answers_frame`."""
    plan = run.model.plan
    queries = [plan.question(name) for name in questions] or plan.questions
    index = pandas.Index(run.settings.first + np.flatnonzero(run.valid), name="draw")
    frame = pandas.DataFrame({query.id: run.outcome(query.id)[run.valid] for query in queries}, index=index)
    for query in queries:
        if query.form.HAS_LABELS:
            frame[query.id] = pandas.Categorical(frame[query.id], query.form.labels(query))
    frame.attrs["units"] = {query.id: _unit_of(query) for query in queries}
    return frame


def parameters(run: _Run) -> xarray.DataArray:
    """Parameters of the draws with paths, see `Run.parameters`."""
    items, written = run.model.plan.parameters, run.model.plan.written_unit
    factors, units = zip(*map(written, range(len(items))), strict=True) if items else ((), ())
    coords: dict[str, Any] = {
        "draw": run.path_ids,
        "parameter": np.array([item.path for item in items], dtype=object),
        "unit": ("parameter", list(units)),
        "belief": ("parameter", [item.text for item in items]),
        "description": ("parameter", [item.doc for item in items]),
        "uncertain": ("parameter", np.isin(np.arange(len(items)), run.model.layout.varying)),
    }
    values = run.parameter_values[run.valid_paths].astype(float) / np.array(factors)
    return xarray.DataArray(values, coords, ("draw", "parameter"), "parameters", {"long_name": "parameters"})


def _unit_of(query: PlannedQuestion) -> str:
    """The unit of the outcomes of a question; `1` without one."""
    is_time = query.form.COMPARED_BY == "share" and not query.form.HAS_LABELS
    return "month" if is_time else (query.form.unit(query) or query.form.MEASURE or "1")


def dataset(run: _Run) -> xarray.Dataset:
    """The run with named axes, units and long names, see `Run.dataset`."""
    scenario, plan = run.model.scenario, run.model.plan
    of_actors = {name for name, stock in scenario.all_stocks.items() if set(stock.holders) <= set(scenario.actors)}
    held = {holder for name in of_actors for holder in scenario.all_stocks[name].holders}
    actors = [code for code in scenario.actors if code in held]
    coords: dict[str, Any] = {
        "time": ("time", run.days, {"long_name": "end of the period", "standard_name": "time", "axis": "T"}),
        "quantile": ("quantile", list(run.FAN), {"long_name": "quantile over draws", "units": "1"}),
        "draw": ("draw", run.path_ids, {"long_name": "number of the draw"}),
    }
    if actors:
        names = [scenario.actors[code].name for code in actors]
        coords["actor"] = ("actor", list(actors), {"long_name": "actor"})
        coords["actor_name"] = ("actor", names, {"long_name": "name of the actor"})
    variables = dict[str, Any]()
    for name, stock in scenario.all_stocks.items():
        axis = ("actor" if name in of_actors else f"{name}_holder") if stock.holders else ""
        holders = actors if axis == "actor" else list(stock.holders)
        variables |= _stock_variables(run, name, axis, holders)
        if axis and axis != "actor":
            coords[axis] = (axis, holders, {"long_name": f"holder of {stock.text or name}"})
    for index in range(len(plan.choices)):
        variables |= _choice_variables(run, index, coords)
    variables |= {f"answer_{name}": ("draw", *outcome) for name, outcome in _outcomes(run).items()}
    origin: dict[str, Any] = {
        "title": scenario.title,
        "as_of": scenario.as_of,
        "seed": run.settings.seed,
        "draws": run.settings.draws,
        "variant": plan.variant,
        "interventions": "; ".join(map(str, run.interventions)),
        **run.versions,
    }
    return xarray.Dataset(variables, coords, origin)


def datatree(run: _Run) -> xarray.DataTree:
    """Parameters and outcomes of the draws with paths, in the groups of ArviZ."""
    given, word = parameters(run), "posterior" if run.model.posterior else "prior"
    uncertain = given.sel(parameter=given["uncertain"])
    beside = dict[str, Any]()
    for column in uncertain.transpose("parameter", "draw"):
        about = {
            "units": column["unit"].item(),
            "long_name": column["description"].item() or column["parameter"].item(),
        }
        beside[column["parameter"].item()] = (("chain", "draw"), column.values[None], about)
    predicted = {name: (("chain", "draw"), values[None], about) for name, (values, about) in _outcomes(run).items()}
    coords = {"chain": [0], "draw": run.path_ids}
    groups = {word: xarray.Dataset(beside, coords), f"{word}_predictive": xarray.Dataset(predicted, coords)}
    return xarray.DataTree.from_dict(groups)


def _outcomes(run: _Run) -> dict[str, tuple[np.ndarray, dict[str, str]]]:
    """Question -> its outcomes in the path draws that did not fail, and what they are."""
    return {
        query.id: (
            run.outcome(query.id)[: run.settings.paths][run.valid_paths],
            {"long_name": query.question.text, "units": _unit_of(query)},
        )
        for query in run.model.plan.questions
    }


def _stock_variables(run: _Run, name: str, axis: str, holders: Sequence[str]) -> dict[str, Any]:
    """Paths, quantiles and mean of a stock; NaN for holders that have none of it."""
    plan, stock = run.model.plan, run.model.scenario.all_stocks[name]
    cells = [f"{name}.{holder}" for holder in holders] or [name]
    places = np.array([plan.cells.index(cell) if cell in plan.cells else -1 for cell in cells])
    factor = plan.stock_units[plan.cells[places.max()]].factor
    missing = np.full((len(run.FAN), len(run.times)), np.nan)
    fan = np.stack([run.quantile_fan(cell) if cell in plan.cells else missing for cell in cells], axis=-1)
    start = run.stock_paths[run.valid_paths, 0].mean(axis=0, keepdims=True)
    mean = np.where(places < 0, np.nan, np.concatenate([start, run.mean])[:, places] / factor)
    paths = indexing.LazilyIndexedArray(ActorPaths(run.stock_paths, np.flatnonzero(run.valid_paths), places, factor))
    about = {"units": stock.unit, "long_name": stock.text or name}
    last = axis or "cell"
    out = {
        name: xarray.Variable(("draw", "time", last), paths, about),
        f"{name}_quantile": xarray.Variable(
            ("quantile", "time", last), fan, about | {"cell_methods": "draw: quantile"}
        ),
        f"{name}_mean": xarray.Variable(("time", last), mean, about | {"cell_methods": "draw: mean"}),
    }
    return out if axis else {key: item.isel(cell=0) for key, item in out.items()}


def _choice_variables(run: _Run, index: int, coords: dict[str, Any]) -> dict[str, Any]:
    """Option in force, its share and solved probability of a choice, whose options are added."""
    choice = run.model.plan.choices[index]
    word, count, good = choice.name.replace(".", "_"), len(choice.options), run.valid_paths
    axis, text = f"{word}_option", run.model.scenario.choices[choice.name].text or choice.name
    coords[axis] = (axis, list(choice.options), {"long_name": f"option of {choice.name}"})
    start = run.model.program.options_at_start[index]
    chosen = np.concatenate([np.full((good.sum(), 1), start, np.int8), run.path_chosen[good][:, :, index]], axis=1)
    share = np.concatenate([np.eye(count)[start][None], run.active_share[:, index, :count]])
    solved = np.concatenate([np.full((1, count), np.nan), run.probability[:, index, :count]])
    flags = {"flag_values": np.arange(count, dtype=np.int8), "flag_meanings": " ".join(choice.options)}

    def about(what: str) -> dict[str, Any]:
        return {"long_name": f"{what}: {text}", "units": "1", "choice": choice.name, "actor": choice.actor}

    return {
        f"{word}_chosen": (("draw", "time"), chosen, about("option in force") | flags),
        f"{word}_share": (("time", axis), share, about("share of draws with the option in force")),
        f"{word}_probability": (("time", axis), solved, about("mean probability in the last decision")),
    }


class ActorPaths(BackendArray):
    """(draw, time, actor) paths of a stock in its unit; NaN for actors that hold none of it.

    They are read from a run where they are used: few stocks are held by all actors, and filled with NaN for the others, the
    paths of the largest case would be seven times those that a run stores.
    """

    def __init__(self, paths: np.ndarray, draws: np.ndarray, cells: np.ndarray, factor: float) -> None:
        """Of `paths` (K, T + 1, cell), canonical: rows `draws`, for each actor its cell or -1."""
        self.paths, self.draws, self.cells, self.factor = paths, draws, cells, factor
        self.shape = (len(draws), paths.shape[1], len(cells))
        self.dtype = paths.dtype  # floats, which have NaN

    def __getitem__(self, key: indexing.ExplicitIndexer) -> Any:
        return indexing.explicit_indexing_adapter(key, self.shape, indexing.IndexingSupport.OUTER, self._read)

    def _read(self, key: tuple[Any, ...]) -> np.ndarray:
        """Values at whole numbers, slices or lists along each axis."""
        draws, times, cells = (
            np.atleast_1d(axis[at])
            for axis, at in zip((self.draws, np.arange(self.shape[1]), self.cells), key, strict=True)
        )
        values = self.paths[np.ix_(draws, times, np.maximum(cells, 0))] / self.factor
        values = np.where(cells >= 0, values, np.nan).astype(self.dtype)
        single = tuple(axis for axis, at in enumerate(key) if isinstance(at, int | np.integer))
        return values.squeeze(axis=single)
