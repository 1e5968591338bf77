"""Vocabulary of counts: nouns with units, and verbs for events of the counted things."""

from __future__ import annotations

import re

from standoff.addons.reading.lexicon import any_of, each

MEASURES = ("barrel", "tonne", "hectare", "kWh")
NOUNS = {
    "person": """soldiers? troops? servicemen servicemembers personnel men women people persons? civilians? casualties fighters?
    mercenaries mercenary volunteers? recruits? conscripts? reservists? refugees? prisoners? militants? combatants? dead
    deaths? fatalities workers? children residents citizens inhabitants officers instructors advisers advisors diplomats?
    rebels? insurgents? sailors? pilots? agents? spies peacekeepers? gunmen legionnaires? losses killed wounded injured
    extremists? terrorists? attackers? hostages?
    detainees? others forces migrants marines paratroopers guards police protesters victims demonstrators nationals""",
    "item": """tanks? drones? missiles? aircraft helicopters? jets? planes vehicles? howitzers? guns? systems? launchers? ships?
    vessels? submarines? rockets? batteries weapons? containers? satellites? bombs? trucks? rifles? boats? warships?
    warheads? UAVs? mortars? radars? tankers? frigates? interceptors?""",
    "shell": "shells? rounds",
    "sanction": "sanctions? designations?",
    "km": "km kilometres kilometers",
    **{unit: f"{unit}s?" for unit in MEASURES},
}
COUNTED = each(
    """villages towns cities bases factories countries states banks firms companies entities sorties strikes attacks flights
    battalions brigades divisions regiments cases violations incidents ports households homes schools hospitals"""
)
NOT_COUNTED = each(
    """minutes hours days weeks months years decades centuries seconds times points reasons metres meters miles pages steps
    goals degrees kinds types ways parts considerations nights inches feet litres liters yards laps editions"""
)
STOP = each(
    """in on at by of to for from with and or but who that which have has had were was is are will would since after before as
    during against between into this these those their its so he she it they said say according while when over near"""
)


def _forms(listed: str) -> list[str]:
    """Singular and plural of a pattern: `tanks?` is `tanks` and `tank`."""
    return [form for word in listed.split() for form in ((word[:-1], word[:-2]) if word.endswith("?") else (word,))]


UNIT_OF = {word.lower(): unit for unit, listed in NOUNS.items() for word in _forms(listed)} | dict.fromkeys(
    COUNTED, "item"
)
CUBIC = re.compile(r"(?i)[\s-]*(?:cubic\s+kilomet(?:re|er)s?|km3\b|bcm\b)")  #: of gas; bcm are cubic kilometres
GAS = re.compile(r"(?i)\bgas\b")
LASTING = re.compile(r"(?i)[\s-]+(?P<unit>day|month|week)s?\b")
LASTS = re.compile(
    r"(?i)\b(?:last|cover|suffic|enough)\w*\s+(?:(?:for|about|some|only|just|nearly|up|to|at|least)\s+)*$"
)
WORTH = re.compile(r"(?i)['\u2019]?\s+(?:of|worth|supply)\b")
STOCK = re.compile(r"(?i)\b(?:stocks?|stockpiles?|reserves?|suppl(?:y|ies)|inventor(?:y|ies)|storage)\b")
MODEL = re.compile(r"\s+(?P<model>[A-Z][A-Za-z]{0,3}-\d{1,3}[A-Z]?s)\b")  #: `30 F-16s`
SQUARE = re.compile(r"(?i)[\s-]*(?:square\s+(kilomet(?:re|er)s?|km)|km2|sq\.?\s*km)\b")
TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|[,.;:()]|\d")
HARDWARE = {
    "tank": "tanks",
    "drone": "drones",
    "missile": "missiles",
    "helicopter": "helicopters",
    "jet": "aircraft",
    "plane": "aircraft",
    "aircraft": "aircraft",
    "howitzer": "artillery",
    "gun": "artillery",
    "mortar": "artillery",
    "launcher": "rocket_launchers",
    "ship": "ships",
    "vessel": "ships",
    "warship": "ships",
    "frigate": "ships",
    "boat": "ships",
    "submarine": "submarines",
    "rocket": "rockets",
    "container": "containers",
    "uav": "drones",
    "vehicle": "vehicles",
    "shell": "shells",
    "round": "shells",
    "system": "systems",
    "weapon": "weapons",
    "warhead": "warheads",
    "tanker": "tankers",
}


def _form(listed: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(listed)})\b", re.IGNORECASE)


