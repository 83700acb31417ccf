# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 3-1-3 Other layers
#
# This notebook belongs to 5.1 and 5.2 of the lecture, with 1.2, 2.1, 2.2 and 3.7. It defines the layers that are left: activations, and the losses of regression and of two classes.
# Then you have all six of 5.1, put them together, and see at which points other books and frameworks have decided otherwise.
#
# **The data:** no data set; small random batches.
#
# **Points of the lecture**
#
# * An activation is a layer of its own (→ 1 to 4); `forward` keeps `self.y` or `self.mask` (→ 2, 3)
# * The loss of regression (→ 5), sigmoid with cross entropy (→ 6); their `backward` contains $1/N$
# * Each layer is checked by numerical differentiation (→ 2 to 6)
# * The six layers (→ 7), and a network made of them (→ 8)

# %% [markdown] lang="ja"
# # 3-1-3 その他の層
#
# このノートブックは，講義の 5.1，5.2 に対応し，1.2，2.1，2.2，3.7 の公式を使います．残りの層，つまり活性化関数の層と，回帰と2値分類の誤差の層を定義します．これで 5.1 の6種類の層がそろうので，それらを組み合わせます．最後に，ほかの本やフレームワークと約束が違うところを一覧で確認します．
#
# **データ**：データセットは使いません．小さな乱数のミニバッチを使います．
#
# **講義のポイント**
#
# * 活性化関数は独立した層とする（→ 1 〜 4）．`forward` は `self.y` または `self.mask` を保存する（→ 2，3）
# * 回帰誤差の層（→ 5），シグモイドと交差エントロピー誤差の層（→ 6）．`backward` は $1/N$ を含む
# * どの層も数値微分で確かめる（→ 2 〜 6）
# * 6種類の層の一覧（→ 7）と，それらで作るネットワーク（→ 8）

# %%
import matplotlib.pyplot as plt
import numpy as np

import autograd_core as ac
import nn
import optim
from autograd_core.testing import check_layer, grade, numerical_gradient

rng = np.random.default_rng(0)

# %% [markdown] lang="en"
# ## 1. Activations (1.2)
#
# Four functions, each with its derivative (dashed), which the engine computes. Look at two things: where is the derivative nearly 0, so that no gradient comes through? And where does a line jump?

# %% [markdown] lang="ja"
# ## 1. 活性化関数（1.2）
#
# 4つの関数と，自動微分で求めたその導関数（破線）です．次の2点に注目してください．導関数がほとんど 0 で，勾配が伝わらないのはどこでしょうか．線が途切れて跳ぶのはどこでしょうか．

# %%
activations = {"sigmoid": nn.Sigmoid(), "ReLU": nn.ReLU(), "tanh": nn.Tanh(), "leaky ReLU": nn.LeakyReLU()}
x = np.linspace(-5, 5, 401)
fig, axes = plt.subplots(2, 2, figsize=(10, 6.4), layout="constrained")
for ax, (name, f) in zip(axes.flat, activations.items(), strict=True):
    inputs = ac.Tensor(x, requires_grad=True)
    slope = ac.gradients(f(inputs).sum(), inputs)
    nn.plot.lines(x, {"f": f(x), "f′": slope}, title=name, ax=ax)

# %% [markdown] lang="en"
# Sigmoid and tanh are flat far from 0: sigmoid lets at most ¼ of a gradient through, tanh at most all of it. ReLU lets all through, or nothing. Leaky ReLU leaves 0.1 of it on the left side, so no neuron is ever quite dead.

# %% [markdown] lang="ja"
# シグモイドと tanh は，0 から離れると平らになります．シグモイドを通る勾配は最大でも $\frac14$ 倍，tanh では最大で1倍です．ReLU では，勾配がそのまま通るか，まったく通らないかのどちらかです．Leaky ReLU は左側でも0.1倍を通すので，ニューロンが完全に止まることはありません．

