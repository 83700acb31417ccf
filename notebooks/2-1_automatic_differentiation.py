# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-1 Automatic differentiation
#
# This notebook belongs to section 3 of the lecture, from 3.2 (the chain rule) to 3.8, with the picture of 4.1 at the end.
# You compute with Tensors, look at the computational graph that they record, and follow the gradients back through it:
# first with single numbers, then with matrices, then through a network of two layers. Afterwards you can read every gradient off a graph, and know what `backward()` does.
#
# **The data:** no data set; the numbers of the lecture's examples, and small random matrices at the end.
#
# **Points of the lecture**
#
# * The nodes and edges of a computational graph, also of products of matrices and of softmax with loss (→ 1, 4, 6, 8)
# * What Tensors and NumPy's arrays have in common, and what not (→ 2)
# * The chain rule (→ 3, 4, 5)
# * Automatic differentiation starts from a single number, since a matrix by a matrix would be an array of order four (→ 9)
#
# Run the cells from top to bottom. Change numbers and run them again, from the cell that builds the graph: `backward()` uses it up.

# %% [markdown] lang="ja"
# # 2-1 自動微分
#
# このノートブックは，講義の第3章（3.2 微分の連鎖律 〜 3.8）に対応します．最後に 4.1 の図も描きます．Tensor で計算し，そのとき記録される計算グラフを眺め，勾配がグラフを逆にたどって伝わる様子を見ていきます．はじめは一つの数，次に行列，最後に2層のニューラルネットワークを扱います．終わるころには，どの勾配も計算グラフから読み取れるようになり，`backward()` が何をしているかが分かります．
#
# **データ**：データセットは使いません．講義の例題の数値と，最後に小さな乱数の行列を使います．
#
# **講義のポイント**
#
# * 計算グラフのノードと辺．行列の積や Softmax with loss の場合も（→ 1，4，6，8）
# * Tensor と NumPy の配列の似ている点，違う点（→ 2）
# * 連鎖律（→ 3，4，5）
# * 自動微分の出発点は一つの数でなければならない．行列を行列で微分すると4階の配列になるため（→ 9）
#
# セルは上から順に実行してください．数値を変えて試すときは，グラフを作るセルから実行し直してください．グラフは `backward()` で一度だけ使えます．

# %%
import numpy as np

import autograd_core as ac
import nn
from autograd_core.testing import grade, numerical_gradient

# %% [markdown] lang="en"
# ## 1. Nodes and edges (3.4, 3.8)
#
# A complicated function is a composition of simple ones. The **computational graph** is the plan of that composition.
# We take the function of the lecture, $z = (ax - y)^2$, in three steps.

# %% [markdown] lang="ja"
# ## 1. ノードと辺（3.4，3.8）
#
# 複雑な関数も，単純な関数を何度も合成したものです．その合成の仕方を表すグラフが**計算グラフ**です．講義の例 $z = (ax - y)^2$ を，3つの段階に分けて計算してみましょう．

# %%
a, x, y = ac.leaves(a=2, x=3, y=4)
s = a * x
t = s - y
z = t**2
z

# %% [markdown] lang="en"
# `z` is a Tensor: it holds the number 4, and it remembers how it was made. `ac.graph` draws what it remembers.
# Light cards are values, dark pills are operations; an arrow says that a value goes into an operation, or comes out of it.
# (The lecture draws an operation and its result as one node. Here they are two, so that each has room for its words.)

# %% [markdown] lang="ja"
# `z` は Tensor です．値 4 とともに，自分がどのように計算されたかを覚えています．`ac.graph` はそれを図にします．明るいカードが値，濃い色の図形が演算です．矢印は，値が演算に渡されること，または演算から出てくることを表します（講義の図では演算とその出力を一つのノードに描いていますが，ここでは式を書き込めるように2つに分けています）．

# %%
parabola = ac.graph(z)
parabola

# %% [markdown] lang="en"
# The graph is not only a picture. It is data, and you can ask for its nodes and edges.

# %% [markdown] lang="ja"
# グラフは図であるだけでなく，データでもあります．ノードと辺を取り出してみます．

# %%
for edge in parabola.edges:
    source, target = edge.source, edge.target
    print(source.name or source.symbol, "→", target.name or target.symbol)

# %% [markdown] lang="en"
# **Question.** Which edges would $z = ax - y$ have? And $z = (ax - y)^2 + a$?
#
# <details><summary>Answer</summary>
#
# Without the square, the last two edges are missing and `t` is the result. In the second function `a` has one edge more:
# it goes into × and also into the last +. A value may be used several times; section 5 shows why that matters.
#
# </details>

# %% [markdown] lang="ja"
# **問い** $z = ax - y$ の場合，辺はどうなりますか．$z = (ax - y)^2 + a$ の場合はどうですか．
#
# <details><summary>答え</summary>
#
# 2乗がなければ最後の2本の辺がなくなり，`t` が出力になります．2つ目の関数では `a` から出る辺が1本増え，× と最後の + の両方に入ります．一つの値は何度使われても構いません．それがなぜ大切かは第5節で見ます．
#
# </details>

# %% [markdown] lang="en"
# ## 2. Arrays and Tensors (3.8)
#
# A Tensor is used like a NumPy array. Operators and functions are the same;
# what is new is `requires_grad=True`, a request to record.

# %% [markdown] lang="ja"
# ## 2. NumPy の配列と Tensor（3.8）
#
# Tensor は NumPy の配列と同じように使えます．演算子も関数も同じです．違いは `requires_grad=True`，つまり「計算を記録する」という指定です．

