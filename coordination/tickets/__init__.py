"""Tickets 工单: 居民吹哨、物业报到, from a whistle to its close."""
