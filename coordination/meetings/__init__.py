"""Joint meetings 联席会议 and committee sessions: call, agenda, room, minutes, actions."""
