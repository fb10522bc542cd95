"""A resident whistles 居民吹哨, finds what others whistled, and joins in."""
