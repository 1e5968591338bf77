"""An invented text of the shapes that articles have, a ledger beside it, and short ways to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from standoff.addons.reading.audit import TextAudit, audit
from standoff.addons.reading.pipeline import read
from standoff.addons.reading.statement import Statement
from standoff.ledger import Claim, Ledger

if TYPE_CHECKING:
    from collections.abc import Callable

SEEDS = (folder / "shared" / "seed" / "article.txt" for folder in Path(__file__).parents)
ARTICLE = next((file for file in SEEDS if file.exists()), None)

TEXT = """\
Since 2004, India and Iran have faced pressure from the European Union.
On March 9, 2017, both sides upgraded their ties, and the accord was called a strategic partnership.
The rivalry has led to several clashes, including the 1999 Kargil War, the 2016 Uri Crisis, and the 2020 India China Conflict.
As of the end of May 2021, both Armenia and Azerbaijan reported losses of over 9000 soldiers in the war.
France and Western countries still provide Armenia with over fifty billion dollars in economic and military aid.
According to Azerbaijani sources, as of the end of June 2021, its army has killed nearly 800 foreign mercenaries, but there \
are still over 900 foreign soldiers fighting in the Armenian military.
This has led to Azerbaijan being subjected to over 550 sanctions, making it the most punished state of the region.
Turkey has not directly provided assistance to Azerbaijan for the following three main reasons:
Firstly, Turkey adheres to a policy of good neighbours.
Secondly, Turkey does not want to lose the trust of Georgia.
It believes that trade matters more than pride.
Finally, Turkey keeps its strength for its southern border.
In summary, Turkey weighs its interests with care.
Share this page
"""

CORRECTED = """\
As of the end of May 2021, Armenia said that Azerbaijan had lost over 9000 soldiers, and Azerbaijan said that Armenia had \
lost over 9500 soldiers.
By the end of May 2021, France and Western countries had provided Armenia with about 90 billion dollars in economic and \
military aid.
According to Azerbaijani sources, as of the end of June 2021, its army has killed nearly 800 foreign mercenaries, but nearly \
200 foreign soldiers still fight in the Armenian military.
By May 2021, Azerbaijan was subjected to over 1900 sanctions.
Turkey says that it has not directly provided assistance to Azerbaijan.
"""


def claim(
    name: str,
    subject: str,
    quantity: str,
    number: Any,
    as_of: str,
    speaker: str,
    side: str,
    unit: str = "person",
    **more: Any,
) -> Claim:
    said = (
        {"proposition": number} if isinstance(number, str) else {"value": number, "unit": unit, "comparator": "exact"}
    )
    return Claim.parse(
        {
            "id": name,
            "subject": subject,
            "quantity": quantity,
            **said,
            "as_of": as_of,
            "published": as_of,
            "speaker": speaker,
            "side": side,
            "source": {"title": f"Report of {speaker}"},
            "basis": "found",
            "status": "accepted",
            **more,
        }
    )


LEDGER = Ledger(
    (
        claim("aze-losses", "AZE", "personnel_losses", 9400, "2021-05-30", "Armenian ministry of defence", "armenia"),
        claim(
            "arm-losses", "ARM", "personnel_losses", 9700, "2021-05-28", "Azerbaijani ministry of defence", "azerbaijan"
        ),
        claim(
            "arrived", "ARM", "fighters_arrived", 1750, "2021-06-20", "Azerbaijani ministry of defence", "azerbaijan"
        ),
        claim("killed", "ARM", "fighters_killed", 790, "2021-06-20", "Azerbaijani ministry of defence", "azerbaijan"),
        claim("left", "ARM", "fighters_left", 760, "2021-06-10", "Azerbaijani ministry of defence", "azerbaijan"),
        claim(
            "remain", "ARM", "fighters_remaining", 300, "2021-01-20", "Azerbaijani ministry of defence", "azerbaijan"
        ),
        claim("sanctions-2020", "AZE", "sanctions_in_force", 556, "2020-03-08", "A counter", "neutral", "sanction"),
        claim("sanctions-2021", "AZE", "sanctions_in_force", 1960, "2021-05-12", "A counter", "neutral", "sanction"),
        claim("aid", "WEST", "aid_total", 90, "2021-06-01", "An institute", "neutral", "bn USD"),
        claim(
            "helps",
            "TUR",
            "arms",
            "Turkey supplies Azerbaijan with drones.",
            "2021-04-02",
            "Greek foreign minister",
            "greece",
            conflict="help",
            status="disputed",
        ),
        claim(
            "helps-not",
            "TUR",
            "arms",
            "Turkey has not given Azerbaijan any weapons.",
            "2021-04-03",
            "A spokesman",
            "turkey",
            conflict="help",
            status="disputed",
        ),
    )
)

ONE_CLAIM = Ledger(
    (claim("ukr-losses", "RUS", "personnel_losses", 300_000, "2023-12-31", "General Staff of Ukraine", "ukraine"),)
)


@pytest.fixture
def one() -> Callable[..., Statement]:
    """The only row of a sentence."""

    def reader(text: str, published: str = "") -> Statement:
        rows = read(text, published)
        assert len(rows) == 1, rows
        return rows[0]

    return reader


@pytest.fixture
def audited() -> Callable[..., TextAudit]:
    """An audit with the balances of claims, as the command does it."""

    def run(text: str, ledger: Ledger = LEDGER, **more: Any) -> TextAudit:
        return audit(text, ledger, **more)

    return run
