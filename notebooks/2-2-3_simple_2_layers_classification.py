# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-2-3 A simple neural network of two layers (classification)
#
# This notebook belongs to 2.3, 4.1 and 4.2 of the lecture, with the softmax of 5.2. Ten kinds of digits instead of two classes: you meet softmax and cross entropy, see what they have
# to do with information, derive the gradient $\frac1N(Y - T)$, and train a hand-written network of two layers. Afterwards you can say what it gets wrong, and why its loss is what it is.
#
# **The data:** `digits`, 1,797 real handwritten digits of 8 × 8 pixels (UCI), all of them inside the package: 1,438 to train, 359 to test.
#
# **Points of the lecture**
#
# * how the output layer is designed for $K$ classes (→ 2, 3, 4)
# * backpropagation (→ 5, 6)
# * a class, its parameters and its methods (→ 6)
# * ReLU in code, and sigmoid as its two-class softmax (→ 2, 6)
# * pandas (→ 1, 4, 7, 8)
# * the accuracy on training data and on test data (→ 7, 8)

# %% [markdown] lang="ja"
# # 2-2-3 シンプルな2層のニューラルネット（分類）
#
# このノートブックは，講義の 2.3，4.1，4.2 と，5.2 のソフトマックスに対応します．2値ではなく，10種類の数字を分類します．ソフトマックスと交差エントロピーを情報量という見方から理解し，勾配 $\frac1N(Y - T)$ を導き，自分で書いた2層のニューラルネットワークを学習させます．最後には，何を間違えるのか，誤差の値が何を意味するのかを説明できるようになるはずです．
#
# **データ**：`digits`．実際に手で書かれた 8 × 8 画素の数字1,797枚（UCI）．すべてパッケージに入っています．訓練用が1,438枚，テスト用が359枚です．
#
# **講義のポイント**
#
# * $K$ クラス分類問題の出力層の設計（→ 2，3，4）
# * 誤差逆伝播（→ 5，6）
# * クラスとそのパラメータ，メソッド（→ 6）
# * ReLU の実装と，2クラスのソフトマックスとしてのシグモイド（→ 2，6）
# * pandas（→ 1，4，7，8）
# * 訓練データとテストデータに対する精度（→ 7，8）

# %%
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade, numerical_gradient

rng = np.random.default_rng(0)
train, test = nn.data.digits()
print(train.source)
print("training:", train.x.shape, train.t.shape, "  test:", test.x.shape, test.t.shape)

# %% [markdown] lang="en"
# ## 1. A picture is a row, a label is one-hot (2.3)
#
# Look at the pictures: could you always tell which digit it is? Each is a row of 64 numbers between 0 (white) and 1 (black).

# %% [markdown] lang="ja"
# ## 1. 画像は1行に，ラベルはワンホットに（2.3）
#
# 画像を見てください．どの数字か，いつも分かるでしょうか．それぞれの画像は，0（白）から 1（黒）までの64個の数を並べた1行です．

# %%
shown = nn.plot.images(train.images[:20], train.t[:20])

# %% [markdown] lang="en"
# With so few pixels some are doubtful for us too. The label $l$ becomes a row $\mathbf t$ with a 1 at the place $l$ and 0 elsewhere, the **one-hot** form: row $l$ of the identity matrix.
# Are all classes about equally frequent, in both parts?

# %% [markdown] lang="ja"
# 画素がこれだけ少ないと，私たちにも迷うものがあります．ラベル $l$ は，$l$ 番目だけが 1 でほかは 0 の行 $\mathbf t$ にします．これが**ワンホット表現**で，単位行列の $l$ 行目にあたります．どのクラスも同じくらいの個数があるでしょうか．訓練用とテスト用の両方を見てください．

# %%
x_train, x_test = train.x.astype(float), test.x.astype(float)
t_train, t_test = np.eye(10)[train.t], np.eye(10)[test.t]
print(train.t[:3], t_train[:3], sep="\n")
counts = pd.DataFrame({"train": pd.Series(train.t).value_counts(), "test": pd.Series(test.t).value_counts()})
counts.sort_index().T

# %% [markdown] lang="en"
# They are, so a network that always answers the same digit is right in about 10 % of the cases. That is the score to beat.
#
# ## 2. Softmax: a distribution comes out (2.3)
#
# The last affine layer gives $K$ numbers of any size. **Softmax** makes them positive, and 1 in sum, along the **last axis**: each datum is a row, and each row becomes a distribution.
#
# $$y_k = \frac{e^{x_k}}{e^{x_0} + \cdots + e^{x_{K-1}}}$$

