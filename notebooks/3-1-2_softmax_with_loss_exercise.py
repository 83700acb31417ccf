# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 3-1-2 SoftmaxWithLoss layer (exercise)
#
# This notebook belongs to 5.1 and 5.2 of the lecture, with 2.3 and 3.7. Its code has gaps (`...`), and you fill them: first softmax, then cross entropy, then both as one layer with `forward` and `backward`.
# Every exercise is marked, and the mark says what is wrong. Afterwards you know how the last layer of a classifier is written, and where such code breaks.
#
# **The data:** no data set; small random batches with one-hot labels.
#
# **Points of the lecture**
#
# * Softmax is computed so that it cannot overflow (→ 2)
# * The loss is the mean over the batch of $-\sum_k t_k \log y_k$ (→ 3)
# * The missing code of the layer; `backward` has no argument and gives $(Y - T)/N$ (→ 5)
# * It is checked by numerical differentiation (→ 6)

# %% [markdown] lang="ja"
# # 3-1-2 SoftmaxWithLoss 層（演習問題）
#
# このノートブックは，講義の 5.1，5.2 に対応し，2.3 と 3.7 の公式を使います．コードの一部が `...` になっているので，補って完成させてください．まずソフトマックス，次に交差エントロピー，最後に両方を一つにまとめた層の `forward` と `backward` を書きます．どの演習も採点され，間違いがあればその内容が示されます．終わるころには，分類モデルの最後の層の書き方と，それがどのような入力で破綻するかが分かります．
#
# **データ**：データセットは使いません．小さな乱数のミニバッチと，ワンホット表現のラベルを使います．
#
# **講義のポイント**
#
# * オーバーフローしないソフトマックス（→ 2）
# * 誤差は $-\sum_k t_k \log y_k$ のミニバッチについての平均（→ 3）
# * 層のコードを補う．`backward` は引数がなく，$(Y - T)/N$ を返す（→ 5）
# * 数値微分で確かめる（→ 6）

# %%
import numpy as np

import autograd_core as ac
import nn
from autograd_core.testing import check_layer, grade, numerical_gradient

rng = np.random.default_rng(0)
N, K = 5, 3
x = rng.standard_normal((N, K))
t = np.eye(K)[[0, 2, 1, 1, 0]]
print("x =", x.round(2), "t =", t, sep="\n")

# %% [markdown] lang="en"
# ## 1. Softmax, row by row (2.3)
#
# $$y_{nk} = \frac{e^{x_{nk}}}{\sum_j e^{x_{nj}}}$$
#
# A datum is a row, so the sum runs over **axis 1**, and each row of $Y$ is a distribution over the $K$ classes. `keepdims=True` keeps the sums as a column, $(N, 1)$, so that NumPy divides each row by its own sum. Look at the sums of the rows.

# %% [markdown] lang="ja"
# ## 1. 行ごとのソフトマックス（2.3）
#
# $$y_{nk} = \frac{e^{x_{nk}}}{\sum_j e^{x_{nj}}}$$
#
# 一つのデータは行なので，和は**第1軸**についてとります．$Y$ の各行は，$K$ 個のクラスの確率分布になります．`keepdims=True` とすると和が $(N, 1)$ 型の列のまま残り，それぞれの行がその行の和で割られます．各行の和に注目してください．


# %%
def softmax_of_2_3(x):
    return np.exp(x) / np.sum(np.exp(x), axis=1, keepdims=True)


print(softmax_of_2_3(x).round(3))
print("sums of the rows:", softmax_of_2_3(x).sum(axis=1))

# %% [markdown] lang="en"
# ## 2. It must not overflow (5.2)
#
# A 64-bit number ends at about $1.8 \cdot 10^{308}$, which is $e^{709.8}$; in 32 bits, as most networks compute, at $e^{88.7}$. What lies above is `inf`, and `inf / inf` is `nan`, "not a number".
# Look at the first row of the result: the numbers 1000 and 999 are nothing unusual as a difference, but fatal as exponents.

