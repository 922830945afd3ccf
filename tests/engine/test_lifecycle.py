"""The stages of an object's life, by hand from the User Guide of Amazon S3."""

from decimal import Decimal

import pytest

from costplan.engine.lifecycle import Stage, StorageClass, stages_of
from costplan.model.recorders import LifecycleRule, SmallObjects

SMALL, LARGE = Decimal(2_000), Decimal(200_000)
STANDARD, IA, GLACIER = StorageClass.STANDARD, StorageClass.STANDARD_IA, StorageClass.GLACIER
DEEP, INSTANT = StorageClass.DEEP_ARCHIVE, StorageClass.GLACIER_IR


def to(storage_class: str, days: int, **sizes: int) -> LifecycleRule:
    return LifecycleRule(days, storage_class, **sizes)


def gone(days: int, **sizes: int) -> LifecycleRule:
    return LifecycleRule(expiration_days=days, **sizes)


ARCHIVED = (Stage(STANDARD, 0, 90), Stage(DEEP, 90, None))
FOREVER = (Stage(STANDARD, 0, None),)


@pytest.mark.parametrize(
    ("rules", "size", "small_objects", "stages"),
    [
        pytest.param((), SMALL, SmallObjects.STAY, FOREVER, id="no-rule"),
        pytest.param((to("DEEP_ARCHIVE", 90),), LARGE, SmallObjects.STAY, ARCHIVED, id="a-large-object-moves"),
        pytest.param((to("DEEP_ARCHIVE", 90),), SMALL, SmallObjects.STAY, FOREVER, id="a-small-one-stays"),
        pytest.param((to("DEEP_ARCHIVE", 90),), SMALL, SmallObjects.VARY, ARCHIVED, id="unless-the-default-is-the-old"),
        pytest.param((to("STANDARD_IA", 90),), SMALL, SmallObjects.VARY, FOREVER, id="which-is-for-archives-only"),
        pytest.param((to("DEEP_ARCHIVE", 90),), Decimal(131_072), SmallObjects.STAY, ARCHIVED, id="128-KiB-is-large"),
        pytest.param(
            (to("DEEP_ARCHIVE", 90, larger_than=500),), SMALL, SmallObjects.STAY, ARCHIVED, id="unless-a-filter-says"
        ),
        pytest.param(
            (to("DEEP_ARCHIVE", 90, smaller_than=2_000),), SMALL, SmallObjects.STAY, FOREVER, id="bounds-are-outside"
        ),
        pytest.param(
            (to("STANDARD_IA", 30), to("GLACIER", 90), gone(400)),
            LARGE,
            SmallObjects.STAY,
            (Stage(STANDARD, 0, 30), Stage(IA, 30, 90), Stage(GLACIER, 90, 400)),
            id="several-transitions",
        ),
        pytest.param((gone(400), gone(100)), SMALL, SmallObjects.STAY, (Stage(STANDARD, 0, 100),), id="first-expiry"),
        pytest.param(
            (gone(100, larger_than=131_072), gone(400)), SMALL, SmallObjects.STAY, (Stage(STANDARD, 0, 400),),
            id="expiry-has-filters-too",
        ),
        pytest.param(
            (to("GLACIER", 90), gone(90)), LARGE, SmallObjects.STAY, (Stage(STANDARD, 0, 90),), id="expiry-wins"
        ),
        pytest.param(
            (to("STANDARD_IA", 90), to("DEEP_ARCHIVE", 90)), LARGE, SmallObjects.STAY, ARCHIVED, id="the-cheaper-wins"
        ),
        pytest.param(
            (to("DEEP_ARCHIVE", 90), to("STANDARD_IA", 120)), LARGE, SmallObjects.STAY, ARCHIVED, id="never-back-up"
        ),
        pytest.param((to("GLACIER", 0),), LARGE, SmallObjects.STAY, (Stage(GLACIER, 0, None),), id="at-once"),
        pytest.param((to("REDUCED", 90),), LARGE, SmallObjects.STAY, FOREVER, id="no-such-class"),
    ],
)  # fmt: skip
def test_stages(
    rules: tuple[LifecycleRule, ...], size: Decimal, small_objects: SmallObjects, stages: tuple[Stage, ...]
) -> None:
    assert stages_of(rules, size, small_objects) == stages


@pytest.mark.parametrize(
    ("rules", "end"),
    [((gone(100),), None), ((gone(100), LifecycleRule(noncurrent_expiration_days=30)), 130)],
)
def test_versions_outlive_expiry(rules: tuple[LifecycleRule, ...], end: int | None) -> None:
    (stage,) = stages_of(rules, SMALL, SmallObjects.STAY, is_versioned=True)
    assert stage.end == end


@pytest.mark.parametrize(
    ("stage", "until"),
    [
        (Stage(STANDARD, 0, 1), 1),
        (Stage(IA, 30, 45), 60),
        (Stage(INSTANT, 30, 60), 120),
        (Stage(GLACIER, 30, 400), 400),
        (Stage(DEEP, 90, 100), 270),
        (Stage(DEEP, 90, None), None),
    ],
)
def test_minimum_durations(stage: Stage, until: int | None) -> None:
    assert stage.charged_until == until
