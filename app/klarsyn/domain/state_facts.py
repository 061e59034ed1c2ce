"""What is known of a presentation state without opening its file: what a list of them shows."""

from dataclasses import dataclass
from datetime import datetime

from klarsyn.domain.presentation_state import PresentationState
from klarsyn.domain.read_presentation import LABEL


@dataclass(frozen=True, slots=True)
class StateFacts:
    """One presentation state.

    Parameters
    ----------
    about
        SOP instances that it references: it belongs to whichever exams hold them, whenever these come.
    created
        In the time of the place where it was made; the standard gives it no zone (PS3.3 C.10.10).
    """

    sop_instance_uid: str
    study_instance_uid: str
    about: tuple[str, ...]
    label: str = ""
    description: str = ""
    creator: str = ""
    created: datetime | None = None

    @property
    def of_a_read(self) -> bool:
        """True when its label says that it was kept with a read, here or on another workstation."""
        return self.label == LABEL


def facts_of(state: PresentationState) -> StateFacts:
    """Return what a list shows of a state."""
    return StateFacts(
        sop_instance_uid=state.sop_instance_uid,
        study_instance_uid=state.study_instance_uid,
        about=tuple(dict.fromkeys(image.sop_instance_uid for image in state.images)),
        label=state.label,
        description=state.description,
        creator=state.creator,
        created=state.created,
    )
