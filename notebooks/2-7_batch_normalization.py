# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-7 Batch normalisation
#
# This notebook belongs to section 8 of the lecture, 8.1 to 8.3. You standardise a data set, do the same with every mini-batch inside a network, and derive, write and check the
# layer that does it, forward and backward. Then you see deep networks learn from almost any start, and what goes wrong if one forgets
# that training and test differ.
#
# **The data:** random numbers in sections 1 to 6; in 7 and 8 MNIST, real digits, 4,000 + 1,000 of them from this package (all 70,000 if the four files are on
# this machine).
#
# **Points of the lecture**
#
# * normalising a data set with NumPy (→ 1)
# * what batch normalisation does (→ 2, 7)
# * batch normalisation is one of the layers (→ 3, 4, 6)
# * how the difference of training and test is implemented (→ 5, 6, 8)

# %% [markdown] lang="ja"
# # 2-7 バッチ正規化
#
# このノートブックは，講義の第8章（8.1 〜 8.3）に対応します．まずデータセットを正規化し，次に同じことをネットワークの中でミニバッチごとに行います．そのための層の順伝播と逆伝播を導き，自分で書いて確かめます．最後に，深いネットワークがさまざまな初期値から学習できるようになること，また学習時とテスト時の違いを忘れると何が起きるかを見ます．
#
# **データ**：第1〜6節は乱数，第7，8節は MNIST（実際の手書き数字）です．MNIST はこのパッケージに付属する4,000件＋1,000件を使います（4つのファイルが手元にあれば，70,000件すべてを使います）．
#
# **講義のポイント**
#
# * NumPy によるデータセットの正規化（→ 1）
# * バッチ正規化は何をしているのか（→ 2，7）
# * バッチ正規化は層の一つであること（→ 3，4，6）
# * 学習時とテスト時の違いをどのように実装するのか（→ 5，6，8）

# %%
import copy

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade, numerical_gradient

plt.rc("axes.spines", top=False, right=False)
rng = np.random.default_rng(0)
train, test = nn.data.mnist(full="auto")
print(train.source)
print(train.x.shape, test.x.shape)
digits = nn.plot.images(test.images[:10], test.t[:10])

# %% [markdown] lang="en"
# ## 1. Normalising a data set (8.1)
#
# Subtract the mean and divide by the standard deviation: the data then have mean 0 and variance 1. Multiply by $\gamma$ and add $\beta$: mean $\beta$, variance $\gamma^2$.
#
# $$\tilde X = \frac{X - \mu}{\sigma}, \qquad \tilde{\tilde X} = \gamma \tilde X + \beta$$
#
# We take 10,000 numbers from the uniform distribution on $[0, 1]$, with $\beta = 2$ and $\gamma = 5$.

# %% [markdown] lang="ja"
# ## 1. データセットの正規化（8.1）
#
# 平均を引いて標準偏差で割ると，平均 0，分散 1 のデータになります．さらに $\gamma$ をかけて $\beta$ を足すと，平均 $\beta$，分散 $\gamma^2$ になります．
#
# $$\tilde X = \frac{X - \mu}{\sigma}, \qquad \tilde{\tilde X} = \gamma \tilde X + \beta$$
#
# 区間 $[0, 1]$ の一様分布に従う10,000個の数を，$\beta = 2$，$\gamma = 5$ で変換してみましょう．

# %%
X = rng.uniform(0, 1, 10_000)
mu = X.sum() / len(X)
V = ((X - mu) ** 2).sum() / len(X)
standardised = (X - mu) / np.sqrt(V)
moved = 5 * standardised + 2
uniform = pd.DataFrame({"raw": X, "standardised": standardised, "mean 2, variance 25": moved})
uniform.agg(["mean", "var", "min", "max"]).round(3)

# %% [markdown] lang="en"
# **Careful:** `var` of pandas divides by $N - 1$, NumPy's and the lecture's by $N$; so you see 25.003 in place of 25.
#
# **Look at** the three shapes first, then at the numbers on the axes.

# %% [markdown] lang="ja"
# **注意**：pandas の `var` は $N - 1$ で割ります（NumPy と講義では $N$）．そのため，25 ではなく 25.003 と表示されています．
#
# まず3つの**形**を，次に**横軸の数値**を見てください．

# %%
_, axes = plt.subplots(1, 3, figsize=(9.6, 2.4), layout="constrained", sharey=True)
charts = uniform.hist(bins=40, ax=axes, grid=False, color=nn.plot.SERIES[0])

# %% [markdown] lang="en"
# The shape is the same rectangle three times. Normalising does not make data normally distributed: it moves them and changes their unit, nothing else.
#
# Test data are normalised with the numbers **of the training data**, as a datum that comes later would be. `nn.data.Standardizer` keeps them.

