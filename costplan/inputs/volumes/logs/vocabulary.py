"""The words that records are made of: the same few texts again and again, which need not be made anew each time.

A decoder that knows the words beforehand gives the one text it has for each, which is quicker than to make another and
much quicker to compare.  A word it does not know makes it fail; then the file is read as if there were no words, and
these are learnt.
"""

from collections.abc import Iterable
from typing import Any, Literal

MOST_WORDS = 2_000
"""Words of one field; a field with more has no end, and its texts are made each time."""

FIRST_PATIENCE, MOST_PATIENCE = 200, 100_000
"""Records read without words after which it pays to make a decoder that knows more of them."""


class Vocabulary:
    """The words of each field, as far as they are known.

    It grows quickly in the beginning and ever more slowly, so that an endless field costs little.
    """

    def __init__(self, fields: Iterable[str]) -> None:
        self._words: dict[str, dict[str, None]] = {field: {} for field in fields}
        self._endless: set[str] = set()
        self._missed = 0
        self._patience = FIRST_PATIENCE
        self._is_new = False

    def learn(self, field: str, texts: Iterable[str | None]) -> None:
        """Take in the texts that a field has in some records."""
        words = self._words[field]
        for text in texts:
            if text is not None and text not in words and field not in self._endless:
                words[text] = None
                self._is_new = True
                if len(words) > MOST_WORDS:
                    self._endless.add(field)

    def is_due(self, records: int) -> bool:
        """Whether a decoder should be made again, after so many *records* of a file with a word it does not know."""
        self._missed += records
        if not self._is_new or self._missed < self._patience:
            return False
        self._missed = 0
        self._patience = min(MOST_PATIENCE, self._patience * 5 // 4)
        self._is_new = False
        return True

    def type_of(self, field: str) -> Any:
        """Return the type that a field's texts are decoded as."""
        words = self._words.get(field)
        if not words or field in self._endless:
            return str | None
        return Literal[tuple(words)] | None
