"""Downloads from a server of this test: broken off, gone on with, wrong, from the next mirror."""

import gzip
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from nn.data import downloading, fashion_mnist, finding, mnist, year_prediction
from nn.data.downloading import download
from tests.nn.idx_files import small_set

CONTENT = np.random.default_rng(0).bytes(300_000)
RIGHT = sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves `files`; `cut` says after how many bytes each answer breaks off, in order."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.cut, self.asked, self.ranges = {}, [], [], True

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        server, wanted = self.server, self.headers.get("Range")
        server.asked.append((self.path, wanted))
        data = server.files.get(self.path.lstrip("/"))
        if data is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.ranges else 0
        if start >= len(data) and start:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = len(data) if not server.cut else start + server.cut.pop(0)
        self.wfile.write(data[start:end])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(downloading, "TIMEOUT", 5.0)
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(urls, target, *, limit=300_000):
    download(urls, target, sha256=RIGHT, limit=limit)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_there_whole(server, tmp_path):
    server.files["a"] = CONTENT
    fetch([server.url("a")], tmp_path / "new" / "file")
    assert (tmp_path / "new" / "file").read_bytes() == CONTENT
    assert names(tmp_path / "new") == ["file"]


@pytest.mark.parametrize("ranges", [True, False])
def test_what_breaks_off_is_gone_on_with(server, tmp_path, ranges):
    server.files["a"], server.cut, server.ranges = CONTENT, [100_000, 50_000 if ranges else 150_000], ranges
    fetch([server.url("a")], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert [asked[1] for asked in server.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_a_later_process_goes_on(server, tmp_path):
    server.files["a"], server.cut = CONTENT, [100_000, 0]
    with pytest.raises(OSError, match="broke off after 100,000 of 300,000 bytes"):
        fetch([server.url("a")], tmp_path / "file")
    assert names(tmp_path) == ["file.part"]
    server.asked.clear()
    fetch([server.url("a")], tmp_path / "file")
    assert server.asked == [("/a", "bytes=100000-")]
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_part_that_is_complete_needs_no_server(tmp_path):
    (tmp_path / "file.part").write_bytes(CONTENT)
    fetch([], tmp_path / "file")
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("part", [b"rubbish", CONTENT + b"too long", bytes(len(CONTENT))])
def test_a_part_that_is_wrong_is_begun_again(server, tmp_path, part):
    server.files["a"] = CONTENT
    (tmp_path / "file.part").write_bytes(part)
    fetch([server.url("a")], tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_the_next_mirror_is_asked(server, tmp_path):
    server.files |= {"wrong": CONTENT[::-1], "right": CONTENT}
    fetch([server.url("none"), server.url("wrong"), server.url("right")], tmp_path / "file")
    assert [path for path, _ in server.asked] == ["/none", "/wrong", "/right"]
    assert (tmp_path / "file").read_bytes() == CONTENT


def test_a_mirror_goes_on_where_another_broke_off(server, tmp_path):
    server.files |= {"a": CONTENT, "b": CONTENT}
    server.cut = [100_000, 0]
    fetch([server.url("a"), server.url("b")], tmp_path / "file")
    assert server.asked == [("/a", None), ("/a", "bytes=100000-"), ("/b", "bytes=100000-")]


def test_every_failure_is_told_and_nothing_is_left(server, tmp_path):
    server.files["wrong"] = CONTENT[::-1]
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(OSError, match="could not be downloaded") as caught:
        fetch([server.url("none"), server.url("wrong"), "http://127.0.0.1:1/closed"], tmp_path / "file")
    text = str(caught.value)
    assert text.startswith("file could not be downloaded")
    assert "404" in text
    assert f"another SHA-256 than {RIGHT}" in text
    assert "refused" in text
    assert (tmp_path / "file").read_bytes() == b"old"
    assert (tmp_path / "file.part").read_bytes() == b""


@pytest.mark.parametrize("told", [True, False])
def test_no_more_is_taken_than_expected(server, tmp_path, told, monkeypatch):
    server.files["a"] = CONTENT
    if not told:  # an answer without a length
        monkeypatch.setattr(Handler, "send_header", lambda self, *pair: None)
    with pytest.raises(OSError, match="200,000"):
        fetch([server.url("a")], tmp_path / "file", limit=200_000)
    assert not (tmp_path / "file").exists()
    assert (tmp_path / "file.part").stat().st_size == 0


def test_several_at_once_fetch_it_once(server, tmp_path):
    server.files["a"] = CONTENT
    failed = []

    def work():
        try:
            fetch([server.url("a")], tmp_path / "file")
        except Exception as error:
            failed.append(error)

    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert names(tmp_path) == ["file"]
    assert len(server.asked) == 1


def test_progress_without_tqdm_is_a_line(server, tmp_path, monkeypatch, capsys):
    def missing(name):
        if name == "tqdm":
            raise ImportError(name)
        return __import__(name)

    monkeypatch.setattr(downloading, "import_module", missing)
    server.files["a"] = CONTENT
    fetch([server.url("a")], tmp_path / "file")
    assert capsys.readouterr().err == "downloading a, 0.3 MB\n"


class TestSets:
    @pytest.fixture(autouse=True)
    def _cache(self, monkeypatch, tmp_path):
        monkeypatch.setattr(finding, "cache_folder", lambda: tmp_path / "cache")
        monkeypatch.setattr(finding, "SYSTEM", tmp_path / "system")
        monkeypatch.delenv(finding.VARIABLE, raising=False)

    def test_nothing_is_asked_for_without_download(self, monkeypatch):
        def refused(*args, **settings):
            raise AssertionError("the network was used")

        monkeypatch.setattr(downloading, "urlopen", refused)
        for load in (lambda: mnist(full=True), fashion_mnist, year_prediction):
            with pytest.raises(FileNotFoundError, match="download=True"):
                load()

    def test_four_files_into_the_cache_once(self, server, tmp_path):
        small, published = small_set([server.url("gone/"), server.url("small/")])
        server.files |= {f"small/{name}": data for name, data in published.items()}
        train, _ = small.load(None, True, flat=True)
        assert str(tmp_path / "cache" / "small") in train.source
        assert names(tmp_path / "cache" / "small") == sorted(published)
        count = len(server.asked)
        assert (small.load(None, True, flat=True)[0].x == train.x).all()
        assert len(server.asked) == count == 8

    def test_files_that_are_there_in_another_packing_are_kept(self, server, tmp_path):
        small, published = small_set([server.url("")])
        server.files |= published
        folder = tmp_path / "cache" / "small"
        folder.mkdir(parents=True)
        first, second, third, last = published
        (folder / first.removesuffix(".gz")).write_bytes(gzip.decompress(published[first]))
        for name in (second, third):
            (folder / name).write_bytes(gzip.compress(gzip.decompress(published[name]), mtime=1))
        small.load(None, True, flat=True)
        assert server.asked == [(f"/{last}", None)]

    def test_only_the_damaged_file_is_fetched_again(self, server, tmp_path):
        small, published = small_set([server.url("")])
        server.files |= published
        small.load(tmp_path / "mine", True, flat=True)
        server.asked.clear()
        name = "t10k-labels-idx1-ubyte.gz"
        (tmp_path / "mine" / "small" / name).write_bytes(b"damaged")
        with pytest.raises(ValueError, match=rf"{name}: no IDX file"):
            small.load(tmp_path / "mine", False, flat=True)
        small.load(tmp_path / "mine", True, flat=True)
        assert server.asked == [(f"/{name}", None)]