# %%
A = np.array([[1.0, 2.0], [3.0, 4.0]])
P = ac.Tensor(A, requires_grad=True)
print(A @ np.ones((2, 2)), np.exp(A).sum())
print(P @ np.ones((2, 2)), np.exp(P).sum())

# %% [markdown] lang="en"
# | | NumPy | here | PyTorch |
# |---|---|---|---|
# | create | `np.array([1.0])` | `ac.Tensor([1.0], requires_grad=True)` | `torch.tensor([1.0], requires_grad=True)` |
# | function | `np.exp(x)` | `np.exp(x)` or `ac.exp(x)` | `torch.exp(x)` |
# | sum over rows | `x.sum(axis=0)` | `x.sum(axis=0)` | `x.sum(dim=0)` |
# | back to NumPy | | `x.numpy()` | `x.detach().numpy()` |
# | numbers | float64 | float64 | float32 |
# | graph, gradient | no | yes | yes |
#
# Where no gradient is needed, recording can be switched off:

# %% [markdown] lang="ja"
# | | NumPy | このライブラリ | PyTorch |
# |---|---|---|---|
# | 生成 | `np.array([1.0])` | `ac.Tensor([1.0], requires_grad=True)` | `torch.tensor([1.0], requires_grad=True)` |
# | 関数 | `np.exp(x)` | `np.exp(x)` または `ac.exp(x)` | `torch.exp(x)` |
# | 第0軸の和 | `x.sum(axis=0)` | `x.sum(axis=0)` | `x.sum(dim=0)` |
# | NumPy に戻す | | `x.numpy()` | `x.detach().numpy()` |
# | 数値の型 | float64 | float64 | float32 |
# | 計算グラフと勾配 | なし | あり | あり |
#
# 勾配がいらないときは，記録を止めることもできます．

# %%
with ac.no_grad():
    unrecorded = np.exp(P).sum()
print(unrecorded.why_no_grad())

# %% [markdown] lang="en"
# ## 3. The chain rule (3.2)
#
# Here the functions need not be known: `z = z(u); u = u(x)` says only what depends on what. First the diagram of
# dependencies, then the same diagram with a derivative on each arrow. The derivative of the composition is their product:
#
# $$\frac{dz}{dx} = \frac{dz}{du}\,\frac{du}{dx}$$

# %% [markdown] lang="ja"
# ## 3. 微分の連鎖律（3.2）
#
# ここでは関数の中身は分からなくても構いません．`z = z(u); u = u(x)` は，何が何に依存するかだけを表します．まず依存関係の図式，次に，それぞれの矢印に対応する微分を書き込んだ図です．合成関数の微分は，矢印に対応する微分をかけ合わせたものです．
#
# $$\frac{dz}{dx} = \frac{dz}{du}\,\frac{du}{dx}$$

# %%
chain = ac.graph("z = z(u); u = u(x)")
chain_back = ac.graph("z = z(u); u = u(x)", mode="backward")
display(chain, chain_back)

# %% [markdown] lang="en"
# **Pattern 1**: $z = z(u)$, $u = u(x, y)$. There is one route from each variable to $z$.

# %% [markdown] lang="ja"
# **パターン1**：$z = z(u)$，$u = u(x, y)$．どの変数からも，$z$ へのルートは一つだけです．

# %%
pattern_1 = ac.graph("z = z(u); u = u(x, y)")
pattern_1_back = pattern_1.viewed("backward")
display(pattern_1, pattern_1_back)

# %% [markdown] lang="en"
# **Pattern 2**: $z = z(u, v)$, $u = u(x)$, $v = v(x)$. Two routes lead from $x$ to $z$.
# Along each route derivatives are multiplied, and the routes are added.

# %% [markdown] lang="ja"
# **パターン2**：$z = z(u, v)$，$u = u(x)$，$v = v(x)$．$x$ から $z$ へのルートは2つあります．それぞれのルートに沿って微分をかけ，それらを足し合わせます．

# %%
pattern_2 = ac.graph("z = z(u, v); u = u(x); v = v(x)")
pattern_2_back = pattern_2.viewed("backward")
display(pattern_2, pattern_2_back)

# %% [markdown] lang="en"
# **Pattern 3**: $z = z(u, v)$, $u = u(x, y)$, $v = v(x, y)$. Two routes for each of the variables.

# %% [markdown] lang="ja"
# **パターン3**：$z = z(u, v)$，$u = u(x, y)$，$v = v(x, y)$．どちらの変数にもルートが2つずつあります．

# %%
pattern_3 = ac.graph("z = z(u, v); u = u(x, y); v = v(x, y)")
pattern_3_back = pattern_3.viewed("backward")
display(pattern_3, pattern_3_back)

# %% [markdown] lang="en"
# `ac.explain` lists the routes and writes the sum.

# %% [markdown] lang="ja"
# `ac.explain` は，ルートを一つずつ挙げ，その和を書き出します．

# %%
print(ac.explain(pattern_3, "x"))

