# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.addons.reading.audit.records import TextAudit as TextAudit
from standoff.addons.reading.draft_case import CaseDraft as CaseDraft
from standoff.addons.reading.statement import Statement as Statement

__all__ = [
    "CaseDraft",
    "Statement",
    "TextAudit",
]
