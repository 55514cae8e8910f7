"""How good a picture is: Pocket's exact scores, HaarPSI, and the comparison sheet."""