# %% [markdown] lang="en"
# **Exercise 3.3 (4).** Let $u = \dfrac{e^x}{e^x + e^y}$, $v = \dfrac{e^y}{e^x + e^y}$ and $z = z(u, v)$.
# Express $z_x$ and $z_y$ by $u$, $v$, $z_u$ and $z_v$. Put your formulas in place of `...` and run the cell: it marks them, and shows where a wrong one parts from the right one.
#
# <details><summary>Answer</summary>
#
# $u_x = v_y = uv$ and $u_y = v_x = -uv$. (The printed answer of the lecture lacks the minus before the fraction.)
#
# ```python
# def softmax_of_two(u, v, z_u, z_v):
#     return u * v * (z_u - z_v), u * v * (z_v - z_u)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **例題 3.3 (4)** $u = \dfrac{e^x}{e^x + e^y}$，$v = \dfrac{e^y}{e^x + e^y}$，$z = z(u, v)$ とします．$z_x$ と $z_y$ を $u, v, z_u, z_v$ で表してください．`...` の部分を式に書きかえて実行すると採点され，間違っているときは，どこで正解と分かれるかが図で示されます．
#
# <details><summary>答え</summary>
#
# $u_x = v_y = uv$，$u_y = v_x = -uv$ です（講義資料の解答では，分数の前のマイナスが抜けています）．
#
# ```python
# def softmax_of_two(u, v, z_u, z_v):
#     return u * v * (z_u - z_v), u * v * (z_v - z_u)
# ```
#
# </details>


# %%
def softmax_of_two(u, v, z_u, z_v):
    return ..., ...


mark_3_3 = grade("3.3-4", softmax_of_two)
mark_3_3

# %% [markdown] lang="en"
# **The other exercises of 3.3**, for those who have time. The names in front of each colon are what is given.
#
# * (1) $z = z(u)$, $u = \sigma(x)$: $z_x$. (2) The same with $z = -t\log u - (1 - t)\log(1 - u)$.
# * (3) $z = z(u, v)$, $u = 1 + e^x$, $v = 1 + e^{-x}$: $z_x$.
# * (5) As (4), with $z = -s\log u - t\log v$ and $s + t = 1$: $z_x$ and $z_y$.
# * (6) $y_0 = x_0w_{00} + x_1w_{10} + b_0$, $y_1 = x_0w_{01} + x_1w_{11} + b_1$, $z = z(y_0, y_1)$: $z_{x_0}$ and $z_{x_1}$.
#
# <details><summary>Answer</summary>
#
# ```python
# exercises = {
#     "3.3-1": lambda u, z_u: u * (1 - u) * z_u,
#     "3.3-2": lambda u, t: u - t,
#     "3.3-3": lambda x, z_u, z_v: np.exp(x) * z_u - np.exp(-x) * z_v,
#     "3.3-5": lambda s, t, u, v: (u - s, v - t),
#     "3.3-6": lambda w00, w01, w10, w11, z_y0, z_y1: (w00 * z_y0 + w01 * z_y1, w10 * z_y0 + w11 * z_y1),
# }
# ```
#
# `print(ac.explain("z = z(u); u = 1/(1 + exp(-x))", "x"))` shows every line of (1), and so for the others.
#
# </details>

# %% [markdown] lang="ja"
# **3.3 のほかの例題**です（余裕があれば解いてください）．コロンの前にあるのが，与えられている変数です．
#
# * (1) $z = z(u)$，$u = \sigma(x)$ のときの $z_x$．(2) $z = -t\log u - (1 - t)\log(1 - u)$ とした場合．
# * (3) $z = z(u, v)$，$u = 1 + e^x$，$v = 1 + e^{-x}$ のときの $z_x$．
# * (5) (4) で $z = -s\log u - t\log v$，$s + t = 1$ のときの $z_x$ と $z_y$．
# * (6) $y_0 = x_0w_{00} + x_1w_{10} + b_0$，$y_1 = x_0w_{01} + x_1w_{11} + b_1$，$z = z(y_0, y_1)$ のときの $z_{x_0}$ と $z_{x_1}$．
#
# <details><summary>答え</summary>
#
# ```python
# exercises = {
#     "3.3-1": lambda u, z_u: u * (1 - u) * z_u,
#     "3.3-2": lambda u, t: u - t,
#     "3.3-3": lambda x, z_u, z_v: np.exp(x) * z_u - np.exp(-x) * z_v,
#     "3.3-5": lambda s, t, u, v: (u - s, v - t),
#     "3.3-6": lambda w00, w01, w10, w11, z_y0, z_y1: (w00 * z_y0 + w01 * z_y1, w10 * z_y0 + w11 * z_y1),
# }
# ```
#
# `print(ac.explain("z = z(u); u = 1/(1 + exp(-x))", "x"))` とすると，(1) の計算が1行ずつ示されます．ほかの例題も同様です．
#
# </details>

# %%
exercises = {
    "3.3-1": lambda u, z_u: ...,
    "3.3-2": lambda u, t: ...,
    "3.3-3": lambda x, z_u, z_v: ...,
    "3.3-5": lambda s, t, u, v: (..., ...),
    "3.3-6": lambda w00, w01, w10, w11, z_y0, z_y1: (..., ...),
}
for exercise, answer in exercises.items():
    print(grade(exercise, answer))

# %% [markdown] lang="en"
# ## 4. The graph backwards (3.4)
#
# Back to $z = (ax - y)^2$. The arrows are turned round, and beside each stands the **local derivative**, of the value that the arrow comes from
# with respect to the value to which it points: $\frac{dz}{dt} = 2t$, $\frac{\partial t}{\partial s} = 1$, and so on. No gradient is known yet, so the cards show a dash.

# %% [markdown] lang="ja"
# ## 4. 逆向きのグラフ（3.4）
#
# $z = (ax - y)^2$ に戻ります．矢印を逆向きにし，その横に，矢印の元の変数を先の変数で微分したもの（**局所微分**）を書きます．$\frac{dz}{dt} = 2t$，$\frac{\partial t}{\partial s} = 1$ などです．勾配はまだ計算していないので，カードには「–」が書かれています．

