"""What an agent may read, write and use up."""

from __future__ import annotations

from pathlib import Path

from standoff import catalog
from standoff.addons.agents import SECONDS
from standoff.errors import ScenarioError, did_you_mean, join_limited
from standoff.record import record


@record
class Limits:
    """Folders that an agent may read and write, and the most that one call may take."""

    folders: tuple[Path, ...] = ()  #: cases inside them may be read, beside those of the catalogue
    write: Path | None = None  #: folder of proposed claims; None writes nothing
    seconds: float = SECONDS

    def case(self, name: str) -> Path | str:
        """A case of the catalogue by its name, or one inside the folders; else `ScenarioError`."""
        if name in catalog.slugs():
            return name
        for folder in self.folders:
            path = (folder / name).resolve()
            if path.is_relative_to(folder.resolve()) and (path.is_file() or (path / "scenario.yaml").is_file()):
                return path
        known = [*catalog.slugs(), *(f"a path inside {folder}" for folder in self.folders)]
        raise ScenarioError(
            f"no case `{name}` is served",
            allowed=join_limited(known, len(known)),
            fix=did_you_mean(name, catalog.slugs())
            or "start `standoff mcp --cases DIR` to serve the cases of a folder",
        )
