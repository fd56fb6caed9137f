"""What a recording says, from a recogniser on the deployment's own premises if it has one."""

import logging
from dataclasses import dataclass

import httpx
from pydantic import BaseModel, ValidationError

from cases.talk.attachments import Harmless

log = logging.getLogger(__name__)
SECONDS = 8


class _Heard(BaseModel):
    text: str = ""


@dataclass(frozen=True)
class Recogniser:
    """A recogniser behind HTTP: it gets the sound and answers `{"text": …}`."""

    address: str

    def hear(self, voice: Harmless) -> str:
        """The words of a recording; empty where nothing was understood or nobody answered.

        Nothing depends on it: a person listens to what no machine has understood.
        """
        headers = {"Content-Type": voice.media_type}
        try:
            answer = httpx.post(
                self.address, content=voice.content, headers=headers, timeout=SECONDS
            )
            answer.raise_for_status()
            return _Heard.model_validate_json(answer.content).text.strip()
        except (httpx.HTTPError, ValidationError):
            log.warning("The recogniser did not answer; a person listens.")
            return ""
