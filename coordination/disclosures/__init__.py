"""The shelves 公开: what each body owes the owners to see, by when, and what it has published."""
