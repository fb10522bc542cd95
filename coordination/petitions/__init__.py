"""The petition 业主联名: owners sign for an assembly or a meeting, and are owed an answer."""
