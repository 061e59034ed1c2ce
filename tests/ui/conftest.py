"""Windows on no display: real store, real desk, small images; results as an engine would give them."""

from studies import take_in
from window_fixtures import add_result, dressed, make_workplace, open_exam, ui_thread_watch

__all__ = ["add_result", "dressed", "make_workplace", "open_exam", "take_in", "ui_thread_watch"]