# %% [markdown] lang="ja"
# どれも同じ長方形です．正規化してもデータが正規分布になるわけではなく，位置と単位が変わるだけです．
#
# テストデータは，**訓練データの**平均と標準偏差で正規化します．あとから届くデータにも同じ値を使うことになるからです．`nn.data.Standardizer` は，その値を保持します．

# %%
later = rng.uniform(0, 1, (5, 1))
scale = nn.data.Standardizer().fit(X[:, None])
by_hand = (later - mu) / np.sqrt(V)
print("largest difference:", np.abs(scale.transform(later) - by_hand).max())

# %% [markdown] lang="en"
# ## 2. The same with every mini-batch (8.2)
#
# Now $X$ is the output of a layer, $(N, K)$: $N$ data, $K$ neurons. **Each neuron** is normalised by its mean and variance over the mini-batch; $\gamma$ and $\beta$ are vectors $(K,)$,
# 1 and 0 at first, and are learnt. $\epsilon = 10^{-8}$ inside the root keeps the denominator from 0.
#
# **Careful:** the lecture's line $y_{nk} = \gamma_k\tilde x_{kn} + \beta_k$ has two indices turned round, $\tilde x_{nk}$ is meant. And two slips of the pen: バッチ正則化 (regularisation) for バッチ正規化
# (normalisation) in 5.3, and gradients that "converge" (収束) in 8 are those that vanish (消失).

# %% [markdown] lang="ja"
# ## 2. ミニバッチごとの正規化（8.2）
#
# ここからは，$X$ は層の出力で，型は $(N, K)$（データ数 $N$，ニューロン数 $K$）です．**ニューロンごとに**，ミニバッチでの平均と分散を使って正規化します．$\gamma$ と $\beta$ は $(K,)$ 型のベクトルで，はじめは 1 と 0 とし，学習で更新します．平方根の中の $\epsilon = 10^{-8}$ は，分母が 0 になるのを防ぎます．
#
# **注意**：講義の式 $y_{nk} = \gamma_k\tilde x_{kn} + \beta_k$ は添字の順序が入れかわっており，正しくは $\tilde x_{nk}$ です．また，5.3 の「バッチ正則化」は「バッチ正規化」，第8章の「勾配収束」は「勾配消失」の誤記です．


# %%
def batch_norm(X, gamma, beta, eps=1e-8):
    mu = X.mean(axis=0)
    v = ((X - mu) ** 2).mean(axis=0)
    X_tilde = (X - mu) / np.sqrt(v + eps)
    return gamma * X_tilde + beta


X = rng.standard_normal((1000, 4)) * [0.2, 1, 2, 0.5] + [3, -2, 0, 1]
start = batch_norm(X, np.ones(4), np.zeros(4))
learnt = batch_norm(X, np.array([1, 0.5, 2, 1]), np.array([0, 2, 0, -2]))
print("mean    ", X.mean(axis=0).round(2), start.mean(axis=0).round(2), learnt.mean(axis=0).round(2))
print("variance", X.var(axis=0).round(2), start.var(axis=0).round(2), learnt.var(axis=0).round(2))

# %% [markdown] lang="en"
# **Look at** where the four neurons lie before, after, and with other $\gamma$ and $\beta$. The network can undo the normalisation, if that is better.

# %% [markdown] lang="ja"
# 4つのニューロンの値が，正規化の前，正規化の後，$\gamma$ と $\beta$ を変えた後で，それぞれどこにあるかを**見てください**．そのほうがよければ，ネットワークは正規化を打ち消すこともできます．

# %%
neurons_figure, axes = plt.subplots(1, 3, figsize=(9.6, 2.8), layout="constrained")
pictures = {"X": X, "γ = 1, β = 0": start, "γ = 1, ½, 2, 1   β = 0, 2, 0, −2": learnt}
for ax, (name, values) in zip(axes, pictures.items(), strict=True):
    nn.plot.histograms({f"{k}": values[:, k] for k in range(4)}, range=(-6, 6), ax=ax)
    ax.set_title(name, fontsize=10)

# %% [markdown] lang="en"
# `nn.BatchNorm` is the layer of the library, with the lecture's conventions.

# %% [markdown] lang="ja"
# ライブラリの層は `nn.BatchNorm` です．$\epsilon$ の値など，講義と同じ約束に従っています．

# %%
layer = nn.BatchNorm(4, dtype=float)
print(layer)
print({name: p.shape for name, p in layer.named_parameters()})
print("largest difference:", np.abs(layer(X).numpy() - start).max())

# %% [markdown] lang="en"
# ## 3. The way back: three routes (8.2)
#
# Every $x_{nk}$ reaches $Y$ on three routes: directly, by the mean $\mu$, and by the variance $v$. So the gradient at **one** datum depends on **all** data of the batch. The graph shows it:

