"""Signing a read, and what a shelf then offers."""

from datetime import timedelta

from klarsyn.domain.display import DisplayState, GrayscaleParameters
from klarsyn.domain.exam import Laterality
from klarsyn.domain.read import Assessment
from klarsyn.reading.read_keeping import ShownImage


def sign(session):
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.drawings.shown = {
        i.sop_instance_uid: ShownImage(GrayscaleParameters(12), DisplayState()) for i in session.exam.images
    }
    session.sign()


def finish(session, clock):
    """Sign both steps, and let the time for taking the final read back pass."""
    sign(session)
    session.finalise()
    clock.advance(timedelta(seconds=11))


def labels(shelf):
    return [offered.facts.label for offered in shelf.offered()]
