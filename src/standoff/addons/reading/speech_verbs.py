"""Verbs of saying, nouns for speakers, and forms of attribution."""

from __future__ import annotations

import re

from standoff.addons.reading.lexicon import any_of, each, forms

STRONG = each(
    """say tell add write tweet reply respond continue argue insist acknowledge warn explain stress recall caution declare assert
    allege conclude testify joke quip lament concede note announce state suggest predict claim deny confirm believe think report
    remark observe boast complain contend show find indicate point admit"""
)  #: verbs whose subject speaks, whoever it is
SHOWS = each("show find indicate")  #: verbs of documents only
QUOTING = each(
    """refute ask call describe dismiss denounce criticize condemn praise mock blast slam label blame refer urge demand answer
    shout compare decry deride"""
)  #: verbs that report words only with a quotation
WITH_THAT = each(
    """add stress emphasize explain hold recall caution complain hint imply vow promise threaten boast concede reiterate pledge reply
    respond continue joke quip maintain lament observe remark write"""
)  #: verbs of saying only before `that`, a comma, a colon or a quotation
DENIED = each("deny reject")
OTHERS = each(
    """estimate read verify comment disclose expect reveal calculate put count fear accuse dispute consider see record tally
    assess hold reckon speak"""
)  #: other verbs of saying
LEMMAS = {
    form: verb for verb in STRONG | QUOTING | WITH_THAT | DENIED | OTHERS for form in forms(verb)
}  #: form -> verb
DOCUMENT = re.compile(
    r"(?i)\b(?:polls?|polling|surveys?|stud(?:y|ies)|reports?|data|figures|records|analys[ie]s|reviews?|investigations?|"
    r"filings?|documents?|results|census|audits?|statistics|estimates|research|researchers|emails?|memos?)\b"
)
CONTENT = re.compile(
    r"(?:\s+(?:to|in|on|at)\s[^,.;:\"\u201c]{2,60})?\s*(?:(?:that|why|how|what|whether)\b|[,:]|[\"\u201c]|'')"
)
SPEAKER = any_of(
    """analysts? experts? officials? sources? observers? researchers? scholars? historians? economists? ministry minister
    president premier chancellor spokes(?:man|woman|person) government agency institute bank general\\s+staff
    commander(?:-in-chief)? intelligence media newspapers? reports? study survey poll figures data critics diplomats?
    authorities ministers parliament congress army military command observatory university think[-\\s]tank monitors? envoy
    ambassador admiral general colonel reporters journalists commission committee council statement side sides staff head
    chief director secretary foundation project group team outlet tracker insiders leaders? veterans people residents they
    he she office service"""
)
SPEAKER_NOUN = re.compile(rf"(?i)\b(?:{SPEAKER})\b")
ABBREVIATIONS = each(
    "Mr Mrs Ms Dr Gen Lt Col Maj Capt Brig Sgt Adm Sen Rep Gov Prof Jr Sr Jan Feb Aug Sept Oct Nov Dec"
)
ABBREVIATION = rf"\b(?:{'|'.join(sorted(ABBREVIATIONS))}|[A-Z])\."
NO_ABBREVIATION = "".join(rf"(?<!\b{word})" for word in sorted(ABBREVIATIONS)) + "(?<![A-Z])"
ACCORDING = re.compile(
    r"(?i)\b(?:according\s+to|as\s+(?:reported|claimed|stated|estimated|announced)\s+by"
    r"|in\s+the\s+(?:words|view|opinion|estimate)\s+of|(?<=,\s)per|cited\s+by"
    r"|based\s+on\s+(?:data|figures|estimates|reports|accounts)\s+(?:from|by|of))\s+(?P<who>(?:[^,;:.()]|"
    rf"{ABBREVIATION}){{2,90}}?)"
    rf"(?=,|;|:|{NO_ABBREVIATION}\.(?:\s|$)|\.$|"
    r"\)|\s+(?:as\s+of|by\s+the\s+end|who|which|that|said|says|on\s+\w+day|in\s+\d{4}|there|the\s+number)\b|$)"
)
COUNTS = any_of("estimates? counts? accounts? reckoning figures tall(?:y|ies)")
BY_ESTIMATE = re.compile(
    rf"(?i)\b(?:by|on)\s+(?:(?:an?|the)\s+(?:{COUNTS})\s+(?:of|by)\s+(?P<of>(?:the\s+)?[^,;:.()\d]{{2,60}}?)(?=[,.;:()]|$|"
    rf"\s+(?:that|which|who|is|are|was|were|had|has|have|in\s+\d|on\s)\b)|"
    rf"(?P<who>(?:[\w'\u2019-]+\s+){{1,4}}?(?:{COUNTS})))\b(?!\s+(?:of|by)\s),?"
)
NOT_SAID = (
    r"(?:claim(?:s|ed|ing)?\s+(?:(?:an?|the|his|her|its)\s+)?(?:\w+\s+){0,2}?(?:victor(?:y|ies)|prize|credit|nomination|lead|lives)\b|"
    r"claim(?:s|ed|ing)?\s+\d+\s+(?:percent|%)|\w+\s+by\b|"
    r"(?:reports?|estimates?|notes?|claims?)\s+(?:found|finds|said|says|shows?|showed|suggests?|of|from|issued|released)\b|"
    r"\w+ed\s+(?:last\s+week|this\s+week|\w+day)\s+"
    r"(?:would|will|is|was|has|had|says|said|shows|showed|finds|found)\b)"
)  #: `claimed a victory`, `reported by the bank`
DENIES_REPORT = re.compile(
    r"(?i)(?:dismiss(?:es|ed)|refut(?:es|ed)|rebut(?:s|ted)|reject(?:s|ed)|rubbish(?:es|ed))\s+(?:as\s+\w+\s+|out\s+of\s+hand\s+)?"
    r"(?:(?:an?|the|all|such|any|these)\s+)?(?:\w+\s+)?(?:claims?|reports?|allegations?|accusations?|suggestions?|rumou?rs?)\b"
)  #: `dismissed as baseless claims that`
NOT_DONE = (
    r"\b(?:has|have|had|did|does|do|could)(?:\s+[a-z]+){0,4}?\s+(?:not|n't|never|yet\s+to)\s+(?:yet\s+|been\s+able\s+to\s+)?"
    r"|\b(?:refuses|refused|declined|declines)\s+to\s+|\bneither\s+|\bnever\s+(?:once\s+)?"
)
SAYING = re.compile(
    rf"(?P<neg>{NOT_DONE})?\b(?!{NOT_SAID})(?:(?<=quoted as )|(?<! as ))(?P<verb>{'|'.join(LEMMAS)})\b(?:\s+out\b)?"
)  #: not `quoted him as saying`
HEARER = (
    r"(?:reporters|lawmakers|journalists|parliament|members|him|her|them|us|(?:the|an?|its|his|her)\s+[\w ]{3,40}?|"
    r"[A-Z][\w.]+(?:\s[A-Z]\w+){0,3})"
)
MARK = r"(?:[\"\u201c\u201d]|\s?'')"  #: of the end of a quotation
CLOSED = re.compile(
    rf"(?:[,.?!\u2026\u2014-]['\u2019]?{MARK}|{MARK},|[,.?!\u2026]['\u2019])\s*$"
)  #: before words of attribution
TAIL = re.compile(
    rf"(?:\s+{HEARER})?(?:\s+(?:on|in|this|last|yesterday|to|at|during|after|via|while|of|about)\b[^,;.]{{0,60}}?)?"
    r"\s*(?P<end>[.,!;:]|$)"
)  #: what follows words of attribution after a statement
BY_SPEAKER = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been)\s+(?:\w+ly\s+)?(?:put|estimated|given|claimed|said|reported|stated|announced|"
    r"believed|thought|counted|alleged|asserted|confirmed)(?:\s+(?:at|as)\s(?:[^,;]|(?<=\d),(?=\d)){1,60}?|"
    r"\s+(?:on|last|this|in)\s[\w ]{2,24}?)?\s+by\s+(?P<who>(?:the\s+)?(?:[\w'\u2019.-]+\s+){0,6}?[\w'\u2019-]+)"
    r"(?=\s+(?:that|to\s+(?:have|be)|and|as|at|in\s+\w+\s+\d|on\s)|[.,;]|$)"
)  #: `put at 315,000 by the Pentagon`, `claimed by Moscow that`
HEADS = re.compile(
    r"(?i)(?:so|therefore|thus|hence|yet|while|whereas|although|making|leaving|though|bringing|(?:and|but)(?!\s+that\b))\b"
)  #: words that end a statement