# %% [markdown] lang="ja"
# ほぼ同じです．ですから，いつも同じ数字を答えるだけのネットワークでも，精度（正解率）は約 10 % になります．これが比べる相手です．
#
# ## 2. ソフトマックス：確率分布を出力する（2.3）
#
# 最後のアファイン層が出すのは，大きさに制限のない $K$ 個の数です．**ソフトマックス関数**はこれを正の数にし，**最後の軸**に沿った和を 1 にします．一つのデータが1行なので，各行が確率分布になります．
#
# $$y_k = \frac{e^{x_k}}{e^{x_0} + \cdots + e^{x_{K-1}}}$$


# %%
def softmax_of_2_3(x):
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


x = np.array([[1.0, 2.0, 0.0], [3.0, 3.0, 3.0]])
y = softmax_of_2_3(x)
print(y.round(3), "  sums of the rows:", y.sum(axis=-1))
print("all 100 larger:", softmax_of_2_3(x + 100).round(3)[0])
print("two classes:   ", softmax_of_2_3(np.array([0.7, 0.0]))[0], "  sigmoid:", 1 / (1 + np.exp(-0.7)))

# %% [markdown] lang="en"
# The order stays, equal numbers share equally, and only differences count. With two classes, one of them at 0, softmax **is** the sigmoid of notebook 2-2-2.
# There one number described a Bernoulli distribution; here a row describes a **categorical** one: $P(\text{class } k) = y_k$.
# One can draw from it. Compare the last two rows:

# %% [markdown] lang="ja"
# 大小の順番は変わらず，等しい数には等しい確率が割り当てられ，差だけが意味をもちます．2クラスで一方を 0 にすると，ソフトマックスはノートブック 2-2-2 のシグモイド**そのもの**です．そこでは一つの数がベルヌーイ分布を表していました．ここでは1行が**カテゴリカル分布**を表します：$P(\text{クラス } k) = y_k$．この分布に従う乱数を実際に発生させてみます．最後の2行を比べてください．

# %%
drawn = rng.choice(3, size=100_000, p=y[0])
frequency = np.bincount(drawn, minlength=3) / len(drawn)
categorical = pd.DataFrame([x[0], y[0], frequency], index=["x", "softmax", "frequency"])
categorical.round(3)

# %% [markdown] lang="en"
# **Question.** What happens with `axis=0` instead of `axis=-1`?
#
# <details><summary>Answer</summary>
#
# Then the **columns** sum to 1: the data of a mini-batch share one probability, and each prediction depends on which others are in the batch. No error is raised, which makes this mistake a costly one.
#
# </details>
#
# ## 3. When the numbers are large (5.2)
#
# $e^{1000}$ is more than a float can hold. The formula of 2.3, typed as it stands, gives `nan`, although the answer is a harmless 0.5:

# %% [markdown] lang="ja"
# **問い** `axis=-1` を `axis=0` にすると，どうなりますか．
#
# <details><summary>答え</summary>
#
# **列**の和が 1 になってしまいます．ミニバッチの中のデータが一つの確率を分け合い，予測が，同じバッチにあるほかのデータによって変わります．エラーにならないので，気づきにくい間違いです．
#
# </details>
#
# ## 3. 数が大きいとき（5.2）
#
# $e^{1000}$ は浮動小数点数で表せません．2.3 の式をそのままプログラムにすると，本当の答えは 0.5 なのに `nan` になってしまいます．

# %%
with np.errstate(over="ignore", invalid="ignore"):
    print(softmax_of_2_3(np.array([1000.0, 1000.0])))

# %% [markdown] lang="en"
# Only differences count, so subtract the same number $c$ from the whole row. With $c = \max_k x_k$ the largest exponent is 0, and nothing can overflow. The lecture does this in 5.2.
#
# **Exercise 1.** Write this softmax for a batch, $(N, K)$ in and $(N, K)$ out. Every row has its own $c$.
#
# <details><summary>Answer</summary>
#
# ```python
# def softmax(x):
#     e = np.exp(x - x.max(axis=-1, keepdims=True))
#     return e / e.sum(axis=-1, keepdims=True)
# ```
#
# </details>

# %% [markdown] lang="ja"
# 差だけが意味をもつので，行全体から同じ数 $c$ を引いても結果は変わりません．$c = \max_k x_k$ とすると指数は最大でも 0 になり，オーバーフローは起こりません．講義では 5.2 で行っています．
#
# **演習1** このソフトマックスを，$(N, K)$ 型を受け取り $(N, K)$ 型を返す関数として書いてください．$c$ は行ごとに違います．
#
# <details><summary>答え</summary>
#
# ```python
# def softmax(x):
#     e = np.exp(x - x.max(axis=-1, keepdims=True))
#     return e / e.sum(axis=-1, keepdims=True)
# ```
#
# </details>


# %%
def softmax(x):
    return ...


softmax_mark = grade("5.2-4", softmax)
softmax_mark

