"""How open the lines of a result are: the estate's rule for it, and who may see all in secrecy."""
