"""Common interface of mechanisms and considerations.

A mechanism and a consideration are written for *one future*: every value is one number, and the engine runs the same
code on a block of futures at once (each number is then an array over draws). So write plain scalar code,
`jnp.minimum(a, b)` and `jnp.where(test, a, b)` instead of `min` and `if` on values, and Python loops over the actors of
a role.

`Params` is used twice. Read from YAML, its fields hold beliefs, checked for unit, range and keys; inside the engine the
same class holds the numbers of one draw, in canonical units (person, USD, month, item, shell, 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from standoff import beliefs
from standoff.errors import BeliefError, join_limited
from standoff.pydantic_messages import invalid
from standoff.record import record


def read_belief(raw: Any) -> Any:
    """The belief of a parameter, or an error of pydantic."""
    try:
        return beliefs.parse(raw)
    except BeliefError as error:
        raise invalid(*error.problems) from None


_OTHER: ContextVar[Any] = ContextVar("arithmetic", default=None)


@contextmanager
def arithmetic(module: Any) -> Iterator[None]:
    """Evaluate components with the functions of another module; None: those of `jax.numpy`."""
    before = _OTHER.set(module)
    try:
        yield
    finally:
        _OTHER.reset(before)


if TYPE_CHECKING:
    import jax
    from jax import numpy

    jnp = numpy
    PerDraw = jax.Array  #: one number per draw
    PerMember = Mapping[str, PerDraw]  #: one number for each member of a role, or for each option
else:

    class _Jnp:
        """`jax.numpy`, imported at the first call, or what `arithmetic` puts in its place."""

        def __getattr__(self, name: str) -> Any:
            if (other := _OTHER.get()) is not None:
                return getattr(other, name)
            import jax.numpy

            return getattr(jax.numpy, name)

    jnp = _Jnp()

    def _per_key(raw: Any) -> Any:
        return raw if isinstance(raw, dict) and not beliefs.KEYS & set(raw) else {"*": raw}

    PerDraw = Annotated[Any, BeforeValidator(read_belief)]
    PerMember = Annotated[dict[str, PerDraw], BeforeValidator(_per_key)]


@dataclass(frozen=True)
class ParameterSpec:
    """Declaration of a parameter by `param`, for checks, schema, docs and the engine."""

    doc: str
    unit: str
    source: str = ""
    per: str | None = None
    ge: float | None = None
    le: float | None = None


@dataclass(frozen=True)
class RoleSpec:
    """Declaration by `role` of a field that names actors, stocks, choices or keys."""

    doc: str
    of: str = "actor"  #: actor, key (a free word, such as a domain), choice, stock, expression, rate, or distribution
    unit: str = ""  #: of a rate or a distribution
    ge: float | None = None  #: lower bound of a rate, in canonical units; a draw in which it is lower fails
    within: str = ""  #: role whose members these are
    beside: str = ""  #: role of which each member has one


def _declared(spec: ParameterSpec | RoleSpec, default: Any, extra: dict[str, Any] | None = None) -> Any:
    """A field with its declaration."""
    info: Any = Field(default, description=spec.doc, json_schema_extra=extra)
    info.metadata.append(spec)
    return info


def param(
    doc: str,
    unit: str,
    *,
    source: str = "assumption",
    per: str | None = None,
    ge: float | None = None,
    le: float | None = None,
    default: Any = ...,
) -> Any:
    """Declare a parameter: meaning, unit, source of its form or plausible range, and bounds.

    `per` names the role over whose members it is given (`options` for one number an option); a single belief then
    stands for all of them. Bounds are in `unit`. A default is for numbers that do not move a conclusion, such as
    "no effect"; a prior never has one. `source` is a key of `docs/sources.bib`; without one the parameter is called an
    assumption.
    """
    return _declared(ParameterSpec(doc, unit, source, per, ge, le), default, {"unit": unit, "source": source})


def fraction(doc: str, *, source: str = "assumption", per: str | None = None, ge: float = 0, default: Any = ...) -> Any:
    """Declare a parameter without a unit, between `ge` and 1."""
    return param(doc, "1", source=source, per=per, ge=ge, le=1, default=default)


def role(doc: str, *, of: str = "actor", within: str = "", beside: str = "", default: Any = ...) -> Any:
    """Declare a field that names actors, stocks, choices or keys: one word, or a list.

    within: another role, of which these are members
    beside: another role, each member of which has one of these, in the same order; or none where that is the default
    """
    return _declared(RoleSpec(doc, of, within=within, beside=beside), default)


@dataclass(frozen=True)
class Distribution:
    """A belief from which a mechanism draws anew, in canonical units."""

    g: tuple[float, float, float] | None  #: (a, b, s) as in `standoff.beliefs`, or None for a table
    table: tuple[float, ...]  #: quantiles on `beliefs.TABLE_Z`
    mean: float

    @classmethod
    def of(cls, quantile: Callable[[float], float], g: tuple[float, float, float] | None = None) -> Distribution:
        """The distribution of a quantile function; `g` if it has that shape."""
        cdf = NormalDist().cdf
        mean = sum(quantile((n + 0.5) / MIDPOINTS) for n in range(MIDPOINTS)) / MIDPOINTS
        return cls(g, () if g else tuple(quantile(cdf(z)) for z in beliefs.TABLE_Z), mean)

    def value(self, normal: PerDraw) -> PerDraw:
        """A draw from a standard normal number."""
        if self.g is None:
            return jnp.interp(normal, jnp.asarray(beliefs.TABLE_Z), jnp.asarray(self.table))
        a, b, s = self.g
        return a + b * (normal if s == 0.0 else jnp.expm1(s * normal) / s)


MIDPOINTS = 1_000  #: probabilities of the mean of a distribution; assumption


def distribution(doc: str, *, unit: str) -> Any:
    """Declare an optional field with a belief in `unit`, 0 or more.

    Each event draws anew from it. In the engine it is a `Distribution`; nothing but a change of the scenario changes it.
    """
    return _declared(RoleSpec(doc, "distribution", unit), None)


def read_distribution(raw: Any) -> Any:
    """The belief of a `distribution`; None where it is not given."""
    return None if raw is None else read_belief(raw)


NUMBERS = "numbers"  #: field of the numbers that the rate of a component names


def rate(doc: str, *, unit: str, ge: float | None = None, default: Any = ...) -> Any:
    """Declare a field with one expression of stocks and of the `numbers` beside it, in `unit`.

    In the engine it is an `expression.Node`. A belief in its place becomes the number `rate`.
    """
    return _declared(RoleSpec(doc, "rate", unit, ge), default)


def numbers(of: str) -> Any:
    """Declare `numbers`: name -> belief in a unit of its own, for the rate in the field `of`."""
    return param(
        f"numbers that `{of}` or `when` names, each in its own unit",
        unit=f"{{{NUMBERS}}}",
        per=NUMBERS,
        default={},
    )


class Params(BaseModel):
    """Base of the parameters of components; one level of inheritance, no overrides."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @classmethod
    @cache
    def specs(cls) -> dict[str, ParameterSpec]:
        """The declared parameters, by field."""
        return cls._declarations(ParameterSpec)

    @classmethod
    @cache
    def roles(cls) -> dict[str, RoleSpec]:
        """The declared roles, by field."""
        return cls._declarations(RoleSpec)

    @classmethod
    def code_rows(cls, reason: str) -> dict[str, str]:
        """Row of a reason of this kind in a table of codes -> field, with a value per option."""
        fields = [name for name, spec in cls.specs().items() if spec.per == "options"]
        fields += [name for name, role in cls.roles().items() if role.of == "expression"]
        return {reason if len(fields) == 1 else f"{reason}.{field}": field for field in fields}

    @classmethod
    def _declarations(cls, kind: type) -> dict[str, Any]:
        fields = cls.model_fields.items()
        return {name: entry for name, info in fields for entry in info.metadata if isinstance(entry, kind)}

    @model_validator(mode="after")
    def _roles_agree(self) -> Self:
        for name, spec in self.roles().items():
            if not (other := spec.within or spec.beside):
                continue
            words, partners = self.members(name), self.members(other)
            strange = [word for word in words if word not in partners]
            if spec.within and strange:
                raise ValueError(f"`{name}` names {', '.join(strange)}; allowed: the {other}, {', '.join(partners)}")
            optional = not type(self).model_fields[name].is_required()
            if spec.beside and len(words) != len(partners) and (words or not optional):
                raise ValueError(
                    f"`{name}` names {len(words)} for {len(partners)} {other}; "
                    f"allowed: one for each, in the same order{', or none' * optional}"
                )
        return self

    def members(self, role_name: str) -> tuple[str, ...]:
        """Members of a role: the words of that field, as a tuple."""
        value = getattr(self, role_name)
        return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True)
