"""einsum in every form: values as NumPy's, derivatives in every mode, errors that name the letter."""

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import autograd_core as ac
from autograd_core import Tensor
from autograd_core.functions.contracting import einsum, tensordot
from autograd_core.node import ancestors
from autograd_core.ops.table import TABLE
from autograd_core.symbols import Symbol, latex, slides
from autograd_core.symbols.rules import gradient
from tests.autograd_core.functions.derivatives import close, drawn, every_mode
from tests.examples import examples

FORMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,jk->ki", (2, 3), (3, 4)),
    ("ba,cb", (2, 3), (4, 2)),
    ("i,i", (3,), (3,)),
    ("i,j->ij", (2,), (3,)),
    ("i,j->", (2,), (3,)),
    ("ij,kl->", (2, 3), (2, 2)),
    ("ij->ji", (2, 3)),
    ("ij->ij", (2, 3)),
    ("ba", (2, 3)),
    ("ij->i", (2, 3)),
    ("ij->", (2, 3)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iij->ji", (2, 2, 3)),
    ("iji->j", (2, 3, 2)),
    ("iijj->ij", (2, 2, 3, 3)),
    ("iiijj->ij", (2, 2, 2, 2, 2)),
    ("iii", (3, 3, 3)),
    ("ii,i->i", (3, 3), (3,)),
    ("ii,ij,jj->", (2, 2), (2, 3), (3, 3)),
    ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 2)),
    ("...ij,...jk->...ik", (4, 1, 2, 3), (2, 3, 2)),
    ("...ij,jk->...ik", (2, 2, 3), (3, 2)),
    ("i...,i...->...", (3, 2), (3,)),
    ("...,...", (2, 3), (3,)),
    ("...i,...i", (2, 3), (3,)),
    ("i...j->...", (2, 3, 4)),
    ("...ii->...", (2, 3, 3)),
    ("...->...", (2, 3)),
    ("...", (2, 3)),
    ("i...->...i", (2, 3, 4)),
    ("j...i,i...->...j", (2, 2, 3), (3, 2)),
    ("ij,jk->ik", (2, 1), (4, 3)),
    ("ij,jk->j", (2, 1), (4, 3)),
    ("ij,ij->ij", (1, 3), (2, 1)),
    ("ij,ij", (1, 3), (2, 1)),
    ("ii,i->i", (1, 1), (3,)),
    (",ij->ij", (), (2, 3)),
    (",", (), ()),
    ("", ()),
    ("->", ()),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("ij,jk,kl,lm->im", (2, 3), (3, 2), (2, 3), (3, 2)),
    ("ia,ja,ka->ijk", (2, 3), (2, 3), (2, 3)),
    ("i,i,i->", (3,), (3,), (3,)),
    ("i,j,k->kji", (2,), (3,), (2,)),
    ("Ab,bC->AC", (2, 3), (3, 2)),
    ("bA,Cb", (2, 3), (3, 2)),
    (" i j , j k -> i k ", (2, 3), (3, 4)),
    ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
    ("ijb,jbk->kib", (3, 4, 2), (4, 2, 3)),
    ("abcd,dcbe->ae", (2, 3, 2, 2), (2, 2, 3, 2)),
    ("ij,jk->ik", (2, 0), (0, 3)),
    ("ij,jk->ik", (0, 2), (2, 3)),
    ("ij->", (0, 3)),
    ("ii", (0, 0)),
    ("ii,i", (1, 1), (1,)),
    ("ij,j,k->ik", (2, 0), (0,), (3,)),
]


def name(form):
    return " ".join(map(str, form))


@pytest.mark.parametrize("form", FORMS, ids=name)
def test_values_and_every_derivative(form):
    text, *shapes = form
    xs = [drawn(*shape, seed=k) for k, shape in enumerate(shapes)]
    every_mode(lambda *ts: einsum(text, *ts), *xs, reference=lambda *ts: np.einsum(text, *ts))


@pytest.mark.parametrize("form", FORMS, ids=name)
def test_numpys_einsum_takes_tensors(form):
    text, *shapes = form
    xs = [Tensor(drawn(*shape, seed=k), requires_grad=True) for k, shape in enumerate(shapes)]
    z = np.einsum(text, *xs)
    assert isinstance(z, Tensor)
    assert z.requires_grad
    close(z.detach(), np.einsum(text, *(x.numpy() for x in xs)), 1e-12)