# %% [markdown] lang="ja"
# ## 3. 逆伝播：3つのルート（8.2）
#
# どの $x_{nk}$ からも，$Y$ へ向かうルートは3つあります．直接のルート，平均 $\mu$ を通るルート，分散 $v$ を通るルートです．そのため，**一つの**データの勾配が，ミニバッチの**すべての**データに依存します．計算グラフで見てみましょう．

# %%
X = ac.Tensor(rng.standard_normal((6, 3)), requires_grad=True)
γ, β = nn.Parameter(np.ones(3)), nn.Parameter(np.zeros(3))
μ = X.mean(axis=0)
D = X - μ
v = (D**2).mean(axis=0)
σ = np.sqrt(v + 1e-8)
X̃ = D / σ
Y = γ * X̃ + β
dY = rng.standard_normal((6, 3))
Y.backward(dY)
routes = ac.graph(Y, fold="unnamed", mode="backward", direction="TB")
routes

# %% [markdown] lang="en"
# At each ⊕ two routes meet. Worked out by hand this is tedious. In the library batch normalisation is one operation with a rule of its own. Ask for it:

# %% [markdown] lang="ja"
# ⊕ のところでルートが合流します．手で計算すると，かなり面倒です．ライブラリでは，バッチ正規化は独自の規則をもつ一つの演算になっています．その規則を表示してみましょう．

# %%
rule = ac.derive(
    lambda X, γ, β: nn.functional.batch_norm(X, None, None, γ, β, training=True, eps=1e-8), X, γ, β
)
print(rule)

# %% [markdown] lang="en"
# ## 4. Backward by hand (8.2)
#
# That is the lecture's formula. With $\mathbf c$ and $\mathbf d$ for the two means over the batch:
#
# $$\frac{\partial E}{\partial \beta} = \mathrm{sum}\,\frac{\partial E}{\partial Y}, \quad \frac{\partial E}{\partial \gamma} = \mathrm{sum}\Bigl(\tilde X * \frac{\partial E}{\partial Y}\Bigr), \quad \frac{\partial E}{\partial X} = \frac{\gamma}{\sigma}\Bigl(\frac{\partial E}{\partial Y} - \mathbf c - \tilde X * \mathbf d\Bigr)$$
#
# We compare it with the graph of section 3 and with numerical derivatives.

# %% [markdown] lang="ja"
# ## 4. 手で書く逆伝播（8.2）
#
# これは講義の公式と同じものです．ミニバッチについての2つの平均を $\mathbf c$，$\mathbf d$ とすると，次のようになります．
#
# $$\frac{\partial E}{\partial \beta} = \mathrm{sum}\,\frac{\partial E}{\partial Y}, \quad \frac{\partial E}{\partial \gamma} = \mathrm{sum}\Bigl(\tilde X * \frac{\partial E}{\partial Y}\Bigr), \quad \frac{\partial E}{\partial X} = \frac{\gamma}{\sigma}\Bigl(\frac{\partial E}{\partial Y} - \mathbf c - \tilde X * \mathbf d\Bigr)$$
#
# 第3節の計算グラフ，および数値微分と比べてみます．


# %%
def gradient_of_X(dY, X_tilde, gamma, sigma):
    c = dY.mean(axis=0)
    d = (X_tilde * dY).mean(axis=0)
    return gamma / sigma * (dY - c - X_tilde * d)


x = X.numpy().copy()
dbeta = dY.sum(axis=0)
dgamma = (X̃.numpy() * dY).sum(axis=0)
dX = gradient_of_X(dY, X̃.numpy(), γ.numpy(), σ.numpy())
numerical = numerical_gradient(lambda x: np.sum(batch_norm(x, 1, 0) * dY), x, h=1e-5)
for name, t, d in [("dX", X, dX), ("dgamma", γ, dgamma), ("dbeta", β, dbeta)]:
    print(f"{name:6} largest difference from the graph {np.abs(t.grad.numpy() - d).max():.1e}")
print(f"dX     largest difference from differences of the error {np.abs(numerical - dX).max():.1e}")

# %% [markdown] lang="en"
# **Careful:** the lecture does not say what $\sigma$ is here. The formula is exact with $\sigma = \sqrt{v + \epsilon}$, the denominator of the forward pass. With $\sqrt v$ it is wrong, though with a small $\epsilon$ nobody
# would notice. The error, relative to the largest gradient, is about $\epsilon/2v$:

# %% [markdown] lang="ja"
# **注意**：講義では，逆伝播の $\sigma$ が何かは書かれていません．公式が正確に成り立つのは，順伝播の分母と同じ $\sigma = \sqrt{v + \epsilon}$ のときです．$\sqrt v$ とすると誤りですが，$\epsilon$ が小さければ気づかないでしょう．最大の勾配に対する相対誤差は，およそ $\epsilon/2v$ です．

