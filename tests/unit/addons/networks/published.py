"""Published networks, with what their authors computed from them."""

from __future__ import annotations

import numpy as np

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
