"""Paper, phone and door votes 纸质、电话、上门表决: printed, written down by two, settled."""