# %%
errors = {}
for eps in (1e-8, 1e-5, 0.1):
    right = ac.gradients(batch_norm(X, γ, β, eps), X, dY).numpy()
    mu, v = x.mean(axis=0), x.var(axis=0)
    X_tilde = (x - mu) / np.sqrt(v + eps)
    for name, sigma in {"√(v + ε)": np.sqrt(v + eps), "√v": np.sqrt(v)}.items():
        off = np.abs(gradient_of_X(dY, X_tilde, 1, sigma) - right).max() / np.abs(right).max()
        errors.setdefault(name, {})[f"ε = {eps:g}"] = off
pd.DataFrame(errors).map("{:.1e}".format)

# %% [markdown] lang="en"
# ## 5. Training and test (8.2)
#
# With **one** datum the mean is the datum itself, $x - \mu = 0$, and $Y = \beta$ whatever comes in:

# %% [markdown] lang="ja"
# ## 5. 学習時とテスト時（8.2）
#
# データが**1件**だけのときは，平均はそのデータ自身なので $x - \mu = 0$ となり，何を入れても $Y = \beta$ になります．

# %%
beta = np.array([0.5, -1.0, 2.0])
for one in ([[1.0, 2.0, 3.0]], [[100.0, -7.0, 0.0]]):
    print(batch_norm(np.array(one), np.ones(3), beta))

# %% [markdown] lang="en"
# But in practice one datum at a time is predicted. So a layer has two modes: in training it takes the statistics of the batch **and remembers them**; in the test it takes what it remembers.
#
# **Careful:** how it remembers is not said in the lecture. Ours is the usual rule, a moving mean that starts at mean 0 and variance 1, with $m = 0.1$:
#
# $$\text{running} \leftarrow (1 - m)\,\text{running} + m\,\text{batch}$$

# %% [markdown] lang="ja"
# しかし，予測では1件ずつ扱うのが普通です．そこで，層には2つのモードを用意します．学習時はミニバッチの統計量を使い，同時に**それを記憶します**．テスト時は，記憶した統計量を使います．
#
# **注意**：どのように記憶するかは，講義には書かれていません．ここでは広く使われている移動平均を採用します．平均 0，分散 1 から始め，$m = 0.1$ とします．
#
# $$\text{running} \leftarrow (1 - m)\,\text{running} + m\,\text{batch}$$

# %%
layer = nn.BatchNorm(1, dtype=float)
running_mean, running_var = np.zeros(1), np.ones(1)
path = []
for _ in range(60):
    batch = rng.normal(5, 3, (100, 1))  # mean 5, variance 9
    layer(batch)  # in training mode
    running_mean = 0.9 * running_mean + 0.1 * batch.mean(axis=0)
    running_var = 0.9 * running_var + 0.1 * batch.var(axis=0)
    path.append([running_mean[0], running_var[0]])
print("by hand:", running_mean, running_var)
print("layer:  ", layer.running_mean.numpy(), layer.running_var.numpy())

# %% [markdown] lang="en"
# **Look at** how many batches it takes from 0 and 1 to the true 5 and 9.

# %% [markdown] lang="ja"
# 0 と 1 から出発して，本当の値 5 と 9 に近づくまでに，ミニバッチがいくつ必要かを**見てください**．

# %%
mean, variance = np.array(path).T
moving = nn.plot.lines(np.arange(1, 61), {"running mean": mean, "running variance": variance}, xlabel="batch")
truth = moving.hlines([5, 9], 1, 60, color=nn.plot.QUIET, linestyle=":", linewidth=1)

# %% [markdown] lang="en"
# About 30 batches; after that it follows slowly. In prediction mode one datum alone now gets a sensible answer, $(8 - 5)/3 = 1$ or so:

# %% [markdown] lang="ja"
# 30個ほどで近づき，その後はゆっくりと追従します．予測モードでは，データが1件でも意味のある値になります．およそ $(8 - 5)/3 = 1$ です．

# %%
layer.eval()
print(layer(np.array([[8.0]])).numpy(), (8 - running_mean) / np.sqrt(running_var + 1e-8))

