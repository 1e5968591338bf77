"""The noun phrase before or after a verb of saying: pronoun, name, or noun with its article."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from standoff.addons.reading.lexicon import each

if TYPE_CHECKING:
    from collections.abc import Sequence

    Tokens = Sequence[re.Match[str]]

REACH = 240  # assumption: longer than the longest name with a description
LONGEST = 14  # assumption: words of the longest name without a description
TITLE = "Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Brig|Sgt|Adm|Sen|Rep|Reps|Sens|Gov|Prof|Jr|Sr|St|Rev|Cmdr"
TOKEN = re.compile(
    rf"\b(?:{TITLE}|[A-Z])\.|\b(?:[A-Z]\.)+[A-Z]?|''|[^\W_][\w'\u2019&-]*(?:\.(?:com|org|net)\b)?|[^\w\s]"
)
PRONOUN = re.compile(r"(?i)(he|she|they|it)(?:['\u2019](?:s|ve|d|ll))?")
ADVERB = re.compile(
    r"(?:has|have|had|also|itself|themselves|himself|herself|now|still|later|then|since|already|once|never|further|even|both|"
    r"each|will|would|may|might|could|did|does|do|is|are|was|were|again|often|all|too|just|first|"
    r"[a-z]{2,}ly|yesterday|today|soon|sometimes|instead|simply|twice)"
)
TIME = re.compile(
    r"(?:(?:\s+on|\s+late|\s+early)?\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"(?:\s+(?:morning|afternoon|evening|night))?|"
    r"\s+(?:earlier\s+|late\s+)?(?:this|last)\s+(?:week|month|year|spring|summer|fall|autumn|winter)|"
    r"\s+in\s+a\s+(?:statement|tweet|speech|letter|report|memo)|\s+at\s+the\s+time|"
    r"\s+(?:a\s+)?(?:few\s+)?(?:days|weeks|months|years)\s+(?:ago|later|earlier))+\s*$"
)  #: a time or occasion between a subject and its verb
STOP = each(
    """but because if when while as although though since after before so than that who which whom whose what where how why
    whether until unless lest yet once"""
)
FINITE = each(
    """is are was were be been has have had do does did will would can could may might must should cannot not never took made saw
    got went came gave knew kept held lost won ran began told said says thought felt found met wants meant heard don't doesn't
    didn't isn't aren't wasn't weren't can't won't wouldn't couldn't"""
)
IRREGULAR = each(
    "stood sat rose fell spoke wrote led drew shook put cut hit set left gave sent met flew drove fought struck spent"
)
PREPOSITION = each(
    """on in at by for from to with without during under over through like of against about among between despite within
    according amid into near outside following including such along alongside upon"""
)
DETERMINER = each(
    """the a an his her their its our my your some several many most other another one two three four five six seven both all
    these those few no any such each every more"""
)
LINK = each("of the and for de la von van der del al bin ibn & to on in")  #: lower-case words within a name
INTRODUCTION = re.compile(
    r"\s*(?:(?:On|In|At|By|For|During|After|Before|Since|Until|As|While|When|With|From|Following|Despite|Asked|Speaking)"
    r"\b[^,]{2,120},|(?:[A-Z][a-z]+)(?:\s+(?:later|earlier|ago))?,)\s+"
)  #: words before a subject
QUOTE = frozenset({'"', "\u201c", "\u201d", "''"})
LEAD = each(
    """And But Meanwhile However Still Yet Then Later Earlier Also Similarly Indeed Instead Now Firstly Secondly Thirdly
    Finally Even Once Again Moreover Nevertheless Nonetheless Or So Perhaps Today Yesterday Afterward Afterwards Nor"""
)
SENTENCE_ADVERB = each("however meanwhile though too instead therefore nevertheless nonetheless moreover besides")
TIME_NAME = each(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September
    October November December"""
)
TIME_WORD = each("week month year day morning night evening spring summer autumn fall winter time later earlier ago")
RELATIVE = each("who whose which whom")
ASIDE = re.compile(
    r"\W*(?:who|whose|which|whom|an?|the|like|including|such|then|now|formerly|both|once|one|himself|herself|\d+|whether|"
    r"[a-z]+ed|[a-z]+ing|his|her|their|its|among|for|also|all)\b|\W*[A-Z]"
)
AFTER = each(
    """on at during after before as when while to about following last this yesterday today in that who which if because
    earlier during via through later then and-so upon until since again once afterward"""
)  #: words that end a speaker named after the verb
GERUND = each("Having Being Saying Noting Citing Speaking Adding Following Listing Writing Asked")
UNNAMED = PREPOSITION | STOP | FINITE | (DETERMINER - each("some many most all several few"))
NOT_NAME = each("i we you who what this that there here it's that's let's")


def before(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The subject that ends before a verb: `start` is that of the clause."""
    time = TIME.search(text, max(start, end - 60), end)
    if time and time.start() > start:
        end = time.start()
    tokens = _plain(list(TOKEN.finditer(text, max(start, end - REACH), end)))
    while len(tokens) > 1 and ADVERB.fullmatch(tokens[-1].group()):
        tokens.pop()
    if time and len(tokens) > 1 and tokens[-1].group().endswith("ed"):  # `a report published Tuesday said`
        tokens.pop()
    if not tokens:
        return None
    if tokens[-1].group() in {",", "\u2014", "\u2013", "-"}:
        return _apart(tokens[:-1])
    return _phrase(tokens)


def _plain(tokens: Tokens) -> list[re.Match[str]]:
    """The words behind the last quotation mark, without what stands in brackets."""
    out: list[re.Match[str]] = []
    opened: list[int] = []
    for token in tokens:
        word = token.group()
        if word == "(":
            opened.append(len(out))
        elif word == ")":
            del out[opened.pop() if opened else 0 :]
        elif (word in QUOTE or _closes(token)) and token is not tokens[-1]:
            out.clear()
            opened.clear()
        else:
            out.append(token)
    return out[opened[0] :] if opened else out


def _closes(token: re.Match[str]) -> bool:
    """Whether a single mark ends a quotation: it stands behind a stop."""
    return token.group() in {"'", "\u2019"} and token.string[token.start() - 1 : token.start()] in set(
        ",.?!\u2026\u2014"
    )


def after(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The subject that follows a verb: `said Ann Lee, a clerk`."""
    tokens: list[re.Match[str]] = []
    for token in TOKEN.finditer(text, start, min(end, start + REACH)):
        word = token.group()
        if word in FINITE:
            return None
        if (not word[0].isalnum() and word not in {"&", "/"}) or word in AFTER or word in TIME_NAME:
            break
        tokens.append(token)
    if not tokens or len(tokens) > LONGEST:
        return None
    if match := PRONOUN.fullmatch(tokens[0].group()):
        return (tokens[0].start(), tokens[0].start() + len(match.group(1))) if len(tokens) == 1 else None
    return _checked(tokens)


def named(words: str) -> bool:
    """Whether words begin with a name: `Ann Lee`, `Ann of the north`."""
    tokens = list(TOKEN.finditer(words))
    return bool(tokens) and _is_name(tokens)


def subject(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The subject of the first finite verb of a clause: `Ann Lee stood up and said`."""
    if lead := INTRODUCTION.match(text, start, end):
        start = lead.end()
    tokens: list[re.Match[str]] = []
    aside = False
    for token in TOKEN.finditer(text, start, min(end, start + REACH)):
        word = token.group()
        if word in STOP and not aside:
            return None
        if word == ",":
            aside = not aside
        elif aside:
            continue
        elif not word[0].isalnum() and word not in {"&", "/", "(", ")"}:
            return None
        elif tokens and (word.islower() or word[0] in "'\u2019") and _begins_predicate(tokens, word):
            return _phrase(tokens)
        else:
            tokens.append(token)
    return None


def _begins_predicate(tokens: Tokens, word: str) -> bool:
    """Whether a word in lower case is the first of a predicate."""
    last = tokens[-1].group()
    name = (last[0].isupper() and last.lower() not in DETERMINER) or PRONOUN.fullmatch(last) is not None
    if word in FINITE | IRREGULAR or (name and ADVERB.fullmatch(word)):
        return True
    return len(word) > 3 and (word.endswith("ed") or (name and word.endswith("s")))


def _apart(tokens: Tokens) -> tuple[int, int] | None:
    """The subject before a description between commas: `Ann Lee, a clerk, said`."""
    chunks: list[list[re.Match[str]]] = [[]]
    for token in tokens:
        if token.group() in {",", "\u2014", "\u2013"}:
            chunks.append([])
        else:
            chunks[-1].append(token)
    chunks = [chunk for chunk in chunks if chunk]
    at = next(
        (i for i in range(len(chunks) - 1) if chunks[i + 1][0].group() in RELATIVE and _phrase(chunks[i])),
        len(chunks) - 2,
    )
    if at < 0 or not _is_aside(chunks[-1], chunks[-2]):
        return None
    titled = _is_name(chunks[-1]) and chunks[-2][0].group().lower() in DETERMINER  # `the minister, Ann Lee, said`
    while (
        at > 0
        and not titled
        and _is_aside(chunks[at], chunks[at - 1])
        and _phrase(chunks[at - 1])
        and not _leads(chunks[at - 1])
    ):
        at -= 1
    subject = _phrase(chunks[at])
    if subject is None or at + 2 < len(chunks):
        return subject
    name, description = chunks[-1], chunks[at]
    if _is_name(name) and not _is_name(description) and len(name) > 1:  # `his brother, Bob Lee, said`
        return subject[0], name[-1].end()
    return subject


def _is_aside(chunk: Tokens, described: Tokens) -> bool:
    """Whether words between commas describe those before: `Ann Lee, head of the union, said`."""
    words = " ".join(token.group() for token in chunk)
    if chunk[0].group() in SENTENCE_ADVERB:
        return len(chunk) == 1
    described_as = len(chunk) > 1 and chunk[0].group().islower() and chunk[1].group() in PREPOSITION
    main = itertools.takewhile(lambda token: token.group() not in RELATIVE, chunk[1:] if described_as else chunk)
    if any(token.group() in FINITE for token in main):
        return False
    return described_as or ASIDE.match(words) is not None or chunk[0].group() in PREPOSITION or _is_name(described)


def _leads(chunk: Tokens) -> bool:
    """Whether words before a comma say when, where or how, and name nobody."""
    first, second = chunk[0].group(), chunk[1].group() if len(chunk) > 1 else ""
    participle = first.endswith(("ed", "ing")) and second in PREPOSITION
    return participle or first.lower() in PREPOSITION | STOP or first in TIME_NAME or chunk[-1].group() in TIME_WORD


def _phrase(tokens: Tokens) -> tuple[int, int] | None:
    """The noun phrase that ends with the last word."""
    if not tokens:
        return None
    if match := PRONOUN.fullmatch(tokens[-1].group()):
        return tokens[-1].start(), tokens[-1].start() + len(match.group(1))
    at = len(tokens)
    while at > 0 and not _stops(tokens, at - 1):
        at -= 1
    if at > 0 and _is_verb(tokens, at - 1):
        return None
    phrase = list(tokens[at:])
    while phrase and (phrase[0].group() in LEAD or phrase[0].group() in {"and", "or", "nor"}):
        phrase.pop(0)
    if phrase and (phrase[0].group().lower() in PREPOSITION or phrase[0].group() in TIME_NAME):
        phrase = _name_at_end(phrase)
    return _checked(phrase) if phrase else None


def _stops(tokens: Tokens, at: int) -> bool:
    """Whether a word cannot belong to the noun phrase that follows it."""
    word = tokens[at].group()
    if not word[0].isalnum():
        return word not in {"&", "/", "'", "\u2019", "$", "%", "#", "@"}
    if word in {"and", "or"}:
        return not _joins(tokens, at)
    return word in STOP or (word.lower() in STOP and at == 0) or _is_verb(tokens, at)


def _joins(tokens: Tokens, at: int) -> bool:
    """Whether `and` joins two nouns."""
    if at == 0 or at + 1 >= len(tokens):
        return False
    left, right = tokens[at - 1].group(), tokens[at + 1].group()
    return left[0].isupper() == right[0].isupper() or right in DETERMINER or right == "others"


def _is_verb(tokens: Tokens, at: int) -> bool:
    """Whether a word within a phrase is a finite verb: `the poll showed a majority`."""
    word = tokens[at].group()
    if word.lower().replace("\u2019", "'") in FINITE:
        return True
    if len(word) < 4 or not word.endswith("ed") or not word.islower() or "-" in word or at == 0:
        return False
    last, following = tokens[at - 1].group().lower(), tokens[at + 1].group() if at + 1 < len(tokens) else ""
    participle = following in PREPOSITION or following in TIME_NAME or following in {"this", "last", "earlier", ""}
    return not (
        participle or last in DETERMINER or last.endswith(("ly", "'s", "\u2019s")) or last in {"and", "more", "most"}
    )


def _name_at_end(tokens: Tokens) -> list[re.Match[str]]:
    """The name that ends a phrase with a time or place: `On Monday Ann Lee`."""
    words = [token.group() for token in tokens]
    at = len(words)
    while at > 0 and (words[at - 1][0].isupper() or (at < len(words) and words[at - 1] in {"of", "de", "von", "van"})):
        at -= 1
    while at < len(words) and (words[at] in TIME_NAME or words[at].islower() or words[at].lower() in PREPOSITION):
        at += 1
    return list(tokens[at:])


def _is_name(tokens: Tokens) -> bool:
    words = [token.group() for token in tokens]
    capital = words[0][0].isupper() and words[0].lower() not in DETERMINER
    return capital and all(word[0].isupper() or word in LINK for word in words)


def _checked(tokens: Tokens) -> tuple[int, int] | None:
    """The place of the words, if they can name somebody."""
    first, last = tokens[0].group(), tokens[-1].group()
    share = len(tokens) > 1 and tokens[1].group() in {"percent", "%", "in"}
    if len(tokens) > LONGEST or last.endswith(("'s", "\u2019s")) or {first.lower(), last.lower()} & NOT_NAME:
        return None
    if (first.isdigit() or last[0].isdigit()) and not share:
        return None
    if last.lower() in DETERMINER | PREPOSITION and last not in {"some", "others", "many", "most"} and len(tokens) > 1:
        return None
    if len(tokens) == 1 and (last in GERUND | TIME_NAME or last.lower() in UNNAMED):
        return None
    return tokens[0].start(), tokens[-1].end()
