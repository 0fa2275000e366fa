"""The city as other tools of the field take it: each of these is imported only by whoever asks for it."""