class StockSpec:
    """A stock of a component, as `READS` and `WRITES` declare it.

    `{"troops": stock("person", per="sides")}`.
    A name such as `"{stock}"` takes the word, or each of the words, from the parameter field of that name; a unit that is
    written alike is that of the stock, whichever it is.
    """

    unit: str
    per: str | None = None  #: the role of its holders; None: one for the world


stock = StockSpec  #: as a declaration


@dataclass(frozen=True)
class NoiseSpec:
    """Standard normal number of a mechanism in each step, as `NOISE` declares it.

    `{"tempo": noise(per="sides")}`. `gauge` and `scale` are coordinates that help a fit to sample it.
    """

    per: str | None = None  #: the role of which each member has one; None: one for the world
    gauge: str | None = None  #: stock of the same role that the noise multiplies, see `inference.fit.flow_coordinates`
    scale: str | None = None  #: parameter that multiplies the noise, see `inference.fit.partial_centring`


noise = NoiseSpec  #: as a declaration


@record
class DisturbanceSpec:
    """Declaration, in `DISTURBANCES`, of an autoregressive logarithm of a factor of a flow.

    NOISE must hold its innovation under the same name, and the mechanism moves it by `autoregression`. Before as_of the
    engine infers it from the imposed growth of its gauge (`engine.disturbances`).
    """

    per: str  #: the role of which each member has one
    gauge: str  #: stock of the same member into which only this flow goes, in proportion to the factor
    noise: str  #: in NOISE: passing factor of the same flow, by `lognormal`
    noise_sd: str  #: parameter, its standard deviation over a month
    persistence: str  #: parameter, autocorrelation over a month
    innovation_sd: str  #: parameter, standard deviation of the innovation of a month


