# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-2-1 A simple neural network of two layers (regression)
#
# This notebook belongs to 1.1, 1.2, 2.1 and 4.0 to 4.2 of the lecture. You write a network of two layers in NumPy, from the affine layer to the training,
# let it estimate the prices of diamonds, and compare every gradient with that of the engine, the automatic differentiation of 2-1. Afterwards you can write such a network from a blank page.
#
# **The data:** `diamonds`, 53,940 real diamonds with their prices in US dollars (from ggplot2), all of them inside the package.
#
# **Points of the lecture**
#
# * how the output layer is designed for regression, two classes, $K$ classes (→ 3)
# * backpropagation (→ 4)
# * a class, its parameters and its methods (→ 5)
# * ReLU and sigmoid in code (→ 2, 4)
# * pandas (→ 6)
# * the scores on training data and on test data (→ 7, 8)

# %% [markdown] lang="ja"
# # 2-2-1 シンプルな2層のニューラルネット（回帰）
#
# このノートブックは，講義の 1.1，1.2，2.1 と 4.0 〜 4.2 に対応します．アファイン層から学習まで，2層のニューラルネットワークを NumPy で書き，ダイヤモンドの価格を予測させます．勾配はすべて，2-1 で学んだ自動微分と比べます．最後には，同じネットワークを何も見ずに書けるようになるはずです．
#
# **データ**：`diamonds`．実在する53,940個のダイヤモンドとその価格（米ドル，ggplot2 のデータ）．すべてパッケージに入っています．
#
# **講義のポイント**
#
# * 回帰問題・2値分類問題・$K$ クラス分類問題それぞれの出力層の設計（→ 3）
# * 誤差逆伝播（→ 4）
# * クラスとそのパラメータ，メソッド（→ 5）
# * ReLU とシグモイドの実装（→ 2，4）
# * pandas（→ 6）
# * 訓練データとテストデータに対する精度（→ 7，8）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade, numerical_gradient

rng = np.random.default_rng(0)

# %%
train, test = nn.data.diamonds()
print(train.source)
print("training:", train.x.shape, train.t.shape, "  test:", test.x.shape, test.t.shape)
stones = pd.DataFrame(train.x.astype(float), columns=train.features)
stones.iloc[:5, :8].round(2)

# %% [markdown] lang="en"
# A row is a diamond, a column is a measure: weight in carat, proportions in per cent, lengths `x`, `y`, `z` in mm. Then come cut, color and clarity: one column for each grade, with a 1 where it applies.
# There are $K = 26$ columns. What is to be predicted is the natural logarithm of the price: if it grows by 1, the price is 2.7 times as high.

# %% [markdown] lang="ja"
# 1行が一つのダイヤモンド，1列が一つの特徴量です．重さ（カラット），比率（%），長さ `x`，`y`，`z`（mm）のあとに，カット・色・透明度が並びます．これらは等級ごとに一つの列があり，該当する列だけが 1 です．全部で $K = 26$ 列です．予測するのは価格の自然対数です．1 増えると，価格は約2.7倍になります．

# %% [markdown] lang="en"
# ## 1. The affine layer (1.1)
#
# Data are **row** vectors. A layer with $K$ inputs and $L$ neurons has $W$ of shape $(K, L)$ and $\mathbf{b}$ of shape $(L,)$; neuron $l$ computes
#
# $$a_l = x_0w_{0l} + x_1w_{1l} + \cdots + x_{K-1}w_{K-1,l} + b_l, \qquad\text{all together}\qquad \mathbf{a} = \mathbf{x}W + \mathbf{b}.$$
#
# The number of a neuron stands below and starts at 0; the number of the layer stands above, in brackets: $w^{(1)}_{kl}$. (Only in 3.6 the lecture counts $y_1, y_2$.)

# %% [markdown] lang="ja"
# ## 1. アファイン層（1.1）
#
# データは**横**ベクトルです．入力が $K$ 個，ニューロンが $L$ 個の層では，$W$ は $(K, L)$ 型，$\mathbf{b}$ は $(L,)$ 型で，$l$ 番目のニューロンは次の計算をします．
#
# $$a_l = x_0w_{0l} + x_1w_{1l} + \cdots + x_{K-1}w_{K-1,l} + b_l, \qquad\text{まとめると}\qquad \mathbf{a} = \mathbf{x}W + \mathbf{b}$$
#
# ニューロンの番号は 0 から始まり，下に付けます．層の番号は $w^{(1)}_{kl}$ のように上に付けます（3.6 だけは $y_1, y_2$ と 1 から数えています）．

# %%
K, L = 3, 2
x = np.array([1.0, 2.0, -1.0])
W = np.array([[1.0, 0.0], [0.5, -1.0], [2.0, 3.0]])
b = np.array([0.1, 0.2])

a = np.zeros(L)
for l in range(L):
    a[l] = sum(x[k] * W[k, l] for k in range(K)) + b[l]
print(a, x @ W + b)