# %% [markdown] lang="en"
# ## 4. Information, and what cross entropy measures (2.3)
#
# An event of probability $p$ carries the **information** $I = -\log p$. Look at both ends of the curve: what does one learn from something that was certain, and from something hardly possible?

# %% [markdown] lang="ja"
# ## 4. 情報量と交差エントロピー（2.3）
#
# 確率 $p$ の事象が起こったときの**情報量**は $I = -\log p$ です．曲線の両端に注目してください．確実だったことが起こると，どれだけの情報が得られるでしょうか．めったにないことが起こったときはどうでしょうか．

# %%
p = np.linspace(0.005, 1, 400)
information = nn.plot.lines(p, {"−log p": -np.log(p)}, xlabel="p", title="information")
print({p: float(np.log(1 / p).round(3)) for p in (1.0, 0.5, 0.1, 0.001)})

# %% [markdown] lang="en"
# Nothing from what was certain, much from what was not expected. Independent events add up: $-\log pq = -\log p - \log q$. (With $\log_2$ the unit is the bit; $\log 2 = 0.693$ is one bit.)
#
# **Cross entropy** is the information to be expected if events come by $P$ while one believes in $Q$: $H(P, Q) = -\sum_k P(A_k)\log Q(A_k)$. The table takes it apart, in bits.
# Above it are the sums of the last two columns, and the means over many events that really come by $P$: which is larger, the one with the wrong belief $Q$ or the one with $P$ itself?

# %% [markdown] lang="ja"
# 確実だったことからは何も得られず，予想外のことからは多くの情報が得られます．独立な事象の情報量は足し算になります：$-\log pq = -\log p - \log q$（$\log_2$ を使うと単位はビットで，$\log 2 = 0.693$ が1ビットです）．
#
# **交差エントロピー** $H(P, Q) = -\sum_k P(A_k)\log Q(A_k)$ は，実際には $P$ に従って事象が起こるのに $Q$ だと信じているときの，情報量の期待値です．表では，これを項ごとに分けています（単位はビット）．表の上にあるのは，最後の2列の和と，実際に $P$ に従って起きたたくさんの事象についての平均です．間違った $Q$ を信じた場合と，正しい $P$ を信じた場合では，どちらが大きいでしょうか．

# %%
P, Q = np.array([0.5, 0.25, 0.125, 0.125]), np.array([0.25, 0.25, 0.25, 0.25])
parts = pd.DataFrame({"P": P, "Q": Q, "−log P": -np.log2(P), "−log Q": -np.log2(Q)})
parts["−P log P"], parts["−P log Q"] = P * parts["−log P"], P * parts["−log Q"]
print("H(P, P) =", parts["−P log P"].sum(), " H(P, Q) =", parts["−P log Q"].sum(), "bits")
events = rng.choice(4, size=100_000, p=P)
print("means over 100,000 events:", -np.log2(P[events]).mean().round(3), -np.log2(Q[events]).mean().round(3))
parts

# %% [markdown] lang="en"
# $H(P, Q) = 2$ bits, $H(P) = H(P, P) = 1.75$ bits, and the means over many events agree. In fact $H(P, Q) \ge H(P)$ for every $Q$: no belief is better than the truth.
# Here all $Q = (q, 1 - q)$ are tried against $P = (0.3, 0.7)$. Where is the lowest point, and how high is it?

# %% [markdown] lang="ja"
# $H(P, Q)$ は2ビット，$H(P) = H(P, P)$ は1.75ビットで，たくさんの事象についての平均もこれと一致します．一般に，どんな $Q$ についても $H(P, Q) \ge H(P)$ です．真の分布を信じるのがいちばん良いということです．次の図では，$P = (0.3, 0.7)$ に対してすべての $Q = (q, 1 - q)$ を試しています．最も低い点はどこで，その高さはいくつでしょうか．

# %%
q = np.linspace(0.02, 0.98, 481)
entropy = -0.3 * np.log(0.3) - 0.7 * np.log(0.7)
cross = nn.plot.lines(
    q, {"H(P, Q)": -0.3 * np.log(q) - 0.7 * np.log(1 - q), "H(P)": np.full(len(q), entropy)}, xlabel="q"
)

# %% [markdown] lang="en"
# At $q = 0.3$, where $Q = P$, with the height $H(P) = 0.611$. So whoever makes $H(P, Q)$ small makes $Q$ like $P$: this is why it is a good loss. $P$ is the label $\mathbf t$, $Q$ the prediction $\mathbf y$, and
# for a one-hot label only one term is left: $H(\mathbf t, \mathbf y) = -\log y_l$, **the surprise of the network at the right answer**. For a batch one takes the mean.
#
# **Careful:** a prediction of exactly 0 has $\log 0$. The lecture's formula does not guard against it: a wrong one gives `inf`, and a right one $0 \cdot \log 0$ = `nan`. We take the logarithm on paper first, $\log y_k = x_k - \log\sum_j e^{x_j}$.

