"""Casting 投票: the paper, the door it comes in by, the batch it is written in, the receipt."""
