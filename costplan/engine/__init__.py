"""Pure functions from recorders and volumes to estimates; nothing here opens a file or knows a format."""
