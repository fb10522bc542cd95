"""意见征询: asking what people think. It decides nothing, and nobody may take it for a poll."""
