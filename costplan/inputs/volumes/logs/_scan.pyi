from array import array
from collections.abc import Callable
from typing import Any

MOST_CONDITIONS: int

def common(these: array[int], those: array[int]) -> list[tuple[int, int]]: ...

class Scanner:
    def __new__(
        cls,
        record: list[tuple[str, str]],
        identity: list[tuple[str, str]],
        element: list[tuple[str, str]],
        principal_conditions: list[tuple[str, bytes]],
        resource_conditions: list[tuple[str, bytes]],
        find_principal: Callable[[str | None], int],
        find_resource: Callable[[str | None, str | None], int],
        learn: Callable[[bytes], object],
        with_ids: bool,
        with_sizes: bool,
        oversize_bytes: int,
    ) -> Scanner: ...
    def scan(
        self, text: bytes | bytearray
    ) -> (
        tuple[
            list[Any],
            list[Any],
            list[str | None],
            list[int],
            list[int],
            list[tuple[Any, int, int, int]],
            str | None,
        ]
        | None
    ): ...
