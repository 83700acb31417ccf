# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 3-1-1 Affine layer
#
# This notebook belongs to 5.1 and 5.2 of the lecture, with the formulas of 3.5. (3-1-1 to 3-1-3 follow 2-2-4 and come before 2-4; one would expect 2-3-1, but their names are kept so that they are found.)
# You write a layer of a network as a Python class with `forward` and `backward`, and learn three ways to find out whether its gradients are right.
#
# **The data:** no data set; small random matrices, and at the end points of a parabola.
#
# **Points of the lecture**
#
# * Each layer is a class; `forward` keeps what `backward` will need (→ 2)
# * `backward(dout)` returns `dx` and keeps `self.dW` and `self.db`; the formulas follow from the dimensions (→ 1, 2)
# * The class is checked by numerical differentiation (→ 3, 4)
# * Why are gradients not simply computed by numerical differentiation? (→ 6)

# %% [markdown] lang="ja"
# # 3-1-1 アファイン層
#
# このノートブックは，講義の 5.1，5.2 に対応し，3.5 の公式を使います（番号からは 2-3-1 が自然ですが，3-1-1 〜 3-1-3 は 2-2-4 と 2-4 の間に行うノートブックです．講義資料から探せるように名前はそのままにしてあります）．ニューラルネットワークの層を `forward` と `backward` をもつ Python のクラスとして書き，その勾配が正しいかどうかを3通りの方法で確かめます．
#
# **データ**：データセットは使いません．小さな乱数の行列と，最後に放物線上の点を使います．
#
# **講義のポイント**
#
# * 各層をクラスにする．`forward` は，`backward` で必要になるものを保存する（→ 2）
# * `backward(dout)` は `dx` を返し，`self.dW` と `self.db` を保存する．公式は次元から決まる（→ 1，2）
# * クラスが正しいことを数値微分で確かめる（→ 3，4）
# * そもそも，なぜ数値微分だけで勾配を求めないのか（→ 6）

# %%
import time

import numpy as np

import autograd_core as ac
import nn
import optim
from autograd_core import testing
from autograd_core.testing import check_layer, grade

rng = np.random.default_rng(0)

# %% [markdown] lang="en"
# ## 1. A layer is a node (3.5)
#
# An affine layer computes $Y = XW + \mathbf{b}$ from a batch $X$ of $N$ data. In the graph it is a single node: $X$, $W$ and $\mathbf{b}$ go in, $Y$ comes out, and somewhere behind it an error $E$ is made of $Y$.
# Look at the shapes on the cards: a datum is a **row** of $X$, and $\mathbf{b}$ is added to every row. In red stand the formulas of the gradients; a dash says that no numbers have been computed yet.

# %% [markdown] lang="ja"
# ## 1. 層は一つのノード（3.5）
#
# アファイン層は，$N$ 個のデータからなるミニバッチ $X$ に対して $Y = XW + \mathbf{b}$ を計算します．計算グラフでは一つのノードです．$X$，$W$，$\mathbf{b}$ が入り，$Y$ が出て，その先のどこかで誤差 $E$ が計算されます．カードに書かれた型に注目してください．一つのデータは $X$ の**行**で，$\mathbf{b}$ はすべての行に足されます．赤い字は勾配の式で，「–」はその値がまだ計算されていないことを表します．

# %%
X = ac.Tensor(rng.standard_normal((4, 3)), requires_grad=True)
W = nn.Parameter(rng.standard_normal((3, 2)))
b = nn.Parameter(np.zeros(2))
Y = X @ W + b
E = (Y**2).sum() / 2
node = ac.graph(E, fold="unnamed", mode="backward", direction="TB")
node

# %% [markdown] lang="en"
# Nothing else has to be remembered: each gradient has the shape of its variable, and only one product has that shape.

# %% [markdown] lang="ja"
# 公式を丸暗記する必要はありません．勾配はそれぞれ元の変数と同じ型になり，その型になる積は一通りしかないからです．

# %%
print(ac.dimensions(Y))

