"""A posterior supplied with a case matches its claims, priors and as_of, and passed its convergence checks."""

from __future__ import annotations

import pytest

from standoff import build
from standoff.catalog import find, load, slugs
from standoff.inference.fit import posterior

SHIPPED = [slug for slug in slugs() if find(slug).with_name(posterior.NAME).is_file()]


@pytest.mark.slow  # a new claim makes it stale: then `standoff fit` anew, before a release
@pytest.mark.parametrize("slug", SHIPPED)
def test_a_shipped_posterior_is_not_stale(slug: str) -> None:
    model = build(*load(slug))
    told = posterior.load(model, find(slug).with_name(posterior.NAME), must_pass=True)
    assert told.posterior and len(told.layout.fitted) >= 20
