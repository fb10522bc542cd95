"""Community rooms 场地: when they are open, who asks for them, who has them."""