DEAD = _form("kill(?:ed|s|ing)? dead deaths? died die fatalit(?:y|ies) slain perished")
HURT = _form("wound(?:ed|s)? injur(?:ed|ies|y) maimed")
LOST = _form("loss(?:es)? casualt(?:y|ies) lost lose losing")
FOREIGN = _form(
    """mercenar(?:y|ies) foreign\\s+(?:fighters?|soldiers?|volunteers?|legionnaires?|nationals\\s+fighting|troops|recruits?
    |military)""".replace("\n    |", "|")
)
STAYING = _form("still remain(?:s|ed|ing)? fighting left\\s+in present")
ARRIVED = _form("arriv\\w+ came joined entered travelled traveled")
LEFT = _form("have\\s+left had\\s+left went\\s+home departed withdrew fled")
GONE = _form("lost loss(?:es)? destroy\\w* shot\\s+down knocked\\s+out downed sank sunk intercept(?:s|ed|ing)?")
GIVEN = _form(
    "sen[dt]s? suppl\\w+ deliver\\w* provid\\w+ donat\\w+ shipp?\\w* transfer\\w* gave give[ns]? handed pledg\\w+ promis\\w+"
)
MADE = _form("produc\\w+ built build manufactur\\w+ make makes made")
FIRED = _form("fired launched fires expend\\w+")
EVENTS = {"lost": GONE, "delivered": GIVEN, "production": MADE, "fired": FIRED}
FRESH = _form("new added round further additional")
BOTH = re.compile(r"(?i)(?:killed|dead)\s+(?:and|or)\s+(?:wounded|injured)")
PERSONNEL = (
    (_form("civilians?"), "civilians"),
    (_form("refugees?"), "refugees"),
    (_form("prisoners? captured pow"), "prisoners"),
)
FORCE = (
    (_form("displac\\w+"), "displaced"),
    (_form("fled flee\\w*"), "refugees"),
    (_form("mobili[sz]ed? called\\s+up conscript(?:ed|s)? drafted"), "mobilised"),
    (_form("recruit(?:s|ed|ing)? enlist\\w*"), "recruits"),
    (_form("train(?:ed|ing)?"), "troops_trained"),
    (_form("sent send dispatch\\w* deploy\\w* contribut\\w*"), "troops_sent"),
    (_form("station\\w* amass\\w* mass(?:ed|ing) concentrat\\w* border build-?up gathered"), "troops_deployed"),
    (_form("strong strength numbers totals?"), "armed_forces_strength"),
)
AID = "(?:aid|assistance|help|support|package)"
PLEDGED = "(?:commit(?:ted|ments?)?|pledg\\w+|promis\\w+)"
SET_ASIDE = "(?:allocat\\w+|set\\s+aside|earmark\\w+)"


def _together(one: str, other: str) -> re.Pattern[str]:
    return re.compile(rf"\b{one}\b.*\b{other}\b|\b{other}\b.*\b{one}\b", re.IGNORECASE | re.DOTALL)


MONEY = (
    (_together(PLEDGED, AID), "aid_commitments"),
    (_together(SET_ASIDE, AID), "aid_allocations"),
    (_form("aid assistance help support donat\\w+ grants? package"), "aid_total"),
    (_form("trade"), "trade"),
    (_form("export\\w*"), "exports"),
    (_form("import\\w*"), "imports"),
    (_form("froze frozen freez\\w+ immobili[sz]ed"), "reserves_frozen"),
    (_form("(?:defen[cs]e|military)\\s+(?:budget|spending|expenditure|outlays?)"), "military_expenditure"),
    (_form("spen[dt]\\w*(?=.*\\bon\\s+(?:defen[cs]e|arms|its\\s+(?:military|army)))"), "military_expenditure"),
    (_form("deficit"), "budget_deficit"),
    (_form("budget"), "budget"),
    (_form("gdp gross\\s+domestic economy"), "gdp"),
    (_form("debt owes?"), "debt"),
    (_form("loans? lent"), "loans"),
    (_form("revenues?"), "revenue"),
    (_form("damage reconstruction"), "damage"),
    (_form("costs?"), "cost"),
)
GREW = "(?:grew|grow\\w*|shr[aiu]nk\\w*|contract\\w*|fell|expand\\w*|growth)"
CHANGED = f"(?:{GREW}|rose|risen|rise|rises|dropp?\\w*|declin\\w*|increas\\w*|decreas\\w*|jump\\w*|up|down)"
SHARES = (
    (_form("inflation prices"), "inflation"),
    (_together("(?:gdp|economy|economic|output)", GREW), "gdp_growth"),
    (_form("territory land"), "territory"),
    (_form("poll survey respondents support(?:ed|s|ing)? approve favou?r\\w* oppose[ds]? public"), "public_share"),
    (_form("tariffs?"), "tariff"),
    (_form("(?:interest|key|policy)\\s+rate"), "key_rate"),
    (_form("trade"), "trade_share"),
    (_form("defen[cs]e military"), "military_burden"),
    (_form("unemployment"), "unemployment"),
    (_form("share\\s+of"), "share"),
    (_together("exports?", CHANGED), "exports_change"),
    (_together("imports?", CHANGED), "imports_change"),
)
