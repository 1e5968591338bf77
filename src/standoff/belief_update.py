"""What a fit has taught about a parameter: change of its belief, and the evidence behind it."""

from __future__ import annotations

from standoff.record import record


@record
class Contribution:
    """Contribution of one fit target, or one observed choice, to a fitted parameter.

    In standard deviations of its prior, see `standoff.inference.fit.case_deletion`.
    """

    entry: str  #: of `fit.targets`, or `choices.NAME`
    influence: float  #: distance by which the belief would move without its claims
    shift: float  #: shift of the mean: with these claims less without
    narrowing: float  #: reduction of the standard deviation: without these claims less with
    claims: tuple[tuple[str, float], ...]  #: influence of each claim alone, the largest first


@record
class BeliefUpdate:
    """Summary of a fit for one parameter, in standard deviations of its prior."""

    shift: float  #: shift of the mean
    contraction: float  #: 1 - standard deviation after / before
    evidence: tuple[Contribution, ...] = ()  #: the largest first; empty if the evidence does not identify the parameter

    @property
    def claims(self) -> dict[str, float]:
        """The claims of its targets, each with its largest influence, sorted."""
        out: dict[str, float] = {}
        for claim, influence in (pair for contribution in self.evidence for pair in contribution.claims):
            out[claim] = max(influence, out.get(claim, 0.0))
        return dict(sorted(out.items(), key=lambda pair: -pair[1]))

    def __str__(self) -> str:
        count = len(self.claims)
        if not count:
            return "fitted, not identified by the evidence"
        return f"fitted to {count} claim{'' if count == 1 else 's'}"
