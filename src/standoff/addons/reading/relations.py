"""Relations between actors in a text: kind, source, target, and polarity.

Kinds: aid, support, sanction, fight, partnership, pressure, enlargement. A trigger word gives the kind and its
neighbours the direction: an actor before the word that is not the complement of a preposition is the source, an actor
after it the target; `by` reverses this. Directions are the least reliable result of reading by rules, so that a person
reviews every relation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.actors import FORCES
from standoff.addons.reading.lexicon import each
from standoff.addons.reading.relation_words import Trigger, triggers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.sentences import Span

NEGATED = re.compile(
    r"(?i)\b(?:not|never|n't|no(?!-)|without|nor|neither|refus\w+\s+to|declin\w+\s+to|unwilling\s+to|stopp\w+|"
    r"ceas\w+|halt\w*|suspend\w*|ended|end|denie[sd]|deny"
    r"|reject\w*|rules?\s+out|ruled\s+out|lack\w*|abstain\w*\s+from|refrain\w*\s+from|instead\s+of|"
    r"rather\s+than|avoid\w*|fail\w*\s+to|lift\w*|hardly|opposed?|opposes|against)\b"
)
NOTHING = re.compile(
    r"\s+(?:(?:the\s+)?(?:[A-Z][\w-]*\s+){1,3})?(?:no|nothing|none)\b(?!\s+(?:more|fewer|less|longer|doubt|small)\b)"
)  #: an object that denies its verb: `gave Iran no weapons`
PREPOSITION = re.compile(
    r"(?i)\b(?:of|to|towards?|in|into|on|against|with|from|by|for|between|over|near|via|through|under|among|"
    r"about|unlike|like)\s+(?:the\s+|its\s+|both\s+|all\s+)?$"
)
THINGS = each(
    """cities positions territory ports companies firms banks oil battlefield allies energy border ships power targets exports
    imports economy"""
)  #: of an actor, after its adjective
BY = re.compile(r"(?i)\bby\s+(?:the\s+)?$")
WAS = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been|being|gets?|got|under|subjected\s+to|facing|faces|faced|hit\s+by|"
    r"hit\s+with)\s+(?:\w+\s+){0,2}$"
)
TAKES = re.compile(r"(?i)buy|bought|purchas|order|receiv|procur|obtain")
GIVEN_TO = re.compile(r"(?i)\b(?:to|for)\s+(?:the\s+)?$")
WITHIN = re.compile(
    r"(?i)\b(?:in|near|over|inside|within|across)\s+(?:the\s+|eastern\s+|western\s+|northern\s+|southern\s+)?$"
)
FROM = re.compile(r"(?i)\b(?:from|by)\s+(?:the\s+)?$")
TO = re.compile(
    r"(?i)\b(?:to|for|towards?|on|against|upon|with|into|of|at|over)\s+(?:the\s+|all\s+|both\s+|"
    r"its\s+neighbou?r\s+)?(?:(?:[\d,.]+|some|many|more|new)\s+(?:\w+\s+)?)?$"
)


def find(
    text: str, clause: Span, mentions: Sequence[Mention], subjects: Sequence[Mention] = ()
) -> list[dict[str, Any]]:
    """Relations of a clause. `subjects`: actors of the preceding clause (`and sent`)."""
    inside = [m for m in mentions if clause.start <= m.start and m.end <= clause.end]
    if not inside:
        return []
    out: list[dict[str, Any]] = []
    observed: set[tuple[str, str, str]] = set()
    for trigger in triggers(text, clause):
        sources, targets = _parties(text, clause, trigger, inside, subjects)
        named = not trigger.verb and trigger.kind == "fight"
        polarity = "negative" if not named and _negated(text, clause, trigger) else "positive"
        for source in sources:
            for target in targets:
                if source == target or (trigger.kind, source, target) in observed:
                    continue
                observed.add((trigger.kind, source, target))
                out.append(
                    {
                        "kind": trigger.kind,
                        "source": source,
                        "target": target,
                        "polarity": polarity,
                        "quote": text[trigger.start : trigger.end],
                        "start": trigger.start,
                        "end": trigger.end,
                    }
                )
    return _deduplicate(out)


def _deduplicate(result: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Remove duplicates: symmetric relations once, and mirrors of one kind by weaker words."""
    out: list[dict[str, Any]] = []
    for one in result:
        mirror = any(
            o["kind"] == one["kind"] and o["source"] == one["target"] and o["target"] == one["source"] for o in out
        )
        if not mirror or one["kind"] == "fight":
            out.append(one)
    return out


def _negated(text: str, clause: Span, trigger: Trigger) -> bool:
    if trigger.verb and NOTHING.match(text, trigger.end, clause.end):
        return True
    before = text[max(clause.start, trigger.start - 110) : trigger.start]
    last = None
    for last in NEGATED.finditer(before):  # noqa: B007
        pass
    if last is None:
        return False
    word, distance = last.group().lower(), before[last.end() :]
    if (
        word in {"against", "opposed", "opposes", "oppose", "end", "ended", "no", "without", "lifted", "lift"}
        and len(distance.split()) > 3
    ):
        return False
    if word == "against":
        return False
    if re.match(r"(?i)\s+only\b", distance):
        return False
    if re.search(r"(?i)\b(?:does|do|did)\s+not\s+(?:want|wish|intend|plan|agree)\s+to\b", before):
        return True
    return len(distance.split()) <= 7 and not re.search(r"[;:]|\bbut\b", distance)


