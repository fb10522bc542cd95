"""述职: once a year a body says what it did, and the households rate it."""
