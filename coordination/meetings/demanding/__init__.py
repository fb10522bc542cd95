"""A session that the members of an owners' committee demand."""
