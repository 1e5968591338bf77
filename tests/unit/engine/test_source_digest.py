"""The digest changes with the code of a program, and with nothing else."""

import shutil

import pytest

from standoff.engine.source_digest import HOME, source_digest

MODULES = frozenset(
    {
        "standoff.engine.executor",
        "standoff.mechanisms.attrition",
        "standoff.considerations.war_cost",
        "standoff.theories.satisficing",
    }
)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A copy of the source of the package."""
    return shutil.copytree(
        HOME,
        tmp_path_factory.mktemp("source") / "standoff",
        ignore=lambda folder, names: [name for name in names if "." in name and not name.endswith(".py")],
    )


def changed(package, name):
    """The digest when a file has one more line."""
    file = package / name
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\nNEW = 1\n")
    source_digest.cache_clear()
    try:
        return source_digest(MODULES, package)
    finally:
        file.unlink() if before is None else file.write_text(before)
        source_digest.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "engine/program.py",
        "engine/dynamics.py",
        "games/polymatrix.py",
        "theories/satisficing.py",
        "plan/choices.py",
        "components.py",
        "xla.py",
        "mechanisms/attrition.py",
        "mechanisms/_combat.py",
        "considerations/war_cost.py",
    ],
)
def test_a_change_in_the_code_of_a_program_changes_it(package, name):
    assert changed(package, name) != source_digest(MODULES)


@pytest.mark.parametrize(
    "name",
    [
        "plan/labels.py",
        "cli/options.py",
        "analysis/answer.py",
        "mechanisms/throw_away.py",
        "mechanisms/aid.py",
        "theories/best_response.py",
    ],
)
def test_a_label_or_a_part_not_in_use_does_not(package, name):
    assert changed(package, name) == source_digest(MODULES)
