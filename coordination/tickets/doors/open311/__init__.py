"""Open311 GeoReport v2, over the tickets everyone may read."""
