"""Electing the owners' committee 选举业主委员会: candidates before the vote, office after it."""