# %%
local_derivatives = ac.graph(z, mode="backward")
local_derivatives

# %% [markdown] lang="en"
# `backward()` starts at $\partial z/\partial z = 1$ and multiplies along the arrows: **backpropagation**. The results wait in `.grad`.

# %% [markdown] lang="ja"
# `backward()` は $\partial z/\partial z = 1$ から始めて，矢印をたどるごとに局所微分をかけていきます．これが**逆伝播**です．結果は `.grad` に入ります．

# %%
z.backward()
print(a.grad, x.grad, y.grad)
accumulated = ac.graph(z, mode="backward")
accumulated

# %% [markdown] lang="en"
# With `mode="panels"` you see the whole derivation at once, here without numbers: the graph, the local derivatives,
# their products along the way, and the products written in the inputs.

# %% [markdown] lang="ja"
# `mode="panels"` とすると，導出の全体を一度に見ることができます（ここでは数値なしで描きます）．上から順に，計算グラフ，局所微分，矢印に沿った積，それを入力の変数で書いたものです．

# %%
panels = ac.graph("s = a*x; t = s - y; z = t**2", mode="panels")
panels

# %% [markdown] lang="en"
# In the lecture the answer is rewritten step by step: $2at = 2a(s - y) = 2a(ax - y)$.

# %% [markdown] lang="ja"
# 3.4 では，答えを $2at = 2a(s - y) = 2a(ax - y)$ と順に書きかえています．

# %%
ac.explain(z, x)

# %% [markdown] lang="en"
# **Exercise 3.4.** Write the three derivatives of $z = (ax - y)^2$.
#
# <details><summary>Answer</summary>
#
# ```python
# def parabola_derivatives(a, x, y):
#     return 2 * a * (a * x - y), 2 * x * (a * x - y), -2 * (a * x - y)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習 3.4** $z = (ax - y)^2$ の3つの偏微分を書いてください．
#
# <details><summary>答え</summary>
#
# ```python
# def parabola_derivatives(a, x, y):
#     return 2 * a * (a * x - y), 2 * x * (a * x - y), -2 * (a * x - y)
# ```
#
# </details>


# %%
def parabola_derivatives(a, x, y):
    return ..., ..., ...  # z_x, z_a, z_y


mark_3_4 = grade("3.4-4", parabola_derivatives)
mark_3_4

# %% [markdown] lang="en"
# The next picture moves. Press the play button or drag the slider: the gradient goes back one operation at a time. Click a card for its formulas.
# (`accumulated.save("z.html")` writes the same as a page of its own.)

# %% [markdown] lang="ja"
# 次の図は動きます．再生ボタンを押すかスライダーを動かすと，勾配が演算を一つずつ逆にたどっていきます．カードをクリックすると式が見られます（`accumulated.save("z.html")` とすると，同じものを一つのページとして書き出せます）．

# %%
accumulated.interactive()

# %% [markdown] lang="en"
# And here you choose the numbers. The curve is $z$ as a function of $x$; its tangent has the slope $\partial z/\partial x$.

# %% [markdown] lang="ja"
# 今度は数値を自分で動かせます．曲線は $x$ の関数としての $z$，接線の傾きが $\partial z/\partial x$ です．

# %%
ac.live("s = a*x; t = s - y; z = t**2", x=(-1, 5, 3), a=2.0, y=4.0)

# %% [markdown] lang="en"
# ### A harder one: sigmoid with cross entropy (3.4)
#
# $$h = -y\log\hat y - (1 - y)\log(1 - \hat y), \qquad \hat y = \frac{1}{1 + e^{-x}}$$
#
# The lecture cuts it into $s$, $\hat y$, $z_1$, $z_2$ and $h$. `fold="unnamed"` draws exactly these: all that has no name is one operation.

# %% [markdown] lang="ja"
# ### やや複雑な例：シグモイド関数と交差エントロピー（3.4）
#
# $$h = -y\log\hat y - (1 - y)\log(1 - \hat y), \qquad \hat y = \frac{1}{1 + e^{-x}}$$
#
# 講義ではこれを $s$，$\hat y$，$z_1$，$z_2$，$h$ に分解しています．`fold="unnamed"` とすると，名前のない途中の計算が一つのノードにまとめられ，講義と同じ図になります．

# %%
steps = "s = exp(-x); ŷ = 1/(1 + s); z1 = y*log(ŷ); z2 = (1 - y)*log(1 - ŷ); h = -z1 - z2"
entropy = ac.graph(steps, fold="unnamed")
entropy

# %% [markdown] lang="en"
# Backwards, arrows meet at $\hat y$ and at $y$. Where they meet, gradients are added (⊕).

# %% [markdown] lang="ja"
# 逆向きにすると，$\hat y$ と $y$ で矢印が合流します．合流するところ（⊕）では勾配を足します．

# %%
entropy_back = ac.graph(steps, fold="unnamed", mode="backward", direction="TB")
entropy_back

# %% [markdown] lang="en"
# The same with numbers. The lecture proves $\partial h/\partial y = -x$ and $\partial h/\partial x = \hat y - y$. Is it so?

# %% [markdown] lang="ja"
# 同じ計算を数値で行います．講義によれば $\partial h/\partial y = -x$，$\partial h/\partial x = \hat y - y$ です．確かめてみましょう．