# %% [markdown] lang="ja"
# 最も低いのは $Q = P$ となる $q = 0.3$ で，高さは $H(P) = 0.611$ です．つまり，$H(P, Q)$ を小さくすれば $Q$ は $P$ に近づきます．だから誤差関数としてふさわしいのです．正解ラベル $\mathbf t$ が $P$，予測値 $\mathbf y$ が $Q$ にあたります．ワンホット表現では一つの項だけが残り，$H(\mathbf t, \mathbf y) = -\log y_l$，つまり**正解を知ったときのネットワークの驚き**になります．ミニバッチでは平均をとります．
#
# **注意**：予測値にちょうど 0 があると $\log 0$ が現れますが，講義の式ではこれを防いでいません．予測が間違っていれば `inf` に，正しくても $0 \cdot \log 0$ から `nan` になります．ここでは，先に式の上で対数をとった $\log y_k = x_k - \log\sum_j e^{x_j}$ を使います．


# %%
def log_softmax(x):
    x = x - x.max(axis=-1, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=-1, keepdims=True))


certain, t, wrong = np.array([[1000.0, 0.0]]), np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
with np.errstate(divide="ignore", invalid="ignore"):
    print("log of softmax:", -(t * np.log(ac.softmax(certain))).sum())
print("log-softmax:   ", (t * -log_softmax(certain)).sum())
print("wrong label:   ", (wrong * -log_softmax(certain)).sum())

# %% [markdown] lang="en"
# **Question.** A network that knows nothing gives each of ten classes 0.1. Which loss has it? And one whose loss is 0.1, how sure is it of the right answer, about?
#
# <details><summary>Answer</summary>
#
# $-\log 0.1 = \log 10 = 2.303$; this is where a training with ten classes starts. $e^{-0.1} = 0.90$ (a geometric mean over the data).
#
# </details>
#
# ## 5. The gradient (3.7)
#
# On paper: with $\sum_k t_k = 1$ the loss of a datum is $E = -\sum_k t_k\log y_k = -\sum_k t_kx_k + \log\sum_j e^{x_j}$, so
#
# $$\frac{\partial E}{\partial x_k} = -t_k + \frac{e^{x_k}}{\sum_j e^{x_j}} = y_k - t_k, \qquad\text{and for the mean over a batch}\qquad \frac{\partial E}{\partial X} = \frac1N(Y - T).$$
#
# **Careful:** 3.7 lists the losses as sums, without the $\frac1N$; and in 2.3 and 4.1 the lecture writes $y$ for the label and $\hat y$ for the prediction. Here $y$ is the prediction and $t$ the label, as in 3.7 and 5.1.
#
# The engine finds the same from its rules; `derive` writes it for arrays, `explain` shows the routes for two classes:

# %% [markdown] lang="ja"
# **問い** 何も知らないネットワークは，10クラスのどれにも 0.1 を出力します．誤差はいくつですか．また，誤差が 0.1 のネットワークは，正解におよそどれだけの確率を与えていますか．
#
# <details><summary>答え</summary>
#
# $-\log 0.1 = \log 10 = 2.303$ です．10クラスの学習はここから始まります．誤差が 0.1 なら $e^{-0.1} = 0.90$ です（データについての幾何平均）．
#
# </details>
#
# ## 5. 勾配（3.7）
#
# まず手で計算します．$\sum_k t_k = 1$ なので，一つのデータの誤差は $E = -\sum_k t_k\log y_k = -\sum_k t_kx_k + \log\sum_j e^{x_j}$ です．したがって $\dfrac{\partial E}{\partial x_k} = -t_k + \dfrac{e^{x_k}}{\sum_j e^{x_j}} = y_k - t_k$ となります．ミニバッチの平均では $\frac1N$ が付いて，$\dfrac{\partial E}{\partial X} = \dfrac1N(Y - T)$ です．
#
# **注意**：3.7 の表の誤差は和なので，$\frac1N$ がありません．また，2.3 と 4.1 では正解値を $y$，予測値を $\hat y$ と書いていますが，ここでは 3.7 や 5.1 と同じく，予測値を $y$，正解値を $t$ とします．
#
# ライブラリも，微分の規則から同じ結果を導きます．`derive` は配列の式を，`explain` は2クラスの場合のルートを示します．


# %%
def mean_loss(X, T):
    Y = ac.softmax(X).named("Y")
    return -(T * np.log(Y)).sum() / len(X)


X = ac.Tensor(rng.normal(size=(4, 3)), requires_grad=True)
T = np.eye(3)[[0, 2, 1, 1]]
derivation = ac.derive(mean_loss, X, T)
print(derivation)