# %% [markdown] lang="en"
# ## 2. Sigmoid (5.1)
#
# $Y = \dfrac{1}{1 + e^{-X}}$ and $\dfrac{\partial E}{\partial X} = \text{dout} * Y * (1 - Y)$. The derivative is a function of the **output**, so `forward` keeps `self.y`.
# `difference` compares `backward` with central differences of `forward`; it serves for all layers here.

# %% [markdown] lang="ja"
# ## 2. シグモイド層（5.1）
#
# $Y = \dfrac{1}{1 + e^{-X}}$，$\dfrac{\partial E}{\partial X} = \text{dout} * Y * (1 - Y)$ です．微分が**出力**だけで書けるので，`forward` は `self.y` を保存します．`difference` は，`backward` を `forward` の中心差分と比べる関数で，このノートブックのすべての層に使います．


# %%
class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * self.y * (1 - self.y)


def difference(layer, x, *labels):
    out = layer.forward(x, *labels)
    if labels:  # a loss: one number comes out, and backward takes no argument
        dout, dx = 1.0, layer.backward()
    else:
        dout = rng.standard_normal(out.shape)
        dx = layer.backward(dout)
    numerical = numerical_gradient(lambda x: np.sum(dout * layer.forward(x, *labels)), x.copy(), h=1e-5)
    return abs(numerical - dx).max()


X = rng.standard_normal((4, 3))
print("largest difference:", difference(Sigmoid(), X))
print(check_layer(Sigmoid(), X))

# %% [markdown] lang="en"
# As written, $e^{-x}$ overflows for $x \ll 0$ (the lecture leaves it so). NumPy warns, and yet the result is right: $1/(1 + \infty) = 0$. `ac.sigmoid` takes $e^x/(1 + e^x)$ on that side and has nothing to warn of.

# %% [markdown] lang="ja"
# この式のままだと，$x \ll 0$ のとき $e^{-x}$ がオーバーフローします（講義ではそのままになっています）．NumPy は警告を出しますが，$1/(1 + \infty) = 0$ なので結果は正しくなります．`ac.sigmoid` は負の側で $e^x/(1 + e^x)$ を使うので，警告は出ません．

# %%
for value in (-10.0, -700.0, -710.0):
    try:
        with np.errstate(over="raise"):
            print(value, Sigmoid().forward(np.array(value)), ac.sigmoid(value))
    except FloatingPointError as error:
        print(value, error, ac.sigmoid(value))

# %% [markdown] lang="en"
# ## 3. ReLU (5.1)
#
# $Y = \max\{0, X\}$. The **mask** `x > 0` is an array of True and False, in which True counts as 1: multiplying by it is both the function and its derivative. (The `-0.` below is $-2 \cdot 0$, and equal to 0.)

# %% [markdown] lang="ja"
# ## 3. ReLU 層（5.1）
#
# $Y = \max\{0, X\}$ です．**マスク** `x > 0` は True と False の配列で，計算では True が 1，False が 0 として扱われます．マスクをかけるだけで，関数にも微分にもなります（出力の `-0.` は $-2 \cdot 0$ の結果で，0 と同じです）．


# %%
class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


relu = ReLU()
print(relu.forward(np.array([-2.0, 3.0, -1.0])), relu.mask, relu.backward(np.array([5.0, 6.0, 7.0])))
print("largest difference:", difference(relu, X))
print(check_layer(relu, X))

# %% [markdown] lang="en"
# **At exactly 0** there is no derivative: the slope is 0 on the left and 1 on the right. Every program has to choose, and `x > 0` chooses 0.
# **Careful:** not all choose alike. In "Deep Learning from Scratch" the ReLU layer gives 0 as here, but the function `relu_grad` of the same book gives 1, for it asks `x >= 0`. And its mask is the other way round: True where the result is set to 0. A central difference gives ½, the mean of both sides.

# %% [markdown] lang="ja"
# **ちょうど 0 のとき**，微分は存在しません．左側の傾きは 0，右側の傾きは 1 です．どのプログラムもどれかを選ばなければならず，`x > 0` は 0 を選びます．
#
# **注意**：選び方は同じとは限りません．『ゼロから作るDeep Learning』の ReLU 層は，ここと同じく 0 ですが，同じ本の関数 `relu_grad` は `x >= 0` を使うので 1 です．また，その層のマスクは意味が逆で，出力を 0 にする場所が True です．中心差分では，両側の平均の ½ になります．


