"""`standoff cite`."""

from __future__ import annotations

import yaml

from standoff import __version__


def test_the_package_and_a_case_in_each_format(standoff, case):
    assert yaml.safe_load(standoff("cite", "--format", "cff").stdout)["version"] == __version__
    out = standoff("cite", str(case), "--author", "A. Analyst", "--format", "bibtex").stdout
    assert out.count("\n@") == 1 and "A. Analyst" in out
    assert len(standoff("cite", "korea-1950").stdout.splitlines()) == 3


def test_options_of_a_case_need_a_case(standoff):
    assert "CASE" in standoff("cite", "--posterior", "some.nc", code=2).stderr
    assert "korea-1950" in standoff("cite", "korea-1951", code=1).stderr
