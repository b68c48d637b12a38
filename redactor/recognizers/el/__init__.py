"""The Greek language pack: word lists, labels and the packed names."""
