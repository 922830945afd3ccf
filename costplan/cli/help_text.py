"""Examples for ``--help``."""


def examples(*commands: str) -> str:
    """Return an epilog that shows *commands*, one to a line; tests run each of them."""
    # The backspace keeps the help from joining the lines into a paragraph.
    return "\n".join(["\b", "Examples:" if len(commands) > 1 else "Example:", *(f"  {c}" for c in commands)])
