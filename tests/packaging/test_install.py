"""The wheel and the sdist: built, compared, installed without extras in an empty environment, and used there.

They need a package index: without one they are skipped, and fail where CI is set.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import standoff

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "standoff"
PYTHONS = ("3.11", "3.13")  #: the oldest that the package admits, and the one it is developed with
PATIENCE = 900  # seconds; assumption: an installation downloads some 300 MB
OWN = (
    "PYTHONPATH",
    "XLA_FLAGS",
    "PYTHONHOME",
    "VIRTUAL_ENV",
)  #: variables of this process that would reach the installed program

pytestmark = pytest.mark.slow


def run(*words: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, words)], cwd=cwd, env=env, capture_output=True, text=True, timeout=PATIENCE)


@dataclass(frozen=True)
class Installed:
    """An environment with the package in it, and an empty folder to work in."""

    home: Path
    work: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OWN}
        return {
            **kept,
            "HOME": str(self.work),
            "XDG_CACHE_HOME": str(self.work / "cache"),
            "XDG_STATE_HOME": str(self.work / "state"),
        }

    def python(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return run(self.home / "bin" / "python", *words, cwd=self.work, env=self.environment)

    def standoff(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = run(self.home / "bin" / "standoff", *words, cwd=self.work, env=self.environment)
        assert done.returncode == code, (done.stdout, done.stderr)
        return done


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that `python -m build` makes of it."""
    folder = tmp_path_factory.mktemp("built")
    probe = run(
        sys.executable, "-m", "pip", "download", "-q", "--no-deps", "hatchling", "-d", folder / "probe", cwd=folder
    )
    if probe.returncode:
        (pytest.fail if os.environ.get("CI", "").lower() in ("true", "1") else pytest.skip)("needs a package index")
    done = run(sys.executable, "-m", "build", "--outdir", folder / "dist", ROOT, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "dist"


def wheel_of(folder: Path) -> Path:
    (wheel,) = folder.glob("*.whl")
    return wheel


def interpreter(version: str) -> str | None:
    """A Python of that version that can make environments; None without one."""
    name = f"python{version}"
    for path in filter(None, (shutil.which(name), shutil.which(name, path="/usr/bin:/usr/local/bin"))):
        done = subprocess.run(
            [path, "-c", "import ensurepip, sys, venv; print(*sys.version_info[:2], sep='.')"],
            capture_output=True,
            text=True,
        )
        if done.stdout.strip() == version:
            return path
    return None


@pytest.fixture(scope="module", params=PYTHONS)
def installed(request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel without extras, in an environment of a Python."""
    path = interpreter(request.param)
    if path is None:
        pytest.skip(f"needs Python {request.param} with venv")
    home, work = tmp_path_factory.mktemp("venv"), tmp_path_factory.mktemp("work")
    assert run(path, "-m", "venv", home, cwd=work).returncode == 0
    place = Installed(home, work)
    done = place.python("-m", "pip", "install", "-q", wheel_of(built))
    assert done.returncode == 0, done.stderr
    return place


def test_the_wheel_has_every_file_of_the_package_and_no_other(built: Path) -> None:
    with zipfile.ZipFile(wheel_of(built)) as wheel:
        names = {
            name.removeprefix("standoff/"): wheel.read(name)
            for name in wheel.namelist()
            if name.startswith("standoff/")
        }
        about = {name for name in wheel.namelist() if not name.startswith("standoff/")}
        entry = next(wheel.read(name).decode() for name in about if name.endswith("entry_points.txt"))
    files = {
        file.relative_to(SOURCE).as_posix(): file
        for file in SOURCE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert names.keys() == files.keys() and all(names[name] == file.read_bytes() for name, file in files.items())
    assert "standoff = standoff.cli:main" in entry
    assert {name.rpartition("/")[2] for name in about} == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE"}


def test_the_sdist_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as sdist:
        sdist.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    assert {"CHANGELOG.md", "CITATION.cff", "LICENSE", "README.md", "SECURITY.md", "docs", "tests"} < {
        path.name for path in source.iterdir()
    }
    done = run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "again", source, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(wheel_of(built)) as first, zipfile.ZipFile(wheel_of(tmp_path / "again")) as second:
        assert {name: first.read(name) for name in first.namelist()} == {
            name: second.read(name) for name in second.namelist()
        }


def test_it_runs_without_extras(installed: Installed) -> None:
    where = installed.python("-c", "import standoff; print(standoff.__file__, standoff.__version__)").stdout.split()
    assert Path(where[0]).is_relative_to(installed.home) and where[1] == standoff.__version__
    assert installed.python("-m", "pip", "check").returncode == 0
    assert "korea-1950" in installed.standoff("list").stdout
    installed.standoff("validate", "china-russia")
    data = json.loads(installed.standoff("run", "korea-1950", "--draws", "512", "--folder", "run", "--json").stdout)
    answers = {item["id"]: item["answer"] for item in data["questions"]}
    assert 0.1 < answers["china-enters"] < 0.4, "0.22 with a Monte Carlo error of 0.02"
    assert (installed.work / "run" / "report.html").stat().st_size > 100_000
    installed.standoff("new", "mine")
    installed.standoff("brief", "mine", "--draws", "256", "-o", "brief.md", "-o", "brief.docx")
    assert (installed.work / "brief.md").is_file() and (installed.work / "brief.docx").stat().st_size > 10_000


def test_what_is_missing_is_named_with_a_command_that_installs_it(installed: Installed) -> None:
    needs = ("reconcile", "china-russia", "--quantity", "personnel_losses", "--subject", "RUS")
    assert 'pip install "arviz-stats>=' in installed.standoff(*needs, code=1).stderr
    words = ("brief", "closed-form", "--draws", "256", "-o", "x.pdf")
    told = installed.standoff(*words, code=1).stderr
    command = re.search(r"`pip install (.*?)`", told)
    assert command is not None and "Traceback" not in told
    done = installed.python("-m", "pip", "install", "-q", *shlex.split(command[1]))
    assert done.returncode == 0, done.stderr
    installed.standoff(*words)


def test_it_serves_the_explorer_with_all_files(installed: Installed) -> None:
    command = [str(installed.home / "bin" / "standoff"), "open", "closed-form", "--no-browser", "--port", "28765"]
    with subprocess.Popen(
        command,
        cwd=installed.work,
        env={**installed.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            base, _, token = process.stdout.readline().split()[-1].partition("/#token=")
            page = fetched(base, "/").decode()
            assert re.findall(r'(?:src|href)="/?(static/[\w.]+)"', page)
            static = SOURCE / "addons" / "explorer" / "static"
            for file in (path for path in static.rglob("*") if path.suffix):  # all but the licence
                if file.is_dir():
                    continue
                assert fetched(base, f"/static/{file.relative_to(static).as_posix()}") == file.read_bytes()
            case = json.loads(fetched(base, "/api/case", token))
            assert case["case"] and case["levers"] and not case["problems"]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def fetched(base: str, path: str, token: str = "") -> bytes:
    """The body of an address of the server on this machine."""
    request = urllib.request.Request(f"{base}{path}", headers={"x-standoff-token": token} if token else {})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as response:
        body: bytes = response.read()
        return body
