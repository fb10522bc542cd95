"""How tickets come in and go out: sheets, patrols, programs with keys, Open311, webhooks."""
