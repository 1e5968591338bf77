"""The folder of questions is its registry: a form that is put into it can be asked and answered, and nothing else changes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from standoff import questions
from standoff.report import formatting
from standoff.scenario.question import Question

HOME = Path(questions.__file__).parent
FORM = '''"""Share of time: how much of the time up to `by` does a condition hold?"""
import numpy as np
from standoff.questions import AnswerText, Form, FormField, Tracker


class ShareOfTime(Form):
    FIELDS = {"share_of_time": FormField(holds="expression", doc="share of the steps in which a condition holds")}
    NEEDS = ("by",)
    IS_CONDITION = True

    def trackers(self, asked, plan):
        node = asked.expressions[""]
        return [Tracker(f"{asked.id}/{k}", "value", k, k, node) for k in range(asked.since, asked.state + 1)]

    def values(self, sample, label=""):
        states = range(sample.question.since, sample.question.state + 1)
        return np.mean([sample[str(k)] for k in states], axis=0)

    def text(self, answer, as_of, write):
        return AnswerText(write.percent(answer.number), note=f"of the time up to {answer.date}")


FORM = ShareOfTime()
'''
SCRIPT = """
import json, sys
import standoff.questions
standoff.questions.__path__.append(sys.argv[1])  # before a scenario is read: the language is made of the folder

from standoff.analysis.answer import answer
from standoff.analysis.paired import outcome_values
from standoff.analysis.quantity_of_interest import question_outcome
from standoff.engine.simulate import simulate
from standoff.report import answer_text
from tests.unit.engine import test_games as duel

asked = {"text": "How long is the prize small?", "share_of_time": "prize < 0.6", "by": "2024-04", "resolution": "none"}
growth = {"mean": 0, "speed": "0.5 1/month"}
enter = {"effects": {"growth.mean": 0}}
model = duel.model({"mechanisms": {"growth": growth}, "choices": {"CHA": {"options": {"enter": enter}}},
                    "questions": {"small": asked}})
run = simulate(model, draws=64, seed=1)
found = answer(run)["small"]
print(json.dumps([found.kind, found.answer, answer_text.answer(found, "2024-01").main, answer_text.dated(found),
                  float(outcome_values(run, model.plan.question("small")).mean()), question_outcome(model, "small").unit]))
"""


@pytest.mark.parametrize("name", questions.forms())
def test_every_form_is_whole(name: str) -> None:
    form = questions.form(name)
    assert next(iter(form.FIELDS)) == form.name == name
    assert form.NEEDS[0] in {"by", "at"} and set(form.NEEDS) <= set(Question.model_fields)
    assert set(form.FIELDS) <= set(Question.model_fields)
    assert type(form).values is not questions.Form.values and type(form).text is not questions.Form.text


def test_reports_write_numbers_as_forms_ask() -> None:
    methods = [name for name in vars(questions.FormWriter) if not name.startswith("_")]
    assert methods and all(callable(getattr(formatting, name)) for name in methods)


def test_no_other_file_compares_forms_by_name() -> None:
    words = "|".join(questions.forms())
    compared = re.compile(rf"kind (==|!=|in|not in) [({{\[]?[\"']({words})[\"']|[\"']({words})[\"']: _")
    own = {"hindcast", "decisions"}  # forecasts of a hindcast are rows of a ledger; decisions know kinds of trackers
    wrong = [
        f"{file.relative_to(HOME.parent)}: {line.strip()}"
        for file in HOME.parent.rglob("*.py")
        if file.parent != HOME and not own & {*file.parts, file.stem}
        for line in file.read_text().splitlines()
        if compared.search(line)
    ]
    assert not wrong


def test_a_new_form_is_one_file(tmp_path: Path) -> None:
    """Whatever is chosen, the prize halves its way to zero, 1, 0.61, 0.37, 0.22, and is small after two months."""
    import json

    (tmp_path / "share_of_time.py").write_text(FORM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=HOME.parents[2],
        check=False,
    )
    assert not done.returncode, done.stderr
    kind, value, text, dated, mean, unit = json.loads(done.stdout.splitlines()[-1])
    assert (kind, dated, unit) == ("share_of_time", "by 2024-04", "")
    assert value == pytest.approx(2 / 3) and mean == pytest.approx(2 / 3) and text == "67 %"
