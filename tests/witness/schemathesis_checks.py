"""What schemathesis checks of every answer beside what the OpenAPI document says. Loaded as its hooks."""

import os

import schemathesis

# Answered before anybody looks at the Origin.
PUBLIC = ("/v1/health", "/v1/openapi.json")
# Refusals that may come before the Origin's turn: path, method, size, host.
EARLIER = ("not_found", "method_not_allowed", "body_too_large", "host_not_allowed", "invalid_request")
# Takes no request with an Origin at all: only windows go there.
FOR_WINDOWS = ("/bridge",)


def header(response, name):
    """The values of a header, as one text, or None."""
    values = response.headers.get(name.lower())
    return None if values is None else ", ".join(values)


@schemathesis.check
def failures_are_problems(ctx, response, case):
    """Every failure, the framework's own included, is a problem document whose status is the answer's."""
    if response.status_code < 400 or case.method.upper() == "HEAD":
        return
    assert header(response, "Content-Type") == "application/problem+json", "a failure is a problem document"
    problem = response.json()
    assert problem["status"] == response.status_code, "the problem repeats the status"
    assert problem["type"] == f"urn:jpki-agent:problem:{problem['code']}", "the type carries the code"


@schemathesis.check
def a_refused_origin_learns_nothing(ctx, response, case):
    """An Origin that is not allowed gets a refusal that no page can read; an allowed one can read every answer."""
    allowed = header(response, "Access-Control-Allow-Origin")
    if os.environ["JPKI_AGENT_ORIGIN"] == "allowed":
        assert allowed == os.environ["JPKI_AGENT_ORIGIN_HEADER"], "an allowed origin can read the answer"
        return
    assert allowed is None, "no CORS header for a refused origin"
    if case.path in PUBLIC:
        return
    assert response.status_code >= 400, "refused"
    code = response.json()["code"]
    if case.path in FOR_WINDOWS and code == "fetch_mode_not_allowed":
        return
    assert code == "origin_not_allowed" or code in EARLIER, f"refused for its origin, not with {code}"