# %% [markdown] lang="en"
# **Question.** The gradient of $\mathbf{b}$ is the sum of `dout` over axis 0. Why a sum, and not a mean?
#
# <details><summary>Answer</summary>
#
# $b_l$ is used $N$ times, once in each row of $Y$. Each use is a route to $E$, and routes are added. The $1/N$ of a mean error is already inside `dout`: it came in where the mean was taken, in the layer of the loss.
#
# </details>

# %% [markdown] lang="ja"
# **問い** $\mathbf{b}$ の勾配は `dout` の第0軸についての和です．なぜ平均ではなく和なのでしょうか．
#
# <details><summary>答え</summary>
#
# $b_l$ は $Y$ の各行で1回ずつ，合わせて $N$ 回使われます．その一つ一つが $E$ へのルートなので，足し合わせます．誤差の平均をとるときの $1/N$ は，平均を計算した誤差の層ですでにかけられ，`dout` の中に入っています．
#
# </details>

# %% [markdown] lang="en"
# ## 2. The layer as a class (5.1)
#
# | | formula | code |
# |---|---|---|
# | forward | $Y = XW + \mathbf{b}$ | `x @ self.W + self.b`, and `x` is kept |
# | backward | $\frac{\partial E}{\partial W} = X^T\,\text{dout}$ | `self.dW = self.x.T @ dout` |
# | | $\frac{\partial E}{\partial \mathbf{b}} =$ sum of dout over axis 0 | `self.db = np.sum(dout, axis=0)` |
# | | $\frac{\partial E}{\partial X} = \text{dout}\,W^T$ | `dx = dout @ self.W.T`, returned |
#
# `dout` is $\partial E/\partial Y$, and comes from the next layer. `dx` goes on to the layer before; `dW` and `db` wait for the optimizer.

# %% [markdown] lang="ja"
# ## 2. 層をクラスにする（5.1）
#
# | | 公式 | コード |
# |---|---|---|
# | 順伝播 | $Y = XW + \mathbf{b}$ | `x @ self.W + self.b`（`x` は保存しておく） |
# | 逆伝播 | $\frac{\partial E}{\partial W} = X^T\,\text{dout}$ | `self.dW = self.x.T @ dout` |
# | | $\frac{\partial E}{\partial \mathbf{b}} =$ dout の第0軸についての和 | `self.db = np.sum(dout, axis=0)` |
# | | $\frac{\partial E}{\partial X} = \text{dout}\,W^T$ | `dx = dout @ self.W.T`（これを返す） |
#
# `dout` は $\partial E/\partial Y$ で，次の層から受け取ります．`dx` は前の層に渡します．`dW` と `db` は保存しておき，あとでパラメータの更新に使います．


# %%
class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = np.sum(dout, axis=0)
        dx = dout @ self.W.T
        return dx


# %% [markdown] lang="en"
# First the examples of 3.6, which you have computed on paper: `dx` should be $(4, 3, 4)$, `dW` has the rows $(4, 2)$, $(-2, -1)$, $(2, 1)$; and in the second, `db` is $(2, 0)$.

# %% [markdown] lang="ja"
# まず，手で計算した 3.6 の例題で試します．`dx` は $(4, 3, 4)$，`dW` の行は $(4, 2)$，$(-2, -1)$，$(2, 1)$ になるはずです．2つ目の例では `db` が $(2, 0)$ になるはずです．

# %%
example_1 = Affine(np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 4.0]]), np.zeros(2))
y = example_1.forward(np.array([[2.0, -1.0, 1.0]]))
print("y  =", y, " dx =", example_1.backward(y - np.array([[1.0, 2.0]])))
print("dW =", example_1.dW, sep="\n")
example_2 = Affine(np.eye(2), np.array([2.0, 1.0]))
example_2.forward(np.array([[1.0, 3.0], [2.0, -1.0], [0.0, 1.0]]))
example_2.backward(np.array([[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]]))
print("db =", example_2.db)

