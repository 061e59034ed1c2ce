"""OHIF's pages and the archive behind one address, so that the browser asks no other origin."""

import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIGURATION = """
window.config = {
  routerBasename: null, extensions: [], modes: [], showStudyList: true,
  showWarningMessageForCrossOrigin: false, showCPUFallbackMessage: false, showLoadingIndicator: false,
  investigationalUseDialog: { option: 'never' },
  maxNumberOfWebWorkers: 2,
  maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
  defaultDataSourceName: 'archive',
  dataSources: [{
    namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
    sourceName: 'archive',
    configuration: {
      friendlyName: 'archive', name: 'archive',
      wadoUriRoot: '/wado', qidoRoot: '/dicom-web', wadoRoot: '/dicom-web',
      qidoSupportsIncludeField: false, imageRendering: 'wadors', thumbnailRendering: 'wadors',
      enableStudyLazyLoad: true, supportsFuzzyMatching: false, supportsWildcard: true,
      dicomUploadEnabled: false, omitQuotationForMultipartRequest: true,
    },
  }],
};
"""
_PASSED_ON = ("Accept", "Content-Type")


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, archive: str, *arguments: object, **named: object) -> None:
        self._archive = archive
        super().__init__(*arguments, **named)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(("/dicom-web", "/wado")):
            self._pass_on()
        elif path == "/app-config.js":
            self._answer(200, "text/javascript", CONFIGURATION.encode())
        else:
            # Every address of the application is its one page.
            if not Path(self.translate_path(path)).is_file():
                self.path = "/index.html"
            super().do_GET()

    def end_headers(self) -> None:
        # Shared memory between workers, as OHIF's own deployments allow it.
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass

    def _pass_on(self) -> None:
        headers = {name: self.headers[name] for name in _PASSED_ON if self.headers[name]}
        request = urllib.request.Request(self._archive + self.path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                if answer.headers["Content-Length"]:
                    self.send_header("Content-Length", answer.headers["Content-Length"])
                else:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                self.end_headers()
                shutil.copyfileobj(answer, self.wfile, 1 << 20)
        except urllib.error.HTTPError as error:
            self._answer(error.code, "text/plain", error.read())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def pages(folder: Path, archive: str) -> Iterator[str]:
    """Give the address of OHIF over an archive; it is this machine's own, and ends with the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, archive, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
