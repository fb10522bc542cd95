"""After the reply: the resident says whether it is solved, someone else visits, it closes."""
