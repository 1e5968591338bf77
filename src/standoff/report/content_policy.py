"""Content security policy of generated pages: only the page's own script."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup


def policy(script: str = "") -> Markup:
    """Build the `<meta>` element of the policy; `script` is the text of the page's only script."""
    allowed = f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" if script else "'none'"
    return Markup(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src "
        "{}; base-uri 'none'; form-action 'none'\">"
    ).format(Markup(allowed))
