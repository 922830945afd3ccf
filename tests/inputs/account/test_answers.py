"""Answers as they add up to a document."""

from costplan.inputs.account.answers import AnswerBook, Refusal
from costplan.inputs.account.operations import GET_TRAIL_STATUS

ARNS = [
    "arn:aws:cloudtrail:us-east-1:111122223333:trail/first",
    "arn:aws:cloudtrail:eu-west-1:111122223333:trail/second",
    "arn:aws:cloudtrail:eu-west-1:999999999999:trail/first",
]
DENIED = Refusal(GET_TRAIL_STATUS, "AccessDeniedException", "it is not allowed", is_denial=True)
ERROR = {"Code": "AccessDeniedException", "Message": "it is not allowed", "Operation": "GetTrailStatus"}


def test_an_answer_replaces_a_refusal_and_no_refusal_an_answer() -> None:
    book = AnswerBook()
    for answer in (DENIED, {"IsLogging": True}, DENIED, {"IsLogging": False}):
        book.add(ARNS[0], GET_TRAIL_STATUS, answer)

    assert book.document()["get-trail-status"] == {ARNS[0]: {"IsLogging": True}}
    assert book.unknown() == []


def test_a_refusal_stands_in_the_answers_place() -> None:
    book = AnswerBook()
    book.add(ARNS[0], GET_TRAIL_STATUS, DENIED)

    assert book.document() == {"describe-trails": {"trailList": []}, "get-trail-status": {ARNS[0]: {"Error": ERROR}}}
    assert book.unknown() == [
        f"whether {ARNS[0]} is logging could not be found out (GetTrailStatus: AccessDeniedException)"
    ]
    assert book.answer(ARNS[0], GET_TRAIL_STATUS) is None


def test_trails_are_ordered_by_account_and_region() -> None:
    book = AnswerBook()
    for arn in (ARNS[2], ARNS[0], ARNS[1]):
        book.add_trail(arn, {"TrailARN": arn}, is_of_owner=True)
        book.add(arn, GET_TRAIL_STATUS, {"IsLogging": True})

    ordered = [ARNS[1], ARNS[0], ARNS[2]]
    assert list(book.document()["get-trail-status"]) == ordered
    assert [trail["TrailARN"] for trail in book.document()["describe-trails"]["trailList"]] == ordered


def test_the_owner_describes_a_trail_best() -> None:
    book = AnswerBook()
    for is_of_owner, bucket in ((False, "seen"), (True, "owned"), (False, "seen again")):
        book.add_trail(ARNS[0], {"S3BucketName": bucket}, is_of_owner)

    assert book.document()["describe-trails"]["trailList"] == [{"S3BucketName": "owned"}]
