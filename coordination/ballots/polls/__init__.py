"""Polls 业主大会表决: drafting, the steps of their road, the notice and its confirmation."""