@st.composite
def calls(draw):
    """Random letters, ranks, sizes (0 and 1 too), repeated letters, ellipses, outputs in any order."""
    alphabet = draw(st.permutations("ijkA"))[: draw(st.integers(1, 4))]
    sizes = {a: draw(st.integers(0 if draw(st.integers(0, 9)) == 0 else 1, 3)) for a in alphabet}
    hidden = draw(st.lists(st.integers(1, 3), max_size=2))
    count = draw(st.integers(1, 4))
    terms, shapes = [], []
    for _ in range(count):
        letters = draw(st.lists(st.sampled_from(alphabet), max_size=3))
        shape = []
        for a in letters:
            once = letters.count(a) == 1
            shape.append(1 if once and draw(st.integers(0, 5)) == 0 else sizes[a])
        term = "".join(letters)
        if hidden:
            k = draw(st.integers(0, len(letters)))
            used = hidden[draw(st.integers(0, len(hidden))) :]
            term = term[:k] + "..." + term[k:]
            shape[k:k] = [1 if draw(st.integers(0, 3)) == 0 else n for n in used]
        terms.append(term)
        shapes.append(tuple(shape))
    text = ",".join(terms)
    if draw(st.booleans()):
        present = sorted({a for t in terms for a in t if a.isalpha()})
        out = "".join(draw(st.permutations(present))[: draw(st.integers(0, len(present)))])
        if hidden:
            k = draw(st.integers(0, len(out)))
            out = out[:k] + "..." + out[k:]
        text += "->" + out
    return text, shapes


@examples()
@given(calls(), st.integers(0, 100), st.sampled_from([False, True, "greedy", "optimal"]))
def test_random_subscripts_agree_with_numpy(call, seed, optimize):
    text, shapes = call
    note(f"{text} {shapes}")
    xs = [drawn(*shape, seed=seed + k) for k, shape in enumerate(shapes)]
    wanted = np.einsum(text, *xs)
    close(einsum(text, *xs, optimize=optimize), wanted, 1e-12)
    ts = [Tensor(x, requires_grad=True) for x in xs]
    z = einsum(text, *ts, optimize=optimize)
    close(z.detach(), wanted, 1e-12)
    g = drawn(*np.shape(wanted), seed=seed + 9)
    z.backward(g)
    for k, (x, t) in enumerate(zip(xs, ts, strict=True)):
        # linear in each operand: a step of any length is exact
        v = drawn(*x.shape, seed=seed + 20 + k)
        moved = np.einsum(text, *(v if j == k else y for j, y in enumerate(xs)))
        np.testing.assert_allclose((t.grad.numpy() * v).sum(), (g * moved).sum(), rtol=1e-10, atol=1e-10)


@examples(0.3)
@given(calls(), st.integers(0, 100))
def test_random_subscripts_in_every_mode(call, seed):
    text, shapes = call
    note(f"{text} {shapes}")
    xs = [drawn(*shape, seed=seed + k) for k, shape in enumerate(shapes)]
    every_mode(lambda *ts: einsum(text, *ts), *xs, tolerance=1e-7)


@pytest.mark.parametrize("form", FORMS, ids=name)
def test_gradients_agree_with_torch(form):
    torch = pytest.importorskip("torch")
    text, *shapes = form
    if text in ("", "->") or "ii,i->i (1, 1)" in name(form):
        pytest.skip("torch reads this otherwise")
    xs = [drawn(*shape, seed=k) for k, shape in enumerate(shapes)]
    theirs = [torch.tensor(x, requires_grad=True) for x in xs]
    try:
        wanted = torch.einsum(text, *theirs)
    except RuntimeError as error:
        pytest.skip(f"torch refuses it: {error}")
    ours = [Tensor(x, requires_grad=True) for x in xs]
    z = einsum(text, *ours)
    g = drawn(*z.shape, seed=5)
    z.backward(g)
    wanted.backward(torch.tensor(g))
    for t, w in zip(ours, theirs, strict=True):
        close(t.grad, w.grad.numpy(), 1e-12)


# ---- the other form of the call, options -----------------------------------------------------------------


def test_lists_of_numbers_are_subscripts():
    a, b = drawn(2, 3), drawn(3, 4)
    for operands in [
        (a, [0, 1], b, [1, 2], [0, 2]),
        (a, [0, 1], b, [1, 2]),
        (a, [5, 30], b, [30, 51], [51, 5]),
        (a, (1, 0)),
        (a, [..., 1], b, [1, 2], [..., 2]),
        (a, [0, 1], [0]),
        (np.array(2.0), [], b, [0, 1], [1, 0]),
    ]:
        wanted = np.einsum(*operands)
        close(einsum(*operands), wanted, 1e-12)
        live = [Tensor(o, requires_grad=True) if isinstance(o, np.ndarray) else o for o in operands]
        close(einsum(*live).detach(), wanted, 1e-12)
        close(np.einsum(*live).detach(), wanted, 1e-12)