# %% [markdown] lang="ja"
# ## 2. オーバーフロー対策（5.2）
#
# 64ビットの浮動小数点数で表せるのは，約 $1.8 \cdot 10^{308}$，つまり $e^{709.8}$ までです．ニューラルネットワークでよく使われる32ビットでは $e^{88.7}$ までです．それより大きいと `inf` になり，`inf / inf` は `nan`（数でない値）になります．結果の1行目に注目してください．1000 と 999 の差はわずか 1 ですが，指数としては大きすぎます．

# %%
far = np.array([[1000.0, 999.0, 0.0], [1.0, 0.0, -999.0]])
with np.errstate(over="ignore", invalid="ignore"):
    print("exp(1000) =", np.exp(1000.0))
    print(softmax_of_2_3(far).round(3))
for dtype in (np.float64, np.float32):
    print("largest exponent:", np.log(np.finfo(dtype).max).round(1))

# %% [markdown] lang="en"
# The remedy of the lecture: subtract $c = \max_k a_k$ before the exponential. Then no exponent is above 0.
#
# **Question.** Why does this not change the result? And why does it do no harm that $e^{-999}$ becomes 0?
#
# <details><summary>Answer</summary>
#
# $\dfrac{e^{a_k - c}}{\sum_j e^{a_j - c}} = \dfrac{e^{-c}\,e^{a_k}}{e^{-c}\sum_j e^{a_j}}$, and $e^{-c}$ cancels. The largest number becomes $e^0 = 1$, so the sum is at least 1; what is rounded to 0 is below $10^{-308}$ beside it.
#
# </details>

# %% [markdown] lang="ja"
# 講義の対策は，指数関数の前に $c = \max_k a_k$ を引くことです．こうすると，指数が 0 を超えることはありません．
#
# **問い** こうしても結果が変わらないのはなぜですか．また，$e^{-999}$ が 0 になっても困らないのはなぜですか．
#
# <details><summary>答え</summary>
#
# $\dfrac{e^{a_k - c}}{\sum_j e^{a_j - c}} = \dfrac{e^{-c}\,e^{a_k}}{e^{-c}\sum_j e^{a_j}}$ となり，$e^{-c}$ が約分されるからです．いちばん大きい成分は $e^0 = 1$ になるので，分母は 1 以上です．0 に丸められるのは $10^{-308}$ より小さい値だけなので，影響はありません．
#
# </details>

# %% [markdown] lang="en"
# **Exercise 1.** Write this softmax. Each row has its own largest number: $c$ is a column, $(N, 1)$.
#
# <details><summary>Answer</summary>
#
# ```python
# def softmax(x):
#     c = np.max(x, axis=1, keepdims=True)
#     e = np.exp(x - c)
#     y = e / np.sum(e, axis=1, keepdims=True)
#     return y
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習1** このソフトマックスを書いてください．最大値は行ごとに違うので，$c$ は $(N, 1)$ 型の列です．
#
# <details><summary>答え</summary>
#
# ```python
# def softmax(x):
#     c = np.max(x, axis=1, keepdims=True)
#     e = np.exp(x - c)
#     y = e / np.sum(e, axis=1, keepdims=True)
#     return y
# ```
#
# </details>


# %%
def softmax(x):
    y = ...
    return y


softmax_mark = grade("5.2-4", softmax)
softmax_mark

