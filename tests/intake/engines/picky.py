"""Engines that are made for some exams only, and one that cannot make up its mind."""

import os
from dataclasses import replace
from typing import ClassVar

from scripted import Steady

from klarsyn.domain.exam import ViewPosition
from klarsyn.engine.contract import Accepts, Manifest

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"


def _made_for(**accepts) -> Manifest:
    return replace(Steady.manifest, accepts=Accepts(**accepts))


class ForTestmaker(Steady):
    manifest: ClassVar[Manifest] = _made_for(manufacturers=("TEST-MAKER",))


class ForAnotherMaker(Steady):
    manifest: ClassVar[Manifest] = _made_for(manufacturers=("Elsewhere",))


class ForObliques(Steady):
    manifest: ClassVar[Manifest] = _made_for(view_positions=(ViewPosition.MLO,))


class ForMammograms(Steady):
    manifest: ClassVar[Manifest] = _made_for(sop_classes=(FOR_PRESENTATION,))


class ForOtherImages(Steady):
    manifest: ClassVar[Manifest] = _made_for(sop_classes=("1.2.3",))


class WantsPriors(Steady):
    manifest: ClassVar[Manifest] = replace(Steady.manifest, needs_priors=True)


class Next(Steady):
    """The next version: the same model in another program."""

    manifest: ClassVar[Manifest] = replace(Steady.manifest, version="1.3")


class TwoFaced(Steady):
    """Clinical when it has an exam before it, research when it is asked."""

    manifest: ClassVar[Manifest] = Steady.manifest

    def analyse(self, exam, progress):
        result = super().analyse(exam, progress)
        type(self).manifest = replace(self.manifest, intended_use="clinical", vendor=str(os.getpid()))
        return result
