# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-6 Initial values
#
# This notebook belongs to section 7 of the lecture, 7.1 to 7.3. You send data through a network of five layers and watch how they spread
# from layer to layer, first forward, then the gradients backward. You put He's initial values into a network class of your own, and see
# that a deep network learns with them and does not without. Afterwards you know how large the first weights should be, and why.
#
# **The data:** normal random numbers in sections 1 to 4 and 8; in 5 to 7 MNIST, real digits, 4,000 + 1,000 of them from this package (all 70,000 if
# the four files are on this machine).
#
# **Points of the lecture**
#
# * making histograms with pandas (→ 1)
# * how data pass through the layers (→ 2, 3, 4; gradients → 6)
# * how this goes together with learning (→ 7)
# * how a strategy of initial values is put into a program (→ 5, in the library → 8)

# %% [markdown] lang="ja"
# # 2-6 初期値の取り方
#
# このノートブックは，講義の第7章（7.1 〜 7.3）に対応します．5層のネットワークにデータを通し，層を進むにつれて値がどのように広がるか，また勾配が逆向きにどう伝わるかを観察します．さらに，自分のネットワークのクラスに He の初期値を組み込み，深いネットワークの学習が初期値しだいで進んだり止まったりすることを確かめます．最初の重みをどのくらいの大きさにすべきか，またそれはなぜかが分かるようになります．
#
# **データ**：第1〜4節と第8節は正規乱数，第5〜7節は MNIST（実際の手書き数字）です．MNIST はこのパッケージに付属する4,000件＋1,000件を使います（4つのファイルが手元にあれば，70,000件すべてを使います）．
#
# **講義のポイント**
#
# * pandas によるヒストグラムの作成（→ 1）
# * データは層をどのように伝わっていくのか（→ 2，3，4．勾配については → 6）
# * データの伝わり方と学習との関係（→ 7）
# * 初期化戦略をどのように実装するか（→ 5．ライブラリでは → 8）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade

plt.rc("axes.spines", top=False, right=False)
rng = np.random.default_rng(0)
train, test = nn.data.mnist(full="auto")
print(train.source)
print(train.x.shape, test.x.shape)
digits = nn.plot.images(train.images[:10], train.t[:10])

# %% [markdown] lang="en"
# ## 1. Five layers and small weights (7.0, 7.1)
#
# Before learning starts, $W$ is drawn from $N(0, \sigma^2)$ and $b$ is 0. Only $\sigma$ is ours to choose.
# We send 10,000 data of variance 1 through five layers of 100 neurons with ReLU, and keep **what enters each layer**.
#
# **Careful:** the lecture shows such a picture without its settings. Those here (100 neurons, ReLU, the values of $\sigma$) are ours.

# %% [markdown] lang="ja"
# ## 1. 5層のネットワークと小さな重み（7.0，7.1）
#
# 学習を始める前に，$W$ の各成分は正規分布 $N(0, \sigma^2)$ からとり，$b$ は 0 とします．自由に選べるのは $\sigma$ だけです．分散 1 のデータ10,000件を，各層100ニューロン，活性化関数 ReLU の5層のネットワークに通し，**各層への入力**を記録します．
#
# **注意**：講義の図には実験の設定が書かれていません．ここでの設定（100ニューロン，ReLU，$\sigma$ の値）は，このノートブックで選んだものです．

# %%
K = 100
X = rng.standard_normal((10_000, K))


def relu(A):
    return np.maximum(A, 0)


def inputs_of_layers(X, sigma, f):
    """What enters layers 1, 2, ..., 5."""
    rng = np.random.default_rng(1)
    inputs = {"layer 1": X}
    for l in range(1, 5):
        W = rng.normal(0, sigma, (K, K))
        b = np.zeros(K)
        X = f(X @ W + b)
        inputs[f"layer {l + 1}"] = X
    return inputs


small = inputs_of_layers(X, 0.05, relu)

# %% [markdown] lang="en"
# pandas draws a histogram of every column of a table with one call. Each column holds the million numbers that enter one layer.
# **Look at** how far the numbers reach. The counts are on a logarithmic scale, because half of all numbers are exactly 0 (why?).

# %% [markdown] lang="ja"
# pandas では，表の各列のヒストグラムを1行で描けます．各列には，一つの層に入る100万個の数が入っています．値がどこまで広がっているかに**注目してください**．ちょうど 0 の値が半分を占めるので（なぜでしょう），縦軸は対数目盛にしてあります．

# %%
columns = pd.DataFrame({name: Z.ravel() for name, Z in small.items() if name != "layer 1"})
figure, axes = plt.subplots(1, 4, figsize=(9.6, 2.4), layout="constrained", sharex=True, sharey=True)
charts = columns.hist(bins=50, range=(0, 1.5), log=True, ax=axes, grid=False, color=nn.plot.SERIES[0])
figure.supxlabel("input of the layer, σ = 0.05", fontsize=9)
columns.describe().loc[["mean", "std", "max"]].round(4)