@pytest.mark.parametrize(
    "optimize",
    [
        *(False, True, None, "greedy", "optimal", ("greedy", 1000)),
        ["einsum_path", (0, 1), (0, 1)],
        ["einsum_path", (0, 2), (0, 1)],
        ["einsum_path", [1, 2], [0, 1]],
        ("einsum_path", (0, 1, 2)),
        ["einsum_path"],
    ],
    ids=str,
)
def test_every_order_gives_the_same(optimize):
    xs = [drawn(2, 3), drawn(3, 4), drawn(4, 2)]
    wanted = np.einsum("ij,jk,ki->jk", *xs)
    close(einsum("ij,jk,ki->jk", *xs, optimize=optimize), wanted, 1e-12)


def test_a_path_is_found_for_tensors_too():
    xs = [drawn(9, 2), drawn(2, 9), drawn(9, 1)]
    wanted = np.einsum_path("ij,jk,kl->il", *xs)
    assert ac.einsum_path("ij,jk,kl->il", *map(Tensor, xs)) == wanted
    live = [Tensor(x, requires_grad=True) for x in xs]
    path = np.einsum_path("ij,jk,kl->il", *live)[0]
    assert path == wanted[0]
    close(np.einsum("ij,jk,kl->il", *live, optimize=path).detach(), xs[0] @ xs[1] @ xs[2], 1e-12)


def test_the_order_is_the_cheap_one():
    """A (200, 2) (2, 200) (200, 1) product must not make a 200 × 200 matrix."""
    a, b, c = (Tensor(drawn(*s), requires_grad=True) for s in ((200, 2), (2, 200), (200, 1)))
    z = einsum("ij,jk,kl->il", a, b, c)
    assert max(node.value.size for node in ancestors([z.node])) == 400
    close(z.detach(), a.numpy() @ (b.numpy() @ c.numpy()), 1e-11)


def test_more_letters_than_the_alphabet():
    """Axes under an ellipsis need no letters of NumPy's."""
    shapes = [(1,) * 20 + (2,), (1,) * 20 + (2, 3), (1,) * 20 + (3,)]
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
    text = f"...{letters[:18]},...{letters[18:37]},...{letters[37:46]}->..."
    xs = [drawn(*s, seed=k) for k, s in enumerate(shapes)]
    close(einsum(text, *xs), np.einsum(text, *xs), 1e-12)


@pytest.mark.parametrize("text", ["ij,jk->ik", "ij,ij->", "ij,ij->i", "i,j->ij", "ij,jk,kl->il"])
@pytest.mark.parametrize(
    "dtype", [np.float16, np.float32, np.float64, np.int16, np.int64, np.uint8, np.bool_]
)
def test_dtypes_are_numpys(text, dtype):
    terms = text.split("->")[0].split(",")
    xs = [(3 * drawn(*[3] * len(t), seed=k)).astype(dtype) for k, t in enumerate(terms)]
    wanted = np.einsum(text, *xs)
    plain = einsum(text, *xs)
    assert plain.dtype == wanted.dtype
    assert type(plain) is type(wanted)
    np.testing.assert_allclose(plain, wanted, rtol=1e-2 if dtype is np.float16 else 1e-5)
    if np.dtype(dtype).kind != "f":
        z = einsum(text, *(Tensor(x) for x in xs))
        assert z.dtype == wanted.dtype
        np.testing.assert_array_equal(z, wanted)
        return
    ts = [Tensor(x, requires_grad=True) for x in xs]
    z = einsum(text, *ts)
    assert all(node.value.dtype == dtype for node in ancestors([z.node]))
    z.sum().backward()
    assert all(t.grad.dtype == dtype for t in ts)


@pytest.mark.parametrize(
    ("text", "dtypes"),
    [
        ("i->", [np.int16]),
        ("i->", [np.bool_]),
        ("i,j->", [np.int16, np.float32]),
        ("i,i->", [np.int32, np.float32]),
        ("i,i->i", [np.float16, np.float32]),
        ("i,j->j", [np.float16, np.float64]),
        (",i", [np.int64, np.float32]),
    ],
)
def test_mixed_dtypes_are_numpys(text, dtypes):
    xs = [np.ones([2] * len(t), d) for t, d in zip(text.split("->")[0].split(","), dtypes, strict=True)]
    wanted = np.einsum(text, *xs)
    found = einsum(text, *xs)
    assert found.dtype == wanted.dtype
    np.testing.assert_array_equal(found, wanted)
    z = einsum(text, *(Tensor(x, requires_grad=x.dtype.kind == "f") for x in xs))
    assert z.dtype == wanted.dtype


