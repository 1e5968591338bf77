"""Versions of the software that a result depends on."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec

from standoff.errors import RunError, StandoffError

VERSION = "0.1.0"  #: of this package; a test compares it with pyproject.toml


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Version numbers by name: standoff, jax, numpy, python."""
    import platform
    from importlib.metadata import version  # imported late: `import standoff` stays quick

    others = {name: version(name) for name in ("jax", "numpy")}
    return {"standoff": VERSION, **others, "python": platform.python_version()}


def install_command(extra: str) -> str:
    """The command that installs the libraries of an extra; no index has this package itself."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = [line.partition(";") for line in requires("standoff") or ()]
    except PackageNotFoundError:  # run from its source
        return f'`pip install ".[{extra}]"` in the folder of the source'
    libraries = [f'"{library.strip()}"' for library, _, when in lines if extra in when]
    return f"`pip install {' '.join(libraries)}`"


def require_packages(what: str, extra: str, *packages: str, kind: type[StandoffError] = RunError) -> None:
    """Raise an error that says how to install the extra that `what` needs, if it is missing."""
    missing = [name for name in packages if find_spec(name) is None]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        needs = f"{what} needs {' and '.join(missing)}, which {verb} not installed"
        raise kind(needs, fix=install_command(extra))