# %% [markdown] lang="en"
# ## 3. Numerical differentiation, and its h (5.2)
#
# A derivative is a limit; with a small $h$ we can come close to it, from one side or from both:
#
# $$f'(x) \approx \frac{f(x + h) - f(x)}{h}, \qquad f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}$$
#
# How small should $h$ be? We try it on $f(x) = e^x$ at $x = 1$, whose derivative we know. Look for the lowest point of each line, and for the side on which the line is ragged.

# %% [markdown] lang="ja"
# ## 3. 数値微分と h の大きさ（5.2）
#
# 微分は極限ですが，小さな $h$ を使えば近似できます．片側の差分と，両側の差分（中心差分）があります．
#
# $$f'(x) \approx \frac{f(x + h) - f(x)}{h}, \qquad f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}$$
#
# $h$ はどのくらい小さくすればよいのでしょうか．導関数の分かっている $f(x) = e^x$ の $x = 1$ で試します．それぞれの線のいちばん低い点と，線がギザギザになるのはどちら側かに注目してください．

# %%
h = np.logspace(-16, 0, 65)
one_sided = (np.exp(1 + h) - np.exp(1)) / h
central = (np.exp(1 + h) - np.exp(1 - h)) / (2 * h)
errors = {"one side": abs(one_sided - np.exp(1)), "central": abs(central - np.exp(1))}
valley = nn.plot.lines(h, errors, xlabel="h", ylabel="error", log="xy")
for name, error in errors.items():
    print(f"{name:8}  smallest error {error.min():.0e}, at h = {h[error.argmin()]:.0e}")

# %% [markdown] lang="en"
# Both lines are a V. On the right the formula is to blame: the error is about $h\,|f''|/2$ from one side, and only $h^2\,|f'''|/6$ from both, so the amber line is twice as steep.
# On the left the computer is: $f(x + h)$ and $f(x - h)$ agree in nearly all of their 16 digits, and what is left of the difference is rounding, divided by a tiny $h$.
# The central difference at $h \approx 10^{-5}$ has about ten right digits, the one-sided never more than eight or nine. So we take the central one with $h = 10^{-5}$.

# %% [markdown] lang="ja"
# どちらの線も V の字になります．右側の誤差は公式によるものです．片側の差分では約 $h\,|f''|/2$，中心差分では約 $h^2\,|f'''|/6$ なので，橙色の線（central）は傾きが2倍です．左側の誤差は計算機によるものです．$f(x + h)$ と $f(x - h)$ は16桁のほとんどが一致するため，差をとると丸め誤差ばかりが残り，それを小さな $h$ で割ることになります．中心差分は $h \approx 10^{-5}$ で10桁ほど正しく，片側の差分は良くても8，9桁です．そこで，$h = 10^{-5}$ の中心差分を使うことにします．

# %% [markdown] lang="en"
# **Exercise 1.** For an array, move one number at a time: put $x_i + h$, compute, put $x_i - h$, compute, and **put the old number back**.
# The function `f` returns one number. Write the marked part; your function is tried on vectors and matrices.
#
# <details><summary>Answer</summary>
#
# ```python
# def numerical_gradient(f, x, h=1e-5):
#     grad = np.zeros_like(x)
#     for index in np.ndindex(x.shape):
#         old = x[index]
#         x[index] = old + h
#         above = f(x)
#         x[index] = old - h
#         below = f(x)
#         x[index] = old
#         grad[index] = (above - below) / (2 * h)
#     return grad
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習1** 配列の場合は，成分を一つずつ動かします．$x_i + h$ にして計算し，$x_i - h$ にして計算し，**元の値に戻します**．関数 `f` は一つの数を返すものとします．印の付いた行を書きかえてください．ベクトルと行列で採点されます．
#
# <details><summary>答え</summary>
#
# ```python
# def numerical_gradient(f, x, h=1e-5):
#     grad = np.zeros_like(x)
#     for index in np.ndindex(x.shape):
#         old = x[index]
#         x[index] = old + h
#         above = f(x)
#         x[index] = old - h
#         below = f(x)
#         x[index] = old
#         grad[index] = (above - below) / (2 * h)
#     return grad
# ```
#
# </details>