# %% [markdown] lang="en"
# From layer to layer the numbers come nearer to 0: the standard deviation falls to about a third each time, from 0.29 to 0.012.
# Whatever the datum was, the last layer hardly sees it.
#
# **Question.** Where do the exact zeros come from, and why are they one half?
#
# <details><summary>Answer</summary>
#
# From ReLU, which makes 0 of every negative number. $W$ is symmetric around 0 and $b = 0$, so $A = XW + b$ is negative as often as positive.
#
# </details>

# %% [markdown] lang="ja"
# 層を進むごとに値は 0 に近づきます．標準偏差は1層ごとに約 $\frac13$ になり，0.29 から 0.012 まで下がりました．これでは，どのようなデータを入れても最後の層にはほとんど伝わりません．
#
# **問い** ちょうど 0 の値はどこから来るのでしょうか．また，なぜ半分なのでしょうか．
#
# <details><summary>答え</summary>
#
# 負の数をすべて 0 にする ReLU から来ます．$W$ の分布は 0 について対称で $b = 0$ なので，$A = XW + b$ は正と負を同じ割合でとります．
#
# </details>

# %% [markdown] lang="en"
# ## 2. Too small, right, too large (7.1)
#
# The same with three values of $\sigma$. `nn.plot.histograms` puts the layers of a network below each other, on one scale, and writes mean ± standard deviation
# and the share of zeros beside them (the zeros themselves are left out). **Compare** the three scales at the bottom.

# %% [markdown] lang="ja"
# ## 2. 小さすぎる，ちょうどよい，大きすぎる（7.1）
#
# $\sigma$ を3通りに変えて比べます．`nn.plot.histograms` は各層のヒストグラムを同じ目盛で縦に並べ，右に「平均 ± 標準偏差」と 0 の割合を書きます（0 そのものはヒストグラムから除いてあります）．3つの図の横軸の**目盛を比べてください**．

# %%
sigmas = {"σ = 0.05": 0.05, "He: σ = √(2/100)": np.sqrt(2 / K), "σ = 0.5": 0.5}
relu_figure, axes = plt.subplots(1, 3, figsize=(9.6, 3), layout="constrained")
for ax, (name, sigma) in zip(axes, sigmas.items(), strict=True):
    inputs = inputs_of_layers(X, sigma, relu)
    del inputs["layer 1"]
    nn.plot.histograms(inputs, ax=ax)
    ax.set_title(name, fontsize=10)

# %% [markdown] lang="en"
# On the left the numbers **vanish**, on the right they **explode**: the standard deviation is multiplied by more than three per layer.
# In the middle it stays near 0.8 through all layers. What is special about $\sqrt{2/100}$?

# %% [markdown] lang="ja"
# 左では値が 0 に**収束**し，右では1層ごとに標準偏差が3倍以上になって**発散**します．中央では，どの層でも 0.8 前後を保っています．$\sqrt{2/100}$ の何が特別なのでしょうか．

# %% [markdown] lang="en"
# ## 3. $N V$ per layer (7.2)
#
# Here $N$ is the number of neurons of the layer before, the lecture's $N_{l-1}$ (`K` in the code), and $E[\cdot]$ is a mean over data and weights.
# One number of a layer is $a = x_1w_1 + \dots + x_Nw_N$ with weights of mean 0 and variance $V = \sigma^2$ that do not depend on $x$. Its variance is
#
# $$V(a) = N\,V\,E[x^2], \qquad E[\mathrm{ReLU}(a)^2] = \tfrac12 V(a).$$
#
# The next layer feels the **mean square** of its input, and each layer with ReLU multiplies it by $N V/2$. It stays as it is when $V = 2/N$: **He's initial values**.
# Without the ReLU the factor is $NV$, hence $V = 1/N$.

# %% [markdown] lang="ja"
# ## 3. 1層ごとに $N V$ 倍（7.2）
#
# ここでの $N$ は前の層のニューロンの数，つまり講義の $N_{l-1}$（コードでは `K`）で，$E[\cdot]$ はデータと重みについての平均です．層の一つの値は $a = x_1w_1 + \dots + x_Nw_N$ です．重みが平均 0，分散 $V = \sigma^2$ で $x$ と独立なら，
#
# $$V(a) = N\,V\,E[x^2], \qquad E[\mathrm{ReLU}(a)^2] = \tfrac12 V(a)$$
#
# となります．次の層に効くのは入力の**2乗の平均**であり，ReLU を含む1層ごとに $N V/2$ 倍されます．この倍率が 1 になるのは $V = 2/N$ のときで，これが **He の初期値**です．ReLU がなければ倍率は $NV$ なので，$V = 1/N$ となります．

# %%
rows = []
for sigma in (0.01, 0.05, np.sqrt(2 / K), 0.5):
    squares = np.array([np.mean(Z**2) for Z in inputs_of_layers(X, sigma, relu).values()])
    factors = squares[1:] / squares[:-1]
    rows.append([sigma, K * sigma**2 / 2, *factors, np.sqrt(squares[-1])])
