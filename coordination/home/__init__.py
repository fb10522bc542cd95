"""Pages that need every slice: estate home, 我的, /v/CODE, the operator; owns no business."""
