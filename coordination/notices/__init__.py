"""Public notices 公告/公示, their numbers, check codes and posting proof."""
