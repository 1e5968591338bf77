"""A war ends by a deal, a victory or by dying down, and may break out again.

While it is on, after as_of, with m = war_age in months:

    hazard     = log(S(m) / S(m + dt)) / dt        S = (1 + pace * H)^(-1 / pace),  H = sum_{j < m} exp(level) * (j + 1/2)^slope
    deal       = hazard * share_deal * openness / reference                            (competing, each 1/month)
    dying_down = hazard * share_dying_down             victory of i = victory_rate_i
    again      = relapse_rate_deal after a deal, relapse_rate_dying_down after dying down

`level`, `slope`, `pace` and the shares are history's, less its victories: those come from what running out brings, as
`consequences:` that raise `victory_rate`. Shares drawn apart that exceed 1 together are divided by their sum. With pace
0, S is exp(-H). `reference` is the mean of openness over the futures of the base case that still fight, so that by itself
openness leaves the war as long as wars like it were. How strongly it acts (`strength`, 0 not at all) is an assumption: no
data have tested it.

Bargaining. Each side i compares terms with fighting on, by its own beliefs; utility 1 is all that is at stake for it:

    ahead_i = true log ratio of strengths + misjudged_i * (believed log ratio - true) - log(required_ratio_i)
    p_i     = 1 / (1 + exp(-steepness * ahead_i))                     d misjudged / dt = -learning * mediation * fighting * misjudged
    v_i     = 1 / max(1, expected_months_i * exp(learned_i))          d_i = exp(-discount_i * 1 month)
    wait_i  = 1 / (1 - d_i * (1 - v_i))                               D_i = d_i * v_i * wait_i
    k_i     = cost_i * (casualty_weight * people_i + (1 - casualty_weight) * (1 - funding_i)) * (2 - support_i)
    people  = casualty_rate / (casualty_rate + tolerable_rate)
    least_i = (1 - D_i) * q_i + D_i * p_i - k_i * wait_i + exp(-discount_i * reopening_i) * (1 - guarantee_i) * D_i * feared_growth_i

q is what the side has of the issues now: `held` names a stock from 0 to 1 for each, what the first side has of it. The
last term is what a side loses if the enemy grows after a deal and reopens it; guarantees take it back. It is added to
the value, whatever the side's own chance. Over several issues a side gives up first what is worth most to the enemy
for what it costs:

    best_a(l) = largest sum stake_first_k * x_k  with  sum stake_second_k * (1 - x_k) >= l        (1 - l beyond 1)
    room      = best_a(least_b) - max(least_a, 0)
    open_now  = friction + (1 - friction) * Phi(room / softness)
    openness  = reference * min((open_now / reference)^strength, largest)

A deal lies half way from what is the least for a to the best that b leaves it, on that frontier. `terms_least` and
`terms_most` are these two, `terms` is what the first side has of all issues, `settled_k` of each: while the war lasts
`held`, after a victory all or nothing. `at_war` is 1 in a step that begins at war after as_of, and stands beside the
openness of that step (0 in peace); `over` and `ended` say how it is after it. Guarantees, mediation, costs and beliefs are what
choices, occasions and levers act on.

Assumes that stakes add up, that both sides know both lists of them, and that no third side can refuse. A side that has
learned that the war lasts long expects it to take as much longer. Do not use it for wars among more than two sides, or
to say that this war is likelier to end than others of its age.
Sources: fearon1995 (differing beliefs, cost), powell2006 (commitment), wagner2000 and slantchev2003 (information from
battle), goemans2000 (terms by what a side can expect), vaupel1979 (pace), raiffa1982 (frontier); middle, friction,
softness, largest and the form of the cost are assumption.
"""

from collections.abc import Iterable, Mapping, Sequence

from standoff import balance
from standoff.components import (
    Flows,
    Noise,
    PerDraw,
    PerMember,
    State,
    Time,
    fraction,
    gauge_flows,
    jnp,
    ndtr,
    noise,
    param,
    role,
    stock,
    stock_key,
)
from standoff.mechanisms._laws import SLOWEST, probability, relax