# %% [markdown] lang="en"
# ## 6. Exercise: batch normalisation as a layer (8.3)
#
# Everything in one class, as the affine layer was: `forward` keeps what `backward` needs; `backward` gets `dout`, leaves `dgamma` and `dbeta`, and returns `dX`. The switch between the modes
# is an argument. What is missing are the prediction and the three gradients. The cell marks your class.
#
# <details><summary>Answer</summary>
#
# ```python
# class BatchNorm:
#     def __init__(self, gamma, beta, eps=1e-8, momentum=0.1):
#         self.gamma, self.beta = gamma, beta
#         self.eps, self.momentum = eps, momentum
#         self.running_mean, self.running_var = np.zeros_like(beta), np.ones_like(beta)
#
#     def forward(self, X, training=True):
#         if not training:
#             X_tilde = (X - self.running_mean) / np.sqrt(self.running_var + self.eps)
#             return self.gamma * X_tilde + self.beta
#         mu, v = X.mean(axis=0), X.var(axis=0)
#         m = self.momentum
#         self.running_mean = (1 - m) * self.running_mean + m * mu
#         self.running_var = (1 - m) * self.running_var + m * v
#         self.sigma = np.sqrt(v + self.eps)
#         self.X_tilde = (X - mu) / self.sigma
#         return self.gamma * self.X_tilde + self.beta
#
#     def backward(self, dout):
#         self.dbeta = dout.sum(axis=0)
#         self.dgamma = (self.X_tilde * dout).sum(axis=0)
#         c, d = dout.mean(axis=0), (self.X_tilde * dout).mean(axis=0)
#         return self.gamma / self.sigma * (dout - c - self.X_tilde * d)
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 6. 演習：バッチ正規化の層（8.3）
#
# アファイン変換の層と同じように，すべてを一つのクラスにまとめます．`forward` は `backward` で使うものを保存し，`backward` は `dout` を受け取って `dgamma` と `dbeta` を残し，`dX` を返します．モードは引数で切りかえます．予測時の計算と勾配が抜けているので，補ってください．実行すると採点されます．
#
# <details><summary>答え</summary>
#
# ```python
# class BatchNorm:
#     def __init__(self, gamma, beta, eps=1e-8, momentum=0.1):
#         self.gamma, self.beta = gamma, beta
#         self.eps, self.momentum = eps, momentum
#         self.running_mean, self.running_var = np.zeros_like(beta), np.ones_like(beta)
#
#     def forward(self, X, training=True):
#         if not training:
#             X_tilde = (X - self.running_mean) / np.sqrt(self.running_var + self.eps)
#             return self.gamma * X_tilde + self.beta
#         mu, v = X.mean(axis=0), X.var(axis=0)
#         m = self.momentum
#         self.running_mean = (1 - m) * self.running_mean + m * mu
#         self.running_var = (1 - m) * self.running_var + m * v
#         self.sigma = np.sqrt(v + self.eps)
#         self.X_tilde = (X - mu) / self.sigma
#         return self.gamma * self.X_tilde + self.beta
#
#     def backward(self, dout):
#         self.dbeta = dout.sum(axis=0)
#         self.dgamma = (self.X_tilde * dout).sum(axis=0)
#         c, d = dout.mean(axis=0), (self.X_tilde * dout).mean(axis=0)
#         return self.gamma / self.sigma * (dout - c - self.X_tilde * d)
# ```
#
# </details>


# %%
class BatchNorm:
    def __init__(self, gamma, beta, eps=1e-8, momentum=0.1):
        self.gamma, self.beta = gamma, beta
        self.eps, self.momentum = eps, momentum
        self.running_mean, self.running_var = np.zeros_like(beta), np.ones_like(beta)

    def forward(self, X, training=True):
        if not training:
            return ...
        mu, v = X.mean(axis=0), X.var(axis=0)
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * mu
        self.running_var = (1 - m) * self.running_var + m * v
        self.sigma = np.sqrt(v + self.eps)
        self.X_tilde = (X - mu) / self.sigma
        return self.gamma * self.X_tilde + self.beta

    def backward(self, dout):
        self.dbeta = ...
        self.dgamma = ...
        return ...


mark = grade("2-7", BatchNorm)
mark

# %% [markdown] lang="en"
# ## 7. With it and without it (8.3)
#
# The deep network of 2-6, five affine layers with 50 neurons and ReLU, and the same with a batch normalisation before every ReLU. First what becomes of a start that is too small, $\sigma = 0.01$:
# **look at** the blue line of activations.

# %% [markdown] lang="ja"
# ## 7. バッチ正規化がある場合とない場合（8.3）
#
# 2-6 の深いネットワーク（アファイン層5つ，50ニューロン，ReLU）と，各 ReLU の前にバッチ正規化を入れたものを比べます．まず，小さすぎる初期値 $\sigma = 0.01$ でデータがどう伝わるか，青い線（各層の出力）に**注目してください**．


# %%
def deep(init, norm=None):
    rng = np.random.default_rng(0)
    layers = []
    for n_in in (784, 50, 50, 50):
        layers.append(nn.Linear(n_in, 50, init=init, rng=rng))
        if norm is not None:
            layers.append(norm(50))
        layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.Linear(50, 10, init=init, rng=rng))


