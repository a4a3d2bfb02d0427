"""Pictures and videos for people, made from a session; nothing here is measured or decided."""
