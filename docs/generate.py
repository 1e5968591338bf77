"""Write docs/reference, type stubs, CITATION.cff and stored results in READMEs: `python docs/generate.py`; tests compare."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
import yaml

import standoff
from standoff import analysis, catalog, evaluation, inference, questions, registry
from standoff.addons import games, history, reading
from standoff.analysis.earlier_answers import earlier_answers
from standoff.analysis.stored_bands import NAME as BANDS
from standoff.analysis.track_record import track_record
from standoff.cli import app
from standoff.cli._registry import function_of
from standoff.plan import plan
from standoff.report import formatting, overview_text
from standoff.report.sections.describe import bounds, part
from standoff.report.track_record import PAGES, sentence
from standoff.scenario import language, question

if TYPE_CHECKING:
    from pydantic import BaseModel

HOME = Path(__file__).parent / "reference"
ROOT = Path(__file__).parents[1]
README, CITATION = ROOT / "README.md", ROOT / "CITATION.cff"
RECORD = re.compile(r"(<!-- track record -->\n).*?(<!-- end of track record -->)", re.DOTALL)
STORED = re.compile(r"(<!-- stored answer -->\n).*?(<!-- end of stored answer -->)", re.DOTALL)
EXPECTED = "expected.json"  #: results of a case that the tests hold
FLAGSHIP, WIDTH = "china-russia", 128
NOTE = "<!-- made by docs/generate.py; edit the code instead -->"
PACKAGES = (
    analysis,
    inference,
    evaluation,
    games,
    history,
    reading,
)  #: whose names are part of the Python API
RECORDS = (
    "Scenario",
    "Actor",
    "DatedEvent",
    "Relation",
    "Stock",
    "Mechanism",
    "Choice",
    "Option",
    "Ladder",
    "Reason",
    "ObservedChoice",
    "Threat",
    "Occasion",
    "OccasionOutcome",
    "ActorTypes",
    "Consequence",
    "Intervention",
    "Observation",
    "Correlation",
    "FitSpec",
    "FitTarget",
    "Lever",
    "Question",
    "Baseline",
    "DataRate",
    "Variant",
)
FORM_FIELDS = {
    "expression": "Expression",
    "expressions": "dict[Label, Expression]",
    "name": "Name",
    "names": "tuple[Name, Name]",
    "text": "str",
    "texts": "dict[Label, str]",
}
PLAIN = {
    "BeliefField": "belief",
    "PriorField": "probability",
    "AnchorField": "probability `by` date",
    "Held": "stock",
    "LadderField": "list of words, or ladder",
    "Words": "word or list of words",
    "Lines": "number or list of numbers",
    "Dotted": "name",
    "Name": "name",
    "Code": "actor",
    "Expression": "expression",
    "Date": "date",
    "Length": "length",
    "Unit": "unit",
    "Any": "anything",
    "PerceptionSpec": "beliefs of an actor",
    "ObservedChoice": "dated option",
    "FitTarget": "fit target",
    "FitSpec": "fit",
    "str": "text",
    "float": "number",
    "int": "whole number",
    "None": "null",
}


def pages() -> dict[str, str]:
    """Every page of the reference, by path."""
    return {
        "language.md": language_page(),
        "mechanisms.md": index_of("mechanisms", "causal processes"),
        **{
            f"mechanisms/{name}.md": page([f"# {name}", NOTE, *sheet_of("mechanisms", name)])
            for name in registry.names("standoff.mechanisms")
        },
        "considerations.md": kinds("considerations", "reasons that an actor weighs"),
        "cli.md": commands(),
        "api.md": api(),
    }


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table; a bar inside a cell is escaped."""
    cells = [[" ".join(cell.split()).replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in [list(head), ["---"] * len(head), *cells]]
    return ["\n".join(lines)]


def page(parts: list[str]) -> str:
    return "\n\n".join(text for text in parts if text) + "\n"


def language_page() -> str:
    """The records of the language with their fields."""
    parts = [
        "# Language reference",
        NOTE,
        "What each section of a scenario can say. `../language.md` shows it by example.",
    ]
    for name in RECORDS:
        record = next(getattr(file, name) for file in (language, question) if hasattr(file, name))
        comments = dict(re.findall(r"(?m)^    (\w+): .*#: (.*)$", inspect.getsource(record)))
        rows = [
            (
                f"`{field}`",
                written(record, field),
                "yes" if info.is_required() else "",
                info.description or comments.get(field, ""),
            )
            for field, info in record.model_fields.items()
            if field != "params"
        ]
        if "params" in record.model_fields:
            rows.append(("parameters", "beside the others", "", "those of the kind that `use` names"))
        parts += [
            f"## {name}",
            inspect.getdoc(record) or "",
            *table(("field", "value", "needed", "description"), rows),
        ]
    parts += [
        "## Units",
        "Words for units; side by side they multiply, a slash divides by the next word, `^2` is a power.",
    ]
    from standoff import units

    words = [*units.BASE, *units.DERIVED, *units.MAGNITUDES]
    rows = [(f"`{word}`", f"{units.parse(word).factor:.6g} {units.show(units.parse(word).dims)}") for word in words]
    return page([*parts, *table(("word", "means"), rows)])


def written(record: type[BaseModel], field: str) -> str:
    """A type as a writer of scenarios would say it."""
    annotations: dict[str, Any] = {}
    for kind in reversed(record.__mro__):
        annotations |= vars(kind).get("__annotations__", {})
    forms = {name: FORM_FIELDS[spec.holds] for form in questions.forms().values() for name, spec in form.FIELDS.items()}
    text = (
        forms[field]
        if field not in annotations or (record is question.Question and field in forms)
        else str(annotations[field])
    )
    text = re.sub(r"^Annotated\[(\w+).*", r"\1", text)
    text = re.sub(r"Literal\[(.*?)\]", lambda m: "one of " + m.group(1).replace('"', "`"), text)
    text = re.sub(r"\b\w+\b", lambda m: PLAIN.get(m.group(0), m.group(0)), text) if "one of" not in text else text
    text = re.sub(r"tuple\[([^\[\]]+), \.\.\.\]", r"list of \1", text)
    text = re.sub(r"tuple\[([^\[\]]+)\]", r"[\1]", text)
    text = re.sub(r"dict\[([^\[\],]+), (.+)\]", r"{\1: \2}", text)
    return text.replace(" | null", "").replace(" | ", " or ")


def heading(package: str, what: str) -> list[str]:
    """The first lines of a page about a package of parts."""
    text = f"The {what} that a scenario can use. `standoff show NAME` prints the same."
    return [f"# {package.capitalize()}", NOTE, text]


def index_of(package: str, what: str) -> str:
    """The parts of a package, each with its first sentence and a link to its page."""
    rows = [
        (f"[{name}]({package}/{name}.md)", part(package, name)["text"].split("\n\n")[0])
        for name in registry.names(f"standoff.{package}")
    ]
    return page([*heading(package, what), *table(("name", "what it is"), rows)])


def kinds(package: str, what: str) -> str:
    """Every part of a package on one page."""
    names = registry.names(f"standoff.{package}")
    parts = [*heading(package, what), " · ".join(f"[{name}](#{name})" for name in names)]
    for name in names:
        parts += [f"## {name}", *sheet_of(package, name)]
    return page(parts)


def sheet_of(package: str, name: str) -> list[str]:
    """One mechanism or consideration: its text, parameters, stocks and an example."""
    sheet = part(package, name)
    parts = [prose(sheet["text"])]
    if sheet["settings"]:
        rows = [(f"`{i['name']}`", i["of"], "yes" if i["needed"] else "", i["doc"]) for i in sheet["settings"]]
        parts += table(("field", "refers to", "needed", "description"), rows)
    numbers = [
        (
            f"`{item['name']}`",
            f"`{item['unit']}`",
            item["per"] or "",
            bounds(item["low"], item["high"]),
            "yes" if item["needed"] else "",
            item["source"],
            item["doc"],
        )
        for item in sheet["parameters"]
    ]
    if numbers:
        parts += table(("parameter", "unit", "per", "range", "needed", "source", "description"), numbers)
    stocks = [f"{word}: {', '.join(f'`{cell}`' for cell in sheet[word]) or 'nothing'}" for word in ("reads", "writes")]
    parts.append(
        ". ".join(text[0].upper() + text[1:] for text in (stocks if package == "mechanisms" else stocks[:1])) + "."
    )
    example = yaml.safe_dump(
        {"use": name, **_plain(sheet["example"])}, sort_keys=False, default_flow_style=None, width=100
    )
    parts.append(f"```yaml\n{example.rstrip()}\n```")
    return parts


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def prose(text: str) -> str:
    """A module's text as Markdown: indented blocks are equations, references go into their own line."""
    out = []
    for block in inspect.cleandoc(text).split("\n\n"):
        if block.startswith("    "):
            out.append("```text\n" + inspect.cleandoc(block) + "\n```")
        else:
            out.append(re.sub(r"(?m)^Sources: ", "\n*Sources:* ", block).strip())
    return "\n\n".join(out)


def commands() -> str:
    """The commands of the program with their options."""
    root: Any = typer.main.get_command(app)
    parts = [
        "# Command line",
        NOTE,
        root.help or "",
        "`standoff --install-completion` sets up completion for your shell.",
        "Exit codes: 0 success; 1 an error, explained on standard error; 2 a wrong option; 3 a text contradicted (`audit`) or "
        "a fit that did not converge (`fit`); 130 interrupted from the keyboard; 141 standard output closed by its reader.",
        "Output fits any encoding: missing signs are written in ASCII (`+-`, `->`), missing letters as escapes. Control "
        "characters, and format characters that reorder or hide text, are printed as escapes such as `\\x1b` and `\\u202e`, "
        "in JSON as `\\u001b`; joiners that letters and emoji need (U+200C, U+200D) stay. Files are always UTF-8.",
    ]
    for name, command in children(root).items():
        parts += _command(name, command, "##")
        for inner, subcommand in children(command).items():
            parts += _command(f"{name} {inner}", subcommand, "###")
    return page(parts)


def api() -> str:
    """The public names of the package: functions with their commands, and records."""
    root: Any = typer.main.get_command(app)
    names = {}
    for name, command in children(root).items():
        names |= {function_of(word): word for word in (name, *(f"{name} {inner}" for inner in children(command)))}
    functions, records = [], []
    for name in standoff.__all__:
        public = getattr(standoff, name)
        public = public.report if inspect.ismodule(public) else public
        line = description(public)
        if inspect.isclass(public):
            records.append((f"`{name}`", line))
            continue
        command = names.get(name)
        link = f"[{command}](cli.md#standoff-{command.replace(' ', '-')})" if command else ""
        functions.append((f"`{name}({', '.join(arguments(public))})`", line, link))
    for package in PACKAGES:
        for name in package.__all__:
            public, full = getattr(package, name), f"{package.__name__.removeprefix('standoff.')}.{name}"
            if inspect.isfunction(public):
                functions.append((f"`{full}({', '.join(arguments(public))})`", description(public), ""))
            else:
                records.append((f"`{full}`", description(public)))
    return page(
        [
            "# Python API",
            NOTE,
            "Every public name of `standoff`; `help(standoff.flip)` and the like show arguments, units and errors. A model is "
            "`build(load(case))`, a run is `simulate(model)`; other functions take a model, a run, a ledger or a case. Functions "
            "that take long have `progress=`, see `standoff.progress`; steps are logged under `standoff`.",
            "## Functions",
            *table(("function", "description", "command"), functions),
            "## Records",
            *table(("record", "description"), records),
        ]
    )


def description(public: Any) -> str:
    """The first paragraph of a docstring, in one line."""
    return " ".join((inspect.getdoc(public) or "").split("\n\n")[0].split())


def arguments(function: Any) -> list[str]:
    """Positional arguments of a function."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [item.name for item in inspect.signature(function).parameters.values() if item.kind in kinds]


def children(command: Any) -> dict[str, Any]:
    """Commands of a group by name, in the order of its help; none of a single command."""
    names = command.list_commands(None) if hasattr(command, "list_commands") else ()
    return {name: command.commands[name] for name in names}


def _command(name: str, command: Any, level: str) -> list[str]:
    """One command: how it is written, what it does, its options."""
    arguments = " ".join(_argument(item) for item in command.params if item.param_type_name == "argument")
    written = (
        f"standoff {name} {arguments} [OPTIONS]" if arguments or not children(command) else f"standoff {name} COMMAND"
    )
    parts = [
        f"{level} standoff {name}",
        f"```text\n{written}\n```".replace("  ", " "),
        inspect.cleandoc(command.help or ""),
    ]
    rows = [
        (" ".join(f"`{word}`" for word in (*item.opts, *item.secondary_opts)), _default(item), item.help or "")
        for item in command.params
        if item.param_type_name == "option" and "--help" not in item.opts
    ]
    rows = [
        (_argument(item), _default(item), item.help or "")
        for item in command.params
        if item.param_type_name == "argument"
    ] + rows
    return parts + (table(("argument", "default", "description"), rows) if rows else [])


def _argument(item: Any) -> str:
    text = str(item.metavar or item.name.upper())
    return text if item.required or text.startswith("[") else f"[{text}]"


def _default(item: Any) -> str:
    if item.default in (None, "", False, ()) or callable(item.default):
        return ""
    return str(getattr(item.default, "value", item.default))


def readme() -> str:
    """The README with the track record of the flagship, as a run prints it."""
    text = textwrap.fill(sentence(track_record(catalog.HOME / FLAGSHIP)), WIDTH, break_on_hyphens=False)
    for page in PAGES.values():
        text = text.replace(page, f"[{page}]({page})")
    return RECORD.sub(lambda found: f"{found.group(1)}{text}\n{found.group(2)}", README.read_text(encoding="utf-8"))


def case_readmes() -> dict[Path, str]:
    """The README of every case of the catalogue with its stored main answer."""
    return {
        folder / "README.md": _case_readme(folder)
        for folder in sorted(catalog.HOME.glob("*/"))
        if (folder / EXPECTED).is_file()
    }


def _case_readme(folder: Path) -> str:
    """A README whose answer is that of `expected.json`, with the band of `bands.json`."""
    case, file = folder.name, folder / "README.md"
    made = plan(*catalog.load(case))
    query, stored = made.question(made.main_question), json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
    value, error = stored["values"][f"answer {query.id}"]
    bands = json.loads((folder / BANDS).read_text(encoding="utf-8"))["questions"] if (folder / BANDS).is_file() else {}
    band = bands.get(query.id)
    own = f"{stored['draws']:,} futures, seed {stored['seed']}; `standoff answer {case} {query.id}` simulates more"
    alone = f"{formatting.percent(value, error)} (Monte Carlo error {formatting.points(error)}; {own})"
    if band:
        point, ends = formatting.band_percents(band["mean"], (band["low"], band["high"]))
        main = f"**{point}** (epistemic band {ends}; the mean over parameters, rival models and theories of decision)."
        main += f" The model of the case alone gives {alone}."
    else:
        main = f"**{alone}**."
    text = (
        f"Stored answer: {query.question.text} {main} Figures further down are those of the runs that they name, with the "
        "numbers of their time."
    )
    text = " ".join((text, *map(overview_text.earlier, earlier_answers(made))))
    lines = textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)
    return STORED.sub(lambda found: f"{found.group(1)}{lines}\n{found.group(2)}", file.read_text(encoding="utf-8"))


def stubs() -> dict[Path, str]:
    """Type stubs of the packages whose names are imported on first use, for mypy, pyright and editors."""
    out = {}
    for package in (standoff, *(package for package in PACKAGES if hasattr(package, "_HOMES"))):
        is_root, homes = package is standoff, []
        for name, home in {**(registry.functions() if is_root else {}), **package._HOMES}.items():
            module, _, other = home.partition(":")
            homes.append((module if is_root else f"{package.__name__}.{module}", other or name, name))
        lines = ["# made by docs/generate.py from _HOMES in the file beside it; edit that instead", ""]
        lines += ["from typing import Any", ""] if is_root else []
        lines += [f"from {module} import {there} as {name}" for module, there, name in sorted(homes, key=_import_order)]
        lines += ["", "__all__ = [", *(f'    "{name}",' for name in package.__all__), "]"]
        lines += ["__version__: str", "", "def load_ipython_extension(shell: Any) -> None: ..."] if is_root else []
        out[Path(package.__file__).with_suffix(".pyi")] = "\n".join(lines) + "\n"
    return out


def _import_order(item: tuple[str, str, str]) -> tuple[str, bool, str]:
    """The order of imports that the linter asks for: by module, classes before functions."""
    module, name, _ = item
    return module, not name[0].isupper(), name


def citation() -> str:
    """CITATION.cff."""
    return (
        f"# made by docs/generate.py; edit src/standoff/analysis/citation.py instead\n{standoff.cite().text('cff')}\n"
    )


def main() -> None:
    """Write the pages, the stubs, the citation, the track record in the README, and the stored answers in those of cases."""
    for path, text in case_readmes().items():
        path.write_text(text, encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    CITATION.write_text(citation(), encoding="utf-8")
    for path, text in stubs().items():
        path.write_text(text, encoding="utf-8")
    HOME.mkdir(exist_ok=True)
    for name, text in pages().items():
        (HOME / name).parent.mkdir(exist_ok=True)
        (HOME / name).write_text(text, encoding="utf-8")
        print(HOME / name)


if __name__ == "__main__":
    main()
