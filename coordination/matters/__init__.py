"""The matter 事项, its timeline and its duties: the spine that others write to."""