# %%
two_classes = "u = exp(a)/(exp(a) + exp(b)); v = exp(b)/(exp(a) + exp(b)); E = -s*log(u) - t*log(v)"
routes = ac.explain(two_classes, "a")
print(routes)

# %% [markdown] lang="en"
# **Question.** The last line of the derivation is $tu - sv$. Why is that $u - s$, "prediction minus label"?
#
# <details><summary>Answer</summary>
#
# $v = 1 - u$ and $s + t = 1$, so $tu - sv = tu - s + su = (s + t)u - s = u - s$.
#
# </details>
#
# And in numbers: the formula, the engine's backward sweep, and numerical differentiation.

# %% [markdown] lang="ja"
# **問い** 導出の最後の行は $tu - sv$ です．これが $u - s$（予測値 − 正解値）に等しいのはなぜですか．
#
# <details><summary>答え</summary>
#
# $v = 1 - u$，$s + t = 1$ なので，$tu - sv = tu - s + su = (s + t)u - s = u - s$ です．
#
# </details>
#
# 数値でも，公式，ライブラリの逆伝播，数値微分の3つを比べてみましょう．

# %%
by_formula = (ac.softmax(X.numpy()) - T) / len(T)
by_engine = ac.gradients(mean_loss(X, T), X).numpy()
by_differences = numerical_gradient(lambda z: -(T * log_softmax(z)).sum() / len(T), X.numpy().copy())
print(by_formula.round(4), "  sums of the rows:", by_formula.sum(axis=1).round(15) + 0)
print(f"formula − engine:      {np.abs(by_formula - by_engine).max():.0e}")
print(f"formula − differences: {np.abs(by_formula - by_differences).max():.0e}")

# %% [markdown] lang="en"
# Each row sums to 0, and only the right class has a negative gradient: a step of SGD raises its number and lowers all others.
#
# ## 6. The network as a class (4.1, 4.2)
#
# $A^{(1)} = XW^{(1)} + \mathbf b^{(1)}$, $X^{(1)} = \mathrm{ReLU}(A^{(1)})$, $A^{(2)} = X^{(1)}W^{(2)} + \mathbf b^{(2)}$, $Y = \mathrm{softmax}(A^{(2)})$. Against notebook 2-2-1 only the output layer is new, and its gradient is again a difference.
#
# **Exercise 2.** All gradients, in NumPy, given a batch (`t` one-hot) and the parameters. `ac.softmax` works on arrays, if you have not written yours. Try before you read on.
#
# <details><summary>Answer</summary>
#
# ```python
# def gradients(x, t, W1, b1, W2, b2):
#     a1 = x @ W1 + b1
#     mask1 = a1 > 0
#     x1 = mask1 * a1
#     y = ac.softmax(x1 @ W2 + b2)
#     da2 = (y - t) / len(x)
#     da1 = da2 @ W2.T * mask1
#     return {"W1": x.T @ da1, "b1": da1.sum(axis=0), "W2": x1.T @ da2, "b2": da2.sum(axis=0)}
# ```
#
# </details>

# %% [markdown] lang="ja"
# 勾配の各行の和は 0 で，負になるのは正解のクラスの成分だけです．つまり，SGD の1回の更新で，正解のクラスの出力は大きくなり，ほかのクラスの出力はすべて小さくなる方向に動きます．
#
# ## 6. ネットワークのクラス（4.1，4.2）
#
# $A^{(1)} = XW^{(1)} + \mathbf b^{(1)}$，$X^{(1)} = \mathrm{ReLU}(A^{(1)})$，$A^{(2)} = X^{(1)}W^{(2)} + \mathbf b^{(2)}$，$Y = \mathrm{softmax}(A^{(2)})$ です．ノートブック 2-2-1 と違うのは出力層だけで，その勾配はここでも差の形になります．
#
# **演習2** ミニバッチ（`t` はワンホット）とパラメータから，すべての勾配を NumPy で求めてください．演習1がまだなら，配列にも使える `ac.softmax` を使って構いません．先へ進む前に挑戦しましょう．
#
# <details><summary>答え</summary>
#
# ```python
# def gradients(x, t, W1, b1, W2, b2):
#     a1 = x @ W1 + b1
#     mask1 = a1 > 0
#     x1 = mask1 * a1
#     y = ac.softmax(x1 @ W2 + b2)
#     da2 = (y - t) / len(x)
#     da1 = da2 @ W2.T * mask1
#     return {"W1": x.T @ da1, "b1": da1.sum(axis=0), "W2": x1.T @ da2, "b2": da2.sum(axis=0)}
# ```
#
# </details>


# %%
def gradients(x, t, W1, b1, W2, b2):
    return ...


