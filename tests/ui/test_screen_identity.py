"""A monitor is known by what it says of itself, and only then by its connector."""

import pytest

from klarsyn.ui.monitors.screens import identity_of


class Said:
    """What Qt tells of a screen."""

    def __init__(self, maker: str, model: str, serial: str, name: str) -> None:
        self.maker, self.kind, self.serial, self.connector = maker, model, serial, name

    def manufacturer(self) -> str:
        return self.maker

    def model(self) -> str:
        return self.kind

    def serialNumber(self) -> str:
        return self.serial

    def name(self) -> str:
        return self.connector


@pytest.mark.parametrize(
    ("said", "identity"),
    [
        (Said("EIZO", "RX560", "12345678", "DP-1"), "EIZO RX560 12345678"),
        (Said("EIZO", " RX560  v2", "", "DP-1"), "EIZO RX560 v2 DP-1"),
        (Said("", "", "", ""), "unnamed screen"),
    ],
)
def test_a_screen_is_called_by_maker_model_and_serial_number_or_connector(said, identity) -> None:
    assert identity_of(said) == identity


def test_the_same_monitor_at_another_connector_keeps_its_checks() -> None:
    there, here = (Said("EIZO", "RX560", "12345678", name) for name in ("DP-1", "HDMI-2"))
    assert identity_of(there) == identity_of(here)