def _parties(
    text: str, clause: Span, trigger: Trigger, inside: Sequence[Mention], subjects: Sequence[Mention]
) -> tuple[list[str], list[str]]:
    """Sources and targets of a trigger; both empty if one is missing."""
    before = [m for m in inside if m.end <= trigger.start]
    after = [m for m in inside if m.start >= trigger.end]
    if trigger.kind == "partnership":
        return _tied(text, trigger, before, after)
    if trigger.kind == "enlargement":
        return _enlarged(text, trigger, before, after)
    if not trigger.verb:
        return _of_noun(text, clause, trigger, before, after, subjects)
    if WAS.search(text[max(clause.start, trigger.start - 40) : trigger.start]) and trigger.end != clause.end:
        agent = [m for m in after if BY.search(text[trigger.end : m.start])]
        if agent:
            to = [m for m in after if m.code != agent[0].code and GIVEN_TO.search(text[trigger.end : m.start])]
            return _group(text, agent, agent[0]), _group(text, to, to[0]) if to else _before(text, before)
        if re.search(r"(?i)(?:ed|sent|given|sold|struck|lent)$", text[trigger.start : trigger.end]):
            return [], []
    sources = _before(text, before) or list(dict.fromkeys(m.code for m in subjects))
    if trigger.kind == "aid" and TAKES.match(text, trigger.start, trigger.end):
        giver = [m for m in after if FROM.search(text[trigger.end : m.start])]
        return (_group(text, giver, giver[0]), sources) if giver else ([], [])
    first = _object(text, trigger, after)
    if first is None and trigger.kind == "fight" and len(sources) == 2:
        return sources[:1], sources[1:]
    return (sources, _group(text, after, first)) if first is not None else ([], [])


def _first(text: str, clause: Span, before: Sequence[Mention]) -> list[str]:
    """The actor at the beginning of the clause."""
    for mention in before:
        if not PREPOSITION.search(text[max(clause.start, mention.start - 24) : mention.start]):
            return [mention.code]
    return []


def _object(text: str, trigger: Trigger, after: Sequence[Mention]) -> Mention | None:
    """Object of a verb: the first actor after it that is no adjective, else the one after `to`."""
    near = [m for m in after if m.start - trigger.end < 140]
    if trigger.kind in {"aid", "support"}:
        near = [m for m in near if not WITHIN.search(text[trigger.end : m.start])]
    to = [
        m
        for m in near
        if re.search(
            r"(?i)\b(?:to|against|with|for|on|towards?|into|from)\s+(?:the\s+|its\s+)?$", text[trigger.end : m.start]
        )
    ]
    first = next((m for m in near if m.kind != "demonym" or _head(text, m)), None)
    if trigger.kind == "aid" and to and not (first and first.start - trigger.end <= 6):
        direct = [m for m in to if re.search(r"(?i)\b(?:to|for)\s+(?:the\s+)?$", text[trigger.end : m.start])]
        return direct[0] if direct else to[0]
    return first


def _head(text: str, mention: Mention) -> bool:
    """Whether an adjective stands for its actor: `Russian forces`, `Ukrainian cities`."""
    word = re.match(r"\s+(\w+)", text[mention.end : mention.end + 24])
    return word is not None and word.group(1).lower() in FORCES | THINGS


def _before(text: str, before: Sequence[Mention]) -> list[str]:
    """Subject: the nearest preceding actor without a preposition, and coordinated ones."""
    for i in range(len(before) - 1, -1, -1):
        mention = before[i]
        first = i
        while first and re.fullmatch(r"[\s\u2013-]", text[before[first - 1].end : before[first].start]):
            first -= 1  # `China Russia relations`, `Russia-Ukraine`: words before the pair apply to both
        if PREPOSITION.search(text[max(0, before[first].start - 24) : before[first].start]):
            continue
        group = [mention]
        for j in range(i - 1, -1, -1):
            distance = text[before[j].end : group[0].start]
            if re.fullmatch(r"(?i)\s*(?:,|and|or|as well as|but\s+also|,\s*and|&)\s*(?:the\s+)?", distance):
                group.insert(0, before[j])
            else:
                break
        if len(group) > 1 and PREPOSITION.search(text[max(0, group[0].start - 24) : group[0].start]):
            continue
        return list(dict.fromkeys(m.code for m in group))
    return []