# %% [markdown] lang="en"
# ## 3. Cross entropy, and the logarithm of 0 (2.3)
#
# $$E = -\frac{1}{N} \sum_n \sum_k t_{nk} \log y_{nk}$$
#
# **Exercise 2.** Write it for arrays `y` and `t` of the shape $(N, K)$. It is one number. Divide by the number of data, not by the number of entries.
#
# <details><summary>Answer</summary>
#
# ```python
# def cross_entropy(y, t):
#     batch_size = y.shape[0]
#     loss = -np.sum(t * np.log(y)) / batch_size
#     return loss
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 3. 交差エントロピーと log 0（2.3）
#
# $$E = -\frac{1}{N} \sum_n \sum_k t_{nk} \log y_{nk}$$
#
# **演習2** $(N, K)$ 型の配列 `y`，`t` に対して，これを書いてください．結果は一つの数です．割るのはデータ数で，成分の数ではありません．
#
# <details><summary>答え</summary>
#
# ```python
# def cross_entropy(y, t):
#     batch_size = y.shape[0]
#     loss = -np.sum(t * np.log(y)) / batch_size
#     return loss
# ```
#
# </details>


# %%
def cross_entropy(y, t):
    loss = ...
    return loss


entropy_mark = grade("2.3-1", cross_entropy)
entropy_mark

# %% [markdown] lang="en"
# Softmax is guarded now, but the logarithm is not (the lecture leaves it so): where a probability is rounded to exactly 0, $\log 0 = -\infty$. Two cases go wrong, and one of them is a surprise.
# Look at the second loss: the prediction is **right**, and still the loss is `nan`, because $0 \cdot \log 0$ is computed as $0 \cdot (-\infty)$.

# %% [markdown] lang="ja"
# ソフトマックスにはオーバーフロー対策をしましたが，対数は講義の式のままです．確率がちょうど 0 に丸められると $\log 0 = -\infty$ になります．困る場合が2つあり，一つは少し意外です．2つ目の誤差（loss）に注目してください．予測は**正しい**のに，$0 \cdot \log 0$ が $0 \cdot (-\infty)$ として計算されるため，誤差は `nan` になります．

# %%
certain = ac.softmax(np.array([[1000.0, 0.0]]))
print("y =", certain)
with np.errstate(divide="ignore", invalid="ignore"):
    for name, label in {"wrong": [0.0, 1.0], "right": [1.0, 0.0]}.items():
        print(f"prediction {name}: loss = {-np.sum(np.array([label]) * np.log(certain))}")
for name, label in {"wrong": 1, "right": 0}.items():
    loss = nn.CrossEntropyLoss()([[1000.0, 0.0]], [label])
    print(f"prediction {name}: nn.CrossEntropyLoss = {loss.item():g}")

# %% [markdown] lang="en"
# The library never forms $y$. It takes the logarithm on paper first: $\log y_k = a_k - c - \log\sum_j e^{a_j - c}$, the **log-softmax**, in which the logarithm sees only sums of at least 1.
# **Careful:** "Deep Learning from Scratch" adds $10^{-7}$ inside of the logarithm instead. Look where the three lines part: the logits are $(m, 0)$, and the second class is right.

# %% [markdown] lang="ja"
# このライブラリは $y$ を経由せず，先に式の上で対数をとります：$\log y_k = a_k - c - \log\sum_j e^{a_j - c}$（**log-softmax**）．対数の中は必ず 1 以上の和になります．
#
# **注意**：『ゼロから作るDeep Learning』では，代わりに対数の中で $10^{-7}$ を足しています．**ロジット**（ソフトマックスに入る前の値．講義の「正規化する前の予測値」）が $(m, 0)$ で，正解が2つ目のクラスのとき，3通りの計算がどこで分かれるかに注目してください．

# %%
m = np.linspace(0, 1000, 401)
logits = np.stack([m, np.zeros_like(m)], axis=1)
y_second = ac.softmax(logits)[:, 1]
with np.errstate(divide="ignore"):
    losses = {
        "log-softmax": -ac.log_softmax(logits)[:, 1],
        "log y": -np.log(y_second),
        "log(y + 1e-7)": -np.log(y_second + 1e-7),
    }
guards = nn.plot.lines(m, losses, xlabel="m", ylabel="loss")
print("log y is finite up to m =", m[np.isfinite(losses["log y"])].max())
print("log(y + 1e-7) stops at", losses["log(y + 1e-7)"].max().round(2))