names = ["σ", "theory: N V / 2", *(f"layer {l}" for l in range(1, 5)), "√E[x²] into layer 5"]
factors = pd.DataFrame(rows, columns=names)
factors.map("{:.3g}".format)

# %% [markdown] lang="en"
# In every row the four layers multiply the mean square by what theory says, to within about 15 %: the weights are only a sample.
# With $\sigma = 0.01$ only some $10^{-5}$ is left after four layers, with $\sigma = 0.5$ the numbers are beyond 100.
#
# **Careful:** the lecture says that the *variance* is multiplied by about $NV$. That is exact where means are 0. After a ReLU they are not
# (its output has the variance $0.34\,V(a)$, but the mean square $0.50\,V(a)$), and it is the mean square that goes on:

# %% [markdown] lang="ja"
# どの行でも，4つの層の倍率は理論値とほぼ一致しています（重みは標本にすぎないので，15 % ほどのずれはあります）．4層を通ると，$\sigma = 0.01$ では $10^{-5}$ 程度しか残らず，$\sigma = 0.5$ では 100 を超えます．
#
# **注意**：講義では*分散*が約 $NV$ 倍されると説明されています．これは平均が 0 のときに正確です．ReLU の出力は平均が 0 ではありません（分散は $0.34\,V(a)$，2乗の平均は $0.50\,V(a)$）．次の層に効くのは2乗の平均のほうです．

# %%
z = rng.standard_normal(1_000_000)
print(f"ReLU(z): variance {relu(z).var():.3f}, mean square {np.mean(relu(z) ** 2):.3f}")

# %% [markdown] lang="en"
# **Exercise 7.2 (1).** Write He's initial values: a weight of the shape (n_in, n_out), drawn from the generator `rng`.
# Then Glorot's, of the variance $2/(n_{in} + n_{out})$. Without a ReLU the way forward asks for the variance $1/n_{in}$, the way back for $1/n_{out}$;
# Glorot's is a compromise, 1 over the mean of $n_{in}$ and $n_{out}$.
#
# <details><summary>Answer</summary>
#
# ```python
# def he(n_in, n_out, rng):
#     return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
#
#
# def glorot(n_in, n_out, rng):
#     return rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))
# ```
#
# $2/n_{in}$ is the variance; `normal` asks for the standard deviation, its root.
#
# </details>

# %% [markdown] lang="ja"
# **演習 7.2 (1)** He の初期値を作る関数を書いてください．重みの型は (n_in, n_out) で，乱数は乱数生成器 `rng` からとります．続いて Glorot の初期値（講義では Glorot-Bengio の初期値）も書いてください．分散は $2/(n_{in} + n_{out})$ です．（ReLU がない場合）順伝播には $1/n_{in}$，逆伝播には $1/n_{out}$ が望ましいので，$n$ を両者の平均で置きかえたものです．
#
# <details><summary>答え</summary>
#
# ```python
# def he(n_in, n_out, rng):
#     return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
#
#
# def glorot(n_in, n_out, rng):
#     return rng.normal(0, np.sqrt(2 / (n_in + n_out)), (n_in, n_out))
# ```
#
# $2/n_{in}$ は分散です．`normal` に渡すのは標準偏差，つまりその平方根です．
#
# </details>


# %%
def he(n_in, n_out, rng):
    return ...


def glorot(n_in, n_out, rng):
    return ...


print(grade("7.2-1", he))
print(grade("7.2-2", glorot))

# %% [markdown] lang="en"
# ## 4. Sigmoid: another way to go wrong (7.2)
#
# The sigmoid cannot explode, its values stay between 0 and 1. **Look at** the shapes: where do the numbers sit for small, Glorot's ($\sqrt{2/200} = 0.1$) and large $\sigma$?

# %% [markdown] lang="ja"
# ## 4. シグモイドの場合：別の失敗（7.2）
#
# シグモイドの値は 0 と 1 の間にあるので，発散はしません．$\sigma$ が小さいとき，Glorot の値 $\sqrt{2/200} = 0.1$ のとき，大きいときに，値がどこに集まるか，**分布の形に注目してください**．


# %%
def sigmoid(A):
    return 1 / (1 + np.exp(-A))


sigmas = {"σ = 0.01": 0.01, "Glorot: σ = 0.1": 0.1, "σ = 1": 1.0}
sigmoid_figure, axes = plt.subplots(1, 3, figsize=(9.6, 3), layout="constrained")
for ax, (name, sigma) in zip(axes, sigmas.items(), strict=True):
    inputs = inputs_of_layers(X, sigma, sigmoid)
    del inputs["layer 1"]
    nn.plot.histograms(inputs, range=(0, 1), ax=ax)
    ax.set_title(name, fontsize=10)

