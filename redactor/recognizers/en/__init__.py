"""The English language pack: word lists."""
