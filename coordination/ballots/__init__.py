"""Owners' ballots 业主大会表决: polls, roll, casting, results."""