# %%
x, y = ac.leaves(x=0.5, y=0.25)
s = np.exp(-x)
ŷ = 1 / (1 + s)
z1 = y * np.log(ŷ)
z2 = (1 - y) * np.log(1 - ŷ)
h = -z1 - z2
h.backward()

print("∂h/∂y =", y.grad.item(), "     −x =", -x.item())
print("∂h/∂x =", x.grad.item(), "  ŷ − y =", (ŷ - y).item())

# %% [markdown] lang="en"
# `ac.derive` calls the rules of the operations on letters instead of numbers and simplifies; `ac.explain` shows the way.
# (σ is the sigmoid function, so $\sigma(x) = \hat y$.)

# %% [markdown] lang="ja"
# `ac.derive` は，各演算の微分の規則を数値ではなく文字に適用し，式を整理します．`ac.explain` はその途中も示します（σ はシグモイド関数，つまり $\sigma(x) = \hat y$ です）．

# %%
print(ac.derive(h.named("h")))
ac.explain(h, x)

# %% [markdown] lang="en"
# **Question.** The picture above says $\partial h/\partial y = -\log\hat y + \log(1 - \hat y)$. Why is that $-x$?
#
# <details><summary>Answer</summary>
#
# $\log\dfrac{1 - \hat y}{\hat y} = \log s = \log e^{-x} = -x$, because $\hat y = \dfrac{1}{1 + s}$ gives $s = \dfrac{1 - \hat y}{\hat y}$.
#
# </details>

# %% [markdown] lang="ja"
# **問い** 上の図では $\partial h/\partial y = -\log\hat y + \log(1 - \hat y)$ となっています．これはなぜ $-x$ に等しいのでしょうか．
#
# <details><summary>答え</summary>
#
# $\hat y = \dfrac{1}{1 + s}$ より $s = \dfrac{1 - \hat y}{\hat y}$ なので，$\log\dfrac{1 - \hat y}{\hat y} = \log s = \log e^{-x} = -x$ です．
#
# </details>

# %% [markdown] lang="en"
# ## 5. In which order? (3, 3.4)
#
# A value may pass its gradient on only when all of it has arrived. Here `a` and `b` are both used twice:
# $c = 2b = 4a$, so $dc/da = 4$. `ac.backward_steps` shows the sweep one wire at a time.

# %% [markdown] lang="ja"
# ## 5. 計算の順番（3，3.4）
#
# どの変数の勾配も，すべて届いてから次へ渡さなければなりません．次の例では `a` も `b` も2回ずつ使われています．$c = 2b = 4a$ なので $dc/da = 4$ のはずです．`ac.backward_steps` は，逆伝播を矢印1本ずつ見せます．

# %%
a = ac.Tensor(3.0, requires_grad=True)
b = a + a
c = b + b
sweep = ac.backward_steps(c)
print(sweep)

# %% [markdown] lang="en"
# `sweep.step()` takes one step, `back()` one step back. This is the moment when the gradient of `b` is complete:

# %% [markdown] lang="ja"
# `sweep.step()` で1歩進み，`back()` で1歩戻ります．次の図は，`b` の勾配がそろった瞬間です．

# %%
sweep.run_to(b)
halfway = sweep.graph
halfway

# %% [markdown] lang="en"
# A simple recursion, "when a gradient arrives, pass it on at once", sends the first half of `b`'s gradient on, and then the first half again:

# %% [markdown] lang="ja"
# 「勾配が届いたらすぐに次へ渡す」という素朴な再帰では，`b` に先に届いた分が二重に渡されてしまいます．

# %%
print(ac.backward_steps(c, order="recursive"))

# %% [markdown] lang="en"
# ## 6. Matrices on the wires (3.5)
#
# In a network a whole layer is a node, and its inputs and outputs are arrays. The basic case is $Y = XW$, followed by some error $E(Y)$, one number.

# %% [markdown] lang="ja"
# ## 6. 行列の計算グラフ（3.5）
#
# ニューラルネットワークでは，層全体を一つのノードと考えます．このとき入出力は配列です．基本は $Y = XW$ で，その先に誤差関数 $E(Y)$（一つの数）があります．

# %%
X = ac.Tensor(np.arange(12.0).reshape(4, 3) / 10, requires_grad=True)
W = ac.Tensor([[1.0, -1.0], [0.5, 2.0], [-1.5, 1.0]], requires_grad=True)
Y = X @ W
E = (Y**2).sum() / 2
layer = ac.graph(E, fold="unnamed")
layer

# %% [markdown] lang="en"
# We look for $\partial E/\partial X$ and $\partial E/\partial W$. A gradient of a number has **the shape of its variable**; $\partial Y/\partial X$ is never formed.

# %% [markdown] lang="ja"
# 求めたいのは $\partial E/\partial X$ と $\partial E/\partial W$ です．スカラーの勾配は，**元の変数と同じ型**になります．$\partial Y/\partial X$ を作ることはありません．

# %%
E.backward()
print(X.shape, X.grad.shape, W.shape, W.grad.shape)
layer_back = ac.graph(E, fold="unnamed", mode="backward")
layer_back

# %% [markdown] lang="en"
# **Remembering by dimensions.** The formula is hard to remember, but the shapes leave no choice:
# whatever stands to the right of $\partial E/\partial Y$, an $(N, L)$, must be an $(L, K)$ to give an $(N, K)$, and only $W^T$ is one.
# Which factors belong in place of the question marks?

