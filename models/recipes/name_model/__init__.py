"""The recipe of the name model: text, noise, encoder, training, export."""
