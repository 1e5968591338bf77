"""Verbs of saying, nouns for speakers, and forms of attribution."""

from __future__ import annotations

import re

from standoff.reading.lexicon import any_of, each

SAYS = any_of(
    """said says say claims? claimed reported reports stated states announced announces estimates? estimated believes? believed
    thinks? thought argues? argued asserts? asserted insists? insisted acknowledged acknowledges admitted admits confirmed
    confirms warned warns suggested suggests predicts predicted expects? expected alleged alleges denied denies deny told
    wrote declared declares noted notes revealed reveals maintains maintained calculates? calculated puts? counted counts
    fears? accuses accused disputes disputed concluded concludes considers sees recorded tallied assessed assesses rejected
    rejects tweeted testified contends? contended holds adds? added stress(?:es|ed)? emphasi[sz](?:es|ed) explain(?:s|ed)
    recall(?:s|ed) caution(?:s|ed) complain(?:s|ed) hint(?:s|ed) impl(?:ies|ied) vow(?:s|ed) promise[sd] threaten(?:s|ed)
    boast(?:s|ed) concede[sd] reiterate[sd] pledge[sd]"""
)
AFTERWARDS = any_of(
    """said says say claimed claims reported reports estimates estimated believes? believed argued argues stated announced told
    wrote warned insisted insists added adds noted notes suggests? suggested acknowledged admitted confirmed continued
    explained stressed recalled cautioned declared asserted alleged predicted tweeted testified argued thinks? thought
    concluded reads"""
)  #: verbs after the statement
REFUSED = any_of("confirm verify acknowledge comment admit report state announce disclose say")
DENIED = each("denied denies deny rejected rejects")
ONLY_REFUSED = each(
    "confirm verify acknowledge comment admit announce disclose"
)  #: statement verbs only with a `not` before
WITH_THAT = each(
    """add adds added stress stresses stressed emphasizes emphasized emphasises emphasised explains explained recalls recalled
    cautions cautioned complains complained hints hinted implies implied vows vowed promises promised threatens threatened
    boasts boasted concedes conceded reiterates reiterated pledges pledged"""
)  #: verbs of saying only before `that`, a comma, a colon or a quotation
CONTENT = re.compile(r"\s*(?:that\b|[,:]|[\"\u201c])")
FINITE = re.compile(
    r"(?i)\b(?:would|will|could|should|must|can|cannot|not|never|is|are|was|were|has|have|had|be|been|do|does|did)\b|n't\b"
)  #: words that a speaker's name does not have
DATED = re.compile(
    r"(?i)\s*(?:by|in|on|at|as\s+of|since|until|during|from|from\s+the|late\s+in|early\s+in)\b[^,;]{0,40}?\b(?:1[5-9]|20)\d\d\b,?\s+"
)  #: a date before a speaker: `On 8 August 1990 Baghdad declared`
AGE = re.compile(r"\s*\d{1,3}\s*")
NOUN_TOO = each("state states report reports puts put counts holds sees notes")
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
ACCORDING = re.compile(
    r"(?i)\b(?:according\s+to|as\s+(?:reported|claimed|stated|estimated|announced)\s+by"
    r"|in\s+the\s+(?:words|view|opinion|estimate)\s+of|(?<=,\s)per|cited\s+by|citing|based\s+on\s+(?:data|figures)\s+from"
    r"|based\s+on)\s+(?P<who>[^,;:.()]{2,90}?)"
    r"(?=,|;|:|\.(?:\s|$)|\)|\s+(?:as\s+of|by\s+the\s+end|who|which|that|said|says|on\s+\w+day|in\s+\d{4}|there|the\s+number)\b|$)"
)
BY_ESTIMATE = re.compile(
    r"(?i)\bby\s+(?P<who>(?:[\w'\u2019-]+\s+){1,4}?(?:estimates?|counts?|accounts?|figures|reckoning))\b,?"
)
ASIDE = re.compile(r"(?i),\s*(?:who|which|whose|an?|the|\w{3,}ed|\w{2,}ing)\b[^,]*,\s*$")
AFTER_NAME = re.compile(r",\s+(?:an?|the|who|whose|which|\d)")  #: a description after a speaker's name
CARRIES_ON = re.compile(r"(?i)\s+(?:but|and|yet|then)$")
NOT_DONE = (
    r"\b(?:has|have|had|did|does|do|could)\s+(?:not|n't|never|yet\s+to)\s+(?:yet\s+|been\s+able\s+to\s+)?"
    r"|\b(?:refuses|refused|declined|declines)\s+to\s+|\bneither\s+"
)
SAYING = re.compile(rf"(?P<neg>{NOT_DONE})?\b(?P<verb>{SAYS}|{REFUSED})\b")
NAME = r"(?:[^,;.]|\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Brig|Sgt|Adm|Sen|Rep|Gov|Prof|Jr|Sr|[A-Z])\.)"  # or an abbreviation
APART = r"(?:,\s+(?:an?|the|who|whose|\d{1,2})\b[^,;]{0,70},|,\s+\d{1,3},)?"  # a parenthesis after a name
SOMEBODY = (
    rf"(?=[A-Z]){NAME}{{2,70}}?{APART}|(?:the|an?|some|several|many)\s{NAME}{{2,60}}?{APART}|officials|he|she|they|it"
)
HEARER = (
    r"(?:reporters|lawmakers|journalists|parliament|members|him|her|them|us|(?:the|an?|its|his|her)\s+[\w ]{3,40}?|"
    r"[A-Z][\w.]+(?:\s[A-Z]\w+){0,3})"
)
TRAILING = re.compile(
    rf"[,\u201d\"]\s*[\"\u201d]?\s*(?:(?P<v1>{SAYS})\s+(?P<w1>(?:(?!\b(?:that|who|which)\b){NAME}){{2,70}}?)"
    r"(?:(?:,|\s+who|\s+which)\s[^\"\u201d]{1,160})?"
    rf"|(?P<w2>{SOMEBODY})\s+(?:has\s+|have\s+|had\s+)?(?P<v2>{AFTERWARDS})"
    rf"(?:\s+{HEARER})?)"
    r"(?:\s+(?:on|in|this|last|yesterday|to|at)\b[^,;.]{0,40})?[.!]?[\"\u201d]?\s*$"
)
BETWEEN = re.compile(rf",\s+(?P<who>{SOMEBODY})\s+(?P<verb>{AFTERWARDS}),\s")
OPENERS = any_of(
    """[\"\\u201c\\u2018(] and but so yet while although though because that meanwhile however moreover also in\\s+addition
    firstly secondly thirdly finally first second third fourth lastly for\\s+its\\s+part then still instead indeed similarly
    by\\s+contrast in\\s+contrast on\\s+the\\s+other\\s+hand earlier later again separately in\\s+turn nevertheless
    nonetheless"""
)
LEAD = re.compile(rf"(?i)(?:\s*(?:{OPENERS})(?!\w),?\s*|\s+)+")
PASSIVE = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been|being|widely|commonly|generally|reportedly|an|of|the|to|its|their|long)\s+$"
)
NOT_WHO = re.compile(
    r"(?i)\b(?:who|which|that|what|if|whether|because|where|how|when|there|it|this|these|those|of\s+course|number|figure|total"
    r"|toll)\b"
)
BEFORE_VERB = re.compile(
    r"(?i)\s+(?:has|have|had|also|itself|themselves|now|still|recently|later|earlier|repeatedly|officially|publicly|since"
    r"|already|openly|once|never|further|previously|even|firmly|jointly|each|both|will|would|may|might|could)$"
)
MANY = re.compile(
    r"(?i)\b(?:western|member|european|baltic|other|allied|arab|gulf|news|media|several|many|two|three|four|all)\s*$"
)
HEADS = (
    "so ", "therefore", "thus ", "hence ", "but ", "yet ", "while ", "whereas ", "although ", "making ", "and ", "leaving ",
    "though ", "bringing ",
)  # fmt: skip  #: words that end a statement
STILL = ("and that ", "but that ")  #: words that continue it
