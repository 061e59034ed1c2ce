"""Debian's Orthanc with DICOMweb, on this machine's own address only, with a few files in it."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from getting import NotHere, dicomweb_plugin, tool

PATIENCE_S = 30


@contextmanager
def orthanc(folder: Path, port: int, files: Sequence[Path]) -> Iterator[str]:
    """Give the address of an archive that holds `files`; it ends with the block."""
    program = tool("Orthanc", package="orthanc orthanc-dicomweb")
    configuration = folder / "orthanc.json"
    configuration.write_text(json.dumps(_configuration(folder, port)), encoding="utf-8")
    with (folder / "orthanc.log").open("wb") as log:
        process = subprocess.Popen([program, str(configuration)], stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, process)
        for file in files:
            request = urllib.request.Request(f"{address}/instances", file.read_bytes())
            urllib.request.urlopen(request, timeout=60).close()
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _configuration(folder: Path, port: int) -> dict[str, object]:
    return {
        "Name": "Benchmark",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "StorageCompression": False,
        "Plugins": [str(dicomweb_plugin())],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotHere("Orthanc ended at once; its log is in the working folder.")
        try:
            urllib.request.urlopen(f"{address}/system", timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise NotHere(f"Orthanc did not answer within {PATIENCE_S} s.")
