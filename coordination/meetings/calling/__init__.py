"""Calling a meeting: type, parties, agenda, notice, invitations."""