# %%
def relu_grad(x):  # as in that book
    grad = np.zeros_like(x)
    grad[x >= 0] = 1
    return grad


zero = np.zeros(1)
relu.forward(zero)
print("this layer:", relu.backward(np.ones(1)), " relu_grad:", relu_grad(zero))
print("engine:", ac.grad(ac.relu)(0.0))
print("central difference:", numerical_gradient(lambda x: np.maximum(x, 0).sum(), zero))
print(ac.conventions("relu"))

# %% [markdown] lang="en"
# Random numbers are practically never exactly 0, so trainings do not notice. It matters where exact zeros are made: behind another ReLU, behind dropout, or at biases that start at 0 with an input of zeros.

# %% [markdown] lang="ja"
# 乱数がちょうど 0 になることはまずないので，ふつうの学習には影響しません．影響するのは，値がちょうど 0 になる場面です．たとえば，別の ReLU やドロップアウトの直後，またはバイアスの初期値が 0 で入力もすべて 0 のときです．

# %% [markdown] lang="en"
# ## 4. Your turn: tanh and leaky ReLU (1.2)
#
# **Exercise 1.** Write both layers. For tanh find a formula with the output alone, as for sigmoid. For leaky ReLU replace the mask by the array of slopes, 1 where `x > 0`, else 0.1. **Careful:** the slope is 0.1 in the lecture, 0.01 in PyTorch, 0.2 in Chainer.
#
# <details><summary>Answer</summary>
#
# $\tanh' x = 1 - \tanh^2 x$.
#
# ```python
# class Tanh:
#     def forward(self, x):
#         self.y = np.tanh(x)
#         return self.y
#
#     def backward(self, dout):
#         return dout * (1 - self.y**2)
#
#
# class LeakyReLU:
#     def forward(self, x):
#         self.slope = np.where(x > 0, 1.0, 0.1)
#         return x * self.slope
#
#     def backward(self, dout):
#         return dout * self.slope
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 4. 演習：tanh と Leaky ReLU（1.2）
#
# **演習1** 2つの層を書いてください．tanh の微分は，シグモイドと同じように出力だけで表せます．Leaky ReLU では，マスクの代わりに，傾きの配列（`x > 0` なら 1，それ以外は 0.1）を使います．**注意**：傾きは，講義では 0.1，PyTorch では 0.01，Chainer では 0.2 です．
#
# <details><summary>答え</summary>
#
# $\tanh' x = 1 - \tanh^2 x$ です．
#
# ```python
# class Tanh:
#     def forward(self, x):
#         self.y = np.tanh(x)
#         return self.y
#
#     def backward(self, dout):
#         return dout * (1 - self.y**2)
#
#
# class LeakyReLU:
#     def forward(self, x):
#         self.slope = np.where(x > 0, 1.0, 0.1)
#         return x * self.slope
#
#     def backward(self, dout):
#         return dout * self.slope
# ```
#
# </details>


# %%
class Tanh:
    def forward(self, x):
        self.y = ...
        return self.y

    def backward(self, dout):
        return ...


class LeakyReLU:
    def forward(self, x):
        self.slope = ...
        return ...

    def backward(self, dout):
        return ...


activation_mark = grade("3-1-3", [Tanh, LeakyReLU])
print(activation_mark)

# %% [markdown] lang="en"
# ## 5. The loss of regression (2.1, 5.1)
#
# $$E = \frac{1}{2N} \sum_n (y_n - t_n)^2, \qquad \frac{\partial E}{\partial Y} = \frac{1}{N}(Y - T)$$
#
# A loss is a layer with two inputs and one number as output; `backward` takes no argument. (From here on $Y$ is the prediction and $T$ the right answer, as in 5.1. In 2.1 and 4.1 the right answer is called $y$, and the prediction $\hat y$.)

