"""Persons, bodies, roles, sign-in, and messages to a person."""
