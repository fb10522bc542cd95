"""The board 公示票箱 of a poll: entry 0, leaves in order, a signed checkpoint per batch."""
