"""Delivery 送达: how notice and ballot came to each voting right, and reminding who is left."""
