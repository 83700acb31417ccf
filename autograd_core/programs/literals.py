"""Numbers, arrays and names as they stand in a program: exact, and harmless inside a page."""

import json
from typing import Any

import numpy as np

from autograd_core.programs.errors import NoFormError

LIMIT = 4096
"""So many numbers an array may have to be written out."""

EXACT = 2**53
"""Up to here every integer is a number of JavaScript."""


def number(x: Any) -> str:
    """A number so that it is read back bit for bit; a negative one in brackets, to stand anywhere.

    >>> [number(x) for x in (2.0, 0.1, -3, 1e-7, -0.0, float("inf"), float("nan"), True)]
    ['2', '0.1', '(-3)', '1e-07', '(-0)', 'Infinity', 'NaN', '1']
    """
    if isinstance(x, bool | np.bool_):
        return "1" if x else "0"
    if isinstance(x, int | np.integer):
        if abs(int(x)) > EXACT:
            raise NoFormError(f"the integer {int(x)} is beyond 2**53, where JavaScript's numbers have gaps")
        text = str(int(x))
    else:
        text = repr(float(x))
    if "n" in text:
        text = text.replace("inf", "Infinity").replace("nan", "NaN")
    text = text.removesuffix(".0")
    return f"({text})" if text.startswith("-") else text


def array(x: Any) -> str:
    """An array as a flat list of its numbers in C order.

    Raises:
        ValueError: if it has more than 4096 numbers.
    """
    flat = np.ravel(x)
    if flat.size > LIMIT:
        raise ValueError(
            f"a program would hold an array of {flat.size:,} numbers, shape {np.shape(x)}; at most "
            f"{LIMIT:,} are written out. Make it an input, or draw a smaller example"
        )
    return f"[{','.join(number(v).strip('()') for v in flat)}]"


def name(text: str) -> str:
    """A text as a string of JavaScript that ends no <script> and hides no line end.

    >>> print(name('a"</script>'))
    "a\\"\\u003c/script>"
    """
    return json.dumps(text).replace("<", "\\u003c")


def key(text: str) -> str:
    """A text as a key of an object; `__proto__` bare would be no key.

    >>> print(key("x"), key("__proto__"))
    "x" ["__proto__"]
    """
    return f"[{name(text)}]" if text == "__proto__" else name(text)
