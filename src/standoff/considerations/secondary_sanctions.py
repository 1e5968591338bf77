"""The owner of financial networks punishes third parties for dealing with the target.

    payoff(option) = -exposure(option) * (1 - insulation) * sum over i in imposers of severity_i * P(i imposes | option)

What counts is how likely the actor thinks that each imposer reacts to the option with its `imposing_option`. Severities of
several imposers add: write them so that they come to at most 1. Do not use it for losses in ordinary trade with the
imposer, which are in `economic_stake`.
Sources: farrell2019 (networks as means of coercion), drezner1999 (expected later conflict makes a target hold out: a
reason for a high insulation); the form is assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, role

REACTIONS = ("imposers",)
EXAMPLE = {
    "imposers": ["USA.secondary", "EUR.secondary"],
    "imposing_option": "impose",
    "exposure": {"none": 0, "economic": "0.1 to 0.3", "dual_use": "0.4 to 0.7", "arms": "0.8 to 1", "troops": 1},
    "severity": {"USA.secondary": "0.4 to 0.8", "EUR.secondary": "0.05 to 0.2"},
    "insulation": "0.1 to 0.4",
}


class Params(components.Params):
    imposers: tuple[str, ...] = role("choices of those who may impose secondary sanctions", of="choice")
    imposing_option: str = role("the option of those choices that imposes them", of="key", default="impose")
    exposure: PerMember = fraction("exposure of each option to the sanctions: 0 none, 1 full", per="options")
    severity: PerMember = fraction(
        "harm done by each imposer's secondary sanctions to a fully exposed actor: 1 the maximum",
        per="imposers",
        source="farrell2019",
    )
    insulation: PerDraw = fraction(
        "share of the harm avoided through other banks, currencies and middlemen", source="drezner1999"
    )


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (full exposure to certain sanctions) to 0.

    Deterministic, linear in `others`.
    """
    expected = sum(p.severity[name] * others[name, p.imposing_option] for name in p.imposers)
    return -p.exposure[option] * (1.0 - p.insulation) * expected