# %% [markdown] lang="en"
# Small: everything sits at $\frac12$. Large: the numbers pile up at 0 and 1, the sigmoid is **saturated**. Glorot's are in between.
# But a histogram mixes data and neurons. What is to be learnt from is how a neuron differs **from datum to datum**, and the slope $y(1 - y)$,
# by which every gradient is multiplied on its way back. In the table both stand for layer 5:

# %% [markdown] lang="ja"
# 小さいときはすべて $\frac12$ に集まり，大きいときは 0 と 1 に偏ります（**飽和**）．Glorot はその中間です．ただし，ヒストグラムではデータとニューロンの違いが混ざっています．学習に必要なのは，一つのニューロンの値が**データごとに**どれだけ違うかと，逆伝播で勾配にかかる傾き $y(1 - y)$ です．次の表は，第5層への入力についてこの2つを示したものです．

# %%
rows = []
for sigma in (0.01, 0.1, 0.4, 1.0):
    Z = inputs_of_layers(X, sigma, sigmoid)["layer 5"]
    rows.append([sigma, Z.std(), Z.std(axis=0).mean(), np.mean(Z * (1 - Z))])
spreads = pd.DataFrame(rows, columns=["σ", "std of all numbers", "std over the data", "slope y (1 − y)"])
spreads.map("{:.2g}".format)

# %% [markdown] lang="en"
# With $\sigma = 0.01$ each neuron says the same of all data, up to less than $10^{-6}$. With $\sigma = 1$ data differ, but much of the slope is gone: it falls from at most 0.25 to 0.06.
#
# **Careful:** with Glorot's $\sigma$ it is better, and still only 0.003 is left. The formula was made for a slope of 1 at 0, as tanh has it; the slope of this sigmoid
# is $\frac14$, so each layer loses a factor of four. Four times Glorot's $\sigma$, 0.4, makes up for it. Section 7 shows that this matters.

# %% [markdown] lang="ja"
# $\sigma = 0.01$ では，どのニューロンもすべてのデータに対して同じ値を返します（違いは $10^{-6}$ 以下です）．$\sigma = 1$ ではデータごとに違いますが，傾きが最大値 0.25 から 0.06 まで小さくなります．
#
# **注意**：Glorot の値ではかなりよくなりますが，それでも 0.003 しか残りません．この公式は，tanh のように 0 での傾きが 1 の関数を想定しています．シグモイドの 0 での傾きは $\frac14$ なので，1層ごとに約 $\frac14$ になります．Glorot の4倍の $\sigma = 0.4$ にすると，これを補えます．その効果は第7節で確かめます．

# %% [markdown] lang="en"
# ## 5. The strategy in a class of one's own (7.3)
#
# The network keeps its parameters in a dict, as before. Only the making of `W` is new: `init` is a number, or the **name of a strategy**, and the
# standard deviation is asked for layer by layer, since the numbers of inputs and outputs (fan-in and fan-out) differ. The rest is the affine layer, ReLU, and softmax with cross entropy by hand.

# %% [markdown] lang="ja"
# ## 5. 自分のクラスに初期化戦略を組み込む（7.3）
#
# これまでと同じように，パラメータは辞書で管理します．新しいのは `W` の作り方だけです．`init` には数値か**戦略の名前**を渡します．入力と出力の数（fan-in と fan-out）は層ごとに違うので，標準偏差は層ごとに求めます．残りは，手で書いたアファイン変換，ReLU，ソフトマックスと交差エントロピーです．


# %%
def standard_deviation(init, n_in, n_out):
    if init == "he":
        return np.sqrt(2 / n_in)
    if init == "glorot":
        return np.sqrt(2 / (n_in + n_out))
    return init


class DeepNet:
    """Affine, ReLU, ..., affine, softmax with cross entropy."""

    def __init__(self, sizes, init, rng):
        self.depth = len(sizes) - 1
        self.params = {}
        for l in range(1, self.depth + 1):
            n_in, n_out = sizes[l - 1], sizes[l]
            sigma = standard_deviation(init, n_in, n_out)
            self.params[f"W{l}"] = rng.normal(0, sigma, (n_in, n_out))
            self.params[f"b{l}"] = np.zeros(n_out)

    def predict(self, X):
        self.inputs = [X]
        for l in range(1, self.depth + 1):
            A = self.inputs[-1] @ self.params[f"W{l}"] + self.params[f"b{l}"]
            self.inputs.append(relu(A) if l < self.depth else A)
        return A

    def gradient(self, X, t):
        A = self.predict(X)
        e = np.exp(A - A.max(axis=1, keepdims=True))
        dA = (e / e.sum(axis=1, keepdims=True) - nn.data.one_hot(t, 10)) / len(X)
        grads, self.arrived = {}, []
        for l in range(self.depth, 0, -1):
            X = self.inputs[l - 1]
            grads[f"W{l}"], grads[f"b{l}"] = X.T @ dA, dA.sum(axis=0)
            dX = dA @ self.params[f"W{l}"].T
            self.arrived.insert(0, dX)
            dA = dX * (X > 0)
        return grads