# %% [markdown] lang="en"
# Up to about $m = 745$ the plain logarithm is exact, and then suddenly `inf`. With $10^{-7}$ inside nothing is infinite, but the loss is flat above 16: to be badly wrong and to be terribly wrong cost the same. Log-softmax goes on.
# With starting weights that are not too large, logits are a few units, so you may use the plain form; but now you know what a sudden `nan` in a training can mean.

# %% [markdown] lang="ja"
# そのままの対数は $m = 745$ あたりまでは正確で，そこから突然 `inf` になります．$10^{-7}$ を足すと無限大にはなりませんが，誤差は約 16 で頭打ちになり，ひどい間違いともっとひどい間違いの区別がなくなります．log-softmax ではどこまでも計算できます．重みの初期値が大きすぎなければ，ロジットの大きさはせいぜい数程度なので，講義の形のままでも問題ありません．学習の途中で突然 `nan` が現れたときには，これを思い出してください．

# %% [markdown] lang="en"
# ## 4. How to read a mark (5.2)
#
# Before you write the layer, here are marks of three layers that are not right. To give nothing away they ask the engine for their gradients, and then spoil something.
# Look at three things in each: **which part** is wrong, the **guess** behind it, and **where** in the picture.

# %% [markdown] lang="ja"
# ## 4. 採点結果の読み方（5.2）
#
# 層を書く前に，正しくない3つの層の採点結果を見ておきましょう．答えが分かってしまわないように，勾配は自動微分に任せ，そのあとでわざと間違えています．それぞれについて，**どの部分が**違うか，どのような間違いと**推測**されているか，図の**どこに**印が付いているか，の3点に注目してください．


# %%
class ByEngine:
    axis = 1

    def loss(self, x):
        return -(self.t * ac.log_softmax(x, axis=self.axis)).sum() / len(self.t)

    def forward(self, x, t):
        self.x, self.t = x, t
        return self.loss(x)

    def backward(self):
        return ac.grad(self.loss)(self.x)


class WithoutMean(ByEngine):
    def backward(self):
        return len(self.t) * super().backward()


class WrongAxis(ByEngine):
    axis = 0


class WrongSign(ByEngine):
    def backward(self):
        return -super().backward()


# %%
without_mean = grade("3-1-2", WithoutMean)
without_mean

# %% [markdown] lang="en"
# `forward` is right, and the gradient is $N = 5$ times too large: the $1/N$ of the mean is missing **in backward**. A training with this layer would take larger steps the larger the batch is.

# %% [markdown] lang="ja"
# `forward` は正しく，勾配が $N = 5$ 倍になっています．**逆伝播で**平均の $1/N$ が抜けているのです．このままでは，バッチサイズが大きいほど，学習の1歩も大きくなってしまいます．

# %%
wrong_axis = grade("3-1-2", WrongAxis)
wrong_axis

# %% [markdown] lang="en"
# Here the sum of softmax runs over the data instead of the classes. The numbers alone would not tell; the columns sum to 1 now, and the mark has noticed it.

# %% [markdown] lang="ja"
# ソフトマックスの和を，クラスではなくデータについてとっています．数値を眺めただけでは気づきにくい間違いですが，行ではなく列の和が 1 になっていることから推測されています．

# %%
wrong_sign = grade("3-1-2", WrongSign)
wrong_sign

# %% [markdown] lang="en"
# $T - Y$ instead of $Y - T$: the training would climb instead of descending, and the loss would grow from the first step.

# %% [markdown] lang="ja"
# $Y - T$ ではなく $T - Y$ になっています．これでは誤差の坂を下らずに登ることになり，誤差は最初の1歩から増えていきます．

