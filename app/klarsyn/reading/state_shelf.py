"""What others have drawn on an exam: presentation states, and overlay planes of its image files.

Both may hold marks of a CAD or another reader's opinion, and nothing in a file says that they do not. So
nothing is offered before this reader's first impression is signed (invariant 6), whatever the policy; and
what others have made of the exam that is read waits for this reader's own final read (invariant 5), see
`allowed_states`. Each showing is logged before it happens, as reveals are.
"""

from dataclasses import dataclass
from pathlib import Path

from klarsyn.base.clock import Clock
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.dicom.overlay_planes import read_image_overlays
from klarsyn.dicom.states.reader import read_presentation_state
from klarsyn.domain.exam import Notice
from klarsyn.domain.overlay_plane import OverlayPlane
from klarsyn.domain.policy import StatesPolicy
from klarsyn.domain.presentation_state import PresentationState
from klarsyn.domain.state_facts import StateFacts
from klarsyn.reading.allowed_states import AllowedStates
from klarsyn.reading.session import ReadingError, ReadingSession, Step
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.presentations import OVERLAYS, Shown
from klarsyn.store.store import Store

NO_OVERLAYS_YET = "Overlays of the files are shown once your first impression is signed."
NO_STATES_YET = (
    "Presentation states are shown once your first impression is signed; others' of this exam once your "
    "final read is in force."
)
AFTER_FINAL = "By this site's policy, what others have drawn is shown once your final read is in force."
WAITING = "Others' states of this exam come once your final read is in force."


@dataclass(frozen=True, slots=True)
class OfferedState:
    """A presentation state that this reader may see; `own` was kept with a read of his or her own."""

    facts: StateFacts
    path: Path
    own: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TakenState:
    """A state to be shown, and the overlay planes that it switches on, by SOP instance UID."""

    state: PresentationState
    planes: dict[str, tuple[OverlayPlane, ...]]


class StateShelf:
    """What may be taken from the shelf during one reader's session. Every method touches disk [store]."""

    def __init__(self, store: Store, folder: ImageFolder, session: ReadingSession, clock: Clock) -> None:
        """Look for states of the session's exam and of its priors."""
        self._store, self._folder, self._session, self._clock = store, folder, session, clock

    def offered(self) -> tuple[OfferedState, ...]:
        """Return the states that may be seen now, newest first.

        Raises
        ------
        ReadingError
            If none may be seen yet, or the policy shows none.
        """
        allowed = self._allowed(NO_STATES_YET)
        found: dict[str, OfferedState] = {}
        for exam in (self._session.exam, *self._session.priors):
            for state in self._store.presentations.about(i.sop_instance_uid for i in exam.images):
                if allowed.allows(exam, state):
                    found.setdefault(
                        state.facts.sop_instance_uid,
                        OfferedState(state.facts, self._folder.path(state.sha256), allowed.is_own(state)),
                    )
        return tuple(found.values())

    def waiting(self) -> str:
        """Say what is not offered yet; "" once all is. The same words whether or not there is any."""
        return "" if self._now().own_final_in_force else WAITING

    def take(self, offered: OfferedState) -> TakenState:
        """Log that the state is shown, and return it with the overlays that it wants to be seen.

        Raises
        ------
        ReadingError
            If it may not be seen, or its file cannot be read any more.
        """
        if offered not in self.offered():
            raise ReadingError("That presentation state is no longer offered. Open the list again.")
        try:
            state = read_presentation_state(offered.path)
        except UnreadableFile as error:
            raise ReadingError(f"The presentation state cannot be shown. {error}") from error
        planes = self._switched_on(state)
        self._log(offered.facts.sop_instance_uid, shown=True)
        return TakenState(state, planes)

    def put_back(self, sop_instance_uid: str) -> None:
        """Log that a state is hidden again."""
        self._log(sop_instance_uid, shown=False)

    def overlays(self) -> dict[str, tuple[tuple[OverlayPlane, ...], list[Notice]]]:
        """Log that overlay planes are shown, and return those of each image, and what is said of them.

        Raises
        ------
        ReadingError
            If they may not be seen yet, or the policy shows none.
        """
        self._allowed(NO_OVERLAYS_YET)
        found = {uid: self._planes_of(path) for uid, path in self._files().items()}
        if any(planes for planes, _ in found.values()):
            self._log(OVERLAYS, shown=True)
        return found

    def overlays_hidden(self) -> None:
        """Log that overlay planes are hidden again."""
        self._log(OVERLAYS, shown=False)

    def _switched_on(self, state: PresentationState) -> dict[str, tuple[OverlayPlane, ...]]:
        """Return planes on a layer that has a name: the state's own, or of the images (PS3.3 C.11.7)."""
        groups = {activation.group for activation in state.overlay_layers if activation.layer}
        if not groups:
            return {}
        own = tuple(plane for plane in state.overlays if plane.group in groups)
        elsewhere = groups - {plane.group for plane in state.overlays}
        about = {image.sop_instance_uid for image in state.images}
        return {
            uid: (*own, *(p for p in self._planes_of(path)[0] if p.group in elsewhere))
            for uid, path in self._files().items()
            if uid in about
        }

    def _files(self) -> dict[str, Path]:
        exams = (self._session.exam, *self._session.priors)
        files = [self._store.exams.files(exam.exam_id) for exam in exams]
        return {uid: self._folder.path(sha256) for found in files for uid, sha256 in found.items()}

    @staticmethod
    def _planes_of(path: Path) -> tuple[tuple[OverlayPlane, ...], list[Notice]]:
        try:
            return read_image_overlays(path)
        except UnreadableFile:
            # The image itself says in its place that it cannot be read.
            return (), []

    def _allowed(self, not_yet: str) -> AllowedStates:
        step, when = self._session.step, self._session.policy.others_drawings
        if when is StatesPolicy.NEVER:
            raise ReadingError("This site's policy does not show readers what others have drawn.")
        if step is Step.READING:
            raise ReadingError(not_yet)
        allowed = self._now()
        if when is StatesPolicy.AFTER_FINAL and not allowed.own_final_in_force:
            raise ReadingError(AFTER_FINAL)
        return allowed

    def _now(self) -> AllowedStates:
        return AllowedStates(self._store, self._session, self._clock.now())

    def _log(self, what: str, *, shown: bool) -> None:
        self._store.presentations.log_shown(
            Shown(self._session.exam.exam_id, self._session.reader, what, shown, self._clock.now())
        )
