"""Domain objects <-> JSON columns, through pydantic, so that a row that does not fit is refused."""

from typing import Any

from pydantic import TypeAdapter

from klarsyn.domain.exam import Image
from klarsyn.domain.finding import AiResult

_IMAGE: TypeAdapter[Image] = TypeAdapter(Image)
_RESULT: TypeAdapter[AiResult] = TypeAdapter(AiResult)


def image_to_json(image: Image) -> dict[str, Any]:
    """Return the JSON form of an image's header facts."""
    facts: dict[str, Any] = _IMAGE.dump_python(image, mode="json")
    return facts


def image_from_json(facts: dict[str, Any]) -> Image:
    """Return the image whose JSON form is `facts`."""
    return _IMAGE.validate_python(facts)


def result_to_json(result: AiResult) -> dict[str, Any]:
    """Return the JSON form of an engine's result."""
    body: dict[str, Any] = _RESULT.dump_python(result, mode="json")
    return body


def result_from_json(body: dict[str, Any]) -> AiResult:
    """Return the result whose JSON form is `body`."""
    return _RESULT.validate_python(body)