WORLD = ("fighting", "over", "at_war", "openness", "room", "terms_least", "terms_most", "terms")
WRITES = {
    **dict.fromkeys(WORLD, stock("1")),
    "war_age": stock("month"),
    "ended": stock("1", per="ways"),
    "settled": stock("1", per="issues"),
    "misjudged": stock("1", per="sides"),
}
READS = {
    **WRITES,
    **balance.READS,
    "casualty_rate": stock("person/month", per="sides"),
    "funding": stock("1", per="sides"),
    "support": stock("1", per="publics"),
    "{held}": stock("1"),
    "{learned}": stock("1", per="sides"),
}
NOISE = {"event": noise()}
VIEWERS = "sides"
REFERENCE = {"openness": ("openness", "at_war")}
SUMMED = 12  # months of H that are summed; later ones by the midpoint rule, to a few parts in ten million
LONGEST = 20.0  # of a learned logarithm; keeps exp finite
EXAMPLE = {
    "sides": ["RUS", "UKR"],
    "means": ["fire", "engaged"],
    "exponents": {"fire": "0.15 to 0.4", "engaged": "0.45 to 0.75"},
    "steepness": "1 to 3",
    "required_ratio": "0.8 to 2",
    "issues": ["territory", "alignment"],
    "held": ["land_share", "neutrality"],
    "stake_first": {"territory": 0.5, "alignment": "0.4 to 0.6"},
    "stake_second": {"territory": 0.6, "alignment": "0.3 to 0.5"},
    "expected_months": "6 to 36 month",
    "learned": "learned_length",
    "discount": "0.5 to 2 %/month",
    "cost": "0.5 to 3 %/month",
    "tolerable_rate": "10000 to 40000 person/month",
    "casualty_weight": "0.4 to 0.8",
    "publics": ["RUS.public", "UKR.public"],
    "feared_growth": "0 to 0.4",
    "reopening": "12 to 60 month",
    "learning": "2 to 10 %/month",
    "friction": "0.02 to 0.1",
    "softness": "0.05 to 0.3",
    "level": "-2.1 to -1.5",
    "slope": "-0.5 to -0.3",
    "pace": "0.05 to 0.4",
    "share": {"deal": "0.55 to 0.8", "dying_down": "0.1 to 0.3"},
    "relapse_rate": "0.1 to 0.4 %/month",
}


class Params(balance.Contest):
    required_ratio: PerMember = param("ratio of own to enemy strength with an even chance", "1", per="sides", ge=0.01)
    issues: tuple[str, ...] = role("what the war is about", of="key")
    held: tuple[str, ...] = role("share of each issue that the first side has now", of="stock", beside="issues")
    stake_first: PerMember = fraction("worth of an issue to the first side; relative to the sum", per="issues")
    stake_second: PerMember = fraction("worth of an issue to the second side; relative to the sum", per="issues")
    expected_months: PerMember = param("months that a side expects it to take yet", "month", per="sides", ge=0)
    learned: str | None = role("stock by whose exponential that has grown: `learned_length`", of="stock", default=None)
    discount: PerMember = param("rate at which a side discounts the future", "1/month", per="sides", ge=0)
    cost: PerMember = param(
        "highest cost of fighting, as a share of all that is at stake", "1/month", per="sides", ge=0
    )
    tolerable_rate: PerMember = param(
        "losses at which the human cost is half of that", "person/month", per="sides", ge=1
    )
    casualty_weight: PerDraw = fraction("weight of casualties in the cost; the rest is money")
    publics: tuple[str, ...] = role("the public of each side", beside="sides", default=())
    feared_growth: PerMember = fraction("growth of the enemy's chance after a deal, as a side fears it", per="sides")
    reopening: PerMember = param("time until a deal would be reopened", "month", per="sides", ge=0)
    guarantee: PerMember = fraction("share of that fear which guarantees take away", per="sides", default=0)
    learning: PerDraw = param(
        "rate at which battle corrects beliefs on strength", "1/month", source="slantchev2003", ge=0
    )
    mediation: PerDraw = param("factor of that rate by those who carry information", "1", ge=0, default=1)
    friction: PerDraw = fraction("openness without any room")
    softness: PerDraw = param("room that a bargain needs to be likely", "1", ge=0.001)
    strength: PerDraw = param("power with which openness acts: 0 not at all", "1", ge=0, default=1)
    level: PerDraw = param("logarithm of history's monthly hazard at one month", "1")
    slope: PerDraw = param("its slope on the logarithm of months so far", "1", ge=-3, le=3)
    pace: PerDraw = param("variance of the pace between wars", "1", source="vaupel1979", ge=0)
    peace: tuple[str, ...] = role("how it ends without a victory", of="key", default=("deal", "dying_down"))
    share: PerMember = fraction("share of history's endings", per="peace")
    relapse_rate: PerMember = param("rate at which it breaks out again after such an end", "1/month", per="peace", ge=0)
    victory_rate: PerMember = param("rate at which a side wins outright", "1/month", per="sides", ge=0, default=0)
    largest: PerDraw = param("highest openness relative to the reference", "1", ge=1, default=4)

    @property
    def ways(self) -> tuple[str, ...]:
        """How it may end."""
        return *self.peace, *self.sides