sizes = [784, 50, 50, 50, 50, 10]
net = DeepNet(sizes, "he", np.random.default_rng(0))
for l in range(1, 6):
    W = net.params[f"W{l}"]
    print(f"W{l} {W.shape!s:9} σ {W.std():.3f}   √(2/n_in) = {np.sqrt(2 / len(W)):.3f}")

# %% [markdown] lang="en"
# The library has the same: `nn.Linear(n_in, n_out, init="he")`, or a number, or a function. We give such a model the numbers of our network and compare the gradients.

# %% [markdown] lang="ja"
# ライブラリでも `nn.Linear(n_in, n_out, init="he")` のように指定できます（数値や関数も渡せます）．このモデルに自分のネットワークの重みを写し，勾配を比べます．


# %%
def deep(init, activation=nn.ReLU, dtype="float32"):
    rng = np.random.default_rng(0)
    layers = [nn.Linear(784, 50, init=init, dtype=dtype, rng=rng), activation()]
    for _ in range(3):
        layers += [nn.Linear(50, 50, init=init, dtype=dtype, rng=rng), activation()]
    return nn.Sequential(*layers, nn.Linear(50, 10, init=init, dtype=dtype, rng=rng))


model = deep("he", dtype="float64")
weights = [p for p in model.parameters() if p.ndim == 2]
for l, weight in enumerate(weights, start=1):
    weight.data = net.params[f"W{l}"]
x, t = train.x[:1000].astype(float), train.t[:1000]
nn.CrossEntropyLoss()(model(x), t).backward()
grads = net.gradient(x, t)
difference = max(np.abs(p.grad.numpy() - grads[f"W{l}"]).max() for l, p in enumerate(weights, start=1))
print("largest difference:", difference)

# %% [markdown] lang="en"
# ## 6. The gradients on their way back (7.0, 7.2)
#
# What reaches a layer from behind was multiplied by a $W^T$ per layer, so it vanishes or explodes as the data do. `nn.flow` runs a model forward and backward and notes
# both. Its gradients are those that our class keeps in `arrived`:

# %% [markdown] lang="ja"
# ## 6. 勾配の伝わり方（7.0，7.2）
#
# 後ろの層から届く勾配には1層ごとに $W^T$ がかかるので，データと同じように収束したり発散したりします．`nn.flow` は，モデルの順伝播と逆伝播を1回ずつ行い，両方を記録します．その勾配は，自分のクラスの `arrived` と同じものです．

# %%
flow = nn.flow(model, x, lambda y: nn.CrossEntropyLoss()(y, t))
inputs = ["x", "1", "3", "5", "7"]  # the paths of what enters layers 1 to 5
difference = max(np.abs(flow.gradients[p] - g).max() for p, g in zip(inputs, net.arrived, strict=True))
print("largest difference:", difference)
print(flow)

# %% [markdown] lang="en"
# In the columns `theory` ($NV$) and `measured` (by what the mean square was really multiplied) you see section 3 again: an affine layer with He's values multiplies by 2, a ReLU by $\frac12$.
# (Here the layers are further off, between 1.3 and 2.9: 50 neurons are few, and digits are much alike.)
#
# Now three starts, and the standard deviations of activations and gradients. **Look at** the scales, and read the vermilion line of the gradients from right to left.

# %% [markdown] lang="ja"
# `theory`（$NV$）と `measured`（2乗の平均が実際に何倍になったか）の列には，第3節の結果がそのまま現れています．He の初期値のアファイン層では2倍，ReLU では $\frac12$ 倍になるはずです（実際のアファイン層は 1.3 から 2.9 とずれが大きめです．50ニューロンと少ないうえ，数字の画像は互いに似ているからです）．
#
# 次に，3通りの初期値について，各層の出力と勾配の標準偏差を比べます．**縦軸の目盛に注目し**，朱色の線（勾配）は右から左へ読んでください．

# %%
starts = {"σ = 0.01": 0.01, "He": "he", "σ = 1": 1.0}
flows = {name: nn.flow(deep(init), x, lambda y: nn.CrossEntropyLoss()(y, t)) for name, init in starts.items()}
flow_figure, axes = plt.subplots(1, 3, figsize=(9.6, 3.2), layout="constrained")
for ax, (name, found) in zip(axes, flows.items(), strict=True):
    found.plot(ax=ax)
    ax.set_title(name, loc="left", fontsize=10)

# %% [markdown] lang="en"
# With $\sigma = 0.01$ activations fall by more than ten per layer, to about $10^{-6}$ in the last outputs, and gradients by as much on their way back. With $\sigma = 1$ both grow: the gradient that arrives at the
# first layer is more than a thousand times that at the output. With He's values both stay within a factor of ten or so.
# The grey rings, what theory foretells, lie on the dots.

# %% [markdown] lang="ja"
# $\sigma = 0.01$ では，各層の出力は1層ごとに10分の1以下になり，最後は $10^{-6}$ 程度です．勾配も逆向きに同じように小さくなります．$\sigma = 1$ ではどちらも大きくなり，第1層に届く勾配は出力での値の千倍を超えます．He の初期値では，どちらも10倍程度の範囲に収まっています．理論の予測を表す灰色の輪は，実際の値と重なっています．

