"""What each ticket figure means and how it is counted 统计口径.

`counts.py` has the counts, each a condition on a ticket; `definitions.py` the figures made of two
counts, with the words that stand under each table; `queries.py` counts. A cell of a sheet and the
list behind it are one condition, so they cannot differ.
"""