x, t = train.x[:1000], train.t[:1000]
flow_figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.2), layout="constrained")
flows = {}
for ax, (name, norm) in zip(axes, {"plain": None, "batch norm": nn.BatchNorm}.items(), strict=True):
    flows[name] = nn.flow(deep(0.01, norm), x, lambda y: nn.CrossEntropyLoss()(y, t))
    flows[name].plot(ax=ax)
    ax.set_title(f"{name}, σ = 0.01", loc="left", fontsize=10)

# %% [markdown] lang="en"
# Without it the activations vanish. With it each affine layer (0, 3, 6, 9) still makes the numbers small, but the normalisation behind it brings them back to a standard deviation of 1,
# again and again. Does it learn? Four starts each, mini-batches of 100, SGD with $\lambda = 0.1$, 5 epochs. **Compare** the two pictures.

# %% [markdown] lang="ja"
# バッチ正規化がないと，各層の出力は 0 に近づいていきます．バッチ正規化があると，アファイン層（0，3，6，9）で値が小さくなっても，直後の正規化によって毎回標準偏差が 1 に戻ります．では，学習は進むでしょうか．それぞれ4通りの初期値から，ミニバッチ100件，SGD（$\lambda = 0.1$）で5エポック学習させます．2つの図を**比べてください**．


# %%
def fit(model, epochs=5):
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    trainer = nn.Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics="accuracy")
    return trainer.fit(train, test, epochs=epochs, batch_size=100, rng=0, progress=False)


starts = {"σ=0.001": 0.001, "σ=0.01": 0.01, "σ=0.1": 0.1, "He": "he"}
plain = {name: fit(deep(init)) for name, init in starts.items()}
models = {name: deep(init, nn.BatchNorm) for name, init in starts.items()}
normed = {name: fit(model) for name, model in models.items()}

# %%
learning_figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.6), layout="constrained", sharey=True)
for ax, (name, histories) in zip(axes, {"plain": plain, "batch norm": normed}.items(), strict=True):
    nn.plot.curves(histories, "accuracy", ax=ax)
    ax.set_title(f"accuracy, {name}", loc="left", fontsize=10)

# %%
finals = {
    (kind, name): {"train": h["accuracy"][-1], "test": h["valid_accuracy"][-1]}
    for kind, histories in {"plain": plain, "batch norm": normed}.items()
    for name, h in histories.items()
}
pd.DataFrame(finals).T.round(3)

# %% [markdown] lang="en"
# Without it the two small starts stay at 10 %, guessing. With it **all** of them come to a test accuracy of about 90 % (88 to 94 % here), and even He's start gains a little here. (Training accuracy is measured during the epoch, while the network still changes; that is why the dashed lines begin below the solid ones.) Why does the start matter so little?
# Because a factor on the weights cancels: $c\,XW$ has $c$ times the mean and $c$ times the deviation.

# %% [markdown] lang="ja"
# バッチ正規化がないと，小さい2つの初期値では 10 % のまま（当てずっぽうと同じ）です．バッチ正規化があると，**すべて**の初期値でテストデータの精度が約 90 %（ここでは 88〜94 %）に達し，He の初期値でもここでは少し改善します．（訓練データの精度はエポックの途中，ネットワークが変わっていく間に測っているので，はじめは破線が実線の下にあります．）初期値の影響がこれほど小さいのはなぜでしょうか．重みに定数 $c$ をかけても，$c\,XW$ の平均も標準偏差も $c$ 倍になるので，打ち消し合うからです．

# %%
A, dA = rng.standard_normal((100, 50)), rng.standard_normal((100, 50))
for c in (0.01, 1, 100):
    out = batch_norm(c * A, np.ones(50), np.zeros(50))
    slope = gradient_of_X(dA, out, 1, np.sqrt((c * A).var(axis=0) + 1e-8))
    print(f"c = {c:5}  first row {out[0, :3].round(4)}   size of the gradient {np.abs(slope).mean():.2g}")

# %% [markdown] lang="en"
# (With $c = 0.01$ the $\epsilon$ may show in the last digit.) What does not cancel is the **gradient**: it is $1/c$ times as large. So large weights are changed by small steps, and learn slowly. Without batch
# normalisation $\sigma = 1$ ended in infinite numbers (2-6). With it:

# %% [markdown] lang="ja"
# （$c = 0.01$ では，最後の桁に $\epsilon$ の影響が見えることがあります．）打ち消されないのは**勾配**で，$1/c$ 倍になります．そのため，大きな重みは少しずつしか変わらず，学習が遅くなります．バッチ正規化なしでは，$\sigma = 1$ のとき値が無限大になりました（2-6）．バッチ正規化があるとどうでしょうか．

# %%
large = fit(deep(1.0, nn.BatchNorm))
print("train", np.round(large["accuracy"], 2), " test", np.round(large["valid_accuracy"], 2))

