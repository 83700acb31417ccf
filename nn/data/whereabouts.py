"""Which data sets there are, and where each was found."""

from nn.data import fashion, finding, handwriting, songs
from nn.data.embedded import FOLDER, manifest


def sources() -> dict[str, str]:
    """Per function of `nn.data` that loads a data set, where its numbers are, or that they are nowhere.

    Only names of files are looked at.

    >>> sources()["iris()"]
    'embedded, 120 + 30 data, 0.002 MB, CC-BY-4.0'
    """
    found = {}
    for file, about in manifest().items():
        name = file.removesuffix(".npz").removesuffix("_5k")
        if not (FOLDER / file).is_file():
            found[f"{name}()"] = "missing from the installation: install again"
            continue
        rows, size = about["rows"], (FOLDER / file).stat().st_size / 1e6
        found[f"{name}()"] = (
            f"embedded, {rows['train']:,} + {rows['test']:,} data, {size:.{1 if size > 0.1 else 3}f} MB, "
            f"{about['licence']}"
        )
    for idx_set in (handwriting.MNIST, fashion.FASHION):
        found[idx_set.call] = _place(idx_set.found())
    found["year_prediction()"] = _place(songs.found())
    return found


def _place(path: object) -> str:
    folders = ", ".join(str(p) for p in finding.search_folders())
    return f"not found in {folders}; download=True fetches it" if path is None else str(path)
