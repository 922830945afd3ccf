"""The library's verbs: each wires inputs to the engine and returns a value; none of them prints."""