# %% [markdown] lang="en"
# It learns, but slowly: batch normalisation forgives a bad start, it does not make it a good one.
#
# If your layer of section 6 is right, it can stand in the network in place of the library's: `nn.from_layer` makes a module of it.

# %% [markdown] lang="ja"
# 学習は進みますが，ゆっくりです．バッチ正規化は悪い初期値を許容しますが，良い初期値に変えてくれるわけではありません．
#
# 第6節の自分の層が正しければ，ライブラリの層の代わりにネットワークに入れられます．`nn.from_layer` を使うと，自分の層がモジュールになります．

# %%
if mark:
    own = fit(deep("he", lambda K: nn.from_layer(BatchNorm(np.ones(K), np.zeros(K)))))
    print("yours:  ", np.round(own["valid_accuracy"], 3))
    print("library:", np.round(normed["He"]["valid_accuracy"], 3))
else:
    print("First solve the exercise of section 6.")

# %% [markdown] lang="en"
# ## 8. What if the test uses its own batch? (8.2)
#
# Suppose one forgets the switch: the test data are normalised by the statistics of **their own** batch. We try batches of several sizes, with the digits mixed, and
# sorted by class, so that a batch holds one digit only. (On a copy: in training mode every call moves the running statistics too.)

# %% [markdown] lang="ja"
# ## 8. テストデータを自分のミニバッチで正規化すると？（8.2）
#
# モードの切りかえを忘れて，テストデータを**それ自身の**ミニバッチの統計量で正規化するとどうなるでしょうか．ミニバッチの大きさを変え，数字が混ざった場合と，クラス順に並べてミニバッチが1種類の数字だけになる場合を試します（学習モードでは呼び出すたびに記憶した統計量も変わるので，コピーを使います）．


# %%
def accuracy_with_own_batches(model, order, size):
    model = copy.deepcopy(model).train()
    right = 0
    with ac.no_grad():
        for start in range(0, len(order), size):
            batch = order[start : start + size]
            right += np.sum(model(test.x[batch]).numpy().argmax(axis=1) == test.t[batch])
    return right / len(order)


model = models["σ=0.01"].eval()
mixed, by_class = np.arange(len(test)), np.argsort(test.t, kind="stable")
own_batches = pd.DataFrame(
    {
        "mixed": {size: accuracy_with_own_batches(model, mixed, size) for size in (1, 2, 10, 100)},
        "sorted": {size: accuracy_with_own_batches(model, by_class, size) for size in (1, 2, 10, 100)},
    }
)
running = nn.accuracy(model(test.x), test.t)
print(f"with the remembered statistics: {running:.3f}, whatever the order")
own_batches.round(3)

# %% [markdown] lang="en"
# Alone, every picture gets the same answer. In small batches the answer depends on the company; among pictures of one class even batches of 100 are useless, for the mean, which carries the class, is subtracted.
# Only large mixed batches hide the mistake, and they are what one usually tests with. With the remembered statistics each picture has its own answer.
#
# **Question.** Why not use the running statistics in training too?
#
# <details><summary>Answer</summary>
#
# Then $\mu$ and $v$ would be constants for the gradient, and it would not know that a change of the weights is normalised away: it would push numbers to where the normalisation
# takes them back, step by step, without the loss getting better. With the statistics of the batch the formula of section 4 takes the routes by $\mu$ and $v$ into account: $\mathbf c$ and $\mathbf d$.
#
# </details>

# %% [markdown] lang="ja"
# 1件だけでは，どの画像にも同じ答えを返します．小さいミニバッチでは，答えが「一緒に入れた画像」に左右されます．同じクラスの画像だけだと，100件でもまったく役に立ちません．クラスの情報をもつ平均を引いてしまうからです．この間違いが目立たないのは大きくて混ざったミニバッチのときだけですが，ふだんのテストはまさにその状況です．記憶した統計量を使えば，どの画像の答えも一つに決まります．
#
# **問い** 学習時にも記憶した統計量を使ってはいけないのでしょうか．
#
# <details><summary>答え</summary>
#
# その場合，勾配の計算では $\mu$ と $v$ が定数になり，重みを変えた効果が正規化で打ち消されることが勾配に反映されません．正規化で元に戻される方向へ重みを動かし続けるだけで，誤差は減らないおそれがあります．ミニバッチの統計量を使えば，第4節の公式の $\mathbf c$ と $\mathbf d$ が，$\mu$ と $v$ を通るルートを考慮してくれます．
#
# </details>

# %% [markdown] lang="en"
# ## 9. In prediction it is affine (8.2)
#
# With fixed statistics batch normalisation only multiplies each neuron by a number and adds one. An affine layer before it can swallow that: many programs do so before a network is put to use.
#
# **Exercise 8.2.** Find $W'$ and $b'$, so that $XW' + b'$ is what the affine layer and the batch normalisation behind it predict.
#
# <details><summary>Answer</summary>
#
# ```python
# def fold(W, b, gamma, beta, mean, var, eps):
#     factor = gamma / np.sqrt(var + eps)
#     return W * factor, (b - mean) * factor + beta
# ```
#
# `W * factor` multiplies column $k$, the weights of neuron $k$, by its number.
#
# </details>

