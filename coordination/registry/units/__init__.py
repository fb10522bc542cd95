"""Units 专有部分 and whose they are, as staff keep them: lists, sales, corrections, guardians."""
