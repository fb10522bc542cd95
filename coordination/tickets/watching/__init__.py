"""看着时限: the sweep that reminds and escalates, duty rosters, the versions of the clocks."""
