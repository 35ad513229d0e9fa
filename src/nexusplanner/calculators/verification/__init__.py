"""Verification: what makes every number of a plan checkable, and checks it."""

from nexusplanner.calculators.verification.arithmetic import check_arithmetic
from nexusplanner.calculators.verification.citations import check_citations
from nexusplanner.calculators.verification.failure import Failure
from nexusplanner.calculators.verification.figures import check_figures
from nexusplanner.calculators.verification.known_figures import (
    KnownFigures,
    brief_figures,
    calculation_figures,
    dates_of,
    evidence_figures,
)
from nexusplanner.calculators.verification.pool import FigurePool
from nexusplanner.calculators.verification.prose import ProseNumber, numbers_in
from nexusplanner.calculators.verification.report import VerificationReport, verify_plan
from nexusplanner.calculators.verification.seal import check_id, check_seal, plan_id, plan_sha256, seal
from nexusplanner.calculators.verification.trace import orphans

__all__ = [
    "Failure",
    "FigurePool",
    "KnownFigures",
    "ProseNumber",
    "VerificationReport",
    "brief_figures",
    "calculation_figures",
    "check_arithmetic",
    "check_citations",
    "check_figures",
    "check_id",
    "check_seal",
    "dates_of",
    "evidence_figures",
    "numbers_in",
    "orphans",
    "plan_id",
    "plan_sha256",
    "seal",
    "verify_plan",
]