# %% [markdown] lang="ja"
# ## 9. 予測時はアファイン変換（8.2）
#
# 統計量が固定されていれば，バッチ正規化はニューロンごとに一つの数をかけて一つの数を足すだけです．これは直前のアファイン層に取り込めます．実際，学習後のネットワークを利用する際によく行われる処理です．
#
# **演習 8.2** アファイン層とその後ろのバッチ正規化による予測が $XW' + b'$ となるような $W'$ と $b'$ を求めてください．
#
# <details><summary>答え</summary>
#
# ```python
# def fold(W, b, gamma, beta, mean, var, eps):
#     factor = gamma / np.sqrt(var + eps)
#     return W * factor, (b - mean) * factor + beta
# ```
#
# `W * factor` では，第 $k$ 列（ニューロン $k$ の重み）にその数がかかります．
#
# </details>


# %%
def fold(W, b, gamma, beta, mean, var, eps):
    return ..., ...


print(grade("8.2-3", fold))

# %% [markdown] lang="en"
# ## 10. Conventions (8.2)
#
# **Careful:** libraries agree on the idea, and differ in the details. $\epsilon$ is $10^{-8}$ here and $10^{-5}$ in PyTorch. The running variance is biased here ($1/N$, as in the forward pass) and in DL-from-scratch, unbiased ($1/(N - 1)$) in PyTorch
# and Chainer. And what is $m = 0.1$ here and in PyTorch is `momentum=0.9` in DL-from-scratch: the weight of the old, not of the new.

# %% [markdown] lang="ja"
# ## 10. ライブラリによる違い（8.2）
#
# **注意**：考え方は同じでも，細部はライブラリによって異なります．$\epsilon$ はここでは $10^{-8}$，PyTorch では $10^{-5}$ です．記憶する分散は，ここと『ゼロから作るDeep Learning』では（順伝播と同じ）$1/N$，PyTorch と Chainer では $1/(N - 1)$（不偏分散）です．また，ここと PyTorch の $m = 0.1$ は，『ゼロから作るDeep Learning』では `momentum=0.9` にあたります（新しい値ではなく，古い値の重みです）．

# %%
batch = np.array([[0.0], [2.0]])  # variance 1, unbiased 2
for layer in (nn.BatchNorm(1), nn.BatchNorm1d(1)):
    layer(batch)
    print(f"{type(layer).__name__:11} ε = {layer.eps:g}   running variance {layer.running_var.numpy()}")
conventions = pd.DataFrame(nn.conventions()).set_index("convention")
conventions.loc[["BatchNorm: ε / running variance"]].T

# %% [markdown] lang="en"
# ## What we saw
#
# * A data set is normalised by $(X - \mu)/\sigma$, the test data with the numbers of the training data; the shape of the distribution stays.
# * Batch normalisation does this for every neuron and every mini-batch, and then learns mean $\beta$ and deviation $\gamma$.
# * It is a layer: forward, and backward with $\frac{\gamma}{\sigma}(\frac{\partial E}{\partial Y} - \mathbf c - \tilde X * \mathbf d)$, $\sigma = \sqrt{v + \epsilon}$.
# * In training it takes the statistics of the batch and remembers a moving mean of them; in the test it takes these. Without the switch the answer to one picture depends on the others.
# * With it a deep network learns from starts with which it learns nothing otherwise.
#
# **Next:** 2-8, all methods together: optimizers, initial values and batch normalisation, and how deep one can go.

# %% [markdown] lang="ja"
# ## まとめ
#
# * データセットの正規化は $(X - \mu)/\sigma$ です．テストデータには訓練データの値を使います．分布の形は変わりません．
# * バッチ正規化は，これをニューロンごと，ミニバッチごとに行い，さらに平均 $\beta$ と標準偏差 $\gamma$ を学習します．
# * バッチ正規化は一つの層です．逆伝播は $\frac{\gamma}{\sigma}(\frac{\partial E}{\partial Y} - \mathbf c - \tilde X * \mathbf d)$，$\sigma = \sqrt{v + \epsilon}$ です．
# * 学習時はミニバッチの統計量を使いながらその移動平均を記憶し，テスト時は記憶した値を使います．切りかえを忘れると，一つの画像の答えがほかの画像に左右されます．
# * バッチ正規化があると，そのままではまったく学習が進まない初期値からでも，深いネットワークが学習できます．
#
# **次は** 2-8 です．最適化法，初期値，バッチ正規化をすべて組み合わせ，どこまで深くできるかを試します．
