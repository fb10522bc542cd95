"""专项整治: tickets of one kind handled together; and when so many suggest it."""
