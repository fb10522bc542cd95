"""What breaks while people vote, and what they were promised all the same.

Real processes, killed with -9, and a real server, as durable as in production.
"""
