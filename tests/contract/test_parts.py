"""What every mechanism and every consideration must hold, on its own EXAMPLE; nothing here names one of them."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import pytest

from standoff import components, registry, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

MECHANISMS = registry.modules("standoff.mechanisms")
CONSIDERATIONS = registry.modules("standoff.considerations")
ALL = {
    **{f"mechanisms.{k}": m for k, m in MECHANISMS.items()},
    **{f"considerations.{k}": m for k, m in CONSIDERATIONS.items()},
}
BIBLIOGRAPHY = set(re.findall(r"@\w+\{([^,]+),", (Path(__file__).parents[2] / "docs" / "sources.bib").read_text()))
LEVELS = {"person": 2e5, "item": 3e3, "shell": 1e6, "USD": 5e10, "sanction": 1e3}  # of an ordinary stock of that unit
TIME = components.Time(1.0, 3.0)


def parse(unit: str) -> units.Unit:
    """A declared unit; `{stock}` is that of the stock which the field names, here 1."""
    return units.parse(re.sub(r"\{\w+\}", "1", unit))


every_part = pytest.mark.parametrize("module", ALL.values(), ids=ALL)
every_mechanism = pytest.mark.parametrize("module", MECHANISMS.values(), ids=MECHANISMS)
every_consideration = pytest.mark.parametrize("module", CONSIDERATIONS.values(), ids=CONSIDERATIONS)


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """Float64, so that one draw and a block of draws agree to 1e-12."""
    with jax.enable_x64(True):
        yield


def numbers(module: ModuleType, quantile: float = 0.5) -> components.Params:
    """EXAMPLE with every belief replaced by one of its quantiles, in canonical units, as the engine does."""
    read = module.Params.model_validate(module.EXAMPLE)
    values = dict(read)
    for field, spec in read.specs().items():
        wanted = parse(spec.unit)

        def canonical(belief: Any, wanted: units.Unit = wanted) -> jax.Array:
            written = units.parse(belief.unit) if belief.unit else wanted
            assert written.same_kind(wanted), f"`{belief.unit}` where `{wanted.text}` is declared"
            value = belief.numbers[0] if belief.shape == "point" else belief.quantile(quantile)
            return jnp.asarray(value * written.factor)

        found = values[field]
        values[field] = {key: canonical(belief) for key, belief in found.items()} if spec.per else canonical(found)
        if spec.per not in (None, "options") and set(values[field]) == {"*"}:
            values[field] = dict.fromkeys(read.members(spec.per), values[field]["*"])
    for field, spec in read.specs().items():
        if spec.per == "options" and set(values[field]) == {"*"}:
            values[field] = dict.fromkeys(options(module), values[field]["*"])
    return module.Params.model_construct(**values)


def options(module: ModuleType) -> list[str]:
    """The options that EXAMPLE gives numbers for; two of any name where it names none."""
    per = [field for field, spec in module.Params.specs().items() if spec.per == "options"]
    return next((list(module.EXAMPLE[f]) for f in per if isinstance(module.EXAMPLE.get(f), dict)), ["act", "wait"])


def addresses(declared: Mapping[str, components.StockSpec], p: components.Params) -> dict[str, components.StockSpec]:
    """Declared stocks with their holders."""
    out = {}
    for pattern, cell in declared.items():
        for name in p.members(pattern[1:-1]) if pattern.startswith("{") else (pattern,):
            for member in p.members(cell.per) if cell.per else [""]:
                out[f"{name}.{member}" if member else name] = cell
    return out


def state(module: ModuleType, p: components.Params, scale: float = 1.0) -> dict[str, jax.Array]:
    """Every stock that is read, at an ordinary level."""
    out = {}
    for address, cell in addresses(getattr(module, "READS", {}), p).items():
        word = next((name for name, _ in parse(cell.unit).dims if name in LEVELS), "")
        out[address] = jnp.asarray(scale * LEVELS.get(word, 0.5))
    return out


def noise(module: ModuleType, p: components.Params, value: float = 0.3) -> components.Noise:
    names = [
        f"{word}.{member}" if member else word
        for word, spec in getattr(module, "NOISE", {}).items()
        for member in (p.members(spec.per) if spec.per else [""])
    ]
    return components.Noise(dict.fromkeys(names, jnp.asarray(value)))


class Expected(dict[tuple[str, str], Any]):
    """Probabilities of others' options; any that is asked for is made up and noted, those in force in `acts`."""

    def __init__(self, of: Callable[[tuple[str, str]], float], acts: Expected | None = None) -> None:
        super().__init__()
        self.of, self.acts = of, acts if acts is not None else {}

    def __missing__(self, key: tuple[str, str]) -> Any:
        self[key] = jnp.asarray(self.of(key))
        return self[key]