# %% [markdown] lang="en"
# ## 5. The layer (5.1)
#
# | | formula | |
# |---|---|---|
# | forward | $Y = \mathrm{softmax}(X)$, $E = -\frac{1}{N}\sum_n\sum_k t_{nk}\log y_{nk}$ | keep `self.y`, `self.t` |
# | backward | $\dfrac{\partial E}{\partial X} = \dfrac{1}{N}(Y - T)$ | no argument |
#
# **Exercise 3.** Fill the three gaps. You may use your functions of exercises 1 and 2, or write everything here.
#
# <details><summary>Answer</summary>
#
# ```python
# class SoftmaxWithLoss:
#     def forward(self, x, t):
#         self.t = t
#         c = np.max(x, axis=1, keepdims=True)
#         e = np.exp(x - c)
#         self.y = e / np.sum(e, axis=1, keepdims=True)
#         loss = -np.sum(t * np.log(self.y)) / x.shape[0]
#         return loss
#
#     def backward(self):
#         batch_size = self.t.shape[0]
#         dx = (self.y - self.t) / batch_size
#         return dx
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 5. SoftmaxWithLoss 層（5.1）
#
# | | 公式 | |
# |---|---|---|
# | 順伝播 | $Y = \mathrm{softmax}(X)$，$E = -\frac{1}{N}\sum_n\sum_k t_{nk}\log y_{nk}$ | `self.y`，`self.t` を保存 |
# | 逆伝播 | $\dfrac{\partial E}{\partial X} = \dfrac{1}{N}(Y - T)$ | 引数なし |
#
# **演習3** 3か所の `...` を補ってください．演習1，2の関数を使っても，ここにすべて書いても構いません．
#
# <details><summary>答え</summary>
#
# ```python
# class SoftmaxWithLoss:
#     def forward(self, x, t):
#         self.t = t
#         c = np.max(x, axis=1, keepdims=True)
#         e = np.exp(x - c)
#         self.y = e / np.sum(e, axis=1, keepdims=True)
#         loss = -np.sum(t * np.log(self.y)) / x.shape[0]
#         return loss
#
#     def backward(self):
#         batch_size = self.t.shape[0]
#         dx = (self.y - self.t) / batch_size
#         return dx
# ```
#
# </details>


# %%
class SoftmaxWithLoss:
    def forward(self, x, t):
        self.t = t
        self.y = ...
        loss = ...
        return loss

    def backward(self):
        dx = ...
        return dx


mark = grade("3-1-2", SoftmaxWithLoss)
mark

# %% [markdown] lang="en"
# **Question.** `backward` of other layers takes `dout`. Why not this one?
#
# <details><summary>Answer</summary>
#
# Its output is $E$ itself, the end of the graph, and $\partial E/\partial E = 1$. The $1/N$ of the mean is already inside, so all layers before it get gradients of the **mean** error without knowing $N$.
#
# </details>

# %% [markdown] lang="ja"
# **問い** ほかの層の `backward` は `dout` を受け取ります．この層が受け取らないのはなぜでしょうか．
#
# <details><summary>答え</summary>
#
# この層の出力は $E$ そのもの，つまり計算グラフの最後で，$\partial E/\partial E = 1$ だからです．平均の $1/N$ もこの層に含まれているので，前の層はすべて，$N$ を知らなくても**平均**誤差の勾配を受け取れます．
#
# </details>

# %% [markdown] lang="en"
# ## 6. Against numerical differentiation (5.2)
#
# Move one number $x_{nk}$ up and down, compute the loss twice, divide by $2h$. (As long as your layer is not right, the engine's takes its place.) Look at the sums of the rows too.

# %% [markdown] lang="ja"
# ## 6. 数値微分で確かめる（5.2）
#
# 成分 $x_{nk}$ を一つずつ上下に動かし，誤差を2回計算して $2h$ で割ります（自作の層が正しくなるまでは，自動微分による層を代わりに使います）．各行の和にも注目してください．

# %%
layer = SoftmaxWithLoss() if mark else ByEngine()
layer.forward(x, t)
dx = layer.backward()

