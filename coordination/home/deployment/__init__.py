"""The deployment itself 运营: its first run, its places, settings, calendar and demo clock."""