# %% [markdown] lang="en"
# A **mini-batch** is $N$ such rows, $X$ of shape $(N, K)$, and the formula stays: $A = XW + \mathbf{b}$.
# NumPy adds the row $\mathbf{b}$ to every row of $XW$: $(N, L) + (L,) = (N, L)$. This is broadcasting. Compare the rows that are printed.

# %% [markdown] lang="ja"
# **ミニバッチ**は，このような行を $N$ 個並べた $(N, K)$ 型の $X$ です．式は変わらず $A = XW + \mathbf{b}$ です．NumPy は $XW$ のすべての行に横ベクトル $\mathbf{b}$ を加えます：$(N, L) + (L,) = (N, L)$．これがブロードキャストです．出力の各行を見比べてください．

# %%
X = np.array([[1.0, 2.0, -1.0], [0.0, 0.0, 0.0], [3.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
A = X @ W + b
print("X", X.shape, " W", W.shape, " b", b.shape, " A", A.shape)
print(A)
print("row by row:", np.array_equal(A, np.stack([row @ W + b for row in X])))

# %% [markdown] lang="en"
# The first row is the `x` of above; the second, all zeros, comes out as $\mathbf{b}$.
#
# **Careful:** PyTorch keeps $W$ the other way round, $(L, K)$, and computes $XW^T + \mathbf{b}$. Here `nn.Affine` has the lecture's layout, and only `nn.functional.linear` has PyTorch's:

# %% [markdown] lang="ja"
# 1行目は先ほどのデータです．2行目は成分がすべて 0 なので，$\mathbf{b}$ がそのまま出てきます．
#
# **注意**：PyTorch の $W$ は逆向きの $(L, K)$ 型で，$XW^T + \mathbf{b}$ を計算します．このライブラリの `nn.Affine` は講義と同じ向きで，`nn.functional.linear` だけが PyTorch と同じです．

# %%
print("nn.Affine:", nn.Affine(K, L, rng=0).weight.shape)
print("nn.functional.linear:", np.allclose(nn.functional.linear(X, W.T, b), A))

# %% [markdown] lang="en"
# **Question.** A layer takes the 26 columns and has 50 neurons, a batch has 100 diamonds. Which shapes have $X$, $W$, $\mathbf{b}$, $A$? How many parameters are there?
#
# <details><summary>Answer</summary>
#
# $X$ (100, 26), $W$ (26, 50), $\mathbf{b}$ (50,), $A$ (100, 50). There are 26 · 50 + 50 = 1,350 parameters, however large the batch is.
#
# </details>

# %% [markdown] lang="ja"
# **問い** 26列を入力とし，ニューロンが50個の層に，100個のダイヤモンドからなるミニバッチを入れます．$X$，$W$，$\mathbf{b}$，$A$ はそれぞれ何型ですか．パラメータはいくつありますか．
#
# <details><summary>答え</summary>
#
# $X$ は (100, 26) 型，$W$ は (26, 50) 型，$\mathbf{b}$ は (50,) 型，$A$ は (100, 50) 型です．パラメータは 26 · 50 + 50 = 1,350個で，バッチサイズにはよりません．
#
# </details>

# %% [markdown] lang="en"
# ## 2. Activation functions (1.2)
#
# Behind the affine layer a function acts on every number. Without it, two layers would be one affine map again.
# Here are the lecture's four; $\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}$ is in NumPy. In ReLU, `mask` is an array of True and False, which count as 1 and 0.

# %% [markdown] lang="ja"
# ## 2. 活性化関数（1.2）
#
# アファイン層のあとで，各成分に活性化関数を作用させます．これがないと，2層重ねても一つのアファイン変換にしかなりません．講義で扱う4つを書いてみましょう．$\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}$ は NumPy に用意されています．ReLU の `mask` は True と False の配列で，計算では 1 と 0 になります．


# %%
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    mask = x > 0
    return mask * x


def leaky_relu(x):
    return np.where(x > 0, x, 0.1 * x)


activations = {"sigmoid": sigmoid, "ReLU": relu, "tanh": np.tanh, "leaky ReLU": leaky_relu}

# %% [markdown] lang="en"
# We do not write their derivatives: `ac.derive` finds them from the functions above. ([x > 0] is 1 where it holds, else 0; ⊙ multiplies number by number, as `*`.)
# In the figure look for three things: where the dashed derivative is nearly 0, how high it gets, and what happens at 0.

# %% [markdown] lang="ja"
# 導関数は自分では書きません．`ac.derive` が上の関数から導きます（[x > 0] は，成り立つところで 1，そうでないところで 0 です．⊙ は成分ごとの積です）．図では，破線の導関数について，ほぼ 0 になる範囲，最大値，$x = 0$ での様子の3つに注目してください．

# %%
x = np.linspace(-5, 5, 401)
slopes = {}
for name, f in activations.items():
    derivation = ac.derive(lambda x, f=f: f(x).sum(), x)  # a sum, so that each x has its own f′(x)
    print(f"{name:11} f′(x) = {derivation['x']}")
    slopes[name] = derivation.function  # gives the sum and f′

figure, axes = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
for ax, (name, f) in zip(axes.flat, activations.items(), strict=True):
    _, slope = slopes[name](x)
    nn.plot.lines(x, {"f": f(x), "f′": slope}, title=name, ax=ax)

# %% [markdown] lang="en"
# The derivative of the sigmoid is at most 1/4, that of tanh at most 1, and both vanish far from 0: neurons there hardly learn. ReLU passes on all or nothing.
#
# **Careful:** leaky ReLU has the slope **0.1** here, and 0 belongs to the sloped branch. PyTorch's default is 0.01.

# %% [markdown] lang="ja"
# 導関数の最大値は，シグモイドで 1/4，tanh で 1 です．どちらも 0 から離れるとほぼ 0 になり，そこにいるニューロンはほとんど学習できません．ReLU は勾配をそのまま通すか，まったく通さないかのどちらかです．
#
# **注意**：講義の Leaky ReLU の傾きは **0.1** で，$x = 0$ は傾きのある側に入ります．PyTorch の既定値は 0.01 です．

# %%
print("here:", nn.LeakyReLU(), nn.LeakyReLU()(np.array([-1.0, 0.0])))
print("as PyTorch:", nn.functional.leaky_relu(np.array([-1.0])))
print("slope at 0:", slopes["leaky ReLU"](np.zeros(1))[1])

# %% [markdown] lang="en"
# ## 3. The output layer and the error (2.1)
#
# What the last layer does depends on the question that the network is to answer:
#
# | problem | last activation | error | notebook |
# |---|---|---|---|
# | regression: a number | none (identity) | half the mean squared error | this one |
# | two classes | sigmoid | cross entropy | 2-2-2 |
# | $K$ classes | softmax | cross entropy | 2-2-3 |
#
# For regression, with $\hat y$ the prediction and $y$ the right answer: $\frac12(\hat y - y)^2$, **summed** over the outputs and **averaged** over the batch.

# %% [markdown] lang="ja"
# ## 3. 出力層と誤差（2.1）
#
# 最後の層で何をするかは，ネットワークに何を答えさせたいかによって決まります．
#
# | 問題 | 最後の活性化関数 | 誤差 | ノートブック |
# |---|---|---|---|
# | 回帰：数値 | なし（恒等関数） | 平均2乗誤差の $\frac12$ | このノートブック |
# | 2値分類 | シグモイド | 交差エントロピー | 2-2-2 |
# | $K$ クラス分類 | ソフトマックス | 交差エントロピー | 2-2-3 |
#
# 回帰では，予測値を $\hat y$，正解値を $y$ とするとき，$\frac12(\hat y - y)^2$ を出力の成分について**足し**，ミニバッチについて**平均**したものを誤差とします（誤差を計算する関数を誤差関数，または損失関数といいます．コードでは `loss` です）．


# %%
def half_mse(Y_hat, Y):
    return ((Y_hat - Y) ** 2).sum() / (2 * len(Y))


Y_hat = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])  # 2 data, 3 outputs
Y = np.array([[1.0, 2.0, 1.0], [4.0, 2.0, 7.0]])
print("half mean squared error:", half_mse(Y_hat, Y), " nn.HalfMSELoss:", nn.HalfMSELoss()(Y_hat, Y))
print("as PyTorch, nn.MSELoss:", nn.MSELoss()(Y_hat, Y))
print(ac.derive(half_mse, Y_hat, Y))

# %% [markdown] lang="en"
# **Careful:** PyTorch's `MSELoss` is the mean over **all** numbers, without the ½: with $L$ outputs it is $2/L$ of ours, 14/6 against 14/4. With one output it is twice as large, and so are its gradients.
#
# **Careful:** $Y$ is the right answer here, as in sections 2 and 4 of the lecture, and $\hat Y$ the prediction. In 3.6, 3.7 and section 5 the prediction is called $Y$, and the right answer $T$.
#
# The gradient is the difference, divided by $N$. The ½ is there so that no 2 remains. (The table in 3.7 has sums: it lacks the $N$.)

# %% [markdown] lang="ja"
# **注意**：PyTorch の `MSELoss` は**すべての**成分についての平均で，$\frac12$ も付きません．出力が $L$ 個なら，講義の誤差の $2/L$ 倍です（ここでは 14/4 に対して 14/6）．出力が1個なら誤差も勾配も2倍になります．
#
# **注意**：ここでは，講義の第2章・第4章と同じく $Y$ が正解値，$\hat Y$ が予測値です．3.6，3.7 と第5章では，予測値が $Y$，正解値が $T$ と書かれています．
#
# 勾配は，予測値と正解値の差を $N$ で割ったものです．$\frac12$ を付けておいたので 2 は残りません（3.7 の表は和についての公式なので，$N$ がありません）．

# %% [markdown] lang="en"
# ## 4. Two layers, forwards and backwards (4.0, 4.1)
#
# Input layer (0), hidden layer (1), output layer (2): we call this **two** layers, because the input layer computes nothing.
# The code is that of section 1 and 2, on Tensors, which remember how they were computed. Follow the picture from $X$ to $E$: affine, ReLU, affine, error. Cards with ● are the parameters.
# (`fold="unnamed"` draws a box for each line of the code, `direction="TB"` from top to bottom.)

# %% [markdown] lang="ja"
# ## 4. 2層のニューラルネット：順伝播と逆伝播（4.0，4.1）
#
# 入力層（第0層），隠れ層（第1層），出力層（第2層）からなりますが，入力層は何も計算しないので**2層**と数えます．コードは第1節，第2節と同じですが，計算の過程を覚えている Tensor を使っています．図を $X$ から $E$ までたどってください．アファイン変換，ReLU，アファイン変換，誤差と続きます．● の付いたカードがパラメータです（`fold="unnamed"` はコードの1行を一つの箱で，`direction="TB"` は上から下へ描く指定です）．

# %%
N = 4
X, Y = ac.Tensor(rng.standard_normal((N, 3)), requires_grad=True), rng.standard_normal((N, 2))
W1, b1 = nn.Parameter(rng.standard_normal((3, 5))), nn.Parameter(np.zeros(5))
W2, b2 = nn.Parameter(rng.standard_normal((5, 2))), nn.Parameter(np.zeros(2))

A1 = X @ W1 + b1
X1 = ac.relu(A1)
Ŷ = X1 @ W2 + b2
E = ((Ŷ - Y) ** 2).sum() / (2 * N)
forward = ac.graph(E, fold="unnamed", direction="TB")
forward

# %% [markdown] lang="en"
# Now backwards, from $E$ upwards. On each wire stands what the gradient is multiplied with, on each card the formula of the gradient that arrives, and its mean size $|g|$.
# Look for four patterns: the difference at $\hat Y$, $W_2^T$ on the way to $X_1$, $X_1^T$ and a sum at the parameters, and a mask at ReLU.

# %% [markdown] lang="ja"
# 次は逆伝播です．$E$ から上へたどります．矢印の横には勾配にかけるもの，カードには，届いた勾配の式と，成分の大きさの平均 $|g|$ が書かれています．$\hat Y$ での差，$X_1$ へ向かう途中の $W_2^T$，パラメータでの $X_1^T$ と和，ReLU でのマスクという4つの形を探してください．

# %%
backward = ac.graph(E, fold="unnamed", mode="backward", direction="TB", grads="compute")
backward

# %% [markdown] lang="en"
# **The mask.** $\frac{\partial E}{\partial A^{(1)}} = \frac{\partial E}{\partial X^{(1)}} * (A^{(1)} > 0)$. The same mask serves both ways: forwards it sets to 0 what is not positive, backwards it stops the gradient there.

# %% [markdown] lang="ja"
# **マスク** $\frac{\partial E}{\partial A^{(1)}} = \frac{\partial E}{\partial X^{(1)}} * (A^{(1)} > 0)$ です．同じマスクを2回使います．順伝播では正でない成分を 0 にし，逆伝播ではそこで勾配を止めます．

# %%
a1 = np.array([[1.5, -2.0, 0.0, 3.0]])
mask1 = a1 > 0
x1 = mask1 * a1
dx1 = np.array([[0.1, 0.2, 0.3, 0.4]])
da1 = dx1 * mask1
print("mask1", mask1)
print("x1   ", x1)
print("da1  ", da1)

# %% [markdown] lang="en"
# (−0 is 0: it comes from 0 · (−2).) At exactly 0 the mask is False: the lecture takes 0 for the slope of ReLU there, and so does the engine.
#
# **Exercise 1.** Write leaky ReLU (slope 0.1) in the same way: `forward` keeps the mask, `backward` gets `dout`, the gradient of the output, and returns that of the input.
#
# <details><summary>Answer</summary>
#
# ```python
# class LeakyReLU:
#     def forward(self, a):
#         self.mask = a > 0
#         return np.where(self.mask, a, 0.1 * a)
#
#     def backward(self, dout):
#         return np.where(self.mask, dout, 0.1 * dout)
# ```
#
# </details>

# %% [markdown] lang="ja"
# （−0 は 0 のことで，0 · (−2) の結果です．）ちょうど 0 のところではマスクは False です．講義では，そこでの ReLU の傾きを 0 とします．このライブラリでも同じです．
#
# **演習1** Leaky ReLU（傾き 0.1）を同じように書いてください．`forward` はマスクを覚えておきます．`backward` は出力の勾配 `dout` を受け取り，入力の勾配を返します．
#
# <details><summary>答え</summary>
#
# ```python
# class LeakyReLU:
#     def forward(self, a):
#         self.mask = a > 0
#         return np.where(self.mask, a, 0.1 * a)
#
#     def backward(self, dout):
#         return np.where(self.mask, dout, 0.1 * dout)
# ```
#
# </details>


# %%
class LeakyReLU:
    def forward(self, a):
        self.mask = ...
        return ...

    def backward(self, dout):
        return ...


leaky_mark = grade("3-1-3", LeakyReLU)
leaky_mark

# %% [markdown] lang="en"
# **Exercise 2.** Turn the picture into NumPy: all gradients of the network, given the batch and the parameters. Six lines are enough. Do it before you read on.
#
# <details><summary>Answer</summary>
#
# ```python
# def gradients(X, Y, W1, b1, W2, b2):
#     A1 = X @ W1 + b1
#     mask1 = A1 > 0
#     X1 = mask1 * A1
#     dY_hat = (X1 @ W2 + b2 - Y) / len(X)
#     dA1 = dY_hat @ W2.T * mask1
#     return X.T @ dA1, dA1.sum(axis=0), X1.T @ dY_hat, dY_hat.sum(axis=0)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習2** 図を NumPy に書きかえてください．ミニバッチとパラメータから，すべての勾配を求める関数です．6行もあれば書けます．先へ進む前に挑戦しましょう．
#
# <details><summary>答え</summary>
#
# ```python
# def gradients(X, Y, W1, b1, W2, b2):
#     A1 = X @ W1 + b1
#     mask1 = A1 > 0
#     X1 = mask1 * A1
#     dY_hat = (X1 @ W2 + b2 - Y) / len(X)
#     dA1 = dY_hat @ W2.T * mask1
#     return X.T @ dA1, dA1.sum(axis=0), X1.T @ dY_hat, dY_hat.sum(axis=0)
# ```
#
# </details>


# %%
def gradients(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = ..., ..., ..., ...
    return dW1, db1, dW2, db2


gradients_mark = grade("2-2-1", gradients)
gradients_mark

# %% [markdown] lang="en"
# ## 5. A class, its parameters and its methods (4.1, 4.2)
#
# A **class** holds together what belongs together: the parameters, in a dict under their names, and what can be done with them.
# `__init__` makes them, `predict` goes forwards, `loss` measures, `gradient` goes backwards. What `predict` keeps in `self`, `gradient` uses.

# %% [markdown] lang="ja"
# ## 5. クラスとそのパラメータ，メソッド（4.1，4.2）
#
# **クラス**は，関係のあるものをひとまとめにします．ここでは，名前を付けて辞書に入れたパラメータと，それを使う操作（メソッド）です．`__init__` がパラメータを作り，`predict` が順伝播，`loss` が誤差，`gradient` が逆伝播を計算します．`predict` が `self` に残したものを `gradient` が使います．


# %%
class Simple2Layers:
    def __init__(self, n_in, n_hidden, n_out, seed=0):
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": 0.1 * rng.standard_normal((n_in, n_hidden)),
            "b1": np.zeros(n_hidden),
            "W2": 0.1 * rng.standard_normal((n_hidden, n_out)),
            "b2": np.zeros(n_out),
        }

    def predict(self, X):
        p = self.params
        A1 = X @ p["W1"] + p["b1"]
        self.mask1 = A1 > 0
        self.X1 = self.mask1 * A1
        return self.X1 @ p["W2"] + p["b2"]

    def loss(self, X, Y):
        return ((self.predict(X) - Y) ** 2).sum() / (2 * len(X))

    def gradient(self, X, Y):
        dY_hat = (self.predict(X) - Y) / len(X)
        dA1 = dY_hat @ self.params["W2"].T * self.mask1
        return {
            "W1": X.T @ dA1,
            "b1": dA1.sum(axis=0),
            "W2": self.X1.T @ dY_hat,
            "b2": dY_hat.sum(axis=0),
        }


# %% [markdown] lang="en"
# Is the gradient right? First by numerical differentiation, on a small network: every parameter is moved a little, and the error computed twice.
# Then by the engine, which derives the `loss` that you wrote.

# %% [markdown] lang="ja"
# 勾配は正しいでしょうか．まず小さいネットワークで数値微分と比べます．パラメータを一つずつ少し動かし，そのたびに誤差を2回計算します．次に，`loss` を自動微分した結果と比べて採点します．

# %%
small = Simple2Layers(3, 5, 2)
X, Y = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
by_hand = small.gradient(X, Y)
for name, value in small.params.items():
    by_differences = numerical_gradient(lambda value: small.loss(X, Y), value, h=1e-5)
    print(f"{name}  {value.shape!s:7} largest difference {np.abs(by_hand[name] - by_differences).max():.0e}")
class_mark = grade("2-2-1", Simple2Layers)
class_mark

# %% [markdown] lang="en"
# ## 6. The data, with pandas (4.2)
#
# Look at data before you train with them. `describe` tells in one table how many there are, and how the numbers spread. Look at the rows `min` and `max` of the three lengths.

# %% [markdown] lang="ja"
# ## 6. pandas でデータを見る（4.2）
#
# 学習の前には必ずデータを眺めましょう．`describe` は，個数や値の広がりを一つの表にまとめてくれます．3つの長さの `min` と `max` の行に注目してください．

# %%
stones["log price"] = train.t.astype(float)
stones.iloc[:, [0, 1, 2, 3, 4, 5, -1]].describe().round(2)

# %% [markdown] lang="en"
# Lengths of 0 mm, and a diamond 59 mm long: these are slips of measuring. A condition on columns gives True or False for each row, and `stones[condition]` picks rows.
# We leave such stones out, of the training data and of the test data, by a rule that does not look at the price.

# %% [markdown] lang="ja"
# 長さ 0 mm や 59 mm のダイヤモンドがあります．測り間違いか書き間違いでしょう．列についての条件を書くと行ごとに True か False が得られ，`stones[条件]` で行を選べます．価格を使わない規則で，このような石を訓練データからもテストデータからも除きます．


# %%
def is_measured(stones):
    lengths = stones[["x", "y", "z"]]
    return (lengths.min(axis=1) > 0) & (lengths.max(axis=1) < 20)


test_stones = pd.DataFrame(test.x.astype(float), columns=test.features)
test_stones["log price"] = test.t.astype(float)
print("left out:", (~is_measured(stones)).sum(), "and", (~is_measured(test_stones)).sum())
stones, test_stones = stones[is_measured(stones)], test_stones[is_measured(test_stones)]
stones.corr()["log price"].drop("log price").sort_values(key=abs, ascending=False).head(6).round(2)

# %% [markdown] lang="en"
# The sizes go most with the price: a correlation near 1 means nearly on a straight line. Now arrays again, **standardised** ($z = (x - \mu)/\sigma$), inputs and labels:
# numbers near 1 suit the initial values and one learning rate for all. $\mu$ and $\sigma$ are those of the training data; the test data must not be looked at.

# %% [markdown] lang="ja"
# 価格との相関が強いのは大きさです（相関係数が 1 に近いほど，直線に近い関係です）．ここで配列に戻し，入力も正解値も**標準化**します（$z = (x - \mu)/\sigma$）．値が 1 程度にそろうと，初期値も学習係数も決めやすくなります．$\mu$ と $\sigma$ は訓練データのものを使います．テストデータは見てはいけません．

# %%
columns = list(train.features)
X_raw, Y_raw = stones[columns].to_numpy(), stones[["log price"]].to_numpy()
X_test_raw, Y_test_raw = test_stones[columns].to_numpy(), test_stones[["log price"]].to_numpy()

scale_X, scale_Y = nn.data.Standardizer().fit(X_raw), nn.data.Standardizer().fit(Y_raw)
X, X_test = scale_X.transform(X_raw), scale_X.transform(X_test_raw)
Y, Y_test = scale_Y.transform(Y_raw), scale_Y.transform(Y_test_raw)
print("X", X.shape, " Y", Y.shape, " X_test", X_test.shape, " σ of log price", scale_Y.std.round(3))
print(pd.DataFrame(X, columns=columns).agg(["mean", "std"]).iloc[:, :4].abs().round(2))

# %% [markdown] lang="en"
# ## 7. Training: SGD in five steps (4.1)
#
# Stochastic gradient **descent** (in 4.1 it is spelt "decent", a slip of the pen): (1) choose parameters; (2) draw a mini-batch; (3) predict;
# (4) differentiate the mean error; (5) $W \leftarrow W - \lambda\,\partial E/\partial W$, and back to (2). When every datum has had its turn, an **epoch** is over.
#
# As a score we take the root of the mean squared error, RMSE, of the log price. An RMSE of 0.1 means: a price is typically off by about 10 %.

# %% [markdown] lang="ja"
# ## 7. 学習：SGD の5つのステップ（4.1）
#
# 確率的勾配降下法（SGD）です（4.1 の英語の綴り Decent は Descent の書き間違いです）．(1) パラメータの値を決める．(2) ミニバッチを選ぶ．(3) 予測する．(4) 誤差の平均を微分する．(5) $W \leftarrow W - \lambda\,\partial E/\partial W$ と更新して (2) に戻る．すべてのデータを一通り使うと1**エポック**です．
#
# 精度は，価格の対数についての平均2乗誤差の平方根（RMSE）で測ります（小さいほど良い値です）．RMSE が 0.1 なら，価格の誤差は 10 % 程度です．


# %%
def rmse(net, X, Y):
    return scale_Y.std[0] * np.sqrt(((net.predict(X) - Y) ** 2).mean())  # in units of log price


def fit(net, X, Y, *, epochs, lr=0.1, batch_size=100):
    rng = np.random.default_rng(1)
    history = {"epoch": [], "train": [], "test": []}
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            chosen = order[i : i + batch_size]  # (2)
            grads = net.gradient(X[chosen], Y[chosen])  # (3) and (4)
            for name in net.params:
                net.params[name] -= lr * grads[name]  # (5)
        history["epoch"].append(epoch)
        history["train"].append(rmse(net, X, Y))
        history["test"].append(rmse(net, X_test, Y_test))
    return pd.DataFrame(history)


net = Simple2Layers(26, 50, 1)  # (1)
print("untrained:", round(rmse(net, X, Y), 3), round(rmse(net, X_test, Y_test), 3))
history = fit(net, X, Y, epochs=10)
history.round(4)

# %% [markdown] lang="en"
# The **learning curve** shows the two columns. Look at how fast it falls, and at the gap between the lines.

# %% [markdown] lang="ja"
# 2つの列を図にしたものが**学習曲線**です．下がる速さと，2本の線の間隔に注目してください．

# %%
learning = nn.plot.lines(
    history["epoch"],
    {"train": history["train"], "test": history["test"]},
    title="RMSE of log price",
    xlabel="epoch",
)

# %% [markdown] lang="en"
# One epoch does most of the work, and the lines stay together: with 43,000 diamonds and 1,401 parameters, nothing is learnt by heart.
# Is a network needed at all? The best straight (affine) map, found by least squares, has no hidden layer:

# %% [markdown] lang="ja"
# 最初の1エポックで大部分が学習され，2本の線はほとんど離れません．43,000個のデータに対してパラメータは1,401個なので，丸暗記はできないのです．そもそもネットワークは必要でしょうか．隠れ層のない最良のアファイン変換（最小2乗法）と比べてみましょう．

# %%
ones, ones_test = np.ones((len(X), 1)), np.ones((len(X_test), 1))
w, *_ = np.linalg.lstsq(np.hstack([X, ones]), Y)
straight = scale_Y.std[0] * nn.rmse(np.hstack([X_test, ones_test]) @ w, Y_test)
scores = {
    "always the mean": Y_test_raw.std(),
    "least squares": straight,
    "two layers": rmse(net, X_test, Y_test),
}
pd.DataFrame({"RMSE on test data": scores}).round(3)

# %% [markdown] lang="en"
# The hidden layer takes the error from 13 % to below 12 %. In the next picture every dot is a diamond of the test data; on the grey line prediction and truth agree. Do some ranges do worse?

# %% [markdown] lang="ja"
# 隠れ層によって，誤差は 13 % ほどから 12 % 弱に下がりました．次の図では，点の一つ一つがテストデータのダイヤモンドです．灰色の線の上では，予測値と正解値が一致します．精度の悪い価格帯はあるでしょうか．

# %%
predicted = scale_Y.inverse_transform(net.predict(X_test))
against = nn.plot.predictions(predicted, Y_test_raw, title="log price of the test diamonds")
off = np.abs(np.exp(predicted - Y_test_raw) - 1)
print(f"half of the predicted prices are off by less than {np.median(off):.1%},")
print(f"one in ten by more than {np.quantile(off, 0.9):.0%}")
pd.DataFrame({"price in $": np.exp(Y_test_raw[:5, 0]), "predicted": np.exp(predicted[:5, 0])}).round().astype(
    int
)

# %% [markdown] lang="en"
# The dots lie around the line all the way; only for the cheapest stones the predicted price is a little too high. (The gap near 7.3 is in the data: no stone costs between 1,454 and 1,546 dollars.) The table has the first five in dollars: the second is far off, as some always are.
#
# ## 8. Training data and test data (4.2)
#
# Why two scores? The same network, but with only 200 diamonds to learn from, and many more epochs. Look at both lines.

# %% [markdown] lang="ja"
# 点は全体にわたって線のまわりに集まっていますが，最も安い石では少し高めに予測しています（7.3 付近のすき間はデータのもので，1,454ドルから1,546ドルの石が一つもありません）．表は最初の5個をドルで示したものです．2番目のように大きく外れる石も必ずあります．
#
# ## 8. 訓練データとテストデータ（4.2）
#
# なぜ2つの精度を見るのでしょうか．同じネットワークを，わずか200個のダイヤモンドで，エポック数をずっと増やして学習させます．2本の線を見比べてください．

# %%
few = fit(Simple2Layers(26, 50, 1), X[:200], Y[:200], epochs=300)
overfitted = nn.plot.lines(
    few["epoch"], {"train": few["train"], "test": few["test"]}, title="RMSE with 200 diamonds", xlabel="epoch"
)
few.iloc[[0, 9, 29, 99, 299]].round(3)

# %% [markdown] lang="en"
# The error on the training data goes on falling, that on the test data has stopped long before: the 200 stones are learnt by heart (**overfitting**). Only the test data tell how good the network is.
#
# **Question.** May one choose $\lambda$ or the number of epochs by the test score?
#
# <details><summary>Answer</summary>
#
# Then the test data have taken part in the training, and their score is too good. One sets a third part aside, the validation data, and chooses by it.
#
# </details>

# %% [markdown] lang="ja"
# 訓練データに対する誤差は下がり続けますが，テストデータに対する誤差は早くから下がらなくなります．200個の石を丸暗記しているのです（**過学習**）．ネットワークの良さを教えてくれるのは，テストデータだけです．
#
# **問い** テストデータの精度を見て，$\lambda$ やエポック数を選んでもよいでしょうか．
#
# <details><summary>答え</summary>
#
# それではテストデータが学習に参加したことになり，その精度は良すぎる値になります．検証データという第3のデータを取り分けておき，それで選びます．
#
# </details>

# %% [markdown] lang="en"
# ## 9. The same with the engine (3.8, 4.1)
#
# The same network of ready-made layers, with the same initial values. Nobody writes a gradient: `backward()` finds them. Are they the same?

# %% [markdown] lang="ja"
# ## 9. 自動微分で同じことをする（3.8，4.1）
#
# 用意されている層で同じネットワークを作り，同じ初期値を入れます．勾配は書かなくても `backward()` が求めてくれます．一致するでしょうか．

# %%
start = Simple2Layers(26, 50, 1)
model = nn.Sequential(nn.Affine(26, 50, dtype=float), nn.ReLU(), nn.Affine(50, 1, dtype=float))
for parameter, value in zip(model.parameters(), start.params.values(), strict=True):
    parameter.data = value

criterion = nn.HalfMSELoss()
loss = criterion(model(X[:100]), Y[:100])
loss.backward()
by_hand = start.gradient(X[:100], Y[:100])
differences = {}
for parameter, name in zip(model.parameters(), by_hand, strict=True):
    differences[name] = np.abs(parameter.grad.numpy() - by_hand[name]).max()
    print(f"d{name}  {parameter.shape!s:8} largest difference {differences[name]:.0e}")

# %% [markdown] lang="en"
# Equal up to rounding. Then the training, with the same batches in the same order, must end at the same network:

# %% [markdown] lang="ja"
# 丸め誤差を除いて一致しました．それなら，同じミニバッチを同じ順番で使えば，学習の結果も同じになるはずです．

# %%
optimizer = optim.SGD(model.parameters(), lr=0.1)
batches = np.random.default_rng(1)
for _ in range(10):
    order = batches.permutation(len(X))
    for i in range(0, len(X), 100):
        chosen = order[i : i + 100]
        optimizer.zero_grad()
        criterion(model(X[chosen]), Y[chosen]).backward()
        optimizer.step()

engine_rmse = scale_Y.std[0] * nn.rmse(model(X_test), Y_test)
print("test RMSE, by hand:", round(rmse(net, X_test, Y_test), 6), " engine:", round(engine_rmse, 6))

# %% [markdown] lang="en"
# The two agree to the last digit printed. Each line has its counterpart in `fit`: `zero_grad` empties the gradients, `backward` fills them, `step` is step (5).
#
# What differs from other books is collected in a table; these are its rows for this notebook:

# %% [markdown] lang="ja"
# 表示した桁まで一致しました．コードの各行は `fit` と対応しています．`zero_grad` が勾配を空にし，`backward` が勾配を求め，`step` がステップ (5) です．
#
# ほかの教科書との違いは表にまとめられています．このノートブックに関係する行を見てみましょう．

# %%
pd.options.display.max_colwidth = None  # long entries are not cut
pd.DataFrame(nn.conventions()).loc[:2, ["convention", "lecture", "PyTorch", "here"]]

# %% [markdown] lang="en"
# ## What we saw
#
# * **Output layer**: for regression no activation, and half the mean squared error: summed over outputs, mean over the batch. Its gradient is $(\hat Y - Y)/N$.
# * **Backpropagation**: $W^T$ on the right, $X^T$ on the left, a sum over the batch for $\mathbf{b}$, a mask for ReLU. By hand and by the engine it is the same.
# * **Class**: `params` in a dict, and `predict`, `loss`, `gradient` that use them.
# * **Sigmoid and ReLU** are one line each; the slope of ReLU is the mask `a > 0`.
# * **pandas** shows a table, describes it, and finds the rows that cannot be true.
# * **Training and test**: with many data the scores agree, at about 12 % of the price; with 200 diamonds only the training score is good.
#
# **Next:** 2-2-2, where the answer is yes or no: sigmoid and cross entropy.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **出力層**：回帰では活性化関数を使わず，誤差は平均2乗誤差の $\frac12$ です．出力については和，ミニバッチについては平均をとります．勾配は $(\hat Y - Y)/N$ です．
# * **誤差逆伝播**：右から $W^T$，左から $X^T$，$\mathbf{b}$ にはミニバッチについての和，ReLU にはマスクです．手で書いたものと自動微分は一致しました．
# * **クラス**：辞書 `params` と，それを使う `predict`，`loss`，`gradient` からなります．
# * **シグモイドと ReLU** はどちらも1行で書けます．ReLU の傾きはマスク `a > 0` です．
# * **pandas** を使うと，表を眺め，統計量をまとめ，ありえない行を見つけることができます．
# * **訓練とテスト**：データが多いと2つの精度はほぼ一致し，価格の誤差は約 12 % でした．200個だけでは，良くなるのは訓練データに対する精度だけでした．
#
# **次は** 2-2-2 です．答えが「はい」か「いいえ」になる2値分類を，シグモイドと交差エントロピーで扱います．
