"""Letters with a binding code 绑定码函: made per unit, printed once, carried to the door."""