# %%
def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        grad[index] = 0  # write this part
    return grad


mark = grade("3-1-1", numerical_gradient)
mark

# %% [markdown] lang="en"
# ## 4. The layer against numerical differentiation (5.2)
#
# To differentiate we need one number. For given `dout` we take $E = \sum \text{dout} * Y$: its gradient by $Y$ is just `dout`, so `backward(dout)` must give the gradients of this $E$.
# `differentiate` moves the numbers inside of the array itself, so `error_at` need not look at its argument: the layer sees the moved numbers. (As long as your function of exercise 1 is not right, that of the library takes its place.)

# %% [markdown] lang="ja"
# ## 4. 数値微分で層を確かめる（5.2）
#
# 微分するには一つの数が必要です．与えられた `dout` に対して $E = \sum \text{dout} * Y$ とすると，$Y$ についての勾配はちょうど `dout` なので，`backward(dout)` はこの $E$ の勾配を与えるはずです．数値微分の関数は配列の中の数そのものを動かすので，`error_at` は引数を使わなくても，動かした値で計算します．演習1の関数が正しくなるまでは，ライブラリの関数を代わりに使います．

# %%
differentiate = numerical_gradient if mark else testing.numerical_gradient
layer = Affine(rng.standard_normal((3, 2)), rng.standard_normal(2))
x, dout = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))


def error_at(_):
    return np.sum(dout * layer.forward(x))


layer.forward(x)
dx = layer.backward(dout)
pairs = {"x": (x, dx), "W": (layer.W, layer.dW), "b": (layer.b, layer.db)}
for name, (array, gradient) in pairs.items():
    numerical = differentiate(error_at, array)
    print(f"d{name}: largest difference {abs(numerical - gradient).max():.0e}")

# %% [markdown] lang="en"
# The differences are about $10^{-10}$ or less: rounding. A wrong formula would be off in the first digits.
#
# **Question.** If all numbers of `dout` were 1, which mistake would this check not notice?
#
# <details><summary>Answer</summary>
#
# A `backward` that forgets to multiply by `dout` would give the same numbers. That is why `dout` is random here: no two of its numbers are alike, so one that is forgotten, or lands in the wrong place, is seen.
#
# </details>

# %% [markdown] lang="ja"
# 差は $10^{-10}$ 程度かそれ以下で，丸め誤差です．公式が間違っていれば，はじめの桁から違うはずです．
#
# **問い** もし `dout` の成分をすべて 1 にすると，この確認では見つからない間違いがあります．どのような間違いでしょうか．
#
# <details><summary>答え</summary>
#
# `dout` がすべて 1 だと，`backward` の中で `dout` をかけ忘れていても同じ値になります．そこでここでは乱数の `dout` を使っています．同じ値の成分がないので，成分の場所を間違えたり忘れたりすると必ず分かります．
#
# </details>

# %% [markdown] lang="en"
# ## 5. The layer against the engine (3.8, 5.2)
#
# `forward` consists of operators, so it also computes with Tensors. The engine then records the graph and differentiates the very same `forward`; nobody has written this `backward`.

# %% [markdown] lang="ja"
# ## 5. 自動微分で確かめる（3.8，5.2）
#
# `forward` は演算子だけで書かれているので，Tensor を入れても計算できます．すると計算グラフが記録され，同じ `forward` が自動で微分されます．この逆伝播は誰も書いていません．

# %%
recorded = Affine(nn.Parameter(layer.W), nn.Parameter(layer.b))
Y = recorded.forward(ac.Tensor(x))
dW, db = ac.gradients(Y, [recorded.W, recorded.b], dout)
print(abs(dW.numpy() - layer.dW).max(), abs(db.numpy() - layer.db).max())

# %% [markdown] lang="en"
# `check_layer` does this for all gradients at once.

# %% [markdown] lang="ja"
# `check_layer` を使うと，すべての勾配をまとめて調べられます．

# %%
print(check_layer(layer, x))

