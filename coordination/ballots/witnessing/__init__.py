"""Witnesses 见证 of the board: the parties' own keys, what they cosign and when, who follows it."""
