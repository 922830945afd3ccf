"""What looking into a bucket asks of AWS, before it is priced."""

from dataclasses import dataclass
from enum import StrEnum

from costplan.model.truth import Truth


class Encryption(StrEnum):
    """How the objects of a bucket are encrypted, as far as that makes requests of KMS."""

    UNKNOWN = "unknown"
    WITHOUT_KMS = "without-kms"
    KMS = "kms"
    KMS_BUCKET_KEY = "kms-bucket-key"


@dataclass(frozen=True, slots=True)
class ClassShare:
    """Objects of one storage class other than Standard, by S3's name of it, and their stored bytes."""

    storage_class: str
    objects: int
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class Look:
    """The requests and the bytes of one reading.

    region: of the bucket; ``None`` where S3 does not say.
    objects, stored_bytes: what will be read, of the *listed_objects*.
    list_requests, head_requests: what was asked to find them.
    encryption: of one of them; the others are taken to be as it is.
    is_outside: whether they are read from outside the bucket's Region.
    other_classes: of all that were listed, those that are not stored as Standard.
    """

    region: str | None
    objects: int
    stored_bytes: int
    listed_objects: int
    list_requests: int
    head_requests: int = 0
    encryption: Encryption = Encryption.UNKNOWN
    is_outside: Truth = Truth.MAYBE
    other_classes: tuple[ClassShare, ...] = ()
