"""Figures across slices: monthly sheets, ledgers, coverage; the rows of 红黑榜 and 双评议."""
