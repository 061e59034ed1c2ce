"""What a crash leaves behind is removed at the next start, and only that."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from klarsyn.engine import folder
from klarsyn.engine.sweep import leftovers, sweep

PARENT = """
import sys
from pathlib import Path
sys.path[:0] = [{app!r}, {here!r}, {support!r}]
from conftest import HERE, make_exam
from klarsyn.engine import registry
from klarsyn.engine.sealed import run_sealed
registry.register("SleepsForEver", "misbehaving:SleepsForEver", (HERE,))
run_sealed("SleepsForEver", make_exam(), work_root=Path({root!r}), deadline_s=60, memory_mb=1024,
           allow_unsealed=True, progress=lambda fraction: print("running", flush=True))
"""


@pytest.mark.invariant(9)
def test_the_folder_is_deleted_at_start_up_after_klarsyn_was_killed(work_root):
    # Given a Klarsyn that is killed while an engine works
    app = str(Path(folder.__file__).parents[2])
    here = Path(__file__).parent
    support = here.parent / "support"
    code = PARENT.format(app=app, here=str(here), support=str(support), root=str(work_root))
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"running\n"
        workers = psutil.Process(parent.pid).children()
        parent.kill()
    assert workers

    # Then the engine dies with it
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive

    # And the next start removes what it left
    assert len(leftovers(work_root)) == 1
    assert sweep(work_root) == 1
    assert not list(work_root.iterdir())


def test_a_folder_of_a_living_process_is_left_alone(work_root):
    mine = folder.make(work_root)

    assert sweep(work_root) == 0
    assert mine.is_dir()


def test_a_folder_of_an_earlier_process_with_the_same_number_is_swept(work_root):
    mine = folder.make(work_root)
    pid, _, secret = mine.name.split("-")[1:]
    mine.rename(work_root / f"run-{pid}-0deadbeefx1-{secret}")

    assert sweep(work_root) == 1


def test_what_is_not_a_working_folder_is_left_alone(work_root):
    work_root.mkdir()
    (work_root / "notes").mkdir()
    (work_root / "run-1-x-0123").write_text("no")

    assert sweep(work_root) == 0
    assert len(list(work_root.iterdir())) == 2


def test_a_missing_work_root_needs_no_sweep(tmp_path):
    assert sweep(tmp_path / "never made") == 0