h = 1e-5
numerical = np.zeros_like(x)
for n, k in np.ndindex(x.shape):
    step = np.zeros_like(x)
    step[n, k] = h
    numerical[n, k] = (layer.forward(x + step, t) - layer.forward(x - step, t)) / (2 * h)

print("dx =", dx.round(3), sep="\n")
print("largest difference:", abs(numerical - dx).max())
print("sums of the rows:", abs(dx.sum(axis=1)).max())

# %% [markdown] lang="en"
# The same by one call, `numerical_gradient`, and by `check_layer`, which differentiates your `forward` instead.
#
# **Question.** Why is the sum of each row of the gradient 0?
#
# <details><summary>Answer</summary>
#
# Both $y$ and $t$ sum to 1, so $y - t$ sums to 0. Or: a number added to all logits of a datum changes nothing, so the derivative in that direction is 0. That is exactly why $c$ may be subtracted.
#
# </details>

# %% [markdown] lang="ja"
# 同じことは `numerical_gradient` の一行でもできます．`check_layer` は，自作の `forward` を自動微分したものと比べます．
#
# **問い** 勾配の各行の和が 0 になるのはなぜでしょうか．
#
# <details><summary>答え</summary>
#
# $y$ の和も $t$ の和も 1 なので，$y - t$ の和は 0 です．また，あるデータのロジットすべてに同じ数を足しても結果は変わらないので，その方向の微分は 0 になる，とも言えます．$c$ を引いてもよい理由と同じです．
#
# </details>

# %%
print(abs(numerical_gradient(lambda x: layer.forward(x, t), x.copy()) - dx).max())
print(check_layer(layer, x, t))

# %% [markdown] lang="en"
# ## 7. Against the library (3.6, 3.7)
#
# `nn.CrossEntropyLoss` is this layer. It takes the same logits, and labels as classes $0, \ldots, K-1$ or one-hot; as PyTorch's, it contains the softmax. **Careful:** so no `Softmax` layer may stand before it.

# %% [markdown] lang="ja"
# ## 7. ライブラリと比べる（3.6，3.7）
#
# `nn.CrossEntropyLoss` はこの層と同じものです．同じようにロジットを受け取り，ラベルはクラスの番号 $0, \ldots, K-1$ でもワンホットでも構いません．PyTorch と同じく，ソフトマックスを含んでいます．**注意**：したがって，その前に `Softmax` 層を置いてはいけません．

# %%
X = ac.Tensor(x, requires_grad=True)
E = nn.CrossEntropyLoss()(X, t)
E.backward()
print("loss:", layer.forward(x, t), E.item(), " largest difference of dx:", abs(dx - X.grad.numpy()).max())
by_class = nn.CrossEntropyLoss()(X, t.argmax(axis=1))
after_softmax = nn.CrossEntropyLoss()(ac.softmax(X), t)
print("labels as classes:", by_class.item(), " softmax twice:", after_softmax.item())

# %% [markdown] lang="en"
# The formula itself is found by `ac.derive`, which applies the rules of the single operations to letters. Compare the last line with your `backward`.

# %% [markdown] lang="ja"
# 公式そのものも，`ac.derive` で導けます．一つ一つの演算の微分の規則を，文字に適用したものです．最後の行を，自分の `backward` と比べてください．


# %%
def mean_loss(X, T):
    Y = ac.softmax(X).named("Y")
    return -(T * np.log(Y)).sum() / len(X)


derivation = ac.derive(mean_loss, x, t)
print(derivation, derivation.code, sep="\n\n")

# %% [markdown] lang="en"
# And example 3.6, 1 (2): the logits are $(3, 3)$, the label is $(1, 0)$. On paper $E = \log 2$ and $\partial E/\partial Y = (-\frac12, \frac12)$; in the lecture $Y$ is there what is called $X$ here, the input of softmax.

