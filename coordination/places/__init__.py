"""Where things are 地点: subdistrict, community, estate, building, unit; calendar; settings."""
