"""OHIF: when each view of an exam is on its canvas, and how long one window change takes there."""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from browser import Browser
from getting import NotHere

PROTOCOL = "@ohif/hpMammo"
PATIENCE_S = 120
NOTHING_MORE_S = 20

# Put into each page before its own scripts. A view counts as painted when cornerstone has said that it is
# rendered and its canvas is not black: it is rendered empty before. Only canvases of the hanging count, not
# the thumbnails.
WATCH = """
window.painted = {};
document.addEventListener('CORNERSTONE_IMAGE_RENDERED', event => {
  const now = performance.now();
  const canvas = event.target.querySelector && event.target.querySelector('canvas.cornerstone-canvas');
  if (!canvas || canvas.width < 400 || painted[event.detail.viewportId]) return;
  const small = document.createElement('canvas');
  small.width = small.height = 48;
  const context = small.getContext('2d');
  context.drawImage(canvas, 0, 0, 48, 48);
  const bytes = context.getImageData(0, 0, 48, 48).data;
  let bright = 0;
  for (let i = 0; i < bytes.length; i += 4) if (bytes[i] > 24) bright += 1;
  if (bright > 20) painted[event.detail.viewportId] = {at: now, width: canvas.width, height: canvas.height};
}, true);
"""

# As the window tool does it, without its mouse: new range, render, and cornerstone's word that it is done.
WINDOW_CHANGES = """
(async count => {
  const viewport = cornerstone.getRenderingEngines()[0].getViewports()
    .find(each => painted[each.id]);
  const times = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    await new Promise(done => {
      viewport.element.addEventListener('CORNERSTONE_IMAGE_RENDERED', done, {once: true});
      viewport.setProperties({voiRange: {lower: 4000 + 300 * (n % 9), upper: 48000 + 300 * (n % 9)}});
      viewport.render();
    });
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)];
})(COUNT)
"""


@dataclass(frozen=True)
class Opened:
    """ms from the address to the first and the last view, how many there were, and their (width, height)."""

    first: float
    last: float
    views: int
    size: tuple[int, int]


def prepare(browser: Browser) -> None:
    """Put the watch into every page that is opened from now on."""
    browser.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)


def open_study(browser: Browser, address: str, study_instance_uid: str, views: int = 4) -> Opened:
    """Open an exam and wait until its views are painted, or nothing more comes.

    Raises
    ------
    NotHere
        If no view was painted at all.
    """
    url = f"{address}/viewer?StudyInstanceUIDs={study_instance_uid}&hangingprotocolId={PROTOCOL}"
    browser.call("Page.navigate", url=url)
    until = time.monotonic() + PATIENCE_S
    painted: dict[str, dict[str, float]] = {}
    while time.monotonic() < until and len(painted) < views:
        # Seldom, so that asking does not take what it measures.
        time.sleep(1.0)
        now = json.loads(browser.evaluate("JSON.stringify(window.painted || {})"))
        if len(now) > len(painted):
            until = time.monotonic() + NOTHING_MORE_S
        painted = now
    if not painted:
        raise NotHere(f"OHIF painted no view within {PATIENCE_S} s.")
    moments = [each["at"] for each in painted.values()]
    some = next(iter(painted.values()))
    return Opened(min(moments), max(moments), len(painted), (int(some["width"]), int(some["height"])))


def window_change(browser: Browser, count: int = 15) -> float:
    """Return the median duration of a window change in ms, up to cornerstone's word that it is rendered."""
    return float(browser.evaluate(WINDOW_CHANGES.replace("COUNT", str(count))))


def show(browser: Browser, path: Path) -> None:
    """Write a picture of what was measured."""
    browser.screenshot(path)