@record
class LevelSpec:
    """Declaration, as `LEVEL`, of a random walk to which a disturbance returns."""

    pace: str  #: role of the disturbance
    level: str  #: role of the random walk
    noise: str  #: in NOISE: its step
    persistence: str  #: parameter, that of the disturbance
    innovation_sd: str  #: parameter, standard deviation of its step of a month


def ndtr(z: PerDraw) -> PerDraw:
    """Probability below `z` of a standard normal number."""
    from jax.scipy import special

    return special.ndtr(z)


Address = str | tuple[str, str]
Flows = dict[Address, "PerDraw"]  #: stock -> change per month, in canonical units


def stock_key(key: Address) -> str:
    """`("troops", "RUS")` as `troops.RUS`; a text does not change."""
    return key if isinstance(key, str) else f"{key[0]}.{key[1]}"


@dataclass(frozen=True)
class State(Mapping[Address, "PerDraw"]):
    """Stocks by name and holder: `s["troops", "RUS"]`, or `s["fighting"]` without a holder."""

    cells: Mapping[str, PerDraw]
    reader: str = "this part"
    in_force: Mapping[str, PerDraw] = field(default_factory=dict)  #: for a reason: option -> 1 if its choice has it now
    beliefs: Mapping[tuple[str, str], PerDraw] = field(default_factory=dict)  #: (actor, stock) -> multiple of the truth

    def __getitem__(self, key: Address) -> PerDraw:
        try:
            return self.cells[stock_key(key)]
        except KeyError:
            raise KeyError(
                f"`{self.reader}` reads the stock `{stock_key(key)}` without declaring it in READS; "
                f"it declares {join_limited(self.cells)}"
            ) from None

    def believed(self, actor: str, *key: str) -> PerDraw:
        """A stock as an actor of the role that `VIEWERS` names believes it."""
        name = ".".join(key)
        factor = self.beliefs.get((actor, name))
        return self[name] if factor is None else self[name] * factor

    def __iter__(self) -> Iterator[Address]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


