"""Auditors 监票审计人: every right opened, for one person who promised secrecy in writing."""