def test_dtype_is_where_it_is_computed():
    a = Tensor(np.float32([1e4, 1]), requires_grad=True)
    z = einsum("i,i->", a, a, dtype=np.float64)
    assert z.dtype == np.float64
    assert z.item() == 1e8 + 1
    z.backward()
    assert a.grad.dtype == np.float32
    assert einsum("i->i", [1, 2], dtype=float).dtype == np.float64


def test_numbers_and_lists_are_operands():
    assert einsum(",i->i", 2, [1.0, 2.0]).tolist() == [2.0, 4.0]
    t = Tensor([1.0, 2.0], requires_grad=True)
    einsum("i,i", [3.0, 4.0], t).backward()
    assert t.grad.tolist() == [3.0, 4.0]


def test_one_tensor_in_several_places():
    x = drawn(3, 3)
    every_mode(lambda t: einsum("ij,jk,ki->", t, t, t), x)
    every_mode(lambda t: einsum("ij,ij->i", t, t), x)


def test_a_clean_product_is_one_node_and_one_operand_needs_no_product():
    a, b = (Tensor(drawn(3, 3), requires_grad=True) for _ in range(2))
    z = einsum("ij,jk->ki", a, b)
    assert [n.op.name for n in ancestors([z.node]) if n.op] == ["einsum"]
    ops = {n.op.name for n in ancestors([einsum("iij->j", Tensor(np.ones((2, 2, 2)), True)).node]) if n.op}
    assert "einsum" not in ops


def test_a_view_of_the_operand_is_another_tensor():
    a = Tensor(drawn(2, 2), requires_grad=True)
    assert einsum("ij->ij", a) is not a


def test_the_result_is_laid_out_as_it_is_asked_for():
    a, b = drawn(30, 40), drawn(40, 50)
    for text in ("ij,jk->ik", "ij,jk->ki"):
        assert einsum(text, a, b).flags.c_contiguous


def test_strided_operands():
    a, b = drawn(6, 8)[::-2, ::2], drawn(4, 6)[:, ::3].T[:, ::-1]
    for text in ("ij,kj->ik", "ij,kj->j", "ij,kj->ikj"):
        close(einsum(text, a, b), np.einsum(text, a, b), 1e-12)


# ---- errors ----------------------------------------------------------------------------------------------

o = np.ones

REFUSED = [
    (lambda: einsum(), ValueError, "subscripts and operands are needed"),
    (lambda: einsum("i"), ValueError, r"einsum\('i'\): the operands are missing"),
    (lambda: einsum(o(2)), ValueError, "subscripts and operands are needed"),
    (lambda: einsum(o(2), [0.5]), TypeError, r"holds integers and \.\.\., got \[0.5\]"),
    (lambda: einsum(o(2), 3), TypeError, "holds integers"),
    (lambda: einsum(o(2), [52]), ValueError, "52 is not within 0 to 51"),
    (lambda: einsum(o(2), [-1]), ValueError, "-1 is not within"),
    (lambda: einsum("i,j", o(2)), ValueError, "of 2 operands, but 1 operand came"),
    (lambda: einsum("i", o(2), o(2)), ValueError, "of 1 operand, but 2 operands came"),
    (lambda: einsum("ij", o(2)), ValueError, "'ij' names 2 axes, but operand 0 has only 1"),
    (
        lambda: einsum("i,j", o(2), o((2, 2))),
        ValueError,
        r"'j' names 1 axes, but operand 1 has 2; write \.\.\.",
    ),
    (lambda: einsum("i1", o((2, 2))), ValueError, "'1' in 'i1' of operand 0 is not a letter"),
    (lambda: einsum("i->i->i", o(2)), ValueError, "is not a letter"),
    (lambda: einsum("i-", o((2, 2))), ValueError, "'-' in 'i-'"),
    (lambda: einsum("..i", o(2)), ValueError, r"'\.\.i' of operand 0 have a '\.'"),
    (lambda: einsum("...i...", o(2)), ValueError, "not part of one ellipsis"),
    (lambda: einsum("i->ii", o(2)), ValueError, "the result has i more than once"),
    (lambda: einsum("i->j", o(2)), ValueError, "the result has j, which no operand has"),
    (lambda: einsum("...i->i", o((2, 3))), ValueError, r"ellipsis stands for 1 axes.*write ->\.\.\.i"),
    (lambda: einsum("ii", o((2, 3))), ValueError, "i stands 2 times in operand 0.*sizes 2, 3"),
    (lambda: einsum("ii->i", o((1, 5))), ValueError, "sizes 1, 5"),
    (
        lambda: einsum("ij,jk->ik", o((2, 3)), o((4, 5))),
        ValueError,
        r"j is 3 in operand 0 of shape \(2, 3\) and 4 in operand 1 of shape \(4, 5\)",
    ),
    (lambda: einsum("...,...", o((2, 3)), o((3, 3))), ValueError, "an axis of the ellipsis is 2"),
    (lambda: einsum("i,i,i->", o(1), o(2), o(3)), ValueError, "i is 2 in operand 1.*3 in operand 2"),
    (lambda: einsum("i,i", o(2), o(2) * 1j), TypeError, "operand 1 holds complex128 numbers"),
    (lambda: einsum("i,i", o(2), ["a", "b"]), TypeError, "operand 1 holds <U1"),
    (lambda: tensordot(o((2, 3)), o((4, 5)), 1), ValueError, r"sizes \(3,\) and \(4,\)"),
    (lambda: tensordot(o((2, 3)), o((4, 5)), 3), ValueError, "axes=3.*2 and 2 axes"),
    (lambda: tensordot(o((2, 3)), o((3, 5)), ([0, 1], [0])), ValueError, "2 axes of the first operand"),
]