def cumulated(p: Params, age: PerDraw) -> PerDraw:
    """H of a war of that age in months."""
    summed = total(jnp.clip(age - n, 0.0, 1.0) * jnp.exp(p.slope * jnp.log(n + 0.5)) for n in range(SUMMED))
    late = jnp.log(jnp.maximum(age, SUMMED) / SUMMED)
    power = p.slope + 1.0
    steep = jnp.abs(power) > 1e-4
    grown = jnp.where(steep, jnp.expm1(power * late) / jnp.where(steep, power, 1.0), late)
    bend = p.slope * jnp.expm1((p.slope - 1.0) * late) / (24.0 * SUMMED**2)
    return jnp.exp(p.level) * (
        summed + SUMMED * jnp.exp(p.slope * jnp.log(jnp.asarray(float(SUMMED)))) * (grown - bend)
    )


def hazard(p: Params, age: PerDraw, t: Time) -> PerDraw:
    """Mean hazard of ending over a step from that age, 1/month."""
    before = cumulated(p, age)
    slow = jnp.maximum(p.pace, SLOWEST)
    return jnp.log1p(slow * (cumulated(p, age + t.dt) - before) / (1.0 + slow * before)) / (slow * t.dt)


def shares(p: Params) -> dict[str, PerDraw]:
    """Shares of history's endings by way without a victory; all together at most 1."""
    whole = jnp.maximum(total(p.share[way] for way in p.peace), 1.0)
    return {way: p.share[way] / whole for way in p.peace}


def least_parts(p: Params, s: State, side: str) -> dict[str, PerDraw]:
    """Parts of the least utility that a side would take; 1 is all that is at stake for it."""
    own = p.sides.index(side)
    seen = State({stock_key((name, i)): s.believed(side, name, i) for name in p.means for i in p.sides})
    true = balance.log_ratio(p, s)
    ratio = true + s["misjudged", side] * (balance.log_ratio(p, seen) - true)
    ahead = (1 - 2 * own) * ratio - jnp.log(p.required_ratio[side])
    learned = 0.0 if p.learned is None else jnp.minimum(s[p.learned, side], LONGEST)
    chance = 1.0 / jnp.maximum(p.expected_months[side] * jnp.exp(learned), 1.0)
    kept = jnp.exp(-p.discount[side])
    wait = 1.0 / (1.0 - kept * (1.0 - chance))
    decided = kept * chance * wait
    held, stakes = now_held(p, s), normal(p.stake_second if own else p.stake_first, p.issues)
    has = total(stake * (1.0 - x if own else x) for stake, x in zip(stakes, held, strict=True))
    lost = jnp.maximum(s["casualty_rate", side], 0.0)
    people = lost / (lost + p.tolerable_rate[side])
    unpaid = jnp.clip(1.0 - s["funding", side], 0.0, 1.0)
    burden = p.cost[side] * (p.casualty_weight * people + (1.0 - p.casualty_weight) * unpaid)
    tired = 2.0 - s["support", p.publics[own]] if p.publics else 1.0
    later = jnp.exp(-p.discount[side] * p.reopening[side])
    return {
        "status_quo": (1.0 - decided) * has,
        "prevailing": decided * balance.logistic(p.steepness * ahead),
        "cost": -burden * tired * wait,
        "distrust": later * (1.0 - p.guarantee[side]) * decided * p.feared_growth[side],
    }


def total(values: Iterable[PerDraw]) -> PerDraw:
    """Sum of the values, 0 of none."""
    return sum(values, start=jnp.zeros(()))


def now_held(p: Params, s: State) -> list[PerDraw]:
    """Share of each issue that the first side has now."""
    return [jnp.clip(s[name], 0.0, 1.0) for name in p.held]


def normal(stakes: Mapping[str, PerDraw], issues: Sequence[str]) -> list[PerDraw]:
    """Stakes with sum 1, in the order of the issues."""
    whole = jnp.maximum(total(stakes[issue] for issue in issues), SLOWEST)
    return [stakes[issue] / whole for issue in issues]


