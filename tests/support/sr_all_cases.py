"""All cases of CAD reports, from wherever they are built."""

import sr_number_cases
import sr_reference_cases
import sr_state_cases
from sr_cases import ROOTS, Case, a_case

__all__ = ["NAMES", "Case", "a_case", "sr_number_cases", "sr_reference_cases", "sr_state_cases"]

NAMES = tuple(sorted(ROOTS))