# %% [markdown] lang="ja"
# **次元を利用した覚え方** 公式は覚えにくいのですが，次元の計算だけで決まります．$(N, L)$ 型の $\partial E/\partial Y$ に右から何かをかけて $(N, K)$ 型にするには $(L, K)$ 型が必要で，そのようなものは $W^T$ しかありません．「?」に入るものは何でしょうか．

# %%
card = ac.dimensions(Y)
print(card.question)

# %% [markdown] lang="en"
# **Question (3.5).** Derive $\partial E/\partial W$ by the dimensions alone, and write it as a function of `X` and `dY`.
#
# <details><summary>Answer</summary>
#
# $(K, L) = (K, N) \times (N, L)$: a $(K, N)$ must stand on the left, and only $X^T$ is one. (`print(card)` says it for both.)
#
# ```python
# def gradient_of_W(X, dY):
#     return X.T @ dY
# ```
#
# </details>

# %% [markdown] lang="ja"
# **問題（3.5）** 次元の計算だけで $\partial E/\partial W$ を導き，`X` と `dY` の関数として書いてください．
#
# <details><summary>答え</summary>
#
# $(K, L) = (K, N) \times (N, L)$ なので，左から $(K, N)$ 型をかけることになり，そのようなものは $X^T$ しかありません（`print(card)` とすると，両方の答えが示されます）．
#
# ```python
# def gradient_of_W(X, dY):
#     return X.T @ dY
# ```
#
# </details>


# %%
def gradient_of_W(X, dY):
    return ...


mark_3_5 = grade("3.5-5", gradient_of_W)
mark_3_5

# %% [markdown] lang="en"
# The proof is the chain rule, component by component. One row of two numbers, $(y_0, y_1) = (x_0, x_1)\,W$, is enough to see $W^T$ appear:

# %% [markdown] lang="ja"
# 公式の証明は，成分ごとの連鎖律です．1行だけの場合 $(y_0, y_1) = (x_0, x_1)\,W$ でも，$W^T$ が現れることが分かります．

# %%
print(ac.explain("y0 = x0*w00 + x1*w10; y1 = x0*w01 + x1*w11; E = E(y0, y1)", "x0"))

# %% [markdown] lang="en"
# ## 7. By hand and by machine (3.6)
#
# Compute the examples of 3.6 on paper first. 1 (1): half the squared error against $(1, 2)$.

# %% [markdown] lang="ja"
# ## 7. 手計算と比べる（3.6）
#
# 3.6 の例題を，まず手で計算してください．1 (1) は，正解 $(1, 2)$ に対する2乗誤差の $\frac12$ です．

# %%
X = ac.Tensor([[2.0, -1.0, 1.0]], requires_grad=True)
W = ac.Tensor([[2.0, 0.0], [1.0, 1.0], [0.0, 4.0]], requires_grad=True)
T = np.array([[1.0, 2.0]])
Y = X @ W
E = ((Y - T) ** 2).sum() / 2
E.backward()
print("dW =", W.grad.numpy(), sep="\n")
squared_error = ac.graph(E, fold="unnamed", mode="backward")
squared_error

# %% [markdown] lang="en"
# 1 (2): softmax and cross entropy against $(1, 0)$. Only the error changes, and with it $\partial E/\partial Y$; the rules of the product stay.

# %% [markdown] lang="ja"
# 1 (2) は，正解 $(1, 0)$ に対するソフトマックスと交差エントロピーです．変わるのは誤差と $\partial E/\partial Y$ だけで，行列の積の公式は同じです．

# %%
T = np.array([[1.0, 0.0]])
Y = X @ W
E = -(T * np.log(ac.softmax(Y))).sum()
dX, dW = ac.gradients(E, [X, W])
print("E  =", E.item(), " log 2 =", np.log(2))
print("dX =", dX.numpy())
print("dW =", dW.numpy(), sep="\n")

# %% [markdown] lang="en"
# 2: a broadcast sum $Y = X + \mathbf{b}$. Here $\partial E/\partial Y$ is given and nothing is said of $E$, so it is handed to `backward` as the **seed**.

# %% [markdown] lang="ja"
# 2 はブロードキャストによる和 $Y = X + \mathbf{b}$ です．$E$ は分からず $\partial E/\partial Y$ だけが与えられているので，それを逆伝播の**出発点**（seed）として `backward` に渡します．

# %%
X = ac.Tensor([[1.0, 3.0], [2.0, -1.0], [0.0, 1.0]], requires_grad=True)
b = ac.Tensor([2.0, 1.0], requires_grad=True)
Y = X + b
dY = np.array([[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]])
Y.backward(dY)
print("dX =", X.grad.numpy(), sep="\n")
print("db =", b.grad.numpy())

# %% [markdown] lang="en"
# ## 8. Softmax with loss, and the table of rules (3.7)
#
# $K$ classes, $N$ data: softmax, cross entropy, mean over the batch. On the wires stand the rules of the single nodes, and they look complicated.
# (⊙ multiplies number by number, as `*` in NumPy and in the lecture; ḡ is the gradient that arrives.)

# %% [markdown] lang="ja"
# ## 8. Softmax with loss と公式のまとめ（3.7）
#
# $K$ クラス，データ数 $N$ の場合です．ソフトマックス，交差エントロピー，ミニバッチの平均と続きます．各ノードの規則は，少し複雑に見えます（⊙ は成分ごとの積で，NumPy や講義の `*` にあたります．ḡ はノードに届いた勾配です）．