# %% [markdown] lang="ja"
# 例題 3.6 の 1 (2) も確かめましょう．ロジットは $(3, 3)$，ラベルは $(1, 0)$ です．手計算では $E = \log 2$，$\frac{\partial E}{\partial Y} = (-\frac12, \frac12)$ でした（3.6 の $Y$ はソフトマックスに入る値で，ここでの $X$ にあたります）．

# %%
print(layer.forward(np.array([[3.0, 3.0]]), np.array([[1.0, 0.0]])), np.log(2), layer.backward())

# %% [markdown] lang="en"
# ## 8. Why one layer, and not two? (3.7)
#
# One could write softmax and cross entropy as two layers. The picture shows what would travel between them: $-T/(N\,Y)$, a division by a probability. Look at the card of $Y$.

# %% [markdown] lang="ja"
# ## 8. なぜ一つの層にまとめるのか（3.7）
#
# ソフトマックスと交差エントロピーを別々の層にすることもできます．そのとき2つの層の間を流れるものが，次の図で分かります．$-T/(N\,Y)$，つまり確率による割り算です．$Y$ のカードに注目してください．

# %%
X = ac.Tensor(x, requires_grad=True)
Y = ac.softmax(X)
E = -(t * np.log(Y)).sum() / N
E.backward()
two_layers = ac.graph(E, fold="unnamed", mode="backward", direction="TB")
two_layers

# %% [markdown] lang="en"
# Where $y = 0$, this is a division by 0, although $(Y - T)/N$ is a harmless number. Certain and wrong, as in section 3: the two layers find `nan`, and one layer finds the right gradient.

# %% [markdown] lang="ja"
# $y = 0$ のとき，$(Y - T)/N$ は何の問題もない値なのに，途中で 0 による割り算が起こります．第3節の「自信たっぷりに間違える」例では，2つの層に分けた計算は `nan` になり，一つの層なら正しい勾配が求まります．

# %%
x_far, t_far = np.array([[1000.0, 0.0]]), np.array([[0.0, 1.0]])
y_far = ac.softmax(x_far)
with np.errstate(all="ignore"):
    dy = -t_far / y_far
    two = y_far * (dy - np.sum(dy * y_far, axis=1, keepdims=True))
    layer.forward(x_far, t_far)
print("two layers:", two, " one layer:", layer.backward())

# %% [markdown] lang="en"
# ## What we saw
#
# * Softmax subtracts the largest number **of each row**: the result is the same, and nothing overflows.
# * The loss is a sum over the classes and a mean over the data. Its plain logarithm gives `inf` or `nan` where a probability is rounded to 0; log-softmax does not.
# * The layer keeps `self.y` and `self.t`; `backward()` has no argument and gives $(Y - T)/N$, with the $1/N$ inside.
# * Numerical differentiation, the engine, `nn.CrossEntropyLoss` and `ac.derive` all agree with it.
# * Softmax and cross entropy are one layer because their joint gradient is simple and safe; those of the two parts are neither.
#
# **Next:** 3-1-3, the other layers, and all of them put together.

# %% [markdown] lang="ja"
# ## まとめ
#
# * ソフトマックスでは，**行ごとに**最大値を引きます．結果は変わらず，オーバーフローもしません．
# * 誤差は，クラスについての和をとり，データについて平均したものです．そのままの対数では，確率が 0 に丸められると `inf` や `nan` になりますが，log-softmax ならなりません．
# * 層は `self.y` と `self.t` を保存します．`backward()` は引数がなく，$1/N$ を含んだ $(Y - T)/N$ を返します．
# * 数値微分，自動微分，`nn.CrossEntropyLoss`，`ac.derive` のすべてと一致しました．
# * ソフトマックスと交差エントロピーを一つの層にするのは，合わせた勾配が簡単で安全だからです．別々にすると，簡単でも安全でもなくなります．
#
# **次は** 3-1-3 です．その他の層を書き，すべての層を組み合わせます．