# %% [markdown] lang="en"
# ## 7. Spread and learning (7.3)
#
# Does it matter? We train the same network of five layers with four starts: mini-batches of 100, SGD with $\lambda = 0.1$, 8 epochs, all by hand.

# %% [markdown] lang="ja"
# ## 7. データの伝わり方と学習（7.3）
#
# では，学習にはどう影響するでしょうか．同じ5層のネットワークを4通りの初期値で学習させます．ミニバッチは100件，SGD（$\lambda = 0.1$），8エポックで，すべて手書きのコードを使います．


# %%
def accuracy(net, data):
    return np.mean(net.predict(data.x).argmax(axis=1) == data.t)


def train_by_hand(net, epochs=8, lr=0.1, batch_size=100):
    rng = np.random.default_rng(0)
    history = {"accuracy": [], "valid_accuracy": []}
    for _ in range(epochs):
        order = rng.permutation(len(train))
        for start in range(0, len(train), batch_size):
            batch = order[start : start + batch_size]
            grads = net.gradient(train.x[batch], train.t[batch])
            for name in net.params:
                net.params[name] -= lr * grads[name]
        history["accuracy"].append(accuracy(net, train))
        history["valid_accuracy"].append(accuracy(net, test))
    return history


starts = {"σ=0.01": 0.01, "σ=0.1": 0.1, "He": "he", "σ=1": 1.0}
nets = {name: DeepNet(sizes, init, np.random.default_rng(0)) for name, init in starts.items()}
histories = {name: train_by_hand(net) for name, net in nets.items()}

# %% [markdown] lang="en"
# **Look at** which lines leave 10 %, which is guessing one digit for all. Dashed lines are the accuracy on the training data, solid ones on the test data.

# %% [markdown] lang="ja"
# 精度 10 % は，すべて同じ数字と答えた場合の値です．**どの線がそこから離れるかに注目してください**．破線は訓練データ，実線はテストデータの精度です．

# %%
learning = nn.plot.curves(histories, "accuracy")
finals = {
    name: {"train": h["accuracy"][-1], "test": h["valid_accuracy"][-1]} for name, h in histories.items()
}
pd.DataFrame(finals).T.round(3)

# %% [markdown] lang="en"
# Where data and gradients vanish ($\sigma = 0.01$) nothing is learnt, and nothing where they explode ($\sigma = 1$). With He's values the test accuracy is about 90 % after
# 8 epochs. $\sigma = 0.1$ is within reach, but the first epochs are lost. That is the connection: **what spreads evenly can be learnt**.
#
# What happened with $\sigma = 1$? The first steps were so large that the ReLUs have died: which share of what enters each layer is 0?

# %% [markdown] lang="ja"
# データと勾配が収束する場合（$\sigma = 0.01$）にも，発散する場合（$\sigma = 1$）にも，学習はまったく進みません．He の初期値では，8エポックでテストデータの精度が約 90 % になります．$\sigma = 0.1$ でも学習はできますが，最初の数エポックが無駄になります．つまり，**データが均等に伝わる初期値なら学習が進む**のです．
#
# $\sigma = 1$ では何が起きたのでしょうか．最初の数ステップの更新が大きすぎて，ReLU が「死んで」しまったのです．各層への入力のうち，0 の割合を見てみます．

# %%
nets["σ=1"].predict(test.x)
dead = [np.mean(Z == 0) for Z in nets["σ=1"].inputs[1:-1]]
print(*dead)

# %% [markdown] lang="en"
# The four numbers are those of layers 2 to 5. From some layer on, here from the first, every neuron gives 0 for every datum. The gradient of such a ReLU is 0, so it stays dead, and the network answers the same for all pictures.
#
# float32, the type of numbers that networks use, ends at $3\cdot 10^{38}$, and in the fourth step that is not enough. A `Trainer` does not go on with infinite numbers; it stops before the step and names the layer:

# %% [markdown] lang="ja"
# 4つの数は第2層から第5層への入力のものです．ある層から先（ここでは最初の層から）では，すべてのニューロンがすべてのデータに対して 0 を返します．このような ReLU の勾配は 0 なので二度と回復せず，ネットワークはどの画像にも同じ答えを返します．
#
# ニューラルネットワークで普通に使われる float32 で表せるのは $3\cdot 10^{38}$ までで，4ステップ目にはこれを超えます．`Trainer` は，無限大が現れるとその更新を行わずに止まり，どの層で起きたかを知らせます．


# %%
def fit(model, epochs=8):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    trainer = nn.Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics="accuracy")
    return trainer.fit(train, test, epochs=epochs, batch_size=100, rng=0, progress=False)


try:
    fit(deep(1.0))
except ac.AnomalyError as error:
    print(error)