# %% [markdown] lang="en"
# It is most useful when something is wrong. Here is a layer with two usual mistakes. Cover the next output and find them yourself first.

# %% [markdown] lang="ja"
# 役に立つのは，間違いがあるときです．次の層には，よくある間違いが2つあります．下の出力を見る前に，自分で探してみてください．


# %%
class WrongAffine(Affine):
    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = np.mean(dout, axis=0)
        return -dout @ self.W.T


report = check_layer(WrongAffine(layer.W, layer.b), x)
report

# %% [markdown] lang="en"
# The lines above guess each mistake. In the picture the thick wire is the first one, counted from the output, on which a wrong gradient travels; the other mistakes stand at their wires too.

# %% [markdown] lang="ja"
# 上の各行には，どのような間違いかの推測が示されています．図の太い矢印は，出力からさかのぼって，間違った勾配が最初に流れる矢印です．ほかの間違いも，それぞれの矢印に書かれています．

# %% [markdown] lang="en"
# ## 6. Why not numerical differentiation always? (3, 5.2)
#
# It needs no formula, so why `backward` at all? Count how often the network has to be computed: once for **every number**, twice for central differences. The first layer for pictures of digits has $784 \times 50$ weights.

# %% [markdown] lang="ja"
# ## 6. なぜ数値微分だけではいけないのか（3，5.2）
#
# 数値微分には公式がいりません．それなら，なぜ `backward` が必要なのでしょうか．順伝播の回数を数えてみましょう．**成分一つごとに** 1回，中心差分なら2回です．手書き数字の画像を受け取る最初の層には，$784 \times 50$ 個の重みがあります．

# %%
large = Affine(rng.standard_normal((784, 50)), np.zeros(50))
x, dout = rng.random((100, 784)), rng.standard_normal((100, 50))


def seconds(function, times):
    """The shortest of several runs: the others were disturbed."""
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        measured.append(time.perf_counter() - start)
    return min(measured)


forward = seconds(lambda: large.forward(x), 20)
both = seconds(lambda: (large.forward(x), large.backward(dout)), 20)
numbers = large.W.size + large.b.size
print(f"numbers to differentiate by: {numbers:,}")
print(f"forward passes, central differences: {2 * numbers:,}")
print(f"that would take {2 * numbers * forward:.0f} s")
print(f"forward and backward together take {both * 1000:.1f} ms")
print(f"ratio: about {2 * numbers * forward / both:,.0f}")

# %% [markdown] lang="en"
# One forward and one backward pass give **all** 39,250 numbers; differences need 78,500 forward passes for them, which takes thousands of times as long. And this is for one step of training.
# Now measured to the end, for square layers that are small enough. Look at the distance between the lines: it grows with the layer.

# %% [markdown] lang="ja"
# 順伝播と逆伝播が1回ずつあれば，39,250個の勾配が**すべて**求まります．差分では順伝播が78,500回必要で，数千倍から数万倍の時間がかかります（計算機によって違います）．しかもこれは，学習の1ステップ分にすぎません．次に，小さな正方形の層について実際に最後まで測ります．2本の線の間隔に注目してください．層が大きくなるほど広がります．


# %%
def costs(n):
    small = Affine(rng.standard_normal((n, n)), np.zeros(n))
    x, dout = rng.random((20, n)), rng.standard_normal((20, n))

    def error(_):
        return np.sum(dout * small.forward(x))

    slow = seconds(lambda: testing.numerical_gradient(error, small.W, h=1e-5), 3)
    fast = seconds(lambda: (small.forward(x), small.backward(dout)), 50)
    return slow, fast


sizes = np.array([4, 8, 16, 32, 48])
measured = np.array([costs(n) for n in sizes])
times = {"differences": measured[:, 0], "backward": measured[:, 1]}
cost = nn.plot.lines(sizes**2, times, xlabel="weights", ylabel="seconds", log="xy")

# %% [markdown] lang="en"
# Differences become slower in proportion to the number of weights; `backward` hardly notices. So numerical differentiation is for **tests**, of small layers, and for nothing else.