# %% [markdown] lang="ja"
# ## 5. 回帰誤差の層（2.1，5.1）
#
# $$E = \frac{1}{2N} \sum_n (y_n - t_n)^2, \qquad \frac{\partial E}{\partial Y} = \frac{1}{N}(Y - T)$$
#
# 誤差の層は，2つの入力から一つの数を出力します．`backward` は引数をとりません（ここからは 5.1 に合わせて $Y$ が予測値，$T$ が正解値です．2.1 や 4.1 では正解値が $y$，予測値が $\hat y$ でした）．


# %%
class HalfMSE:
    def forward(self, y, t):
        self.y, self.t = y, t
        batch_size = y.shape[0]
        return np.sum((y - t) ** 2) / (2 * batch_size)

    def backward(self):
        batch_size = self.y.shape[0]
        return (self.y - self.t) / batch_size


Y, T = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
print("largest difference:", difference(HalfMSE(), Y, T))
print(check_layer(HalfMSE(), Y, T))

# %% [markdown] lang="en"
# **Careful:** the table of 3.7 has sums over the batch, while 2.1 and 5.1 have means: a factor $N$ between their gradients (the lecture says so below its table). And PyTorch's `MSELoss` divides by **all** numbers, $NK$, and has no ½. Here $N = 4$ and $K = 3$; look at the factors.

# %% [markdown] lang="ja"
# **注意**：3.7 の公式の誤差はミニバッチについての和，2.1 と 5.1 では平均です．勾配は $N$ 倍違います（講義でも表の下に補足があります）．また，PyTorch の `MSELoss` は**すべての成分**の個数 $NK$ で割り，½ はありません．ここでは $N = 4$，$K = 3$ です．倍率に注目してください．

# %%
loss_layer = HalfMSE()
loss_layer.forward(Y, T)
own = loss_layer.backward()
others = {
    "3.7, a sum": ac.grad(lambda Y: ((Y - T) ** 2).sum() / 2)(Y),
    "nn.HalfMSELoss, as 5.1": ac.grad(lambda Y: nn.HalfMSELoss()(Y, T))(Y),
    "nn.MSELoss, as PyTorch": ac.grad(lambda Y: nn.MSELoss()(Y, T))(Y),
}
for name, gradient in others.items():
    factors = gradient / own
    print(f"{name:23} {factors.min():.4f} to {factors.max():.4f} times this layer's gradient")

# %% [markdown] lang="en"
# **Question.** What does a factor between two losses change in a training with SGD, and what not?
#
# <details><summary>Answer</summary>
#
# The minimum stays where it is. But a step is $\lambda$ times the gradient, so a factor in the loss is a factor in $\lambda$: who copies $\lambda = 0.1$ from a book with sums takes steps $N$ times too small with means.
#
# </details>

# %% [markdown] lang="ja"
# **問い** 誤差の定義が定数倍だけ違うと，SGD による学習では何が変わり，何が変わらないでしょうか．
#
# <details><summary>答え</summary>
#
# 最小になる点は変わりません．しかし1歩の大きさは勾配の $\lambda$ 倍なので，誤差を定数倍することは $\lambda$ を定数倍することと同じです．誤差を和で定義した本の $\lambda = 0.1$ を，平均で定義した誤差にそのまま使うと，1歩の大きさは $\frac1N$ になってしまいます．
#
# </details>

# %% [markdown] lang="en"
# ## 6. Sigmoid with cross entropy (2.2, 5.1)
#
# $$Y = \sigma(X), \qquad E = \frac{1}{N} \sum_n \bigl(-t_n \log y_n - (1 - t_n)\log(1 - y_n)\bigr), \qquad \frac{\partial E}{\partial X} = \frac{1}{N}(Y - T)$$
#
# In 5.1 the sum over $n$ is missing in print. Without it the right side is an array, one entry per datum, and not the number $E$. Look at the shapes.

