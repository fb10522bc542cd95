"""红黑榜: projects of a 街道 compared with their like, month by month; a person decides."""
