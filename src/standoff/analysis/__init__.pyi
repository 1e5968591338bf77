# made by docs/generate.py from _HOMES in the file beside it; edit that instead

from standoff.analysis.answer import Answer as Answer
from standoff.analysis.answer import Answers as Answers
from standoff.analysis.brief import Brief as Brief
from standoff.analysis.citation import Citation as Citation
from standoff.analysis.compare_variants import Comparison as Comparison
from standoff.analysis.consistency import ConsistencyReport as ConsistencyReport
from standoff.analysis.exhaustion import Exhaustion as Exhaustion
from standoff.analysis.explain import Explanation as Explanation
from standoff.analysis.explain import StockDrivers as StockDrivers
from standoff.analysis.finding import Finding as Finding
from standoff.analysis.model_uncertainty import ModelUncertainty as ModelUncertainty
from standoff.analysis.reason_attribution import ReasonAttribution as ReasonAttribution
from standoff.analysis.run_diff import RunDiff as RunDiff
from standoff.analysis.sanity import Sanity as Sanity
from standoff.analysis.sanity import SanityFinding as SanityFinding
from standoff.analysis.sensitivity.influential_sources import InfluentialSources as InfluentialSources
from standoff.analysis.sensitivity.sensitivity import Sensitivity as Sensitivity
from standoff.analysis.stored_bands import Bands as Bands
from standoff.analysis.theory_comparison import TheoryComparison as TheoryComparison
from standoff.analysis.threshold import ThresholdAnalysis as ThresholdAnalysis
from standoff.analysis.value_of_information import ValueOfInformation as ValueOfInformation
from standoff.analysis.verdict import AnchorEffect as AnchorEffect
from standoff.analysis.verdict import Verdict as Verdict

__all__ = [
    "AnchorEffect",
    "Answer",
    "Answers",
    "Bands",
    "Brief",
    "Citation",
    "Comparison",
    "ConsistencyReport",
    "Exhaustion",
    "Explanation",
    "Finding",
    "InfluentialSources",
    "ModelUncertainty",
    "ReasonAttribution",
    "RunDiff",
    "Sanity",
    "SanityFinding",
    "Sensitivity",
    "StockDrivers",
    "TheoryComparison",
    "ThresholdAnalysis",
    "ValueOfInformation",
    "Verdict",
]
