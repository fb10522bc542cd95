"""The roll 业主名册: who may vote on a question; published, objected to, frozen."""
