"""API keys: what a program of a body may do, where, and what it did."""
