"""Codes and marks that tests of several cases expect."""

from sr_cases import L_CC, L_MLO, R_CC, SPECKS, SQUARE, TRIANGLE

CLUSTER, SPECK, DENSITY, MASS = "129769006", "129770007", "129793001", "129788004"
DISTORTION, NIPPLE, COMPOSITION = "129792006", "24142002", "129715009"

CLUSTER_MARKS = [
    (CLUSTER, R_CC.uid, None, "POINT", ((50.5, 60.5),), "center"),
    (CLUSTER, R_CC.uid, None, "POLYLINE", SQUARE, "outline"),
    *((SPECK, R_CC.uid, None, "POINT", (point,), "center") for point in SPECKS),
]
MASS_MARKS = [
    (DENSITY, L_CC.uid, None, "POINT", ((50.5, 60.5),), "center"),
    (DENSITY, L_CC.uid, None, "POLYLINE", SQUARE, "outline"),
    (DENSITY, L_MLO.uid, None, "POINT", ((115.0, 130.0),), "center"),
    (DENSITY, L_MLO.uid, None, "POLYLINE", TRIANGLE, "outline"),
]
