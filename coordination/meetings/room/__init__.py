"""In the room: check-in, the screen, votes, resolutions."""