@dataclass(frozen=True)
class Time:
    """Time of a step."""

    dt: float  #: length of the step, months
    elapsed: PerDraw  #: months since the start of the scenario
    is_past: PerDraw | bool = False  #: whether the step is before as_of
    reference: Mapping[str, PerDraw] = field(default_factory=dict)  #: means in the case as written, as in `REFERENCE`
    is_first: PerDraw | bool = False  #: whether it begins at as_of


@dataclass(frozen=True)
class Noise:
    """Independent standard normal noise of a step, as in `NOISE`: `z["tempo", "RUS"]`.

    To decide whether a random event happens, use the probability that such a number is higher still,
    `z.upper_tail("summit", "RUS")`: uniform between 0 and 1, exact for rare events, and cheap where the engine gives it.
    """

    values: Mapping[str, PerDraw] = field(default_factory=dict)
    tails: Mapping[str, PerDraw] = field(default_factory=dict)

    def __getitem__(self, key: Address) -> PerDraw:
        return self.values[stock_key(key)]

    def upper_tail(self, *key: str) -> PerDraw:
        """Probability that a standard normal number exceeds the noise of this name."""
        name = ".".join(key)
        return self.tails[name] if name in self.tails else ndtr(-self.values[name])


@dataclass(frozen=True)
class Others:
    """Choices of others: `others["USA.secondary", "impose"]` is the probability of a reaction.

    `others.acts["CHN", "arms"]` is 1 where that option is in force, which everybody knows, and 0 elsewhere. A payoff must be
    linear in all of these, so that its value at probabilities is its expectation; a contract test holds it.
    """

    values: Mapping[tuple[str, str], PerDraw] = field(default_factory=dict)
    acts: Mapping[tuple[str, str], PerDraw] = field(default_factory=dict)

    def __getitem__(self, key: tuple[str, str]) -> PerDraw:
        return self.values[key]


def limit_outflow(wanted: PerDraw, current: PerDraw, t: Time) -> PerDraw:
    """An outflow per month, limited to the content of the stock in the step."""
    return jnp.minimum(wanted, jnp.maximum(current, 0.0) / t.dt)


def gauge_flow(target: PerDraw, value: PerDraw, t: Time) -> PerDraw:
    """The flow that sets a gauge to `target` by the end of the step."""
    return (target - value) / t.dt


def gauge_flows(targets: Mapping[Address, PerDraw], s: State, t: Time) -> Flows:
    """The flows that set gauges to their `targets` by the end of the step."""
    return {gauge: gauge_flow(target, s[gauge], t) for gauge, target in targets.items()}


def log_deviation(sd: PerDraw, t: Time) -> PerDraw:
    """Standard deviation of the logarithm of `lognormal` in a step."""
    varies = sd > 0
    return jnp.where(varies, jnp.sqrt(jnp.log1p(jnp.where(varies, sd, 1.0) ** 2 / t.dt)), 0.0)


def lognormal(sd: PerDraw, normal: PerDraw, t: Time) -> PerDraw:
    """Lognormal factor with mean 1 and standard deviation `sd / sqrt(dt)`, from a normal number.

    The average of such factors over a month has standard deviation `sd`, whatever the step.
    """
    varies = sd > 0
    variance = jnp.log1p(jnp.where(varies, sd, 1.0) ** 2 / t.dt)
    return jnp.where(varies, jnp.exp(jnp.sqrt(variance) * normal - variance / 2), 1.0)


def innovation_deviation(persistence: PerDraw, sd: PerDraw, t: Time) -> PerDraw:
    """Standard deviation of the innovation of a step, `sd` that of a month; persistence below 1."""
    return sd * jnp.sqrt((1 - persistence ** (2 * t.dt)) / (1 - persistence**2))


def autoregression(value: PerDraw, persistence: PerDraw, sd: PerDraw, normal: PerDraw, t: Time) -> PerDraw:
    """The flow of a process x' = persistence x + sd z of one month, exact for any step."""
    new = persistence**t.dt * value + innovation_deviation(persistence, sd, t) * normal
    return gauge_flow(new, value, t)
