# Every target sets up what it needs from nothing. `make demo` and `make test` are all one has to know.
.PHONY: sync demo test test-train train check fast lint bench bench-ohif test-set evaluate soak lock clean
PY := .venv/bin/python
# Two cores are the machine that Klarsyn is measured on.
export OMP_NUM_THREADS ?= 2
# Test processes side by side.
JOBS ?= 2

sync:            ## make .venv from the locks, and install missing system packages
	@sh scripts/set_up.sh

demo: sync       ## import, score and show the demonstration exams
	@$(PY) -m klarsyn.cli.main demo

test: sync       ## all tests but the long ones
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n $(JOBS) --dist loadfile -m "not soak and not bench and not torch"

check: lint fast ## what every commit passes

lint: sync       ## style, types, layers
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

fast: sync       ## the tests of a second or less
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n $(JOBS) --dist loadfile -m "not soak and not bench and not slow and not torch"

bench: sync      ## measure, with the peer in the same run; writes docs/measurements.md
	QT_QPA_PLATFORM=offscreen $(PY) tests/benchmarks/run.py --write docs/measurements.md
	$(PY) tests/benchmarks/stack.py
	$(PY) tests/benchmarks/real_volumes.py
	$(PY) tests/benchmarks/scoring.py
	$(PY) tests/benchmarks/scoring_volumes.py
	$(PY) tests/benchmarks/simulating.py

bench-ohif: sync ## the same films in OHIF; needs npm, Chromium, Orthanc with DICOMweb, and the network once
	$(PY) tests/benchmarks/ohif/run.py --write docs/measurements.md

test-train:      ## the tests that need torch, in an environment of its own
	@sh scripts/set_up_training.sh
	QT_QPA_PLATFORM=offscreen .venv-train/bin/python -m pytest -m torch tests/plugins

test-set: sync   ## draw the frozen test set into FOLDER; it can be stopped and goes on
	$(PY) plugins/demo_cad/training/test_set.py $(FOLDER) --write

evaluate: sync   ## the demonstration engine on the test set in FOLDER; writes its model card
	$(PY) plugins/demo_cad/training/evaluate.py $(FOLDER) --write

TRAINING ?= build/training
train:           ## draw exams, train and calibrate the demonstration engine anew; goes on where it was cut off
	@sh scripts/set_up_training.sh
	.venv-train/bin/python plugins/demo_cad/training/build_graph.py
	.venv-train/bin/python plugins/demo_cad/training/generate.py $(TRAINING)/cache --workers 2 --minutes 90
	OMP_NUM_THREADS=1 .venv-train/bin/python plugins/demo_cad/training/train.py $(TRAINING)/cache $(TRAINING)/heads --write
	.venv-train/bin/python plugins/demo_cad/training/calibrate.py $(TRAINING)/calibration --write

soak: sync       ## fuzzing, kills, simulated days; SOAK_SHARE=50 takes a fiftieth
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m soak --timeout 3600

lock: sync       ## resolve the locks again
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header locks/bootstrap.in -o locks/bootstrap.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o locks/run.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header -c locks/run.txt --extra test pyproject.toml -o locks/test.txt

clean:           ## remove what was made; the demo's data too
	rm -rf .venv .venv-train demo-output .mypy_cache .ruff_cache .import_linter_cache