gradients_mark = grade("2-2-3", gradients)
gradients_mark

# %% [markdown] lang="en"
# The whole class: `params` is a dict of four arrays, `predict` gives probabilities, `gradient` a dict with the same keys, and `accuracy` counts how often the most probable class is the right one.
# The mask is made on the way forward and used on the way back. The cell ends with its mark.

# %% [markdown] lang="ja"
# クラスの全体です．`params` は4つの配列の辞書で，`predict` は確率を，`gradient` は同じキーの辞書を返します．`accuracy` は精度，つまり確率が最大のクラスが正解だった割合です．マスクは順伝播で作り，逆伝播で使います．セルの最後で採点しています．


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

    def logits(self, x):
        W1, b1, W2, b2 = self.params.values()
        a1 = x @ W1 + b1
        self.mask1 = a1 > 0
        self.x1 = self.mask1 * a1
        return self.x1 @ W2 + b2

    def predict(self, x):
        return np.exp(log_softmax(self.logits(x)))

    def loss(self, x, t):
        return -(t * log_softmax(self.logits(x))).sum() / len(x)

    def gradient(self, x, t):
        da2 = (self.predict(x) - t) / len(x)
        da1 = da2 @ self.params["W2"].T * self.mask1
        return {"W1": x.T @ da1, "b1": da1.sum(axis=0), "W2": self.x1.T @ da2, "b2": da2.sum(axis=0)}

    def accuracy(self, x, t):
        return (self.predict(x).argmax(axis=1) == t.argmax(axis=1)).mean()


class_mark = grade("2-2-3", Simple2Layers)
class_mark

# %% [markdown] lang="en"
# ## 7. Training (4.1, 4.2)
#
# SGD with mini-batches of 50, $\lambda = 0.3$, 30 epochs. After each epoch we note loss and accuracy, on the training data and on the test data, in a table.

# %% [markdown] lang="ja"
# ## 7. 学習（4.1，4.2）
#
# ミニバッチは50個，$\lambda = 0.3$，30エポックの SGD です．エポックごとに，訓練データとテストデータに対する誤差と精度を表に記録します．

# %%
net = Simple2Layers(64, 50, 10)
order, rows = np.random.default_rng(1), []
for epoch in range(1, 31):
    shuffled = order.permutation(len(x_train))
    for start in range(0, len(shuffled), 50):
        batch = shuffled[start : start + 50]
        grads = net.gradient(x_train[batch], t_train[batch])
        for key in net.params:
            net.params[key] -= 0.3 * grads[key]
    on_train = net.loss(x_train, t_train), net.accuracy(x_train, t_train)
    on_test = net.loss(x_test, t_test), net.accuracy(x_test, t_test)
    rows.append([epoch, *on_train, *on_test])
print("loss before the training:", Simple2Layers(64, 50, 10).loss(x_train, t_train).round(3))
history = pd.DataFrame(rows, columns=["epoch", "loss", "accuracy", "valid_loss", "valid_accuracy"])
history.iloc[[0, 1, 4, 9, 19, 29]].round(3)

# %% [markdown] lang="en"
# Before the training the loss is about $\log 10 = 2.303$; one epoch later it is far below. Now as curves, dashed for the training data, solid (valid) for the test data: when do the two part, and which one is the better one?

# %% [markdown] lang="ja"
# 学習前の誤差はおよそ $\log 10 = 2.303$ ですが，1エポックでずっと小さくなります．曲線でも見てみましょう．破線が訓練データ，実線（valid）がテストデータです．2本の曲線はいつごろ分かれるでしょうか．良いのはどちらでしょうか．

# %%
accuracies = nn.plot.curves(history, "accuracy")

# %%
losses = nn.plot.curves(history, "loss")

# %% [markdown] lang="en"
# Training goes on to about 99 %, the test to about 97 %. The training score is that of the very pictures from which the network has learnt, so it nearly always flatters; what new digits will get is the test score.
# On 359 pictures one more or one fewer is 0.3 %, so the last wiggles mean nothing.
#
# ## 8. What does it get wrong? (4.2)
#
# A number hides what the mistakes are like. Above each picture: right class → prediction. Would you have got them right?

# %% [markdown] lang="ja"
# 訓練データの精度は約 99 %，テストデータの精度は約 97 % になります．訓練データの精度は，学習に使った画像そのものについての値なので，ほとんどの場合は高めに出ます．新しい数字に対する精度は，テストデータの精度の方です．テストデータは359枚なので，1枚の違いが 0.3 % になります．終わりの方の細かい上下に意味はありません．
#
# ## 8. 何を間違えるのか（4.2）
#
# 数字だけでは，間違いの中身は分かりません．画像の上に「正解 → 予測」を書きました．皆さんなら正しく答えられたでしょうか．

