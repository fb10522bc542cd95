"""登记 of bodies: who sits in them, until when, under which filing number; terms that end."""