# %% [markdown] lang="en"
# And the sigmoid? Section 4 foretold that Glorot's values are too small for it in five layers. With tanh, for which they were made, they are right.
# `nn.init.glorot_normal_` has a `gain`, a factor on $\sigma$.

# %% [markdown] lang="ja"
# シグモイドではどうでしょうか．第4節では，5層のシグモイドには Glorot の値は小さすぎると予想しました．もともと想定されている tanh ではうまくいくはずです．`nn.init.glorot_normal_` には，$\sigma$ にかける係数 `gain` があります．


# %%
def four_glorot(weight, rng):
    return nn.init.glorot_normal_(weight, gain=4, rng=rng)


others = {
    "sigmoid, Glorot": fit(deep("glorot", nn.Sigmoid)),
    "sigmoid, 4 × Glorot": fit(deep(four_glorot, nn.Sigmoid)),
    "tanh, Glorot": fit(deep("glorot", nn.Tanh)),
}
finals = {name: {"train": h["accuracy"][-1], "test": h["valid_accuracy"][-1]} for name, h in others.items()}
pd.DataFrame(finals).T.round(3)

# %% [markdown] lang="en"
# With the sigmoid and Glorot's values this network has not left 10 % after 8 epochs; with four times the $\sigma$ it learns, with tanh it learns well.
# (In networks of two or three layers Glorot's values do for the sigmoid too.)

# %% [markdown] lang="ja"
# シグモイドと Glorot の値では，8エポック後も 10 % のままです．$\sigma$ を4倍にすると学習が進み，tanh ではよく学習できました（2，3層なら，シグモイドでも Glorot の値で十分です）．

# %% [markdown] lang="en"
# ## 8. Names, defaults and convolutions (7.2)
#
# **Careful:** names differ between books. "Xavier" (Glorot's first name) is $1/n_{in}$ in some, such as DL-from-scratch; in the lecture, in PyTorch and here Glorot or Xavier is $2/(n_{in} + n_{out})$.
# "Kaiming" is He's first name. And PyTorch's default for `Linear` is none of them, but $U(-\frac1{\sqrt{n_{in}}}, \frac1{\sqrt{n_{in}}})$, for $b$ too; so it is here if no `init` is given. Its $NV$ is only $\frac13$:

# %% [markdown] lang="ja"
# ## 8. 名前・既定値・畳み込み層（7.2）
#
# **注意**：名前の使い方は本によって違います．「Xavier」（Glorot のファーストネーム）は，『ゼロから作るDeep Learning』などでは $1/n_{in}$ ですが，講義，PyTorch，このライブラリでは Glorot も Xavier も $2/(n_{in} + n_{out})$ です．「Kaiming」は He のファーストネームです．また，PyTorch の `Linear` の既定値はどれでもなく，$b$ も含めて $U(-\frac1{\sqrt{n_{in}}}, \frac1{\sqrt{n_{in}}})$ です．このライブラリでも `init` を省略するとこれになります．その $NV$ は $\frac13$ しかありません．

# %%
choices = {"uniform (default)": "uniform", "he": "he", "glorot": "glorot", "lecun": nn.init.lecun_normal_}
for name, init in choices.items():
    weight = nn.Linear(400, 100, init=init, rng=0).weight.numpy()
    print(f"{name:18} σ = {weight.std():.4f}   N V = {400 * weight.var():.3f}")

# %% [markdown] lang="en"
# With ReLU each layer of the default halves $\frac13$ once more, and so multiplies the mean square by $\frac16$. (With $400 \to 100$ Glorot's $NV$ is $2 \cdot 400/500 = 1.6$; it is 1 where both fans are equal.)
#
# In a **convolution** one neuron sees only a patch of the picture: its fan-in is (channels) × (height) × (width) of the kernel, not the size of the layer before it.

# %% [markdown] lang="ja"
# 既定値で ReLU を使うと，$\frac13$ がさらに半分になり，1層ごとに2乗の平均は $\frac16$ 倍になります（$400 \to 100$ のとき，Glorot の $NV$ は $2 \cdot 400/500 = 1.6$ です．入力と出力の数が同じなら 1 になります）．
#
# **畳み込み層**では，一つのニューロンが見るのは画像の一部だけです．$N$ は前の層全体の大きさではなく，（チャンネル数）×（カーネルの縦）×（カーネルの横）です．

# %%
convolution = nn.Conv2d(3, 16, 5, bias=False, rng=0)
nn.init.he_normal_(convolution.weight, rng=0)
pictures = rng.standard_normal((10, 3, 32, 32))
print("fan-in, fan-out:", nn.init.fans(convolution.weight), "  3 · 5 · 5 =", 3 * 5 * 5)
print("mean square after He:", np.mean(convolution(pictures).numpy() ** 2))