# %% [markdown] lang="ja"
# 差分の時間は重みの数に比例して増えますが，`backward` の時間はほとんど変わりません．したがって，数値微分を使うのは，小さな層の実装を**テスト**するときだけです．

# %% [markdown] lang="en"
# ## 7. Your layer inside of a network (5.3)
#
# `nn.from_layer` makes a part of a network from a hand-written layer. Its own `backward` is used, and its arrays are the parameters.
# Two such layers with ReLU between them learn a parabola. The same network of the library's layers, with the same numbers, must have the same gradients.

# %% [markdown] lang="ja"
# ## 7. 自作の層でネットワークを作る（5.3）
#
# `nn.from_layer` を使うと，自作の層をネットワークの部品にできます．逆伝播には自作の `backward` が使われ，層の配列がそのままパラメータになります．間に ReLU をはさんだ2層に，放物線を学習させます．同じ数値をもつライブラリの層で作ったネットワークと，勾配が一致するはずです．

# %%
first = Affine(rng.standard_normal((1, 20)), rng.standard_normal(20))
second = Affine(0.3 * rng.standard_normal((20, 1)), np.zeros(1))
model = nn.Sequential(nn.from_layer(first), nn.ReLU(), nn.from_layer(second))
theirs = nn.Sequential(nn.Affine(1, 20, dtype=float), nn.ReLU(), nn.Affine(20, 1, dtype=float))
for mine, other in [(first, theirs[0]), (second, theirs[2])]:
    other.weight.data, other.bias.data = mine.W.copy(), mine.b.copy()

x_train, x_test = rng.uniform(-2, 2, (100, 1)), rng.uniform(-2, 2, (100, 1))
loss_of = nn.HalfMSELoss()
for network in (model, theirs):
    loss_of(network(x_train), x_train**2).backward()
print(abs(first.dW - theirs[0].weight.grad.numpy()).max(), abs(second.db - theirs[2].bias.grad.numpy()).max())
network_graph = ac.graph(model, x_train, depth=1)
network_graph

# %% [markdown] lang="en"
# The gradients agree up to rounding (`dtype=float` asks for 16 digits; like PyTorch's, these layers have 7 by default). Training only needs `step()`; it changes the arrays of your layers. Compare the error on the training data with that on new points.

# %% [markdown] lang="ja"
# 勾配は丸め誤差の範囲で一致しています（`dtype=float` は16桁の指定です．指定しなければ，PyTorch と同じく7桁で計算します）．あとは `step()` で学習できます．更新されるのは，自作の層の配列そのものです．訓練データに対する誤差と，新しい点（テストデータ）に対する誤差を比べてください．

# %%
opt = optim.SGD(model.parameters(), lr=0.05)
for step in range(1, 1001):
    opt.zero_grad()
    loss_of(model(x_train), x_train**2).backward()
    opt.step()
    if step in (1, 10, 100, 1000):
        losses = [loss_of(model(x), x**2).item() for x in (x_train, x_test)]
        print(f"step {step:4}  train {losses[0]:.4f}  test {losses[1]:.4f}")

# %%
grid = np.linspace(-2, 2, 201)
fitted = model(grid[:, np.newaxis]).numpy()[:, 0]
learnt = nn.plot.lines(grid, {"x²": grid**2, "network": fitted})

# %% [markdown] lang="en"
# ## 8. Careful: PyTorch turns W round (1.1)
#
# **Careful:** in the lecture a datum is a row and $W$ is (in, out). PyTorch also has rows, but keeps $W$ as (out, in), and computes $Y = XW^T + \mathbf{b}$. `nn.functional.linear` does as PyTorch does, `nn.Affine` (`nn.Linear`) as the lecture.

# %% [markdown] lang="ja"
# ## 8. 注意：PyTorch の W は向きが逆（1.1）
#
# **注意**：講義ではデータは行で，$W$ は（入力，出力）の型です．PyTorch でもデータは行ですが，$W$ を（出力，入力）の型でもち，$Y = XW^T + \mathbf{b}$ を計算します．`nn.functional.linear` は PyTorch と同じ向き，`nn.Affine`（`nn.Linear`）は講義と同じ向きです．

