"""Make the pictures of the README: `python tools/make_pictures.py [NAME ...]` writes docs/pictures/.

They are made by the library from computations that run here, so they show what a user gets. Drawings come
from the library's own layout; screenshots of pages need Chromium and the package playwright, the moving
picture needs Pillow and a drawer of PNG.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import autograd_core as ac
import nn

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def lecture() -> ac.Tensor:
    """z = (a·x − y)², the first example of the lecture, after backward()."""
    a, x, y = ac.leaves(a=2, x=3, y=4)
    s = (a * x).named("s")
    t = (s - y).named("t")
    z = (t**2).named("z")
    z.backward()
    return z


def formula(path: Path) -> None:
    """The reverse graph: local derivatives on the wires, gradients on the cards."""
    ac.graph(lecture(), mode="backward").save(path / "formula.svg", renderer="builtin")


def network(path: Path) -> None:
    """A batch-normalised network with its loss, after backward()."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(784, 256, bias=False, init="he", rng=rng),
        nn.BatchNorm(256),
        nn.ReLU(),
        nn.Linear(256, 10, rng=rng),
    )
    train, _ = nn.data.mnist()
    x, t = train[:100]
    loss = nn.CrossEntropyLoss()(model(x), t)
    loss.backward()
    ac.graph(loss).save(path / "network.svg", renderer="builtin")


def transformer(path: Path) -> None:
    """The encoder of a Transformer with twelve layers, folded until it fits on a page."""
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, 256, rng=0), 12)
    ac.graph(encoder, (10, 2, 64)).save(path / "transformer.svg", renderer="builtin")


def steps(path: Path) -> None:
    """The reverse sweep, one wire after the other."""
    ac.backward_steps(lecture()).save(path / "steps.gif")


def page(path: Path) -> None:
    """The interactive page, in the middle of the reverse sweep."""
    drawn = ac.graph(lecture())

    def show(view: Any) -> None:
        view.keyboard.press("End")
        view.keyboard.press("ArrowLeft")
        view.click(f"#v-{drawn['s'].number}")

    _screenshot(drawn.save, path / "page.png", show)


def live(path: Path) -> None:
    """The live page: a slider, the numbers that follow, the tangent."""
    made = ac.live("s = a*x; t = s - y; z = t**2", x=(-3, 6, 3.0), a=2.0, y=4.0)
    _screenshot(made.save, path / "live.png", lambda view: None, dark=True)


def quiz(path: Path) -> None:
    """A quiz: the local derivatives are to be filled in; one answer is right and one is not."""
    made = ac.graph(lecture()).quiz(hide="local", seed=0)

    def answer(view: Any) -> None:
        for number, text in ((5, "2t"), (4, "1")):
            box = view.locator("input").nth(number - 1)
            box.fill(text)
            box.press("Enter")

    _screenshot(made.save, path / "quiz.png", answer, height=620)


def _screenshot(
    save: Callable[[Path], Any],
    target: Path,
    prepare: Callable[[Any], None],
    *,
    dark: bool = False,
    height: int = 720,
) -> None:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        document = Path(folder) / "page.html"
        save(document)
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        view = browser.new_page(
            viewport={"width": 1180, "height": height},
            device_scale_factor=1.5,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        view.goto(document.as_uri())
        prepare(view)
        view.wait_for_timeout(300)
        view.screenshot(path=target)
        browser.close()


PICTURES = (formula, network, transformer, steps, page, live, quiz)

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        if not sys.argv[1:] or picture.__name__ in sys.argv[1:]:
            picture(FOLDER)
            print("made", picture.__name__)