def allotted(level: PerDraw, own: Sequence[PerDraw], other: Sequence[PerDraw]) -> list[PerDraw]:
    """Shares of the issues that give a side `level` and leave the other most, by ratio."""
    out = []
    for k, stake in enumerate(own):
        before = jnp.zeros(())
        for j, earlier in enumerate(own):
            gap = earlier * other[k] - stake * other[j]
            before = before + jnp.where((gap > 0) | ((gap == 0) & (j < k)), earlier, 0.0)
        out.append(jnp.clip((level - before) / jnp.maximum(stake, SLOWEST), 0.0, 1.0))
    return out


def bargain(p: Params, least_first: PerDraw, least_second: PerDraw) -> tuple[PerDraw, PerDraw, list[PerDraw]]:
    """Least and best of the first side, and its share of each issue in a deal half way.

    least: of each side, as a utility
    """
    first, second = normal(p.stake_first, p.issues), normal(p.stake_second, p.issues)
    given = allotted(least_second, second, first)
    best = 1.0 - total(stake * x for stake, x in zip(first, given, strict=True)) - jnp.maximum(least_second - 1.0, 0.0)
    least = jnp.maximum(least_first, 0.0)
    return least, best, allotted((least + best) / 2.0, first, second)


def openness_of(p: Params, room: PerDraw) -> PerDraw:
    """How open the sides are to a deal, between `friction` and 1."""
    return p.friction + (1.0 - p.friction) * ndtr(room / p.softness)


def lifted(p: Params, openness: PerDraw, reference: PerDraw) -> PerDraw:
    """Factor on history's hazard of deals."""
    return jnp.minimum(jnp.maximum(openness / reference, SLOWEST) ** p.strength, p.largest)


def flows(p: Params, s: State, t: Time, z: Noise) -> Flows:
    """Ends and outbreaks, and what sides would take, as flows over one step. Noise `event`."""
    on, free, u = s["fighting"] > 0, jnp.where(t.is_past, 0.0, 1.0), z.upper_tail("event")
    least, best, split = bargain(p, *(total(least_parts(p, s, side).values()) for side in p.sides))
    reference = t.reference.get("openness", jnp.ones(()))
    lift = lifted(p, openness_of(p, best - least), reference)
    history = hazard(p, s["war_age"], t)
    rates = {**p.victory_rate, **{way: history * part for way, part in shares(p).items()}}
    rates["deal"] *= lift
    again = total(s["ended", way] * p.relapse_rate[way] for way in p.peace)
    rate = jnp.where(on, total(rates.values()), again)
    chance, below = free * probability(rate, t), jnp.zeros(())
    at_war, ended = jnp.where(on, 1.0, 0.0), {}
    for way in p.ways:
        above = below + chance * rates[way] / jnp.maximum(rate, SLOWEST)
        drawn = jnp.where((u >= below) & (u < above), 1.0, 0.0)
        ended[way], below = jnp.where(on, drawn, jnp.where(u < chance, 0.0, s["ended", way])), above
    over, terms = total(ended.values()), jnp.zeros(())
    gauges: Flows = {("ended", way): value for way, value in ended.items()}
    first, second = (ended[side] for side in p.sides)
    for issue, stake, held, dealt in zip(p.issues, normal(p.stake_first, p.issues), now_held(p, s), split, strict=True):
        settled = first + (1.0 - first - second) * jnp.where(ended["deal"] > 0, dealt, held)
        settled = jnp.where(on, settled, s["settled", issue])  # stands once it is over
        gauges["settled", issue], terms = settled, terms + stake * settled
    changed = jnp.where(on, over > 0, u < chance)
    gauges |= {
        "fighting": jnp.where(changed, 1.0 - at_war, s["fighting"]),
        "over": over,
        "at_war": at_war * free,
        "openness": at_war * lift * reference,
        "room": best - least,
        "terms_least": jnp.clip(least, 0.0, 1.0),
        "terms_most": jnp.clip(best, 0.0, 1.0),
        "terms": terms,
        "war_age": s["war_age"] + t.dt * at_war,
    }
    learning = p.learning * p.mediation * s["fighting"]
    out = gauge_flows(gauges, s, t)
    return out | {("misjudged", side): relax(s["misjudged", side], jnp.zeros(()), learning, t) for side in p.sides}