# %% [markdown] lang="ja"
# ## 6. シグモイドと交差エントロピー誤差の層（2.2，5.1）
#
# $$Y = \sigma(X), \qquad E = \frac{1}{N} \sum_n \bigl(-t_n \log y_n - (1 - t_n)\log(1 - y_n)\bigr), \qquad \frac{\partial E}{\partial X} = \frac{1}{N}(Y - T)$$
#
# 5.1 の式では，$n$ についての和の記号が抜けています．和がなければ，右辺はデータごとの値を並べた配列で，一つの数 $E$ にはなりません．型に注目してください．


# %%
class SigmoidWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = 1 / (1 + np.exp(-x))
        self.terms = -t * np.log(self.y) - (1 - t) * np.log(1 - self.y)
        return np.sum(self.terms) / x.shape[0]

    def backward(self):
        return (self.y - self.t) / self.t.shape[0]


logits, targets = rng.standard_normal((5, 1)), np.array([[0.0], [1.0], [1.0], [0.0], [1.0]])
with_loss = SigmoidWithLoss()
loss = with_loss.forward(logits, targets)
print("as printed:", (with_loss.terms / 5).shape, " with the sum:", np.shape(loss), loss)
print("largest difference:", difference(with_loss, logits, targets))
print("nn.BCEWithLogitsLoss:", nn.BCEWithLogitsLoss()(logits, targets).item())
print(check_layer(with_loss, logits, targets))

# %% [markdown] lang="en"
# **Careful:** here too $\log$ sees an exact 0 when $y$ is rounded to 0 or 1, and the loss becomes `inf`, or `nan` for a right answer. On paper the logarithm disappears:
#
# $$-t \log y - (1 - t)\log(1 - y) = \max\{x, 0\} - x\,t + \log\bigl(1 + e^{-|x|}\bigr)$$
#
# **Exercise 2.** Write the layer with this right side; `backward` stays $(Y - T)/N$, with a sigmoid that does not overflow, such as `ac.sigmoid`.
#
# <details><summary>Answer</summary>
#
# ```python
# class SafeSigmoidWithLoss:
#     def forward(self, x, t):
#         self.x, self.t = x, t
#         terms = np.maximum(x, 0) - x * t + np.log(1 + np.exp(-np.abs(x)))
#         return np.sum(terms) / x.shape[0]
#
#     def backward(self):
#         return (ac.sigmoid(self.x) - self.t) / self.t.shape[0]
# ```
#
# </details>

# %% [markdown] lang="ja"
# **注意**：この層でも，$y$ が 0 や 1 に丸められると $\log 0$ が現れ，誤差は `inf` に，予測が正しいときでさえ `nan` になります．式の上で変形すると，$y$ の対数をなくすことができます．
#
# $$-t \log y - (1 - t)\log(1 - y) = \max\{x, 0\} - x\,t + \log\bigl(1 + e^{-|x|}\bigr)$$
#
# **演習2** 右辺を使って層を書いてください．`backward` は $(Y - T)/N$ のままですが，`ac.sigmoid` のようにオーバーフローしないシグモイドを使います．
#
# <details><summary>答え</summary>
#
# ```python
# class SafeSigmoidWithLoss:
#     def forward(self, x, t):
#         self.x, self.t = x, t
#         terms = np.maximum(x, 0) - x * t + np.log(1 + np.exp(-np.abs(x)))
#         return np.sum(terms) / x.shape[0]
#
#     def backward(self):
#         return (ac.sigmoid(self.x) - self.t) / self.t.shape[0]
# ```
#
# </details>


# %%
class SafeSigmoidWithLoss:
    def forward(self, x, t):
        self.x, self.t = x, t
        terms = ...
        return terms

    def backward(self):
        return ...


safe_mark = grade("3-1-3", SafeSigmoidWithLoss)
print(safe_mark)

# %%
far, right = np.array([[1000.0], [-1000.0]]), np.array([[1.0], [0.0]])
with np.errstate(all="ignore"):
    print("as in 5.1, right answers:", SigmoidWithLoss().forward(far, right))