# %%
y = net.predict(x_test)
answer = y.argmax(axis=1)
wrong = np.flatnonzero(answer != test.t)
missed = nn.plot.images(test.images[wrong], [f"{test.t[i]} → {answer[i]}" for i in wrong])

# %% [markdown] lang="en"
# The **confusion matrix** counts all of them: the row is the right class, the column the predicted one. Which digit is taken for which?

# %% [markdown] lang="ja"
# **混同行列**は，これをすべて数えたものです．行が正解値，列が予測値です．どの数字がどの数字に間違えられているでしょうか．

# %%
table = nn.confusion_matrix(y, test.t)
confused = nn.plot.confusion(table)

# %% [markdown] lang="en"
# Nearly everything lies on the diagonal. The few mistakes are scattered, but the 1 is missed most often, when it is drawn with a broad stroke. And how sure was the network? $-\log y_l$ is its surprise at the right answer; the mean of it over the data **is** the loss.
# Look at the most surprising pictures in the table: is a high probability a guarantee?

# %% [markdown] lang="ja"
# ほとんどが対角線上にあります．間違いは少なく，散らばっていますが，最も多いのは，太い線で書かれた 1 です．では，ネットワークはどれくらい自信があったのでしょうか．$-\log y_l$ が正解を知ったときの驚きで，データについてのその平均が，誤差**そのもの**です．表で，驚きの大きかった画像を見てください．確率が高ければ安心できるでしょうか．

# %%
surprise = -np.log(y[np.arange(len(y)), test.t])
print("mean surprise:", surprise.mean(), " loss:", net.loss(x_test, t_test))
most = np.argsort(-surprise)[:6]
doubts = pd.DataFrame(
    {"right": test.t[most], "predicted": answer[most], "its probability": y[most].max(axis=1)}
)
doubts["of the right one"] = y[most, test.t[most]]
doubts["surprise"] = surprise[most]
doubts.round(3)

# %% [markdown] lang="en"
# It is not: wrong answers come with a probability of 0.6 or 0.7 too. Six pictures of 359 make up about 40 % of the whole loss, since cross entropy punishes most where the right class got next to nothing.
#
# ## 9. The same with the engine (4.2)
#
# Layers instead of formulas, and no gradient is written. `nn.CrossEntropyLoss` contains the softmax, so none stands at the end. From the same weights, first one batch: are the gradients the same?

# %% [markdown] lang="ja"
# 安心はできません．間違った答えにも，0.6 や 0.7 といった確率が与えられています．359枚のうちわずか6枚が，誤差全体の約 40 % を占めています．交差エントロピーは，正解にほとんど確率を与えなかった間違いに最も厳しいのです．
#
# ## 9. 自動微分で同じことをする（4.2）
#
# 式の代わりに層を並べます．勾配は書きません．`nn.CrossEntropyLoss` がソフトマックスを含んでいるので，最後にソフトマックスは置きません．同じ重みから始めて，まずミニバッチ一つで勾配を比べます．

# %%
start = Simple2Layers(64, 50, 10)
model = nn.Sequential(nn.Affine(64, 50, dtype=float), nn.ReLU(), nn.Affine(50, 10, dtype=float))
for parameter, values in zip(model.parameters(), start.params.values(), strict=True):
    parameter.data[...] = values
loss = nn.CrossEntropyLoss()
loss(model(x_train[:50]), t_train[:50]).backward()
by_hand = start.gradient(x_train[:50], t_train[:50])
for parameter, (key, grad) in zip(model.parameters(), by_hand.items(), strict=True):
    print(f"{key}  {grad.shape!s:8} largest difference {np.abs(parameter.grad.numpy() - grad).max():.0e}")

# %% [markdown] lang="en"
# Now the whole training: same weights, same order of the data, same $\lambda$. After 870 steps the four arrays are compared.

# %% [markdown] lang="ja"
# 次は学習の全体です．重みも，データの順番も，$\lambda$ も同じにします．870回の更新のあとで，4つの配列を比べます．

# %%
trainer = nn.Trainer(model, loss, optim.SGD(model.parameters(), lr=0.3), metrics="accuracy")
engine = trainer.fit(
    (x_train, t_train),
    (x_test, t_test),
    epochs=30,
    batch_size=50,
    rng=np.random.default_rng(1),
    progress=False,
)
apart = [np.abs(p.numpy() - q).max() for p, q in zip(model.parameters(), net.params.values(), strict=True)]
print(f"largest difference of all weights: {max(apart):.0e}")
print("test accuracy:", engine["valid_accuracy"][-1], " by hand:", history["valid_accuracy"].iloc[-1])