def results(
    module: ModuleType, p: components.Params, cells: Mapping[str, Any], others: Expected | None = None
) -> list[Any]:
    """All numbers that a part gives."""
    words = [] if hasattr(module, "flows") else options(module)
    s = components.State(cells, module.__name__, {word: jnp.asarray(float(n == 0)) for n, word in enumerate(words)})
    if hasattr(module, "flows"):
        return list(module.flows(p, s, TIME, noise(module, p)).values())
    shares = others if others is not None else Expected(lambda key: 0.3, Expected(lambda key: 0.3))
    expected = components.Others(shares, shares.acts)
    return [module.payoff(p, s, option, expected) for option in options(module)]


def cited(module: ModuleType) -> tuple[list[str], str]:
    """Keys in the line `Sources:` of a module, and that line."""
    _, found, line = (module.__doc__ or "").partition("\nSources: ")
    return re.findall(r"\b[a-z_]+\d{4}[a-z]?\b", line if found else ""), line


@every_part
def test_the_text_has_an_equation_a_limit_of_use_and_sources(module: ModuleType) -> None:
    text = module.__doc__ or ""
    assert re.search(r"(?m)^    \S.*=", text), "no equation, indented by four, in the module's text"
    assert "o not use it" in " ".join(text.split()), "it does not say when not to use it"
    keys, line = cited(module)
    assert keys or re.search("assumption|the scenario", line)
    assert set(keys) <= BIBLIOGRAPHY, f"not in docs/sources.bib: {set(keys) - BIBLIOGRAPHY}"


@every_part
def test_every_parameter_is_documented_with_unit_and_source(module: ModuleType) -> None:
    for field, info in module.Params.model_fields.items():
        assert info.description, f"`{field}` says nothing about itself"
    for field, spec in module.Params.specs().items():
        parse(spec.unit)
        assert spec.source in {*BIBLIOGRAPHY, "assumption"}, f"`{field}` cites `{spec.source}`"
        assert spec.per in (None, "options", *module.Params.roles()) or field == spec.per
        assert spec.ge is None or spec.le is None or spec.ge < spec.le


@every_part
def test_the_example_reads_with_units_that_fit(module: ModuleType) -> None:
    numbers(module)


@every_part
@pytest.mark.parametrize("scale", [1.0, 0.0, 1e6])
def test_results_and_slopes_are_finite(module: ModuleType, scale: float) -> None:
    p = numbers(module)
    static = {k: v for k, v in dict(p).items() if k not in module.Params.specs()}
    moving = {k: v for k, v in dict(p).items() if k in module.Params.specs()}

    def total(moving: dict[str, Any], cells: dict[str, Any]) -> jax.Array:
        found = results(module, module.Params.model_construct(**static, **moving), cells)
        return sum(jnp.asarray(value, float) for value in found)  # type: ignore[return-value]

    value, slopes = jax.value_and_grad(total, argnums=(0, 1))(moving, state(module, p, scale))
    assert jnp.isfinite(value)
    assert all(bool(jnp.isfinite(slope)) for slope in jax.tree.leaves(slopes))


@every_part
def test_a_block_of_draws_gives_what_each_draw_gives(module: ModuleType) -> None:
    draws = [(numbers(module, quantile), scale) for quantile, scale in ((0.05, 0.5), (0.5, 1.0), (0.95, 1.1))]
    specs = module.Params.specs()
    block = {
        field: jax.tree.map(lambda *x: jnp.stack(x), *(getattr(p, field) for p, _ in draws))
        if field in specs
        else value
        for field, value in dict(draws[0][0]).items()
    }
    cells = jax.tree.map(lambda *x: jnp.stack(x), *(state(module, p, scale) for p, scale in draws))
    together = results(module, module.Params.model_construct(**block), cells)
    for i, (p, scale) in enumerate(draws):
        alone = results(module, p, state(module, p, scale))
        for one, many in zip(alone, together, strict=True):
            assert float(jnp.broadcast_to(many, (3,))[i]) == pytest.approx(float(one), rel=1e-12, abs=1e-12)


