"""Senses of words: `halted arms deliveries` and `stopped sending weapons` agree.

A sense is a common stem, or the name of a class of words that state the same thing in reports of conflicts. A word may
have several. The classes are our own (assumption) and wider than synonyms: whether two passages agree also depends on
their actors, dates, numbers and negations.
"""

from __future__ import annotations

import re
from functools import lru_cache

from standoff.addons.reading.lexicon import each

CLASSES = """
war: war conflict fighting fight fought hostilities combat invade invasion attack offensive aggression clash
strike: strike struck hit attack bomb bombard bombardment raid shelling airstrike
begin: begin began begun beginning start open launch onset outbreak broke commence
end: end stop halt cease close finish suspend terminate lapse expire conclude over
give: give gave given send sent supply deliver delivery provide ship shipment donate hand transfer sell sold dispatch arm equip
arms: arms weapon weaponry munition ammunition shell missile tank artillery gun rocket materiel lethal armament
force: force troop soldier men army personnel serviceman servicemen servicemember military strength combatant
unit: division brigade battalion regiment force troop soldier
fighter: fighter mercenary mercenaries volunteer combatant
leave: leave left withdraw withdrew withdrawn withdrawal pull quit evacuate depart
take: take took taken seize seizure capture captured occupy occupation recapture conquer fell fallen
annex: annex annexation incorporate absorb
treaty: treaty pact agreement accord sign alliance ally convention
meet: meet met meeting summit talk conference
allow: allow permit authorise authorize let entitle licence license
order: order command instruct decree direct
demand: demand call require insist urge
support: support back favour favor approve endorse favourable favorable
oppose: oppose opposition disapprove condemn
recognise: recognise recognize recognition
join: join accede accession enlargement admit
member: member membership join accede accession
kill: kill killed dead death died die fatality fatalities slain
wound: wound wounded injure injured injury injuries hurt
loss: cost loss losses lose lost casualty casualties toll destroyed destroy
trade: trade commerce turnover goods
import: import buy bought purchase
export: export sell sold
growth: growth grow grew grown expand expansion shrink shrank shrunk contract contraction
rise: rise rose risen increase grow grew climb jump raise
fall: fall fell fallen drop decline decrease shrink shrank cut lower
gdp: gdp economy economic output domestic
inflation: inflation price prices
rate: rate interest
spend: spend spent spending expenditure outlay
aid: aid assistance help support assist
allocation: allocation allocate earmark
commitment: commitment commit pledge promise promised
promise: promise pledge promised vow
sanction: sanction embargo
vote: vote ballot
aircraft: aircraft plane jet air
ship: ship vessel navy fleet naval
unite: unite unity unify one united unification
defend: defend defence defense defensive protect
neighbour: neighbour neighbor neighbouring neighboring
crude: crude oil petroleum
refugee: refugee displaced
land: land landing disembark
cross: cross crossing
probable: probable likely probably
freeze: freeze froze frozen immobilise immobilize
border: border frontier
friend: friend friendly friendship
nation: nation country countries state
drone: drone uav
vehicle: vehicle
budget: budget
forecast: forecast expect predict estimate could would will might project
north_korea: dprk
gas: gas lng
able: able capable ability capability
general: unga
assembly: unga
council: unsc
security: unsc
"""
NEGATIVE = re.compile(
    r"(?i)\b(?:not(?!\s+(?:just|only|merely|least|(?:less|more)\s+than))|never|cannot|n't|neither|nor|nobody|none|no\s+longer(?!\s+than)|no(?!\s+(?:later|less|fewer|more|longer|doubt))|refus\w+|"
    r"declin(?:e|es|ed|ing)\s+to|reject\w*|den(?:y|ies|ied)|halt\w*|stop\w*|ceas\w+|clos(?:e|es|ed)(?!\s+to)|"
    r"suspend\w*|end(?:s|ed)|abstain\w*|fail\w*\s+to|rul\w+\s+out|keeps?\s+out|stay\w*\s+out|ban(?:s|ned)?|bar(?:s|red)|lift(?:s|ed|ing)?|(?:call|cut|break|broke|broken|put|hold|held|fend|ward|turn|shut|writ|wrote)\w*\s+(?:\w+\s+){0,5}?off)\b|n\u2019t\b"
)  #: words that turn a statement into its opposite
STOP = each(
    """a an the of in on at by to for from with and or but as that this these those it its he his she her they their we our
    is are was were be been being has have had do does did will would shall should can could may might must about some any
    all every each both over under more most much many very up down out off into onto upon than then so such own other
    others another there here when while whether who whom whose which what where why how not no nor never ever also still
    again only just once already yet even now one two s t make made makes making get got go goes went gone going keep kept
    keeps put puts set sets if because since until before after during between among through throughout against within
    without toward towards near along across back aside idle by said says say tell told announce announced declare declared
    report reported state stated claim claimed warn warned note noted find found hold held call called estimate estimated
    count counted according january february march april june july august september october november december day week
    month year end beginning start early late per cent percent ago today yesterday us them him me himself itself record
    demand demands demanded urge urged insist insisted threaten threatened held
    reach reached total number amount come came president prime minister secretary foreign general"""
)

SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "s", "ly")
SHORTEST = 3  # letters of a stem; assumption


def stem(word: str) -> str:
    """A word without its ending: `crossing`, `crossed` and `cross` have one stem."""
    word = word.lower()
    for suffix in SUFFIXES:
        if (
            word.endswith(suffix)
            and len(word) - len(suffix) >= SHORTEST
            and not (suffix == "s" and word.endswith("ss"))
        ):
            word = word[: -len(suffix)] + ("y" if suffix in {"ies", "ied"} else "")
            break
    if len(word) > SHORTEST and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] if len(word) > SHORTEST and word.endswith("e") else word


@lru_cache(maxsize=8192)
def senses(word: str) -> frozenset[str]:
    """The senses of a word: its stem, and the classes that list it."""
    root = stem(word)
    return frozenset({root, *_classes().get(root, ()), *_classes().get(word.lower(), ())})


def negations(text: str) -> int:
    """Number of words that negate."""
    return len(NEGATIVE.findall(text))


@lru_cache(maxsize=1)
def _classes() -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for line in CLASSES.strip().splitlines():
        name, _, words = line.partition(": ")
        for word in words.split():
            out.setdefault(stem(word), set()).add(f"={name}")
            out.setdefault(word, set()).add(f"={name}")
    return out
