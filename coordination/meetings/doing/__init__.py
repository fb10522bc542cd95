"""Action items 办事: what a meeting asked of a body, until it is verified."""
