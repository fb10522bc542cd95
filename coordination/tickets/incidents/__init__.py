"""突发事件: one outage, many tickets, one notice; its end answers them all."""
