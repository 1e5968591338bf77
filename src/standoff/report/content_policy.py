"""What a page that we write may load and run: nothing from elsewhere, and no script but the one that it was written with."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup


def policy(script: str = "") -> Markup:
    """The element that states it; the head of every page begins with it. `script` is the text of the page's only script."""
    allowed = f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" if script else "'none'"
    return Markup(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src "
        "{}; base-uri 'none'; form-action 'none'\">"
    ).format(Markup(allowed))
