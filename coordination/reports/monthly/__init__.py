"""The monthly sheet 月报: the figures of a place and a period, with all they are made of."""