for name, answers in {"right": right, "wrong": 1 - right}.items():
    print(f"nn.BCEWithLogitsLoss, {name} answers: {nn.BCEWithLogitsLoss()(far, answers).item()}")
    if safe_mark:
        print(f"your layer, {name} answers: {SafeSigmoidWithLoss().forward(far, answers)}")

# %% [markdown] lang="en"
# ## 7. The six layers (5.1)
#
# The affine layer of 3-1-1 and softmax with loss of 3-1-2 complete the list. (If you have not done 3-1-2 yet, do it now: its answer is in the next cell.)

# %% [markdown] lang="ja"
# ## 7. 6種類の層（5.1）
#
# 3-1-1 のアファイン層と，3-1-2 のソフトマックスと交差エントロピー誤差の層を加えると，6種類がそろいます（3-1-2 をまだ解いていない方は，先に解いてください．次のセルに答えがあります）．


# %%
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = np.sum(dout, axis=0)
        return dout @ self.W.T


class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.y = e / np.sum(e, axis=1, keepdims=True)
        return -np.sum(t * np.log(self.y)) / x.shape[0]

    def backward(self):
        return (self.y - self.t) / self.t.shape[0]


# %% [markdown] lang="en"
# | layer | forward | backward | kept |
# |---|---|---|---|
# | affine | $XW + \mathbf{b}$ | $\text{dout}\,W^T$; $dW = X^T\text{dout}$, $db =$ sum of dout over axis 0 | `x` |
# | sigmoid | $1/(1 + e^{-X})$ | $\text{dout} * Y * (1 - Y)$ | `y` |
# | ReLU | $X * (X > 0)$ | $\text{dout} * (X > 0)$ | `mask` |
# | regression loss | $\frac{1}{2N}\sum (y - t)^2$ | $(Y - T)/N$ | `y`, `t` |
# | sigmoid with loss | $\frac1N\sum(-t\log y - (1-t)\log(1-y))$ | $(Y - T)/N$ | `y`, `t` |
# | softmax with loss | $-\frac1N\sum\sum t\log y$ | $(Y - T)/N$ | `y`, `t` |
#
# The three losses have **one** gradient: each output function belongs to its loss. Now the same table from the rules of the engine:

# %% [markdown] lang="ja"
# | 層 | 順伝播 | 逆伝播 | 保存 |
# |---|---|---|---|
# | アファイン | $XW + \mathbf{b}$ | $\text{dout}\,W^T$；$dW = X^T\text{dout}$，$db =$ dout の第0軸についての和 | `x` |
# | シグモイド | $1/(1 + e^{-X})$ | $\text{dout} * Y * (1 - Y)$ | `y` |
# | ReLU | $X * (X > 0)$ | $\text{dout} * (X > 0)$ | `mask` |
# | 回帰誤差 | $\frac{1}{2N}\sum (y - t)^2$ | $(Y - T)/N$ | `y`，`t` |
# | シグモイドと交差エントロピー | $\frac1N\sum(-t\log y - (1-t)\log(1-y))$ | $(Y - T)/N$ | `y`，`t` |
# | ソフトマックスと交差エントロピー | $-\frac1N\sum\sum t\log y$ | $(Y - T)/N$ | `y`，`t` |
#
# 3つの誤差の勾配は**同じ形**です．出力層の活性化関数と誤差は，このように対になっています．同じ表を，自動微分の規則からも作ってみましょう．


# %%
def regression(Y, T):
    return ((Y - T) ** 2).sum() / (2 * len(Y))


def two_classes(X, T):
    Y = ac.sigmoid(X).named("Y")
    return -(T * np.log(Y) + (1 - T) * np.log(1 - Y)).sum() / len(X)


def classes(X, T):
    Y = ac.softmax(X).named("Y")
    return -(T * np.log(Y)).sum() / len(X)


