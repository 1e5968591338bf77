"""Published networks and portfolios, with what their authors computed from them."""

from __future__ import annotations

import numpy as np

#: Signorino and Ritter 1999, table 5: levels (0 to 3) of two states towards 4 or 12 others, and their S
TABLE_5 = (
    ([0, 1, 2, 3], [3, 2, 1, 0], -1 / 3),
    ([1, 2, 2, 3], [3, 2, 2, 1], 1 / 3),
    ([2, 2, 3, 3], [3, 3, 2, 2], 1 / 3),
    ([3, 3, 3, 3], [3, 3, 3, 3], 1.0),
    ([0] * 10 + [0, 3], [0] * 10 + [3, 0], 2 / 3),
    ([0] + [1] * 10 + [3], [3] + [1] * 10 + [0], 2 / 3),
    ([0] + [2] * 10 + [3], [3] + [2] * 10 + [0], 2 / 3),
    ([0, 3] + [3] * 10, [3, 0] + [3] * 10, 2 / 3),
)
#: table 6: Germany and Russia in 1914 towards Germany, Russia, Britain, France, Austria-Hungary, Italy, Belgium, Spain,
#: Turkey, the Netherlands, Sweden, Romania and eight more, with the capabilities of these
GERMANY_1914 = [3, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 3] + [0] * 8
RUSSIA_1914 = [0, 3, 1, 3, 0, 1] + [0] * 14
CAPABILITIES_1914 = [0.25, 0.21, 0.20, 0.08, 0.08, 0.05, 0.03, 0.03, 0.02, *[0.01] * 5, *[0.0] * 6]
S_1914, S_1914_WEIGHTED = 0.40, -0.45
#: table 7: United States, Britain, France, Soviet Union in 1947 towards the United States, the Soviet Union, Britain, France,
#: Poland, Italy, Spain, Czechoslovakia, Belgium, the Netherlands, Turkey, Sweden, Yugoslavia, Romania, Hungary, Portugal and ten
#: more; their votes on 32 resolutions of the United Nations, one word each
ALLIANCES_1947 = ["3" + "0" * 25, "0333" + "0" * 11 + "3" + "0" * 10, "0333" + "0" * 22, "03333003000030000000000000"]
VOTES_1947 = (
    "3331 3331 3331 1113 1113 1113 3331 3233 3133 1113 3331 3331 1113 1113 2311 3133 "
    "3331 3331 3331 3331 3331 3331 3333 1333 3333 1133 3311 3333 3131 3131 3232 3233"
)
#: capabilities with two digits; the eleven states printed as 0.00 share what is missing to 1
CAPABILITIES_1947 = [0.42, 0.20, 0.12, 0.05, 0.04, 0.04, 0.02, 0.02, *[0.01] * 7, *[0.02 / 11] * 11]
#: table 8: S of alliances alone, and of alliances and votes, weighted
S_1947 = {
    (0, 1): (-0.59, -0.01),
    (0, 2): (-0.58, 0.10),
    (0, 3): (-0.70, -0.60),
    (1, 2): (0.99, 0.73),
    (1, 3): (0.87, 0.19),
    (2, 3): (0.88, 0.30),
}

#: Read 1954: friendship and enmity of sixteen tribes of Highland New Guinea, as in Hage and Harary 1983
TRIBES = """
.+----.....-..++ +.-.--..--....++ --.+.+++........ -.+....+........ --....+.+....+-- --+...++-.++-..- ..+.++.+..+++...
..++.++...++.-.. .-..+-...+-.+.-. .-......+.-.+.-. .....+++--.+-.-- -....+++..+..--- .....-+.++-..+-- ....+..-...-+..-
++..-...-----..+ ++..--....----+.
"""
#: Sampson 1969: whom eighteen novices of a monastery like (a, b, c: third, second, first choice) and dislike (A, B, C), at the
#: second, third and fourth of five times, by row
SAMPSON = {
    2: """
..b.cBA..C...a.... c.....b..A..Ca..B. bc.A...CB.......a. ..B.caC..b.......A ...c......b.a..... a..c..CAb..B......
.b.CAB.a.......c.. cbC.....a....B..A. ..C.b..c.......aBA ...c...a.....b.... ..A.c..a....Cb..B. cbAC......B..a....
.C..bBa....A.....c c......B..abC.b.A. cbB.........Ca..AA ab....c.....A...CB ..cCB.....A.b....a bc.C.Ba........A..
""",
    3: """
.b.Ba..c.CA....... c..C..aB...bA.a... cA...B.C........ab BC..cb....a....... b..c......a....... a.Cc...Ab..B......
ab.C.B.A.......c.. BCAc.a...b........ ..C.a..c...b....BA ...ca.......b..... ACBbc..........a.. caC..B.......b..A.
.C..bBa....A.....c ca.C.....B.a..b.A. bcB.a....A..Ca..A. .bAC..c....a....B. .abB.A....C......c .a.C.B....A.b...c.
""",
    4: """
.Bc...C..A.a.b.... c..C..aB...bA..... cB.C.B......b..Aab BC..ca....b..A.... ...c....a.b....... .ACca.B.b.......B.
.c.C.B.A...a...b.. .CBc.b..a....A.... ..C.a..c...b....BA ...ca...a...b..... ACB.b..c.....a.... cb....a...........
.C..bBa....A.....c c..C...B...a..b.A. .cBA..a....bC..... .cAC..b.......a.B. .abA.C.B.........c .abA...C.B......c.
""",
}
#: Doreian and Mrvar 1996: half of the weight against one and against two camps, at these times
SAMPSON_ONE_CAMP = {2: 48.5, 3: 48.0, 4: 47.0}
SAMPSON_TWO_CAMPS = {2: 21.5, 3: 16.0, 4: 12.5}
WEIGHTS = {".": 0, "+": 1, "-": -1, "a": 1, "b": 2, "c": 3, "A": -1, "B": -2, "C": -3}


def matrix(text: str) -> np.ndarray:
    """The signed adjacency matrix of a text with one word a row."""
    return np.array([[WEIGHTS[letter] for letter in row] for row in text.split()], dtype=float)


def levels(rows: list[str]) -> np.ndarray:
    """Positions of actors, one digit each."""
    return np.array([[int(digit) for digit in row] for row in rows], dtype=float)