def _group(text: str, after: Sequence[Mention], first: Mention | None) -> list[str]:
    """An actor and those that are joined to it by `and`."""
    if first is None:
        return []
    group, sure = [first], 1
    for mention in after[list(after).index(first) + 1 :]:
        distance = text[group[-1].end : mention.start]
        if not re.fullmatch(r"(?i)\s*(?:,|and|or|as well as|,\s*and|&)\s*(?:the\s+)?", distance):
            break
        group.append(mention)
        sure = len(group) if distance.strip() != "," else sure  # a comma joins only where `and` follows
    return list(dict.fromkeys(m.code for m in group[:sure]))


def _of_noun(
    text: str,
    clause: Span,
    trigger: Trigger,
    before: Sequence[Mention],
    after: Sequence[Mention],
    subjects: Sequence[Mention],
) -> tuple[list[str], list[str]]:
    """Sources and targets of a relation noun, as in `sanctions on Russia by the United States`."""
    near = [m for m in after if m.start - trigger.end < 70]
    giver = [m for m in near if FROM.search(text[trigger.end : m.start])]
    taker = [m for m in near if TO.search(text[trigger.end : m.start]) and m not in giver]
    nearest = before[-1] if before else None
    adjective = (
        nearest is not None
        and trigger.start - nearest.end <= 40
        and not re.search(r"[,;]|\b(?:has|have|had|is|was|are|were|will|did|does)\b", text[nearest.end : trigger.start])
    )
    if taker:
        targets = _group(text, near, taker[0])
        if giver:
            return _group(text, near, giver[0]), targets
        sources = _before(text, before)
        if re.search(r"(?i)\b(?:through|by|via|with)\s+(?:\w+\s+){0,2}$", text[clause.start : trigger.start]):
            sources = _first(text, clause, before) or sources
            adjective = False
        if (
            adjective
            and nearest is not None
            and nearest.code not in targets
            and (nearest.kind == "demonym" or trigger.start - nearest.end < 16)
        ):
            led = re.match(r"(?i)-(?:led|backed|sponsored)", text[nearest.end : nearest.end + 10])
            sources = [nearest.code] if nearest.kind == "demonym" or led or not sources else sources
        return sources or list(dict.fromkeys(m.code for m in subjects)), targets
    if giver:
        sources = _group(text, near, giver[0])
        return sources, [code for code in _suffers(text, before) if code not in sources]
    if trigger.kind in {"fight", "pressure"} and len(before) >= 2 and before[-1].end + 12 >= trigger.start:
        a, b = before[-2], before[-1]
        if re.fullmatch(r"\s*(?:-|\u2013|\s|and)\s*", text[a.end : b.start]):
            return [a.code], [b.code]
    if trigger.kind in {"fight", "pressure"} and near:
        pair = re.match(r"(?i)\s+(?:between|of)\s+(?:the\s+)?", text[trigger.end : near[0].start + 1])
        if pair and len(near) > 1:
            return [near[0].code], [near[1].code]
    return [], []


def _suffers(text: str, before: Sequence[Mention]) -> list[str]:
    """Actors under pressure: `China Russia relations have been facing pressure from`."""
    codes = _before(text, before)
    if len(before) >= 2 and re.fullmatch(r"\s*(?:-|\u2013|\s|and|,)\s*", text[before[-2].end : before[-1].start]):
        return [before[-2].code, before[-1].code]
    return codes


def _tied(
    text: str, trigger: Trigger, before: Sequence[Mention], after: Sequence[Mention]
) -> tuple[list[str], list[str]]:
    """Both sides of a symmetric relation, in the order of the text."""
    near = [m for m in after if m.start - trigger.end < 60]
    pair = [m for m in near if re.search(r"(?i)\b(?:between|with|of)\s+(?:the\s+)?$", text[trigger.end : m.start])]
    if pair and re.search(r"(?i)\bbetween\b", text[trigger.end : pair[0].start]) and len(near) > 1:
        return [near[0].code], [near[1].code]
    if pair and (sources := [c for c in _before(text, before) if c != pair[0].code]):
        return sources[:1], [pair[0].code]
    if len(before) >= 2:
        a, b = before[-2], before[-1]
        distance = text[a.end : b.start]
        if re.fullmatch(r"(?:'s|\u2019s)?\s*(?:-|\u2013|\s|and|,|and\s+the)\s*", distance):
            return [a.code], [b.code]
        if re.search(r"(?i)\bwith\s+(?:the\s+)?$", distance):
            return [a.code], [b.code]
    return [], []


def _enlarged(
    text: str, trigger: Trigger, before: Sequence[Mention], after: Sequence[Mention]
) -> tuple[list[str], list[str]]:
    """Enlargement of a bloc, with its actor if stated; the target may be empty."""
    word = text[trigger.start : trigger.end].lower()
    blocs = [m for m in (*before, *after) if m.kind == "bloc"]
    if not blocs:
        return [], []
    if word.startswith(("join", "acced", "accession")):
        bloc = next((m for m in after if m.kind == "bloc"), None)
        return ([bloc.code], _before(text, before)) if bloc else ([], [])
    bloc = next((m for m in before if m.kind == "bloc"), blocs[0])
    others = [m.code for m in after if m.kind in {"name", "capital"}][:4]
    if word.startswith("admit"):
        return [bloc.code], others
    return [bloc.code], others or [""]
