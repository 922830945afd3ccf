"""Everything that opens a file or a socket."""