# %% [markdown] lang="en"
# The mean square is about 2, as for an affine layer, and the ReLU behind it will halve it.
#
# **Exercise 7.2 (2).** Any activation $f$. If $a$ is about normal with variance 1, the next layer gets inputs of the mean square $E[f(z)^2]$, $z \sim N(0, 1)$. Which $NV$ makes
# the variance of the next $a$ equal to 1 again? Write the number as a function of $f$; a million random numbers do for the mean.
#
# <details><summary>Answer</summary>
#
# $V(a) = NV\,E[f(z)^2] = 1$, so $NV = 1/E[f(z)^2]$.
#
# ```python
# def gain(f):
#     z = np.random.default_rng(0).standard_normal(1_000_000)
#     return 1 / np.mean(f(z) ** 2)
# ```
#
# It gives 2 for ReLU (He), about 2.54 for tanh (PyTorch's table has $(5/3)^2 = 2.78$), and about 1 for SELU, which was made so that $V = 1/N$ is right.
#
# </details>

# %% [markdown] lang="ja"
# 2乗の平均は，アファイン層と同じく約 2 です．後ろの ReLU で半分になります．
#
# **演習 7.2 (2)** 一般の活性化関数 $f$ を考えます．$a$ がほぼ分散 1 の正規分布に従うとき，次の層への入力の2乗の平均は $E[f(z)^2]$（$z \sim N(0, 1)$）です．次の $a$ の分散が再び 1 になるような $NV$ を，$f$ の関数として書いてください．平均は100万個の乱数で計算すれば十分です．
#
# <details><summary>答え</summary>
#
# $V(a) = NV\,E[f(z)^2] = 1$ より，$NV = 1/E[f(z)^2]$ です．
#
# ```python
# def gain(f):
#     z = np.random.default_rng(0).standard_normal(1_000_000)
#     return 1 / np.mean(f(z) ** 2)
# ```
#
# ReLU では 2（He），tanh では約 2.54（PyTorch の表では $(5/3)^2 = 2.78$），SELU では約 1 になります．SELU は，$V = 1/N$ がちょうどよくなるように作られた関数です．
#
# </details>


# %%
def gain(f):
    return ...


print(grade("7.2-3", gain))

# %% [markdown] lang="en"
# If you have solved it, print `gain(f)` for `relu`, `np.tanh` and `nn.functional.selu`.
#
# **Question.** Why not start from $W = 0$? Then nothing can explode.
#
# <details><summary>Answer</summary>
#
# All neurons of a layer would compute the same and get the same gradient, and so stay the same for ever: a layer of 50 would be one of 1. In fact with ReLU and $b = 0$ all
# gradients of weights are 0. Chance is there to make neurons different; its size is what this notebook is about.
#
# </details>

# %% [markdown] lang="ja"
# 解けたら，`relu`，`np.tanh`，`nn.functional.selu` について `gain(f)` を表示してみてください．
#
# **問い** $W = 0$ から始めれば発散しません．なぜそうしないのでしょうか．
#
# <details><summary>答え</summary>
#
# 一つの層のニューロンがすべて同じ値を計算し，同じ勾配を受け取るので，いつまでも同じままになります．50ニューロンの層が1ニューロンの層と変わりません．さらに，ReLU で $b = 0$ なら重みの勾配はすべて 0 です．乱数はニューロンを互いに違うものにするために必要で，その大きさの選び方がこのノートブックのテーマでした．
#
# </details>

# %% [markdown] lang="en"
# ## What we saw
#
# * With pandas, one column per layer and `hist` are enough to see how numbers spread.
# * Each layer multiplies the mean square by about $NV$, a ReLU by $\frac12$. Over many layers that vanishes or explodes, forward and backward.
# * He's $\sigma^2 = 2/n_{in}$ keeps it for ReLU, Glorot's $2/(n_{in} + n_{out})$ for tanh; the sigmoid with its slope of $\frac14$ needs more in deep networks.
# * Where the spread is kept, a network of five layers learns MNIST to about 90 %; where not, it stays at 10 %.
# * In a program a strategy is one function of the fans, asked once per layer: `nn.Linear(..., init="he")`.
#
# **Next:** 2-7, batch normalisation, which does not only start with the right spread but keeps it up in every step.

# %% [markdown] lang="ja"
# ## まとめ
#
# * pandas では，層ごとに1列の表を作って `hist` を呼ぶだけで，値の広がりが見られます．
# * 2乗の平均は，1層ごとに約 $NV$ 倍され，ReLU で $\frac12$ 倍されます．層が多いと，順伝播でも逆伝播でも収束または発散します．
# * ReLU では He の $\sigma^2 = 2/n_{in}$，tanh では Glorot の $2/(n_{in} + n_{out})$ がちょうどよい値です．傾きが $\frac14$ のシグモイドでは，深いときにはもっと大きな値が必要です．
# * 広がりが保たれると，5層のネットワークでも MNIST の精度が約 90 % になりました．保たれないと 10 % のままです．
# * 初期化戦略は，入力と出力の数から標準偏差を求める関数として実装し，層ごとに使います．ライブラリでは `nn.Linear(..., init="he")` です．
#
# **次は** 2-7（バッチ正規化）です．最初だけでなく，学習の各ステップで広がりを整える方法です．
