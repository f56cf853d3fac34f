#!/usr/bin/env python3
"""Makes a model that other programs can be asked for: nothing drawn, Euler's method, and what they know of Vensim.

    still.py xmile MODEL.xmile     draws become their medians, the method Euler's
    still.py vensim MODEL.mdl      the remainder is MODULO, of the sign of its dividend: both are positive here

Each writes the changed model to standard output.
"""
import re
import sys


def still_xmile(text):
    text = re.sub(r"\bNORMAL\(0, 1\)", "0", text)
    text = re.sub(r"\bUNIFORM\(0, 1\)", "0.5", text)
    return re.sub(r'method="[^"]*"', 'method="Euler"', text)


def plain_vensim(text):
    text = re.sub(r":MACRO: XMILE MOD\(.*?:END OF MACRO:\n", "", text, flags=re.S)
    return text.replace("XMILE MOD(", "MODULO(")


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("xmile", "vensim"):
        sys.exit(__doc__)
    with open(sys.argv[2], encoding="utf-8") as file:
        text = file.read()
    print(still_xmile(text) if sys.argv[1] == "xmile" else plain_vensim(text), end="")


main()