@every_mechanism
def test_flows_are_the_declared_ones(module: ModuleType) -> None:
    p = numbers(module)
    found = module.flows(p, components.State(state(module, p), module.__name__), TIME, noise(module, p))
    assert {components.stock_key(key) for key in found} == set(addresses(module.WRITES, p))


@every_mechanism
def test_what_is_written_is_a_kind_of_what_is_read(module: ModuleType) -> None:
    for name in set(module.WRITES) & set(module.READS):
        assert parse(module.WRITES[name].unit).same_kind(parse(module.READS[name].unit))


@every_consideration
def test_payoffs_are_linear_in_what_others_do(module: ModuleType) -> None:
    """So that a payoff at probabilities is the expected payoff: halfway between two forecasts lies the mean payoff."""

    def shares(size: float) -> Expected:
        def share(key: tuple[str, str]) -> float:
            return 0.1 + size * (0.7 * (len(key[0]) % 5) / 5 + 0.1)

        return Expected(share, Expected(share))

    p, low, high = numbers(module), shares(0.0), shares(1.0)
    ends = [results(module, p, state(module, p), others) for others in (low, high)]
    for mean, a, b in zip(results(module, p, state(module, p), shares(0.5)), *ends, strict=True):
        assert float(mean) == pytest.approx((float(a) + float(b)) / 2, rel=1e-12, abs=1e-12)
    assert bool(low) == bool(getattr(module, "REACTIONS", ())), "REACTIONS must name the roles of reactions it reads"
    assert bool(low.acts) == bool(getattr(module, "ACTS", ())), "ACTS must name the roles of options in force it reads"


PERSISTENT = {name: module for name, module in MECHANISMS.items() if hasattr(module, "DISTURBANCES")}
PACE, NORMAL, PERSISTENCE, DEVIATION = 0.3, -0.7, 0.9, 0.2


@pytest.mark.parametrize("module", PERSISTENT.values(), ids=PERSISTENT)
def test_a_disturbance_is_the_logarithm_of_a_factor_of_its_flow(module: ModuleType, monkeypatch: Any) -> None:
    """What the filter takes for granted: the flow into the gauge is base exp(x + s v), and x is an autoregression."""
    members = module.EXAMPLE.get("sides", module.EXAMPLE.get("donors"))
    example = {**module.EXAMPLE, **{spec.per: list(members) for spec in module.DISTURBANCES.values()}}
    for spec in module.DISTURBANCES.values():
        example |= {
            spec.noise_sd: example.get(spec.noise_sd, DEVIATION),
            spec.persistence: PERSISTENCE,
            spec.innovation_sd: DEVIATION,
        }
    monkeypatch.setattr(module, "EXAMPLE", example)
    p, member = numbers(module), members[0]
    for word, spec in module.DISTURBANCES.items():
        assert {word, spec.noise} <= set(module.NOISE) and word in module.WRITES and word in module.READS
        drawn = {name: jnp.asarray(0.0) for name in noise(module, p).values}
        cells = {
            name: value * 1e-3 if name.startswith(("casualty_rate", "named")) else value
            for name, value in state(module, p).items()
        }
        calm = {
            **cells,
            **{key: jnp.asarray(0.0) for key in addresses(module.WRITES, p) if key.endswith(f"_laws.{member}")},
        }

        def flow(
            pace: float,
            normal: float,
            step: components.Time = TIME,
            name: str = word,
            of: Any = spec,
            calm: Any = calm,
            drawn: Any = drawn,
        ) -> dict[str, float]:
            here = {**calm, f"{name}.{member}": jnp.asarray(pace)}
            z = components.Noise({**drawn, f"{of.noise}.{member}": jnp.asarray(normal)})
            found = module.flows(p, components.State(here, module.__name__), step, z)
            return {components.stock_key(key): float(value) for key, value in found.items()}

        sd = getattr(p, spec.noise_sd)
        sd = sd[member] if isinstance(sd, dict) else sd
        deviation = float(components.log_deviation(sd, TIME))
        base, moved = flow(0.0, 0.0), flow(PACE, NORMAL)
        gauge = f"{spec.gauge}.{member}"
        assert base[gauge] > 0
        assert moved[gauge] / base[gauge] == pytest.approx(math.exp(PACE + deviation * NORMAL), rel=1e-9)
        assert PACE + moved[f"{word}.{member}"] * TIME.dt == pytest.approx(PERSISTENCE * PACE, rel=1e-9)
