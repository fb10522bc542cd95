"""Minutes 会议纪要: written, checked, signed, published."""
