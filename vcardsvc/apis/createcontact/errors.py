"""Writes the failure JSON of createcontact.

    {"status": "failure", "error-code": "E1515", "error-info": "The first or last name ...",
     "errors": [{"error-code", "error-info", "field"}]}

Source: the public description of the action (Create Contact API V2). `errors` is ours: it holds
every problem, and the members above repeat the first.
"""

from typing import Any

from vcardsvc.apis.base import Response
from vcardsvc.apis.createcontact.response import spaced_json_response
from vcardsvc.errors import Problem


def error_response(problems: tuple[Problem, ...]) -> Response:
    """Return the failure JSON of the problems, with the status of the first."""
    first, failure = problems[0], failure_value(problems)
    if first.retry_after is None:
        return spaced_json_response(first.http_status, failure)
    retry_after = (b"retry-after", b"%d" % first.retry_after)
    return spaced_json_response(first.http_status, failure, retry_after)


def failure_value(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the problems as the value of the failure JSON."""
    first = problems[0]
    return {
        "status": "failure",
        "error-code": first.code.name,
        "error-info": first.info,
        "errors": [_error(problem) for problem in problems],
    }


def _error(problem: Problem) -> dict[str, str]:
    error = {"error-code": problem.code.name, "error-info": problem.info}
    return error if problem.field is None else {**error, "field": problem.field}
