"""What a price says of itself in words: when it holds, and who says otherwise."""

from costplan.model.prices import Price


def days_of(price: Price) -> str:
    """Return when a price holds; nothing where it has held since ever and nothing ends it.

    The day named last is the first one on which it holds no more.
    """
    parts = [f"from {price.effective_from}"] if price.effective_from else []
    parts += [f"before {price.effective_until}"] if price.effective_until else []
    return ", ".join(parts)


def remarks_on(price: Price) -> str:
    """Return the note of a price and what other sources say, as sentences; nothing where there is neither."""
    sentences = [price.note, *(f"Contradicted by {other.by}: {other.says}" for other in price.contradicted)]
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences if sentence)
