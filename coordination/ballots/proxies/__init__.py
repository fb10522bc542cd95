"""Proxies 委托: who votes for an owner who names them, until when, and within what limit."""
