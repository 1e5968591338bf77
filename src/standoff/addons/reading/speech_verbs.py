"""Verbs of saying, nouns for speakers, and forms of attribution."""

from __future__ import annotations

import re

from standoff.addons.reading.lexicon import any_of, each

#: verbs of saying and thinking; some count only as the sets below say
SAYS = any_of(
    """said says say claims? claimed reported reports stated states announced announces estimates? estimated believes? believed
    thinks? thought argues? argued asserts? asserted insists? insisted acknowledged acknowledges admitted admits confirmed
    confirms warned warns suggested suggests predicts predicted expects? expected alleged alleges denied denies deny told
    wrote declared declares noted notes revealed reveals maintains maintained calculates? calculated puts? counted counts
    fears? accuses accused disputes disputed concluded concludes considers sees recorded tallied assessed assesses rejected
    rejects tweeted testified contends? contended holds adds? added stress(?:es|ed)? emphasi[sz](?:es|ed) explain(?:s|ed)
    recall(?:s|ed) caution(?:s|ed) complain(?:s|ed) hint(?:s|ed) impl(?:ies|ied) vow(?:s|ed) promise[sd] threaten(?:s|ed)
    boast(?:s|ed) concede[sd] reiterate[sd] pledge[sd] replie[sd] responded continued joked quipped lamented tells writes
    spoke\\s+of speaks\\s+of
    told tweets observed remarked predicts tell write saying telling adding arguing noting insisting claiming warning
    stating writing suggesting acknowledging explaining recalling asserting
    suggest note explain admit pointed\\s+out points\\s+out point\\s+out pointing\\s+out shows? showed finds? found indicates?
    indicated asks? asked calls? called calling describes? described describing dismiss(?:es|ed) refut(?:es|ed)
    denounce[sd] criticize[sd]
    condemn(?:s|ed) praise[sd] mock(?:s|ed) blast(?:s|ed) slam(?:s|med) label(?:s|ed) blame[sd] refer(?:s|red) urge[sd]
    demand(?:s|ed) answer(?:s|ed) shout(?:s|ed) compare[sd] decrie[sd] deride[sd]"""
)
SHOWS = each("show shows showed find finds found indicate indicates indicated")  #: verbs of documents only
DOCUMENT = re.compile(
    r"(?i)\b(?:polls?|polling|surveys?|stud(?:y|ies)|reports?|data|figures|records|analys[ie]s|reviews?|investigations?|"
    r"filings?|documents?|results|census|audits?|statistics|estimates|research|researchers|emails?|memos?)\b"
)
QUOTING = each(
    """refutes refuted
    ask asks asked call calls called calling describe describes described describing dismisses dismissed denounces denounced
    criticizes criticized condemns condemned praises praised mocks mocked blasts blasted slams slammed labels labeled blames
    blamed refers referred urges urged demands demanded answers answered shouts shouted compares compared decries decried
    derides derided"""
)  #: verbs that report words only with a quotation
STRONG = each(
    """said says say told tells tell added adds wrote writes tweeted tweets replied replies responded continued argued argues
    insisted insists acknowledged acknowledges warned warns explained explains stressed recalled recalls cautioned declared
    declares asserted asserts alleged concluded testified joked quipped lamented conceded noted announced announces stated
    suggested suggests predicted claimed denied denies confirmed believes believed thinks thought reported remarked observed
    believe think boasted complained contends contended argue insist suggest saying telling adding arguing noting insisting
    claiming warning stating writing suggesting acknowledging explaining recalling asserting
    show shows showed find finds found indicate indicates indicated pointed points point pointing suggest suggests note explain
    admit admitted"""
)  #: verbs whose subject speaks, whoever it is
AFTERWARDS = STRONG | each(
    "asked asks answered shouted estimated estimates claims reports notes emphasized maintains reads contends"
)  #: verbs after a statement
INVERTED = frozenset(
    verb for verb in AFTERWARDS - SHOWS if not verb.startswith(("tell", "told")) and not verb.endswith("ing")
)  #: verbs before a speaker without a quotation: `A, said Ann Lee`
REFUSED = any_of("confirm verify acknowledge comment admit report state announce disclose say")
DENIED = each("denied denies deny rejected rejects")
ONLY_REFUSED = each(
    "confirm verify acknowledge comment admit announce disclose"
)  #: statement verbs only with a `not` before
WITH_THAT = each(
    """add adds added stress stresses stressed emphasizes emphasized emphasises emphasised explains explained recalls recalled
    cautions cautioned complains complained hints hinted implies implied vows vowed promises promised threatens threatened
    boasts boasted concedes conceded reiterates reiterated pledges pledged replied replies responded continued joked quipped
    maintain maintains maintained lamented observed remarked writing wrote writes write"""
)  #: verbs of saying only before `that`, a comma, a colon or a quotation
CONTENT = re.compile(
    r"(?:\s+(?:to|in|on|at)\s[^,.;:\"\u201c]{2,60})?\s*(?:(?:that|why|how|what|whether)\b|[,:]|[\"\u201c]|'')"
)
DATED = re.compile(
    r"(?i)\s*(?:by|in|on|at|as\s+of|since|until|during|from|from\s+the|late\s+in|early\s+in)\b[^,;]{0,40}?"
    r"\b(?:1[5-9]|20)\d\d\b,?\s+"
)  #: a date before a speaker: `On 8 August 1990 Baghdad declared`
NOUN_TOO = each(
    "state states report reports puts put counts holds sees note notes estimates claims fears"
)  #: also nouns: verbs only where a speaker stands before
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
BY_ESTIMATE = re.compile(
    r"(?i)\bby\s+(?:(?:an?|the)\s+(?:estimates?|counts?|accounts?|reckoning)\s+(?:of|by)\s+(?P<of>(?:the\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*)|"
    r"(?P<who>(?:[\w'\u2019-]+\s+){1,4}?(?:estimates?|counts?|accounts?|figures|reckoning)))\b(?!\s+(?:of|by)\s),?"
)
ASIDE = re.compile(r"(?i),\s*(?:who|which|whose|an?|the|\w{3,}ed|\w{2,}ing)\b(?:[^,]|(?<=\d),(?=\d))*,\s*$")
AFTER_NAME = re.compile(r",\s+(?:an?|the|who|whose|which|\d)")  #: a description after a speaker's name
CARRIES_ON = re.compile(r"(?i)\s+(?:but|and|yet|then)$")
NOT_SAID = re.compile(
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
ASKED = re.compile(
    r"(?i)\b(?:what|how|why|whoever|whatever)\s+$"
)  #: `explained what he believes` reports no second saying
BEING = re.compile(r"(?:\b(?:is|are|was|were|been|be)|['\u2019](?:s|re|m))(?:\s+\w+ly)?$")
GOES_ON = re.compile(r"\s+(?:went|goes|go)\s+on\s+to\s+$|\s+was\s+quoted\s+as\s+$")
NOT_DONE = (
    r"\b(?:has|have|had|did|does|do|could)\s+(?:not|n't|never|yet\s+to)\s+(?:yet\s+|been\s+able\s+to\s+)?"
    r"|\b(?:refuses|refused|declined|declines)\s+to\s+|\bneither\s+|\bnever\s+(?:once\s+)?"
)
SAYING = re.compile(rf"(?P<neg>{NOT_DONE})?\b(?P<verb>{SAYS}|{REFUSED})\b")
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
INTERRUPTED = re.compile(
    r",\s+(?!(?:and|but|or|so|yet|while|though|although|whereas|who|which|when|as|if|because|\w+ing|just|before|after|according|"
    r"in|on|at|to|of|for|from|with|during|despite|a|an|the|even|not|then)\b)[a-z]"
)  #: a predicate after words of attribution: `Russia, he said, lost`
INTRODUCES = re.compile(
    r"(?i)\s*(?:by|in|on|at|as\s+of|since|until|during|from|so\s+far|last|this|over|between|within)\b"
)
BY_SPEAKER = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been)\s+(?:\w+ly\s+)?(?:put|estimated|given|claimed|said|reported|stated|announced|"
    r"believed|thought|counted|alleged|asserted|confirmed)(?:\s+(?:at|as)\s(?:[^,;]|(?<=\d),(?=\d)){1,60}?|"
    r"\s+(?:on|last|this|in)\s[\w ]{2,24}?)?\s+by\s+(?P<who>(?:the\s+)?(?:[\w'\u2019.-]+\s+){0,6}?[\w'\u2019-]+)"
    r"(?=\s+(?:that|to\s+(?:have|be)|and|as|at|in\s+\w+\s+\d|on\s)|[.,;]|$)"
)  #: `put at 315,000 by the Pentagon`, `claimed by Moscow that`
PASSIVE = re.compile(
    r"(?i)\b(?:is|are|was|were|be|been|being|widely|commonly|generally|reportedly|an|of|the|to|its|their|long)\s+$"
)
MANY = re.compile(
    r"(?i)\b(?:western|member|european|baltic|other|allied|arab|gulf|news|media|several|many|two|three|four|all)\s*$"
)
HEADS = (
    "so ",
    "therefore",
    "thus ",
    "hence ",
    "but ",
    "yet ",
    "while ",
    "whereas ",
    "although ",
    "making ",
    "and ",
    "leaving ",
    "though ",
    "bringing ",
)  #: words that end a statement
STILL = ("and that ", "but that ")  #: words that continue it