# %% [markdown] lang="en"
# The same network, up to the last digits.
#
# **Exercise 3.** Train `Simple2Layers` on `nn.data.wine()`: 178 wines of **three** growers by 13 measures. What has to change? Return the accuracy on the test data. (The measures are of very different sizes: `nn.data.Standardizer`.)
#
# <details><summary>Answer</summary>
#
# Inputs, outputs and the one-hot labels change; the class does not.
#
# ```python
# def wine_accuracy():
#     train, test = nn.data.wine()
#     scale = nn.data.Standardizer().fit(train.x)
#     x, t = scale.transform(train.x), np.eye(3)[train.t]
#     net, order = Simple2Layers(13, 20, 3), np.random.default_rng(0)
#     for epoch in range(30):
#         shuffled = order.permutation(len(x))
#         for start in range(0, len(x), 10):
#             batch = shuffled[start : start + 10]
#             grads = net.gradient(x[batch], t[batch])
#             for key in net.params:
#                 net.params[key] -= 0.1 * grads[key]
#     return net.accuracy(scale.transform(test.x), np.eye(3)[test.t])
# ```
#
# </details>

# %% [markdown] lang="ja"
# 最後の数桁を除いて，まったく同じネットワークになりました．
#
# **演習3** `Simple2Layers` を `nn.data.wine()` で学習させてください．**3人**の生産者のワイン178本について，13個の測定値があります．何を変えればよいでしょうか．テストデータに対する精度を返してください（測定値の大きさはばらばらなので，`nn.data.Standardizer` を使いましょう）．
#
# <details><summary>答え</summary>
#
# 変わるのは入力と出力の個数，それにワンホットのラベルだけで，クラスはそのまま使えます．
#
# ```python
# def wine_accuracy():
#     train, test = nn.data.wine()
#     scale = nn.data.Standardizer().fit(train.x)
#     x, t = scale.transform(train.x), np.eye(3)[train.t]
#     net, order = Simple2Layers(13, 20, 3), np.random.default_rng(0)
#     for epoch in range(30):
#         shuffled = order.permutation(len(x))
#         for start in range(0, len(x), 10):
#             batch = shuffled[start : start + 10]
#             grads = net.gradient(x[batch], t[batch])
#             for key in net.params:
#                 net.params[key] -= 0.1 * grads[key]
#     return net.accuracy(scale.transform(test.x), np.eye(3)[test.t])
# ```
#
# </details>


# %%
def wine_accuracy():
    return ...


wine = wine_accuracy()
if wine is ...:
    print("still to be written")
else:
    print(f"test accuracy {wine:.3f}:", "well done" if wine > 0.9 else "more than 0.9 can be reached")

# %% [markdown] lang="en"
# ## What we saw
#
# * **Output layer:** for $K$ classes softmax over the last axis, a categorical distribution; one-hot labels; the mean of $-\log y_l$ as the loss. Subtract the largest number, and take the logarithm on paper.
# * **Information:** $-\log p$ is the surprise, cross entropy its expectation, smallest when the prediction is the truth.
# * **Backpropagation:** the output layer gives $\frac1N(Y - T)$; everything behind it is as in regression.
# * **Class:** `params`, `predict`, `loss`, `gradient`, `accuracy`; the mask of ReLU kept on the way forward. Sigmoid is softmax with two classes.
# * **pandas:** counts of classes, the terms of an expectation, a history by epoch, the most surprising pictures.
# * **Training and test:** about 99 % and 97 %; the second one counts, and pictures of the mistakes say more than both.
#
# **Next:** 2-2-4, where you write such a network alone. The layers as classes follow in 3-1-1 to 3-1-3.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **出力層**：$K$ クラス分類では，最後の軸に沿ったソフトマックスでカテゴリカル分布を出力し，ラベルはワンホット表現にし，$-\log y_l$ の平均を誤差とします．計算では，最大の数を引き，先に式の上で対数をとります．
# * **情報量**：$-\log p$ は驚きの大きさで，交差エントロピーはその期待値です．予測が真の分布と一致するとき最小になります．
# * **誤差逆伝播**：出力層の勾配は $\frac1N(Y - T)$ で，それより前は回帰と同じです．
# * **クラス**：`params`，`predict`，`loss`，`gradient`，`accuracy` を書きました．ReLU のマスクは順伝播で保存します．シグモイドは2クラスのソフトマックスです．
# * **pandas**：クラスの個数，期待値の各項，エポックごとの記録，驚きの大きかった画像を表にしました．
# * **訓練とテスト**：約 99 % と約 97 % でした．大切なのは後者です．そして，間違えた画像を見れば，数字だけでは分からないことが分かります．
#
# **次は** 2-2-4 です．このようなネットワークを，今度は自分の力で書きます．層をクラスにする方法は 3-1-1 〜 3-1-3 で扱います．
