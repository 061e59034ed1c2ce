"""Whatever a server does, the exam ends without a score, and a sentence says what to do."""

import shutil
import subprocess

import pytest
from served_models import serving

from klarsyn.engine.failure import EngineFailure, FailureKind
from klarsyn_triton import conversation

UNHARMED = "The exam is not scored and gets two readers."


def failure_of(run, **options) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        run(**options)
    assert UNHARMED in caught.value.sentence
    assert "score it again" in caught.value.sentence
    return caught.value


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("no-model", FailureKind.NOT_FOUND, "does not have the model breast, version 3"),
        ("not-ready", FailureKind.NOT_FOUND, "version 3 is not ready"),
        ("new-version", FailureKind.NOT_FOUND, "in the middle of the exam breast, version 4, answered"),
        ("nan", FailureKind.INVALID_RESULT, "its output score holds a number that is not finite"),
        (
            "shape",
            FailureKind.INVALID_RESULT,
            "its output score is FP32 1x2, and server.toml declares FP32 1x1",
        ),
        ("short", FailureKind.INVALID_RESULT, "its output boxes holds 5 numbers, not 10"),
        ("other-question", FailureKind.INVALID_RESULT, "it belongs to another question"),
        ("error", FailureKind.RAISED, "refused the exam (INTERNAL)"),
    ],
)
def test_no_exam_is_lost_to_the_ai_when_its_server_fails(server, ask, fault, kind, words):
    server.do_wrong(fault)

    failure = failure_of(ask)

    assert failure.kind is kind
    assert words in failure.sentence
    assert "Leaked" not in failure.sentence


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_numbers_that_are_not_finite_are_not_sent(ask, monkeypatch):
    sent = []
    real = conversation.send
    monkeypatch.setattr(
        conversation, "send", lambda line, code, *p: (sent.append(code), real(line, code, *p))
    )

    # A line more in the table of the input.
    failure = failure_of(ask, datatype='FP32"\nsd = 1e-300 # "')

    assert failure.kind is FailureKind.INVALID_RESULT
    assert "was not sent: it holds a number that FP32 has no room for" in failure.sentence
    assert conversation.Code.INFER not in sent


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_what_failed_behind_the_walls_is_told_in_front_of_them(
    put, server, run, tmp_path
):
    put(f"grpc://{server.address}")
    server.do_wrong("new-version")

    failure = failure_of(run)

    assert failure.kind is FailureKind.NOT_FOUND
    assert "in the middle of the exam breast, version 4, answered" in failure.sentence
    assert not list((tmp_path / "work").iterdir())


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_its_server_is_away(ask):
    failure = failure_of(ask, url="grpc://127.0.0.1:9")

    assert (failure.kind, "does not answer" in failure.sentence) == (FailureKind.NOT_FOUND, True)


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_its_server_is_slow(server, ask):
    server.do_wrong("slow")

    failure = failure_of(ask, timeout=0.5)

    assert failure.kind is FailureKind.DEADLINE
    assert "did not answer within 0.5 s" in failure.sentence


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_its_server_outlasts_the_deadline_of_all(put, server, run):
    put(f"grpc://{server.address}")
    server.do_wrong("slow")

    with pytest.raises(EngineFailure) as caught:
        run(deadline_s=2.5)
    assert caught.value.kind is FailureKind.DEADLINE


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_the_ai_when_the_connection_is_cut(ask, tmp_path):
    with serving(tmp_path) as other:
        other.do_wrong("cut")
        failure = failure_of(ask, url=f"grpc://{other.address}")

    assert "broke off in the middle" in failure.sentence


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": 90}, "its input image has the shape 1x1x96x64, not 1x1x90x64"),
        ({"datatype": "FP16"}, "its input image is of FP32, not FP16"),
    ],
)
def test_a_model_that_is_not_what_the_file_declares_sees_no_image(server, ask, changes, words):
    server.do_wrong("error")  # what any inference would come to

    failure = failure_of(ask, **changes)

    assert failure.kind is FailureKind.NOT_FOUND
    assert words in failure.sentence


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made by openssl")
def test_a_server_over_tls_is_believed_by_the_sites_own_authority_only(put, run, tmp_path):
    pair = (tmp_path / "site.pem", tmp_path / "key.pem")
    line = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=site -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run([*line.split(), "-out", pair[0], "-keyout", pair[1]], check=True, capture_output=True)
    (tmp_path / "handed-over").mkdir()
    shutil.copy(pair[0], tmp_path / "handed-over" / "site.pem")

    with serving(tmp_path, pair) as server:
        put(f"grpcs://{server.address}", 'ca = "site.pem"')
        assert run().regions
        put(f"grpcs://{server.address}")
        assert "certificate" in failure_of(run).sentence
        put(f"grpc://{server.address}")
        assert "does not answer" in failure_of(run).sentence
