"""意见征询: asking what people think. Nothing is decided by it, and nobody may take it for a poll."""
