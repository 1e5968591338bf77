"""An ally that stays out of its partner's war loses goodwill, and credibility as an ally.

    payoff(option) = -treaty_coverage * fighting * (1 - fulfilment(option)) * (alliance_loss + reputation_loss)

`treaty_coverage` is how far the treaty's words, as the actor reads them, reach this war; from 1816 to 1944 about three
in four promises to an ally at war were kept. Both losses are relative to the worst that the actor could suffer: write
them so that they come to at most 1. They are smaller for a power that others need whatever it does, and for a
government whose word nobody at home holds it to. Full fulfilment costs nothing here; what helping costs is in other
reasons. Do not use it for help that no treaty asks for, nor for a norm spoken to the world (see `stated_norm`).
Sources: leeds2003 (how often treaties are kept; great powers and autocracies pay less for breaking them), gibler2008
(broken promises cost later allies); the form is assumption."""

from standoff import components
from standoff.components import Others, PerDraw, PerMember, State, fraction, stock

READS = {"fighting": stock("1")}
EXAMPLE = {
    "treaty_coverage": "0.4 to 0.8",
    "fulfilment": {"none": 0, "economic": "0.05 to 0.2", "dual_use": 0.2, "arms": "0.3 to 0.6", "troops": 1},
    "alliance_loss": "0.2 to 0.5",
    "reputation_loss": "0.05 to 0.2",
}


class Params(components.Params):
    treaty_coverage: PerDraw = fraction(
        "obligation of the treaty to help in this war: 0 none, 1 explicit", source="leeds2003"
    )
    fulfilment: PerMember = fraction("share of the obligation that each option meets", per="options")
    alliance_loss: PerDraw = fraction("loss of the actor if this partner turned away: protection, supplies, goodwill")
    reputation_loss: PerDraw = fraction("loss of credibility with other present and future allies", source="gibler2008")


def payoff(p: Params, s: State, option: str, others: Others) -> PerDraw:
    """Utility of one option, from -1 (plain promise broken, all lost) to 0. Deterministic."""
    return -p.treaty_coverage * s["fighting"] * (1.0 - p.fulfilment[option]) * (p.alliance_loss + p.reputation_loss)