@pytest.mark.parametrize(("call", "kind", "text"), REFUSED, ids=range(len(REFUSED)))
def test_errors_name_the_letter(call, kind, text):
    with pytest.raises(kind, match=text):
        call()


@pytest.mark.parametrize("case", [r for r in REFUSED if r[1] is ValueError][:24], ids=str)
def test_numpy_refuses_the_same(case, monkeypatch):
    import tests.autograd_core.functions.test_einsum as here

    monkeypatch.setattr(here, "einsum", np.einsum)
    monkeypatch.setattr(here, "tensordot", np.tensordot)
    with pytest.raises((ValueError, IndexError)):
        case[0]()


# ---- tensordot -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "axes"),
    [
        ((2, 3), (3, 4), 1),
        ((2, 3, 4), (3, 4, 2), 2),
        ((2, 3), (2, 3), 2),
        ((2, 3), (4,), 0),
        ((2, 3, 4), (4, 3), ([1, 2], [1, 0])),
        ((2, 3, 4), (4, 3), ((-2, -1), (-1, -2))),
        ((2, 3), (4, 3), (1, 1)),
        ((2, 3), (4, 2), ([0], [-1])),
        ((2, 3), (2, 3), ([], [])),
        ((2, 0), (0, 3), 1),
        ((3,), (3,), 1),
        ((), (), 0),
        ((2,), (), 0),
    ],
)
def test_tensordot(x, y, axes):
    a, b = drawn(*x), drawn(*y, seed=1)
    every_mode(lambda s, t: tensordot(s, t, axes), a, b, reference=lambda s, t: np.tensordot(s, t, axes))
    z = np.tensordot(Tensor(a, requires_grad=True), b, axes=axes)
    assert isinstance(z, Tensor)
    assert ac.tensordot is tensordot


# ---- cards -----------------------------------------------------------------------------------------------


def test_a_card_reads_as_it_is_typed():
    a, b = Symbol.input("A", (2, 3)), Symbol.input("B", (3, 4))
    row = TABLE["einsum"]
    words = {"subscripts": "ij,jk->ik"}
    assert slides(row(a, b, **words)) == "einsum(ij,jk→ik; A, B)"
    assert latex(row(a, b, **words)) == r"\operatorname{einsum}\left(\mathrm{ij,jk\to ik}; A, B\right)"
    assert slides(gradient(row, 0, [a, b], words)) == "einsum(ik,jk→ij; ḡ, B)"
    assert slides(gradient(row, 1, [a, b], words)) == "einsum(ij,ik→jk; A, ḡ)"


def test_the_card_of_a_vector_product():
    x, y = Symbol.input("x", (3,)), Symbol.input("y", (3,))
    row = TABLE["cross"]
    assert slides(row(x, y)) == "x × y"
    assert slides(gradient(row, 0, [x, y])) == "y × ḡ"
    assert latex(gradient(row, 1, [x, y])) == r"\bar{g} \times x"
    assert slides(row(x + y, y)) == "(x + y) × y"
