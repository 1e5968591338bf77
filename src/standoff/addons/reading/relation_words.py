"""Words that state a relation, verbs and nouns by kind, and their position in a clause."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from standoff.addons.reading.lexicon import any_of, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from standoff.addons.reading.sentences import Span

GOODS = any_of(
    """aid assistance help weapons? arms ammunition munitions shells? missiles? tanks? drones? equipment training artillery
    jets rifles loans? grants? funds money dollars euros supplies materiel gunpowder systems? intelligence howitzers
    components chips engines nitrocellulose goods technology technologies support troops soldiers peacekeepers forces
    advisers volunteers submarines helicopters ships boats vehicles trucks batteries bombs rockets mines aircraft planes
    guns fuel"""
)
VERBS = {
    "aid": """provid(?:e|es|ed|ing) send(?:s|ing)? sent give[ns]? gave giving suppl(?:y|ies|ied|ying) deliver(?:s|ed|ing)?
    donat(?:e|es|ed|ing) ship(?:s|ped|ping)? transfer(?:s|red|ring)? pledg(?:e|es|ed|ing) hand(?:s|ed)\\s+over sell(?:s|ing)?
    sold lend(?:s|ing)? lent arm(?:ed|ing|s)? financ(?:es|ed|ing) fund(?:s|ed|ing) assist(?:s|ed|ing)? aid(?:ed|ing)
    help(?:s|ed|ing)? equip(?:s|ped|ping)? allocat(?:e|es|ed|ing) promis(?:e|es|ed|ing) grant(?:s|ed|ing)
    earmark(?:s|ed|ing)? commit(?:s|ted|ting) set\\s+aside buy(?:s|ing)? bought purchas(?:e|es|ed|ing) order(?:s|ed|ing)?
    receiv(?:e|es|ed|ing) procur(?:e|es|ed|ing) obtain(?:s|ed|ing)?""",
    "support": """support(?:s|ed|ing)? back(?:s|ed|ing) endors(?:e|es|ed|ing)
    (?:side|sides|sided|siding|stand|stands|stood|standing)\\s+(?:with|by)""",
    "sanction": "sanction(?:s|ed|ing)? blacklist(?:s|ed|ing)? embargo(?:es|ed|ing)? penali[sz](?:e|es|ed|ing)",
    "fight": """attack(?:s|ed|ing)? invad(?:e|es|ed|ing) bomb(?:s|ed|ing) bombard(?:s|ed|ing)? shell(?:s|ed|ing) struck
    strikes striking fight(?:s|ing)? fought annex(?:es|ed|ing)? occup(?:y|ies|ied|ying) seiz(?:e|es|ed|ing) overr[au]n
    assault(?:s|ed|ing)? raid(?:s|ed|ing) defeat(?:s|ed|ing)? clash(?:es|ed|ing)?""",
    "pressure": """pressur(?:e|es|ed|ing) press(?:es|ed|ing) threaten(?:s|ed|ing)? coerc(?:e|es|ed|ing)
    contain(?:s|ed|ing)? constrain(?:s|ed|ing)? blockad(?:e|es|ed|ing) confront(?:s|ed|ing)? isolat(?:e|es|ed|ing)
    warn(?:s|ed|ing)? squeez(?:e|es|ed|ing) push(?:es|ed|ing)""",
    "partnership": "all(?:y|ied|ying)\\s+(?:itself\\s+)?with cooperat(?:e|es|ed|ing) partner(?:s|ed|ing)\\s+with signed sign",
}
NOUNS = {
    "aid": "aid assistance help arms\\s+deliver(?:y|ies) deliver(?:y|ies) suppl(?:y|ies) weapons\\s+transfers? shipments?",
    "support": "support backing",
    "sanction": "sanctions? embargo export\\s+controls restrictions",
    "fight": """wars? conflict invasion attacks? offensive strikes? fighting aggression annexation hostilities clashes
    bombardment shelling""",
    "pressure": "pressure threats? tariffs? ultimatum blockade",
    "partnership": "partnership alliance friendship cooperation pact treaty relations ties agreement",
    "enlargement": "enlargement expansion accession",
}
GROWS = any_of("expand(?:s|ed|ing)? enlarg(?:e|es|ed|ing) join(?:s|ed|ing)? acced(?:es|ed|ing) admit(?:s|ted|ting)?")
ALL = re.compile(
    r"(?i)\b(?:"
    + "|".join(f"(?P<v_{kind}>{any_of(listed)})" for kind, listed in VERBS.items())
    + "|"
    + "|".join(f"(?P<n_{kind}>{any_of(listed)})" for kind, listed in NOUNS.items())
    + rf"|(?P<v_enlargement>{GROWS}))\b"
)
GOODS_NEAR = re.compile(rf"(?i)\b(?:{GOODS})\b")
AMOUNT = re.compile(r"[$€£]|\d")
WHOLE = ("arm", "assist", "aid", "help", "fund", "financ", "equip")  #: verbs of aid that need no goods
NO_GOODS = re.compile(r"(?i)\s+\S+\s+(?:the\s+|an?\s+)?(?:opportunity|chance|room|time|reason|cause|way|impression)")
TREATY = re.compile(r"(?i)\b(?:treaty|pact|agreement|partnership|alliance|accord|deal|statement)\b")
EITHER = each(
    """sanctions sanction support supports attacks attack strikes fighting raids clashes assault assaults pressure
    pressures aid help helps aids"""
)  #: nouns that are also verbs
ADJECTIVAL = re.compile(
    r"(?i)\b(?:the|of|more|new|any|no|on|under|economic|military|financial|its|their|western|from|with|for|by|and|humanitarian"
    r"|practical|direct|common|strong|full|public|such|further|us|in|great|much|other|these|those|some|all)\s+$"
)
ADVERB = re.compile(r"(?i)\b(?:openly|directly|also|still|now)\s+$")
VERBAL = re.compile(r"(?i)\b(?:to|will|would|did|does|do|not|must|could|can|may|should|openly|directly|also)\s+$")
NAMED_NEXT = re.compile(r"\s+(?:the\s+|all\s+|a\s+)?[A-Z]")


class Trigger(NamedTuple):
    """A word that states a relation."""

    start: int
    end: int
    kind: str
    verb: bool


def triggers(text: str, clause: Span) -> Iterator[Trigger]:
    """The words of a clause that state relations."""
    for match in ALL.finditer(text, clause.start, clause.end):
        form, _, kind = str(match.lastgroup).partition("_")
        word, verb = match.group().lower(), form == "v"
        if word == "shells" and not _is_verb(text, match):
            continue
        if verb and word in EITHER:
            verb = _is_verb(text, match)
        elif verb and kind == "aid" and not _gives(text, match, clause):
            continue
        if kind == "partnership" and word in {"signed", "sign"} and not TREATY.search(text, match.end(), clause.end):
            continue
        yield Trigger(match.start(), match.end(), kind, verb)


def _gives(text: str, match: re.Match[str], clause: Span) -> bool:
    """Whether a verb such as `give` has goods, arms or money as its object."""
    word = match.group().lower()
    if word in {"arms", "arm"}:
        return NAMED_NEXT.match(text, match.end()) is not None
    if NO_GOODS.match(text, match.end()):
        return False
    if word.startswith(WHOLE):
        return True
    near = GOODS_NEAR.search(text, max(clause.start, match.start() - 60), min(clause.end, match.end() + 110))
    return bool(near or AMOUNT.search(text, match.end(), min(clause.end, match.end() + 60)))


def _is_verb(text: str, match: re.Match[str]) -> bool:
    """Whether an ambiguous word is a verb here: before a name, and after no article."""
    before = text[max(0, match.start() - 16) : match.start()]
    named = NAMED_NEXT.match(text, match.end()) is not None
    if ADJECTIVAL.search(before):
        return named and re.search(r"(?i)\b(?:and|us)\s+$", before) is not None
    form = ADVERB if match.group().endswith("s") else VERBAL  # `to attacks` is no infinitive
    return form.search(before) is not None or named
