"""What pages share. Nothing here knows a slice."""