# %%
x = rng.standard_normal((4, 3))
by_lecture = layer.forward(x)
by_torch = nn.functional.linear(x, layer.W.T, layer.b)
print(layer.W.shape, layer.W.T.shape, np.allclose(by_lecture, by_torch))

# %% [markdown] lang="en"
# **Exercise 2.** Write the layer with `W` as (out, in). Find the two gradients by the dimensions, as in section 1: `dW` has the shape of `W`, now $(L, K)$.
#
# <details><summary>Answer</summary>
#
# $(L, K) = (L, N) \times (N, K)$ and $(N, K) = (N, L) \times (L, K)$: the transposes have changed places.
#
# ```python
# class TorchAffine:
#     def __init__(self, W, b):
#         self.W, self.b = W, b
#
#     def forward(self, x):
#         self.x = x
#         return x @ self.W.T + self.b
#
#     def backward(self, dout):
#         self.dW = dout.T @ self.x
#         self.db = np.sum(dout, axis=0)
#         return dout @ self.W
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習2** `W` が（出力，入力）の型である層を書いてください．2つの勾配は，第1節のように次元から決まります．`dW` は `W` と同じ型，つまり $(L, K)$ 型です．
#
# <details><summary>答え</summary>
#
# $(L, K) = (L, N) \times (N, K)$，$(N, K) = (N, L) \times (L, K)$ です．転置の位置が入れ替わります．
#
# ```python
# class TorchAffine:
#     def __init__(self, W, b):
#         self.W, self.b = W, b
#
#     def forward(self, x):
#         self.x = x
#         return x @ self.W.T + self.b
#
#     def backward(self, dout):
#         self.dW = dout.T @ self.x
#         self.db = np.sum(dout, axis=0)
#         return dout @ self.W
# ```
#
# </details>


# %%
class TorchAffine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W.T + self.b

    def backward(self, dout):
        self.dW = ...
        self.db = np.sum(dout, axis=0)
        dx = ...
        return dx


turned = check_layer(TorchAffine(layer.W.T, layer.b), x)
print(turned)  # without the picture, on whose cards the answer stands

# %% [markdown] lang="en"
# ## What we saw
#
# * A layer is a class: `forward` keeps `self.x`, because $\partial E/\partial W = X^T\,\text{dout}$ needs it.
# * `backward(dout)` returns `dx` for the layer before and keeps `self.dW`, `self.db` for the optimizer. The dimensions decide the formulas; $\mathbf{b}$ gets a sum over the batch.
# * The central difference with $h \approx 10^{-5}$ is right to about ten digits; smaller steps only bring rounding. The layer agreed with it, and with the engine.
# * Numerical differentiation costs two forward passes per number: 78,500 for one layer of $784 \times 50$, where `backward` needs one pass. It is for tests.
#
# **Next:** 3-1-2, softmax with cross entropy as a layer; there the code has gaps, and you fill them.

# %% [markdown] lang="ja"
# ## まとめ
#
# * 層はクラスです．$\partial E/\partial W = X^T\,\text{dout}$ に $X$ が必要なので，`forward` は `self.x` を保存します．
# * `backward(dout)` は，前の層のために `dx` を返し，パラメータの更新のために `self.dW`，`self.db` を保存します．公式は次元から決まり，$\mathbf{b}$ の勾配はミニバッチについての和です．
# * $h \approx 10^{-5}$ の中心差分は10桁ほど正しく，それより小さくすると丸め誤差が増えます．自作の層は，数値微分とも自動微分とも一致しました．
# * 数値微分は成分一つにつき順伝播が2回必要です．$784 \times 50$ の層一つで78,500回になり，`backward` なら1回で済みます．数値微分はテストのためのものです．
#
# **次は** 3-1-2 です．ソフトマックスと交差エントロピー誤差の層を，欠けたコードを補って完成させます．