W, b, one_hot = rng.standard_normal((3, 2)), np.zeros(2), np.eye(3)[[0, 2, 1, 1]]
derivations = {
    "affine": ac.derive(lambda X, W, b: X @ W + b, X, W, b),
    "sigmoid": ac.derive(lambda X: ac.sigmoid(X), X),
    "ReLU": ac.derive(lambda X: ac.relu(X), X),
    "regression loss": ac.derive(regression, Y, T),
    "sigmoid with loss": ac.derive(two_classes, logits, targets),
    "softmax with loss": ac.derive(classes, X, one_hot),
}
for name, derivation in derivations.items():
    for variable in derivation.gradient_expressions:
        if variable != "T":
            print(f"{name:18} ∂E/∂{variable} = {derivation[variable]}")

# %% [markdown] lang="en"
# And all six, each with its own `backward`, against the engine:

# %% [markdown] lang="ja"
# 6種類の層の `backward` を，すべて自動微分と比べます．

# %%
six = {
    Affine(W, b): (X,), Sigmoid(): (X,), ReLU(): (X,), HalfMSE(): (Y, T),
    SigmoidWithLoss(): (logits, targets), SoftmaxWithLoss(): (X, one_hot),
}  # fmt: skip
for layer, inputs in six.items():
    print(str(check_layer(layer, *inputs)).splitlines()[0])

# %% [markdown] lang="en"
# ## 8. Put together (5.1)
#
# A network is a list of layers and a loss. Forwards the output of each is the input of the next; backwards the list is run through **in reverse**, and each layer gets as `dout` what the one behind it has returned.

# %% [markdown] lang="ja"
# ## 8. 層を組み合わせる（5.1）
#
# ネットワークは，層のリストと誤差の層からなります．順伝播では，各層の出力が次の層の入力になります．逆伝播ではリストを**逆順に**たどり，各層は，一つ後ろの層が返したものを `dout` として受け取ります．


# %%
class Network:
    def __init__(self, layers, last):
        self.layers, self.last = layers, last

    def forward(self, x, t):
        for layer in self.layers:
            x = layer.forward(x)
        return self.last.forward(x, t)

    def backward(self):
        dout = self.last.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout


W1, b1 = rng.standard_normal((3, 4)), rng.standard_normal(4)
W2, b2 = rng.standard_normal((4, 3)), rng.standard_normal(3)
net = Network([Affine(W1, b1), ReLU(), Affine(W2, b2)], SoftmaxWithLoss())
loss = net.forward(X, one_hot)
dX = net.backward()
print("loss =", loss, " dX:", dX.shape)

# %% [markdown] lang="en"
# The same with the layers of the library, from the same numbers. Compare loss and gradients.

# %% [markdown] lang="ja"
# 同じ数値から，ライブラリの層で同じネットワークを作ります．誤差と勾配を比べてください．

# %%
model = nn.Sequential(nn.Affine(3, 4, dtype=float), nn.ReLU(), nn.Affine(4, 3, dtype=float))
model[0].weight.data, model[0].bias.data = W1.copy(), b1.copy()
model[2].weight.data, model[2].bias.data = W2.copy(), b2.copy()
x = ac.Tensor(X, requires_grad=True)
a1 = model[0](x)
x1 = model[1](a1)
a2 = model[2](x1)
E = nn.CrossEntropyLoss()(a2, one_hot)
E.backward()

first, _, second = net.layers
pairs = {
    "dX": (dX, x), "dW1": (first.dW, model[0].weight), "db1": (first.db, model[0].bias),
    "dW2": (second.dW, model[2].weight), "db2": (second.db, model[2].bias),
}  # fmt: skip
differences = {name: abs(mine - theirs.grad.numpy()).max() for name, (mine, theirs) in pairs.items()}
print(f"difference of the loss: {abs(loss - E.item()):.0e}")
for name, value in differences.items():
    print(f"largest difference of {name}: {value:.0e}")

# %% [markdown] lang="en"
# All differences are below $10^{-12}$. `check_layer` looks into the layers of a network too, and names every gradient by where it is. The picture shows which formula works at which place.

# %% [markdown] lang="ja"
# 差はどれも $10^{-12}$ より小さくなっています．`check_layer` はネットワークの中の層も調べ，勾配を一つずつ場所の名前とともに報告します．図では，どこでどの公式が使われているかが分かります．

