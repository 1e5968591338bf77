# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from typing import Any

from standoff.addons.agents.server import mcp as mcp
from standoff.addons.coding.pool import pool as pool
from standoff.addons.coding.sheet import write as code
from standoff.addons.data.datasets import cards as data_list
from standoff.addons.data.datasets import get as data_get
from standoff.addons.data.datasets import status as data_status
from standoff.addons.explorer.serve import open_case as open_case
from standoff.addons.games.equilibrium_audit import check_equilibria as check_equilibria
from standoff.addons.games.estimate.estimate import estimate as estimate
from standoff.addons.games.game import game as game
from standoff.addons.games.single_game import solve as solve
from standoff.addons.history.ask import ask as history_ask
from standoff.addons.history.crises import build as crises_build
from standoff.addons.history.crises import shipped as crises
from standoff.addons.history.crises import show as crises_show
from standoff.addons.history.crisis_scores import score as crises_score
from standoff.addons.history.fit import fit as history_fit
from standoff.addons.history.panel import build as history_build
from standoff.addons.history.show import show as history_show
from standoff.addons.history.wars import ask as history_wars_ask
from standoff.addons.history.wars import build as history_wars_build
from standoff.addons.reading.audit.audit import audit as audit
from standoff.addons.reading.draft_case import draft as draft
from standoff.addons.reading.pipeline import read as read
from standoff.addons.reading.review import opened as review
from standoff.analysis.answer import answer as answer
from standoff.analysis.brief import brief as brief
from standoff.analysis.citation import cite as cite
from standoff.analysis.compare_variants import compare as compare
from standoff.analysis.consistency import check_consistency as check_consistency
from standoff.analysis.epistemic_band import bands as bands
from standoff.analysis.exhaustion import exhaustion as exhaustion
from standoff.analysis.explain import explain as explain
from standoff.analysis.explain import stock_drivers as stock_drivers
from standoff.analysis.finding import Finding as Finding
from standoff.analysis.model_uncertainty import uncertainty as uncertainty
from standoff.analysis.reason_attribution import attribute_reasons as attribute_reasons
from standoff.analysis.run_diff import diff as diff
from standoff.analysis.sanity import sanity as sanity
from standoff.analysis.sensitivity.influential_sources import influential_sources as influential_sources
from standoff.analysis.sensitivity.sensitivity import sensitivity as sensitivity
from standoff.analysis.theory_comparison import theories as compare_theories
from standoff.analysis.threshold import flip as flip
from standoff.analysis.value_of_information import voi as voi
from standoff.analysis.verdict import anchor_effects as anchor_effects
from standoff.analysis.verdict import run as run
from standoff.analysis.verdict import verdict as verdict
from standoff.beliefs import Belief as Belief
from standoff.case_templates import fill_template as fill_template
from standoff.catalog import claims as claims
from standoff.catalog import load as load
from standoff.distributed.queue import work as work
from standoff.distributed.status import job_status as jobs
from standoff.engine.build import build as build
from standoff.engine.model import Model as Model
from standoff.engine.run import Run as Run
from standoff.engine.session import session as session
from standoff.engine.simulate import simulate as simulate
from standoff.errors import StandoffError as StandoffError
from standoff.evaluation.hindcast.run import hindcast as hindcast
from standoff.evaluation.roll import roll as roll
from standoff.evaluation.score import score as score
from standoff.evaluation.score import score_record as score_record
from standoff.history.wars import load as history_wars_show
from standoff.inference.fit.fit import compare_theories as theory_evidence
from standoff.inference.fit.fit import explain as fit_explain
from standoff.inference.fit.fit import fit as fit
from standoff.inference.reconcile.category_claims import reconcile_categories as reconcile_categories
from standoff.inference.reconcile.reconcile import reconcile as reconcile
from standoff.json_schema import schema as schema
from standoff.ledger import Claim as Claim
from standoff.ledger import Ledger as Ledger
from standoff.ledger import Source as Source
from standoff.new_case import new as new
from standoff.plan.validate import validate as validate
from standoff.priors import list_priors as list_priors
from standoff.report import report as report
from standoff.report.overview import overview as overview
from standoff.report.sections.describe import list_entries as list_entries
from standoff.report.sections.describe import show as show
from standoff.report.share import share as share
from standoff.scenario import Scenario as Scenario
from standoff.scenario.case import Case as Case
from standoff.wargame.advice import advise as advise
from standoff.wargame.debrief import debrief as debrief
from standoff.wargame.game import play as play

__all__ = [
    "Belief",
    "Case",
    "Claim",
    "Finding",
    "Ledger",
    "Model",
    "Run",
    "Scenario",
    "Source",
    "StandoffError",
    "advise",
    "anchor_effects",
    "answer",
    "attribute_reasons",
    "audit",
    "bands",
    "brief",
    "build",
    "check_consistency",
    "check_equilibria",
    "cite",
    "claims",
    "code",
    "compare",
    "compare_theories",
    "crises",
    "crises_build",
    "crises_score",
    "crises_show",
    "data_get",
    "data_list",
    "data_status",
    "debrief",
    "diff",
    "draft",
    "estimate",
    "exhaustion",
    "explain",
    "fill_template",
    "fit",
    "fit_explain",
    "flip",
    "game",
    "hindcast",
    "history_ask",
    "history_build",
    "history_fit",
    "history_show",
    "history_wars_ask",
    "history_wars_build",
    "history_wars_show",
    "influential_sources",
    "jobs",
    "list_entries",
    "list_priors",
    "load",
    "mcp",
    "new",
    "open_case",
    "overview",
    "play",
    "pool",
    "read",
    "reconcile",
    "reconcile_categories",
    "report",
    "review",
    "roll",
    "run",
    "sanity",
    "schema",
    "score",
    "score_record",
    "sensitivity",
    "session",
    "share",
    "show",
    "simulate",
    "solve",
    "stock_drivers",
    "theory_evidence",
    "uncertainty",
    "validate",
    "verdict",
    "voi",
    "work",
]
__version__: str

def load_ipython_extension(shell: Any) -> None: ...
