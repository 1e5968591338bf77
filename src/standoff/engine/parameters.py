"""Random numbers with addresses, and the parameters of a block of draws.

Every number is drawn from a key made of the seed, the name of the number and the id of the draw. So removing a
mechanism leaves the noise of the others unchanged, and a draw has the same numbers in any block and on any machine.
Numbers are drawn in single precision and widened, so that single and double precision runs agree.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.scipy.special import ndtr, ndtri

from standoff import beliefs
from standoff.plan import Effect, Plan
from standoff.plan.correlations import normal as copula

Number = Callable[[int], Array]  #: parameter -> its present value
POSTERIOR = "posterior"  #: name of the uniform that selects the posterior draw of a future


def address(name: str) -> int:
    """Hash of a name, used in a random key."""
    return zlib.crc32(name.encode())


def threefry(key0: Array, key1: Array, count0: Array, count1: Array) -> Array:
    """First word of Threefry-2x32 with 20 rounds, all arguments uint32.

    JAX's own primitive gives the same bits (a test compares them), but on a processor it runs as a loop over memory,
    five times slower than this chain of operations, which the compiler fuses into one.
    """
    keys = (key0, key1, key0 ^ key1 ^ np.uint32(0x1BD11BDA))
    x, y = count0 + keys[0], count1 + keys[1]
    for group in range(5):
        for turn in ((13, 15, 26, 6), (17, 29, 16, 24))[group % 2]:
            x = x + y
            y = ((y << np.uint32(turn)) | (y >> np.uint32(32 - turn))) ^ x
        x = x + keys[(group + 1) % 3]
        y = y + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x


def unit(bits: Array) -> Array:
    """Words as numbers in (0, 1), single precision: midpoints of 2**23 equal intervals."""
    return ((bits >> 9).astype(jnp.float32) + 0.5) * np.float32(2.0**-23)


def stream(seed: Array, number: Array) -> Array:
    """Key word of an independent random stream of a seed; stream 0 is the seed itself.

    Any other stream has an address of its own, the word keyed by (seed, "stream") at the counter (number, 0), so that
    it is not stream 0 of a neighbouring seed.
    """
    number = number.astype(jnp.uint32)
    word = threefry(seed, jnp.asarray(address("stream"), jnp.uint32), number, jnp.zeros_like(number))
    return jnp.where(number == 0, seed, word)


def uniforms(seed: Array, names: Sequence[str], number: Any, ids: Array, dtype: Any) -> Array:
    """Uniforms in (0, 1), (name, draw): the `number`-th of each name and draw, counted from 0.

    It is the first word of Threefry-2x32 keyed by (seed, name) at the counter (draw, number), cut to 23 bits and set in
    the middle of its step, which single precision holds exactly: no number is 0 or 1.
    Sources: salmon2011 (counter-based generators).
    """
    addresses = np.array([address(name) for name in names], np.uint32)[:, None]
    words = (seed, addresses, ids, jnp.asarray(number).astype(jnp.uint32))
    bits = threefry(*(jnp.broadcast_to(word, (len(names), *ids.shape)) for word in words))
    return unit(bits).astype(dtype)


@dataclass(frozen=True)
class ParameterLayout:
    """Static structure of the parameters: which are uncertain, truncated, tabulated, correlated."""

    names: tuple[str, ...]
    varying: tuple[int, ...]  #: uncertain parameters; truncated ones come last
    cut: int  #: number of truncated parameters
    tabled: tuple[int, ...]
    correlated: tuple[int, ...]
    fitted: tuple[int, ...] = ()  #: fitted parameters, as rows of the uncertain ones
    by_row: bool = (
        False  #: whether future `i` takes row `i` of the posterior draws: a design (`engine.build.with_design`)
    )
    changes: tuple[Effect, ...] = ()  #: by interventions, then by outcomes of occasions

    @cached_property
    def row_of(self) -> dict[int, int]:
        """Parameter -> its row among the uncertain ones."""
        return {parameter: row for row, parameter in enumerate(self.varying)}

    @cached_property
    def column(self) -> dict[int, int]:
        """Fitted parameter -> its column in the posterior draws."""
        return {self.varying[row]: n for n, row in enumerate(self.fitted)}


class ParameterTable(NamedTuple):
    """All parameters of a plan as arrays: a change of values needs no recompilation."""

    a: Any  #: (parameter,) g shape: x = a + b * expm1(s * z) / s, canonical units
    b: Any
    s: Any
    below: Any  #: (parameter,) probability of the belief below its lower bound
    above: Any  #: (parameter,) and above its upper bound
    quantiles: Any  #: (tabled parameter, 257) on beliefs.TABLE_Z, canonical units
    cholesky: Any  #: (correlated parameter, correlated parameter) Cholesky factor
    stream: Any  #: (parameter,) index of the uniform of a draw: 0, or another, independent one;
    #: that of the first fitted parameter selects the posterior draw
    chance: Any  #: (1,) the stream of all chance events, see `stream`
    imposed_options: Any  #: (choice, step) option observed or imposed, -1 where the choice is free
    held_options: Any  #: (choice, step) option that a person sets, unknown to all who decide, -1 where there is none
    posterior_draws: Any  #: (posterior draw, fitted parameter) canonical values; (0, 0) without a posterior
    reason_factor: Any  #: (reason,) multiplies the weight of each reason in decisions of a run; 1, or 0 to leave it out
    reference: Any  #: (stock, step) means of stocks in futures of the case as written, see `engine.reference`

    @property
    def digest(self) -> str:
        """SHA-256 of all columns."""
        return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in self)).hexdigest()

    def with_value(self, layout: ParameterLayout, values: Mapping[int, float]) -> ParameterTable:
        """Set some parameters to a canonical value in every draw."""
        points = {index: partial(np.full_like, fill_value=value) for index, value in values.items()}
        columns = {name: getattr(self, name).copy() for name in ("b", "s", "below", "above")}
        for column in columns.values():
            column[[*values]] = 0.0
        return self._changed(layout, points)._replace(**columns)

    def shifted(self, layout: ParameterLayout, index: int, by: float) -> ParameterTable:
        """Shift the belief of a parameter, in canonical units; its spread and truncation stay."""
        return self._changed(layout, {index: lambda values: values + by})

    def scaled(self, layout: ParameterLayout, index: int, factor: float) -> ParameterTable:
        """Multiply a parameter by a factor between 0 and 1; assumes that its bounds are at zero."""
        b = self.b.copy()
        b[index] *= factor
        return self._changed(layout, {index: lambda values: factor * values})._replace(b=b)

    def without_reasons(self, rows: Collection[int], share: float = 0.0) -> ParameterTable:
        """Leave reasons, but for a share, out of all decisions of a run.

        rows: of `ProgramLayout.reason_rows`
        """
        factor = self.reason_factor.copy()
        factor[[*rows]] = share
        return self._replace(reason_factor=factor)

    def _changed(
        self, layout: ParameterLayout, changes: Mapping[int, Callable[[np.ndarray], np.ndarray]]
    ) -> ParameterTable:
        """Change the location, quantiles and posterior draws of some parameters."""
        a, quantiles, fitted = self.a.copy(), self.quantiles.copy(), self.posterior_draws.copy()
        for index, change in changes.items():
            a[index] = change(a[index])
            if index in layout.tabled:
                row = layout.tabled.index(index)
                quantiles[row] = change(quantiles[row])
            if index in layout.column:
                column = layout.column[index]
                fitted[:, column] = change(fitted[:, column])
        return self._replace(a=a, quantiles=quantiles, posterior_draws=fitted)


@dataclass(frozen=True)
class ParameterValues:
    """Canonical parameters of a block of draws: `values[i]` is an array over draws or a number.

    A parameter changed by an intervention or an outcome has a value only at a state, set by `at`; without it, reading
    raises `LookupError`.
    """

    layout: ParameterLayout
    varying: Array  #: (uncertain parameter, draw)
    points: Array  #: (parameter,) valid for fixed parameters only
    forced: Array | None = None  #: (choice, step) of the table; by default those of the plan
    held: Array | None = None  #: (choice, step) of the table; by default nobody sets an option
    learned: Mapping[int, Array] = field(default_factory=dict)  #: values that replace those of `varying`
    step: Array | None = None  #: the step at which interventions are looked up
    stocks: Mapping[str, Array] = field(default_factory=dict)  #: those at which outcomes are looked up
    reason_factor: Array | None = None  #: (reason,) of the table; by default every reason has its weight
    reference: Array | None = None  #: (stock, step) of the table; by default 1

    def __getitem__(self, parameter: int) -> Array:
        out = self._sample(parameter)
        for change in self.layout.changes:
            if change.target == parameter:
                if self.step is None:
                    raise LookupError(f"`{self.layout.names[parameter]}` changes in a run: look it up at a state")
                acts = self.step >= change.first
                new = change.on(out, self[change.value])
                if change.is_partial:
                    new = out + jnp.clip(self.stocks[change.outcome], 0.0, 1.0) * (new - out)
                elif change.outcome:
                    acts = acts & (self.stocks[change.outcome] > 0)
                out = jnp.where(acts, new, out)
        return out

    def at(self, step: Array, stocks: Mapping[str, Array]) -> ParameterValues:
        """The parameters at a step, a number or one for each draw, and at the stocks as it begins."""
        return replace(self, step=step, stocks=stocks) if self.layout.changes else self

    def held_at(self, step: Array) -> Array | None:
        """(choice,) options that persons set at a step, -1 where there is none."""
        return None if self.held is None else self.held[:, step].astype(jnp.int32)

    def with_learned(self, learned: Mapping[int, Array]) -> ParameterValues:
        """The parameters with values (draw,) that replace their samples."""
        return replace(self, learned=learned) if learned else self

    def _sample(self, parameter: int) -> Array:
        if parameter in self.learned:
            return self.learned[parameter]
        row = self.layout.row_of.get(parameter)
        return self.points[parameter] if row is None else self.varying[row]

    def stacked(self) -> Array:
        """(parameter, draw), before any intervention."""
        size = self.varying.shape[1:]
        return jnp.stack([jnp.broadcast_to(self._sample(i), size) for i in range(len(self.layout.names))])


def correlation_matrix(members: Sequence[int], ranks: Iterable[tuple[int, int, float]]) -> np.ndarray:
    """Correlations of the normal numbers of some members, from rank correlations of pairs."""
    matrix = np.eye(len(members))
    for a, b, rank in ranks:
        i, j = members.index(a), members.index(b)
        matrix[i, j] = matrix[j, i] = copula(rank)
    return matrix


def build_table(plan: Plan) -> tuple[ParameterLayout, ParameterTable]:
    """Split the parameters of a plan into static structure and numbers."""
    items, choices, steps = plan.parameters, plan.choices, plan.scenario.calendar.steps
    shapes = [item.belief.g_parameters() for item in items]
    tabled = tuple(i for i, shape in enumerate(shapes) if shape is None)
    a, b, s = np.array([shape or (0.0, 0.0, 0.0) for shape in shapes]).reshape(-1, 3).T
    factor, shift = np.array([(item.factor, item.shift) for item in items]).reshape(-1, 2).T
    b = np.where(s == 0, np.hypot(b, [item.spread for item in items]), b)
    below, within = np.array([item.tails() for item in items]).reshape(-1, 2).T
    quantiles = [np.array(items[i].belief.quantile_table()) * factor[i] + shift[i] for i in tabled]
    correlated = tuple(sorted({i for a, b, _ in plan.correlations for i in (a, b)}))
    cut = (below > 0) | (within < 1)
    varies = sorted({*np.flatnonzero(b).tolist(), *tabled, *correlated})
    layout = ParameterLayout(
        names=tuple(item.path for item in items),
        varying=tuple(sorted(varies, key=lambda i: bool(cut[i]))),
        cut=int(cut[varies].sum()),
        tabled=tabled,
        correlated=correlated,
        changes=(*plan.interventions, *plan.stock_effects),
    )
    table = ParameterTable(
        a=a * factor + shift,
        b=b * factor,
        s=s,
        below=below,
        above=1 - within,
        quantiles=np.array(quantiles).reshape(len(tabled), len(beliefs.TABLE_Z)),
        cholesky=np.linalg.cholesky(correlation_matrix(correlated, plan.correlations)),
        stream=np.zeros(len(items)),
        chance=np.zeros(1),
        imposed_options=np.array([choice.imposed_options for choice in choices], float).reshape(-1, steps),
        held_options=np.array([choice.held or (-1,) * steps for choice in choices], float).reshape(-1, steps),
        posterior_draws=np.zeros((0, 0)),
        reason_factor=np.ones(sum(len(choice.reasons) for choice in choices)),
        reference=np.ones((sum(len(part.references) for part in plan.mechanisms), steps)),
    )
    return layout, table


def with_posterior(
    layout: ParameterLayout, table: ParameterTable, parameters: Sequence[int], values: np.ndarray
) -> tuple[ParameterLayout, ParameterTable]:
    """The layout and table with canonical posterior draws (draw, parameter) of some parameters."""
    rows = tuple(layout.row_of[i] for i in parameters)
    return replace(layout, fitted=rows), table._replace(posterior_draws=values)


def override_posterior(layout: ParameterLayout, table: ParameterTable, other: ParameterTable) -> ParameterTable:
    """Give `other` the posterior of `table`; parameters with a new belief are drawn from that.

    Both have the same layout. Draws of parameters with a new belief are the midpoints of its equal-probability
    intervals, in a fixed order.
    """
    if not layout.fitted:
        return other
    columns = ("a", "b", "s", "below", "above")
    apart = np.any([getattr(table, name) != getattr(other, name) for name in columns], axis=0)
    for n, i in enumerate(layout.tabled):
        apart[i] |= not np.array_equal(table.quantiles[n], other.quantiles[n])
    values, count = table.posterior_draws.copy(), len(table.posterior_draws)
    fitted = [n for n, row in enumerate(layout.fitted) if apart[layout.varying[row]]]
    if fitted:
        rank = jnp.asarray(np.random.default_rng(0).permutation(count) + 0.5) / count
        z = jnp.broadcast_to(normal(rank), (len(layout.varying), count))
        samples = np.asarray(from_normal(layout, jax.tree.map(jnp.asarray, other), z))
        for n in fitted:
            values[:, n] = samples[layout.fitted[n]]
    return other._replace(posterior_draws=values)


# giles2011, single precision, highest power first: of w - 2.5 below w = 5, and of sqrt(w) - 3 from there
CENTRE = (
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    2.1858087e-04,
    -1.25372503e-03,
    -4.17768164e-03,
    2.46640727e-01,
    1.50140941,
)
TAIL = (
    -2.00214257e-04,
    1.00950558e-04,
    1.34934322e-03,
    -3.67342844e-03,
    5.73950773e-03,
    -7.6224613e-03,
    9.43887047e-03,
    1.00167406,
    2.83297682,
)


def normal(u: Array) -> Array:
    """Standard normal numbers from uniforms; error below 1e-6 in single precision for `unit`.

    JAX's `erf_inv` uses the same polynomials, of log(1 - x * x) with x = 2 u - 1, where squaring loses the digits of the
    tails: 2e-5 there. Sources: giles2011 (single precision).
    """
    if u.dtype != jnp.float32:
        return float(np.sqrt(2.0)) * lax.erf_inv(2 * u - 1)
    w = -jnp.log(4 * u * (1 - u))
    inner = w < 5
    at = jnp.where(inner, w - 2.5, jnp.sqrt(w) - 3)
    value = jnp.zeros_like(u)
    for centre, tail in zip(CENTRE, TAIL, strict=True):
        value = value * at + jnp.where(inner, centre, tail)
    return float(np.sqrt(2.0)) * value * (2 * u - 1)


def gumbel(u: Array) -> Array:
    """Standard Gumbel numbers from uniforms."""
    return -jnp.log(-jnp.log(u))


def sample_parameters(layout: ParameterLayout, table: ParameterTable, seed: Array, ids: Array) -> Array:
    """(uncertain parameter, draw) canonical values of draws `ids`, from beliefs and a posterior."""
    dtype, streams = table.a.dtype, table.stream[np.array(layout.varying, int)][:, None]
    u = uniforms(seed, [layout.names[i] for i in layout.varying], streams, ids, dtype)
    which = streams[layout.fitted[0]] if layout.fitted else 0
    selected = uniforms(seed, [POSTERIOR], which, ids, dtype)[0]
    values = parameters(layout, table, u)
    if not layout.fitted:
        return values
    among = jnp.asarray(table.posterior_draws, dtype)
    if not layout.by_row:  # else they are rows of the draws of the block
        among = among[jnp.minimum((selected * among.shape[0]).astype(jnp.int32), among.shape[0] - 1)]
    return values.at[np.array(layout.fitted)].set(among.T)


def parameters(layout: ParameterLayout, table: ParameterTable, u: Array) -> Array:
    """Canonical values (uncertain parameter, draw) from uniforms `u` of the same shape."""
    return from_normal(layout, table, normal(u))


def from_normal(layout: ParameterLayout, table: ParameterTable, z: Array) -> Array:
    """Canonical values (uncertain parameter, draw) from independent standard normal numbers `z`.

    A declared correlation is Spearman's; the copula is Gaussian, with r = 2 sin(pi rho / 6).
    """
    dtype, rows = z.dtype, np.array(layout.varying, int)
    *numbers, quantiles, mixing = (
        jnp.asarray(part, dtype)
        for part in (table.a, table.b, table.s, table.below, table.above, table.quantiles, table.cholesky)
    )
    a, b, s, below, above = (part[rows][:, None] for part in numbers)
    if layout.correlated:
        related = np.array([layout.row_of[i] for i in layout.correlated])
        z = z.at[related].set(mixing @ z[related])
    free = len(rows) - layout.cut
    z = jnp.concatenate([z[:free], truncate(z[free:], below[free:], above[free:])])
    bent = jnp.where(s == 0, 1.0, s)
    values = a + b * jnp.where(s == 0, z, jnp.expm1(bent * z) / bent)
    if layout.tabled:
        places = np.array([layout.row_of[i] for i in layout.tabled])
        grid = jnp.asarray(beliefs.TABLE_Z, dtype)
        tabled = jax.vmap(lambda x, row: jnp.interp(x, grid, row))(z[places], quantiles)
        values = values.at[places].set(tabled)
    return values


def values_of(layout: ParameterLayout, table: ParameterTable, some: Sequence[int], u: Array) -> Array:
    """Canonical values (parameter, draw) of `some` uncertain parameters, without correlations.

    They are given in the order of their rows.
    """
    rows = [layout.row_of[i] for i in some]
    tabled = [n for n, i in enumerate(layout.tabled) if i in some]
    own = replace(
        layout,
        varying=tuple(some),
        cut=sum(row >= len(layout.varying) - layout.cut for row in rows),
        tabled=tuple(layout.tabled[n] for n in tabled),
        correlated=(),
        fitted=(),
    )
    return parameters(own, table._replace(quantiles=jnp.asarray(table.quantiles)[np.array(tabled, int)]), u)


def truncate(z: Array, below: Array, above: Array) -> Array:
    """Map normal numbers by rank to the part of the belief within its bounds.

    Probabilities are counted from the nearer end, so that both tails keep their digits.
    """
    upper = z > 0
    tail = jnp.where(upper, above, below) + (1 - below - above) * ndtr(-jnp.abs(z))
    info = np.finfo(z.dtype)
    moved = ndtri(jnp.clip(tail, float(info.tiny), 1 - float(info.eps)))
    return jnp.where(upper, -moved, moved)