# %%
print(check_layer(net, X, one_hot))
network_back = ac.graph(E, mode="backward", fold="unnamed", direction="TB")
network_back

# %% [markdown] lang="en"
# ## 9. Who does it how (5.1)
#
# Every book and every framework has made its choices, and code copied from one to another can be wrong without an error. The table has a row per choice. Read it from the left: the lecture; then books and frameworks; at last this library ("here"), whose entries are computed now, by trying its layers.
# Below it stand the errors in the text of the lecture, and what is done here.

# %% [markdown] lang="ja"
# ## 9. 約束の違い（5.1）
#
# 本やフレームワークは，それぞれ独自の約束に従っています．ほかから写したコードでは，エラーも出ないまま結果だけが違うことがあります．次の表は，約束ごとに1行です．左から順に，講義，ほかの本とフレームワーク，最後がこのライブラリ（here）です．here の欄は，実際に層を動かして求めています．その下の表は，講義資料の誤りと，ここでの扱いの一覧です．

# %%
table = nn.conventions()
table

# %% [markdown] lang="en"
# How to read a row, for example "slope of leaky ReLU": in the lecture and in `nn.LeakyReLU()` it is 0.1, in PyTorch and in `nn.functional.leaky_relu` 0.01, so a network moved from one to the other computes other numbers unless the slope is given.
# Where you follow a PyTorch text, let the defaults follow too:

# %% [markdown] lang="ja"
# 「slope of leaky ReLU」の行を例に，読み方を説明します．傾きは講義と `nn.LeakyReLU()` では 0.1，PyTorch と `nn.functional.leaky_relu` では 0.01 です．傾きを指定しないまま一方からもう一方へネットワークを移すと，違う値が計算されてしまいます．PyTorch の本を見ながら書くときは，既定値も合わせましょう．

# %%
with nn.convention("torch"):
    as_torch = nn.LeakyReLU(), optim.Momentum(model.parameters(), lr=0.1)
as_lecture = nn.LeakyReLU(), optim.Momentum(model.parameters(), lr=0.1)
print("lecture:", *as_lecture)
print("torch:", *as_torch)

# %% [markdown] lang="en"
# ## What we saw
#
# * An activation is a layer without parameters; sigmoid and tanh keep their output, ReLU and leaky ReLU a mask or slopes.
# * At 0 ReLU has the gradient 0 here; others choose otherwise, and a central difference gives ½.
# * The regression loss and sigmoid with cross entropy have the gradient $(Y - T)/N$, as softmax has. In 3.7 the losses are sums, here means: a factor $N$.
# * Plain $e^{-x}$ and $\log y$ overflow or meet 0 at the ends; rewritten formulas do not.
# * All layers agree with numerical differentiation and the engine. Put together by hand they have the gradients of `nn.Sequential` to $10^{-12}$.
#
# **Next:** 2-4, where layers like these, in a list, learn to read digits.

# %% [markdown] lang="ja"
# ## まとめ
#
# * 活性化関数はパラメータのない層です．シグモイドと tanh は出力を，ReLU と Leaky ReLU はマスクや傾きを保存します．
# * ここでは，0 における ReLU の勾配は 0 です．別の値を選ぶ本もあり，中心差分では ½ になります．
# * 回帰誤差の層も，シグモイドと交差エントロピー誤差の層も，勾配はソフトマックスの場合と同じ $(Y - T)/N$ です．3.7 の誤差は和，ここでは平均なので，$N$ 倍の違いがあります．
# * $e^{-x}$ や $\log y$ をそのまま計算すると，極端な値でオーバーフローや $\log 0$ が起こります．式を変形すれば避けられます．
# * どの層も，数値微分とも自動微分とも一致しました．自分で組み合わせたネットワークの勾配は，`nn.Sequential` と $10^{-12}$ の精度で一致しました．
#
# **次は** 2-4 です．このような層をリストに並べ，手書き数字の読み取りを学習させます．
