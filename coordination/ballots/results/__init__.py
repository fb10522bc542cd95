"""What follows the vote by itself: opening, turnout, close, count, results, objections."""
