"""Webhooks: what happened to a ticket, told to programs of those who keep it."""