# %%
X = ac.Tensor([[1.0, 2.0, 0.5], [0.0, -1.0, 1.0], [2.0, 0.0, 0.0], [0.5, 0.5, 1.0]], requires_grad=True)
T = np.eye(3)[[1, 2, 0, 2]]
Y = ac.softmax(X)
E = -(T * np.log(Y)).sum() / len(X)
E.backward()
softmax_with_loss = ac.graph(E, fold="unnamed", mode="backward", direction="TB")
softmax_with_loss

# %% [markdown] lang="en"
# Taken together they collapse: $\dfrac{\partial E}{\partial X} = \dfrac{Y - T}{N}$. A derivation is also a program,
# in the style of the layers that you will write yourself in notebook 3-1-2.

# %% [markdown] lang="ja"
# ところが，まとめると簡単になります：$\dfrac{\partial E}{\partial X} = \dfrac{Y - T}{N}$．導いた式はプログラムとしても書き出せます．ノートブック 3-1-2 で自分で書く層と同じ形です．


# %%
def mean_loss(X, T):
    Y = ac.softmax(X).named("Y")
    return -(T * np.log(Y)).sum() / len(X)


softmax_derivation = ac.derive(mean_loss, X, T)
print(softmax_derivation, softmax_derivation.code, sep="\n\n")

# %% [markdown] lang="en"
# Now the whole table of 3.7, every line printed from the rules that computed the gradients above.
# In the lecture's table the losses are **sums**; for the mean over a batch, as in sections 2 and 5, divide by $N$.

# %% [markdown] lang="ja"
# では，3.7 の公式を一覧にしましょう．どの行も，上で勾配を計算した規則そのものから作られています．3.7 の表の誤差は**和**です．第2章や第5章のようにミニバッチの平均をとるときは $N$ で割ります．


# %%
def half_square(Y, T):
    return ((Y - T) ** 2).sum() / 2


def sigmoid_loss(X, T):
    Y = ac.sigmoid(X).named("Y")
    return -(T * np.log(Y) + (1 - T) * np.log(1 - Y)).sum()


def softmax_loss(X, T):
    Y = ac.softmax(X).named("Y")
    return -(T * np.log(Y)).sum()


def affine(X, W, b):
    return X @ W + b


table = {
    "half square": ac.derive(half_square, Y, T),
    "sigmoid loss": ac.derive(sigmoid_loss, X, T),
    "softmax loss": ac.derive(softmax_loss, X, T),
    "affine": ac.derive(affine, X, W, b),
    "sigmoid": ac.derive(lambda X: ac.sigmoid(X), X),
    "ReLU": ac.derive(lambda X: ac.relu(X), X),
}
for name, derivation in table.items():
    for variable in derivation.gradient_expressions:
        print(f"{name:14} ∂E/∂{variable} = {derivation[variable]}")

# %% [markdown] lang="en"
# ## 9. The last output must be one number (3.8)
#
# What happens if the result is a matrix?

# %% [markdown] lang="ja"
# ## 9. 最後の出力は一つの数（3.8）
#
# 計算の結果が行列のとき，`backward` はどうなるでしょうか．

# %%
W = ac.Tensor([[1.0, -1.0], [0.5, 2.0], [-1.5, 1.0]], requires_grad=True)
Y = X @ W
try:
    Y.backward()
except ac.GradientError as error:
    print(error)

# %% [markdown] lang="en"
# The lecture writes "1 次元": it means a **scalar**, one number. The full derivative of a $(4, 2)$ by a $(4, 3)$ is an array of order four:

# %% [markdown] lang="ja"
# 講義の「1次元」とは，**スカラー**（一つの数）のことです．$(4, 2)$ 型を $(4, 3)$ 型で微分したものは，4階の配列になってしまいます．

# %%
ac.jacobian(lambda X: X @ W.numpy())(X.numpy()).shape

# %% [markdown] lang="en"
# There is a way out: say how much each number of $Y$ counts, by an array $G$ of the shape of $Y$. This is the same as the gradient of the number $\sum G * Y$.

# %% [markdown] lang="ja"
# ただし，$Y$ の各成分の重みを表す $G$（$Y$ と同じ型）を与えれば計算できます．これは，一つの数 $\sum G * Y$ の勾配を求めることと同じです．

# %%
G = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0], [0.0, -1.0]])
by_seed = ac.gradients(Y, W, G)
by_sum = ac.gradients((G * Y).sum(), W)
by_seed.numpy(), np.array_equal(by_seed.numpy(), by_sum.numpy())

# %% [markdown] lang="en"
# **Question.** Which $G$ does the training of a network use?
#
# <details><summary>Answer</summary>
#
# None has to be given: the loss is one number, and its seed is $\partial E/\partial E = 1$. Inside, each layer receives as its $G$ the gradient
# $\partial E/\partial Y$ that the layer behind it has computed. That is backpropagation.
#
# </details>

# %% [markdown] lang="ja"
# **問い** ニューラルネットワークの学習では，どのような $G$ を使っているのでしょうか．
#
# <details><summary>答え</summary>
#
# 誤差は一つの数なので，出発点は $\partial E/\partial E = 1$ で，$G$ を与える必要はありません．途中の各層は，次の層が計算した $\partial E/\partial Y$ を $G$ として受け取っています．これが誤差逆伝播法です．
#
# </details>

# %% [markdown] lang="en"
# ## 10. A network of two layers (4.1)
#
# Everything together: affine, ReLU, affine, and half the mean squared error. In this section of the lecture $\hat Y$ is the prediction and $Y$ the right answer.
# An `nn.Parameter` is a Tensor that is to be learnt: it always asks for its gradient, and has a colour of its own (●).

# %% [markdown] lang="ja"
# ## 10. 2層のニューラルネットワーク（4.1）
#
# ここまでをすべて組み合わせます．アファイン変換，ReLU，アファイン変換，平均2乗誤差の $\frac12$ です．4.1 では $\hat Y$ が予測値，$Y$ が正解値です．`nn.Parameter` は学習で更新される Tensor です．必ず勾配が計算され，図では別の色（●）で示されます．

# %%
rng = np.random.default_rng(0)
N = 8
X, Y = rng.standard_normal((N, 3)), rng.standard_normal((N, 2))
W1, b1 = nn.Parameter(rng.standard_normal((3, 5))), nn.Parameter(np.zeros(5))
W2, b2 = nn.Parameter(rng.standard_normal((5, 2))), nn.Parameter(np.zeros(2))

A1 = X @ W1 + b1
X1 = ac.relu(A1)
Ŷ = X1 @ W2 + b2
E = ((Ŷ - Y) ** 2).sum() / (2 * N)
two_layers = ac.graph(E, fold="unnamed", direction="TB")
two_layers

# %% [markdown] lang="en"
# Backwards every gradient is one of the formulas above: $W^T$ on the right, $X^T$ on the left, a sum over the batch for $b$, a mask for ReLU.

# %% [markdown] lang="ja"
# 逆伝播に現れるのは，すべてこれまでの公式です．右から $W^T$，左から $X^T$，$b$ にはミニバッチについての和，ReLU にはマスクです．

# %%
E.backward()
two_layers_back = ac.graph(E, fold="unnamed", mode="backward", direction="TB")
two_layers_back

# %% [markdown] lang="en"
# By hand it is six lines of NumPy. This is all there is to know to write a network oneself, in notebook 2-2-1.

# %% [markdown] lang="ja"
# NumPy で書けば6行です．これだけ分かれば，ノートブック 2-2-1 で自分の手でニューラルネットワークが書けます．

# %%
dŶ = (Ŷ.numpy() - Y) / N
dW2, db2 = X1.numpy().T @ dŶ, dŶ.sum(axis=0)
dX1 = dŶ @ W2.numpy().T
mask1 = A1.numpy() > 0
dA1 = dX1 * mask1
dW1, db1 = X.T @ dA1, dA1.sum(axis=0)
[np.allclose(p.grad.numpy(), d) for p, d in [(W1, dW1), (b1, db1), (W2, dW2), (b2, db2)]]

# %% [markdown] lang="en"
# ## 11. Trust, but verify (3)
#
# One parameter moved a little, the error computed twice: that is numerical differentiation, simple but slow. It calls the network twice per number.
# As a test of a gradient it is just right.

# %% [markdown] lang="ja"
# ## 11. 数値微分で確かめる（3）
#
# パラメータを少しずらして誤差の変化を見るのが数値微分です．簡単ですが，パラメータ一つごとにネットワークを2回計算するので時間がかかります．勾配が正しいかどうかのテストには最適です．

# %%
calls = 0


def error_of(W):
    global calls
    calls += 1
    hidden = np.maximum(X @ W, 0)
    return ((hidden @ W2.numpy() - Y) ** 2).sum() / (2 * N)


by_differences = numerical_gradient(error_of, W1.numpy().copy(), h=1e-5)
print("largest difference:", np.abs(by_differences - W1.grad.numpy()).max())
print("numbers:", W1.size, " forward passes:", calls)

# %% [markdown] lang="en"
# ## What we saw
#
# * **Nodes and edges:** a Tensor records a graph of values and operations. Also a product of matrices or softmax with loss is a few nodes, and the gradient of the latter is $(Y - T)/N$.
# * **NumPy and Tensors:** operators and functions are the same; a Tensor also remembers how it was made, unless recording is switched off.
# * **The chain rule:** along a route local derivatives are multiplied; where routes meet, gradients are added. A value passes its gradient on when all of it has arrived.
# * **One number at the end:** its gradient has the shape of the variable, and the shapes decide the formulas: $\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y}W^T$, $\frac{\partial E}{\partial W} = X^T\frac{\partial E}{\partial Y}$. A matrix needs a seed $G$.
# * By hand the network of 4.1 took six lines, and numerical differentiation agreed.
#
# **Next:** 2-2-1, a network of two layers for regression, trained with these gradients. The layers as classes follow in 3-1-1 to 3-1-3.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **ノードと辺**：Tensor は，値と演算からなる計算グラフを記録します．行列の積や Softmax with loss も少数のノードで表され，後者の勾配は $(Y - T)/N$ です．
# * **NumPy と Tensor**：演算子や関数は同じです．Tensor は，記録を止めない限り，自分がどのように計算されたかも覚えています．
# * **連鎖律**：ルートに沿って局所微分をかけ，合流するところでは足します．勾配は，すべて届いてから次へ渡します．
# * **最後は一つの数**：その勾配は元の変数と同じ型で，公式は次元から決まります：$\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y}W^T$，$\frac{\partial E}{\partial W} = X^T\frac{\partial E}{\partial Y}$．最後が行列のときは，出発点 $G$ を与えます．
# * 4.1 のネットワークの勾配は，手で書くと6行でした．数値微分の結果とも一致しました．
#
# **次は** 2-2-1 です．2層のニューラルネットワーク（回帰）を，これらの勾配で学習させます．層をクラスにする方法は 3-1-1 〜 3-1-3 で扱います．
