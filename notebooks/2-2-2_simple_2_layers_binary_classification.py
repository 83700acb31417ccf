# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-2-2 A simple neural network of two layers (binary classification)
#
# This notebook belongs to 2.2, to the end of 2.3 (information and cross entropy) and to 4.2 of the lecture. The network of 2-2-1 gets a new output layer and says yes or no, with a probability.
# You build it in NumPy, make it safe against overflow, let it judge tumours, and look at its mistakes more closely than by one number.
#
# **The data:** `breast_cancer`, 569 real tumours (Breast Cancer Wisconsin, UCI), all of them inside the package; for a picture, 400 points that we make.
#
# **Points of the lecture**
#
# * the output layer for two classes (→ 1, 2, 3)
# * backpropagation (→ 3, 5, 8)
# * a class, its parameters and its methods (→ 5)
# * sigmoid and ReLU in code (→ 4, 5)
# * pandas (→ 6, 7)
# * the scores on training data and on test data (→ 6, 7)

# %% [markdown] lang="ja"
# # 2-2-2 シンプルな2層のニューラルネット（2値分類）
#
# このノートブックは，講義の 2.2，2.3 の最後（情報量と交差エントロピー）と 4.2 に対応します．2-2-1 のネットワークの出力層を取りかえ，「はい」か「いいえ」を確率で答えるようにします．NumPy で書き，オーバーフローしないように直し，腫瘍を判定させ，間違い方を一つの数字よりも詳しく調べます．
#
# **データ**：`breast_cancer`．実際の腫瘍569例（UCI の Breast Cancer Wisconsin）．すべてパッケージに入っています．図のために，自分で作る400個の点も使います．
#
# **講義のポイント**
#
# * 2値分類問題の出力層の設計（→ 1，2，3）
# * 誤差逆伝播（→ 3，5，8）
# * クラスとそのパラメータ，メソッド（→ 5）
# * シグモイドと ReLU の実装（→ 4，5）
# * pandas（→ 6，7）
# * 訓練データとテストデータに対する精度（→ 6，7）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade

rng = np.random.default_rng(0)

# %%
train, test = nn.data.breast_cancer()
print(train.source)
print("training:", train.x.shape, "  test:", test.x.shape, "  classes:", train.classes)
tumours = pd.DataFrame(train.x.astype(float), columns=train.features)
tumours["class"] = [train.classes[k] for k in train.t]
tumours.iloc[:5, [0, 1, 2, 3, 4, -1]].round(2)

# %% [markdown] lang="en"
# A row is a tumour, described by 30 measures of its cell nuclei. The question is: malignant?
#
# **Careful:** the data set numbers malignant 0 and benign 1. We ask for malignant, so here $y = 1$ means malignant: `Y = 1 - t`.

# %% [markdown] lang="ja"
# 1行が一つの腫瘍で，細胞核についての30個の測定値が並んでいます．問題は「悪性かどうか」です．
#
# **注意**：このデータでは悪性（malignant）が 0，良性（benign）が 1 です．ここでは「悪性か」と問うので，$y = 1$ を悪性とします：`Y = 1 - t`．

# %% [markdown] lang="en"
# ## 1. The output is a probability (2.2)
#
# The last affine layer gives any number $a$. The sigmoid makes of it a number between 0 and 1, and we read it as
#
# $$P(y = 1) = \hat y = \sigma(a) = \frac{1}{1 + e^{-a}}, \qquad P(y = 0) = 1 - \hat y.$$
#
# This is a **Bernoulli distribution**, a coin that shows 1 with probability $\hat y$. We toss such a coin 100,000 times. Look at how often it shows 1.

# %% [markdown] lang="ja"
# ## 1. 出力は確率（2.2）
#
# 最後のアファイン層の出力 $a$ は任意の実数です．シグモイド関数を施すと 0 と 1 の間の数になり，これを次のように解釈します．
#
# $$P(y = 1) = \hat y = \sigma(a) = \frac{1}{1 + e^{-a}}, \qquad P(y = 0) = 1 - \hat y$$
#
# これは**ベルヌーイ分布**，つまり確率 $\hat y$ で 1 が出るコインです．このコインを10万回投げます．1 の出る割合を見てください．


# %%
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


probability = sigmoid(0.85)
outcomes = rng.random(100_000) < probability
print("ŷ =", round(probability, 4), "  share of 1:", outcomes.mean().round(4))

# %% [markdown] lang="en"
# ## 2. Cross entropy is expected information (2.2, 2.3)
#
# If something of probability $P(A)$ happens, we learn $I(A) = -\log P(A)$: the rarer, the more. What is certain, $P = 1$, tells nothing.
# Now events come with the probabilities $P$, but we believe in $Q$. What we learn **on average** is the cross entropy
#
# $$H(P, Q) = -\sum_k P(A_k)\log Q(A_k), \qquad\text{for two outcomes}\qquad H(y, \hat y) = -y\log\hat y - (1 - y)\log(1 - \hat y).$$
#
# We take the tosses of above and three beliefs $\hat y$. Look at where the average is least.

# %% [markdown] lang="ja"
# ## 2. 交差エントロピーは情報量の期待値（2.2，2.3）
#
# 確率 $P(A)$ の事象が起こったときの情報量は $I(A) = -\log P(A)$ です．珍しいことほど大きく，必ず起こること（$P = 1$）なら 0 です．実際の確率が $P$ で，私たちの予想する確率が $Q$ のとき，得られる情報量の**期待値**が交差エントロピーです．
#
# $$H(P, Q) = -\sum_k P(A_k)\log Q(A_k), \qquad\text{2通りなら}\qquad H(y, \hat y) = -y\log\hat y - (1 - y)\log(1 - \hat y)$$
#
# 先ほどのコイン投げの結果に対して，$\hat y$ を3通りに予想します．情報量の平均が最小になるのはどれでしょうか．


# %%
def cross_entropy(y, y_hat):
    return -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)


for belief in (0.5, probability, 0.9):
    information = -np.log(np.where(outcomes, belief, 1 - belief))
    formula = cross_entropy(probability, belief)
    print(f"belief {belief:.2f}   mean information {information.mean():.3f}   cross entropy {formula:.3f}")

# %% [markdown] lang="en"
# The average agrees with the formula, and it is least where the belief is the truth. So the error pushes $\hat y$ towards the true probability.
#
# A label may be **soft**, $0 \le y \le 1$: "malignant, say two doctors of three". Left: both probabilities by $a$. Right: the error by $\hat y$, for three labels. Where is the lowest point of each line, and how low is it?

# %% [markdown] lang="ja"
# 平均は公式と一致し，予想が本当の確率に等しいときに最小になります．だから，この誤差を小さくすると $\hat y$ は本当の確率に近づくのです．
#
# 正解ラベルは $0 \le y \le 1$ の**ソフトラベル**でも構いません（「3人中2人の医師が悪性と判断した」など）．左の図は $a$ に対する2つの確率，右の図は3種類のラベルについて $\hat y$ に対する誤差です．それぞれの曲線の最小点はどこで，その値はいくつでしょうか．

# %%
figure, (sigmoids, entropies) = plt.subplots(1, 2, figsize=(9.5, 3.8), layout="constrained")
a = np.linspace(-6, 6, 201)
nn.plot.lines(
    a, {"P(y = 1)": sigmoid(a), "P(y = 0)": 1 - sigmoid(a)}, title="ŷ and 1 − ŷ", xlabel="a", ax=sigmoids
)

y_hat = np.linspace(0.01, 0.99, 99)
errors = {f"y = {y:g}": cross_entropy(y, y_hat) for y in (0, 0.7, 1)}
nn.plot.lines(y_hat, errors, title="cross entropy", xlabel="ŷ", ax=entropies)
print(
    "least for y = 0.7 at ŷ =",
    y_hat[errors["y = 0.7"].argmin()].round(2),
    " and it is",
    errors["y = 0.7"].min().round(3),
)

# %% [markdown] lang="en"
# The lowest point is at $\hat y = y$. For hard labels the error can get down to 0, for a soft one only to $H(y, y)$, the entropy of the coin. At the wrong end it has no bound: being sure and wrong is expensive.

# %% [markdown] lang="ja"
# 最小点は $\hat y = y$ です．ラベルが 0 か 1 なら誤差は 0 まで下がりますが，ソフトラベルでは $H(y, y)$（コイン自身のエントロピー）までしか下がりません．反対側の端ではいくらでも大きくなります．自信たっぷりに間違えると，高くつくのです．

# %% [markdown] lang="en"
# ## 3. The gradient (3.4, 3.7)
#
# For a batch the error is the mean, $E = \frac1N\sum_n H(y_n, \hat y_n)$. Its gradient by $\hat y$ is a fraction, the derivative of the sigmoid is $\hat y(1 - \hat y)$, and this is just the denominator. What remains?

# %% [markdown] lang="ja"
# ## 3. 勾配（3.4，3.7）
#
# ミニバッチでは平均 $E = \frac1N\sum_n H(y_n, \hat y_n)$ をとります．$\hat y$ についての微分は分数になりますが，シグモイドの微分 $\hat y(1 - \hat y)$ がちょうどその分母です．何が残るでしょうか．


# %%
def mean_entropy(a, y):
    y_hat = sigmoid(a).named("ŷ")  # the name under which it is printed
    return -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)).sum() / len(y)


A2, Y = rng.standard_normal((4, 1)), np.array([[1.0], [0.0], [0.7], [1.0]])
entropy_derivation = ac.derive(mean_entropy, A2, Y)
print(entropy_derivation)
by_hand = (sigmoid(A2) - Y) / len(Y)
by_engine = ac.grad(mean_entropy)(ac.Tensor(A2), Y).numpy()
print(f"largest difference: {np.abs(by_hand - by_engine).max():.0e}")

# %% [markdown] lang="en"
# $(\hat y - y)/N$, as in regression, and the soft label makes no difference. (Where 3.7 has $\hat y - y$, the error is a sum over the batch.)
#
# Why not take the squared error again? Its gradient keeps the factor $\hat y(1 - \hat y)$. The figure has both gradients for $y = 1$. Look at the left, where the network is sure and **wrong**.

# %% [markdown] lang="ja"
# 残るのは $(\hat y - y)/N$ で，回帰と同じ形です．ソフトラベルでも変わりません（3.7 の表が $\hat y - y$ なのは，誤差がミニバッチについての和だからです）．
#
# なぜ2乗誤差を使わないのでしょうか．2乗誤差の勾配には $\hat y(1 - \hat y)$ が残ります．図は $y = 1$ のときの2つの勾配です．左側，つまり確信をもって**間違えている**ところを見てください．

# %%
a = np.linspace(-8, 4, 201)
_, of_entropy = ac.derive(lambda a: -np.log(sigmoid(a)).sum(), a).function(a)
_, of_square = ac.derive(lambda a: ((sigmoid(a) - 1) ** 2).sum() / 2, a).function(a)
slopes = nn.plot.lines(
    a, {"cross entropy": of_entropy, "squared error": of_square}, title="∂E/∂a for y = 1", xlabel="a"
)

# %% [markdown] lang="en"
# At $a = -8$ cross entropy pulls with full force, −1; the squared error hardly pulls at all: this network would not learn from its worst mistakes.
#
# **Exercise 1.** All gradients of a network with ReLU, sigmoid and mean cross entropy. (What changes against 2-2-1?)
#
# <details><summary>Answer</summary>
#
# Only the line of the prediction: it gets the sigmoid.
#
# ```python
# def gradients(X, Y, W1, b1, W2, b2):
#     A1 = X @ W1 + b1
#     mask1 = A1 > 0
#     X1 = mask1 * A1
#     dA2 = (sigmoid(X1 @ W2 + b2) - Y) / len(X)
#     dA1 = dA2 @ W2.T * mask1
#     return X.T @ dA1, dA1.sum(axis=0), X1.T @ dA2, dA2.sum(axis=0)
# ```
#
# </details>

# %% [markdown] lang="ja"
# $a = -8$ では，交差エントロピーの勾配はほぼ −1 ですが，2乗誤差の勾配はほとんど 0 です．2乗誤差では，いちばんひどい間違いから学ぶことができません．
#
# **演習1** ReLU，シグモイド，平均交差エントロピーからなるネットワークの勾配をすべて求めてください（2-2-1 とどこが変わりますか）．
#
# <details><summary>答え</summary>
#
# 変わるのは予測値を求める行だけで，シグモイドが加わります．
#
# ```python
# def gradients(X, Y, W1, b1, W2, b2):
#     A1 = X @ W1 + b1
#     mask1 = A1 > 0
#     X1 = mask1 * A1
#     dA2 = (sigmoid(X1 @ W2 + b2) - Y) / len(X)
#     dA1 = dA2 @ W2.T * mask1
#     return X.T @ dA1, dA1.sum(axis=0), X1.T @ dA2, dA2.sum(axis=0)
# ```
#
# </details>


# %%
def gradients(X, Y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = ..., ..., ..., ...
    return dW1, db1, dW2, db2


gradients_mark = grade("2-2-2", gradients)
gradients_mark

# %% [markdown] lang="en"
# ## 4. As written, it overflows (1.2, 2.2)
#
# **Careful:** computed as they are written in 1.2 and 2.2, both functions break on large numbers: $e^{-a}$ overflows for $a < -709$, and $\log(1 - \hat y)$ is $\log 0$ as soon as $\hat y$ is rounded to 1, from $a \approx 37$ on. (The lecture guards softmax against overflow, not these two.)
# In the table look at the right column: $y = 1$ and $a = 40$ is a very good prediction.

# %% [markdown] lang="ja"
# ## 4. 式のとおりに書くとオーバーフローする（1.2，2.2）
#
# **注意**：1.2 と 2.2 の式をそのまま計算すると，大きな数で破綻します．$a < -709$ では $e^{-a}$ がオーバーフローし，$a$ が 37 くらいを超えると $\hat y$ が 1 に丸められて $\log(1 - \hat y)$ が $\log 0$ になります（講義ではソフトマックスのオーバーフローは防いでいますが，この2つは防いでいません）．表の右の列を見てください．$y = 1$ に対して $a = 40$ は，とても良い予測のはずです．

# %%
a = np.array([-800.0, -40.0, 0.0, 36.0, 40.0])
with np.errstate(all="ignore"):  # NumPy would warn: overflow, divide by zero, invalid value
    columns = {"e^-a": np.exp(-a), "ŷ": sigmoid(a), "E for y = 1": cross_entropy(1, sigmoid(a))}
overflow = pd.DataFrame(columns, index=pd.Index(a, name="a"))
overflow

# %% [markdown] lang="en"
# NaN, from $0 \cdot \log 0$; and inf where 800 is right. The cure is to compute the error from $a$ and not from $\hat y$ (**log-sum-exp**):
#
# $$E = \log(1 + e^a) - ya, \qquad \log(1 + e^a) = \max(a, 0) + \log(1 + e^{-|a|}), \qquad \sigma(a) = \begin{cases} 1/(1 + e^{-|a|}) & (a \ge 0)\\ e^{-|a|}/(1 + e^{-|a|}) & (a < 0)\end{cases}$$
#
# No exponent is positive any more. `np.logaddexp(0, a)` is $\log(e^0 + e^a)$, done in this way.

# %% [markdown] lang="ja"
# $0 \cdot \log 0$ から NaN が生じ，800 となるべきところは inf になりました．解決策は，$\hat y$ ではなく $a$ から誤差を計算することです（**log-sum-exp**）．
#
# $$E = \log(1 + e^a) - ya, \qquad \log(1 + e^a) = \max(a, 0) + \log(1 + e^{-|a|}), \qquad \sigma(a) = \begin{cases} 1/(1 + e^{-|a|}) & (a \ge 0)\\ e^{-|a|}/(1 + e^{-|a|}) & (a < 0)\end{cases}$$
#
# これで指数が正になることはありません．`np.logaddexp(0, a)` は，$\log(e^0 + e^a)$ をこの方法で計算します．


# %%
def sigmoid(a):
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1, e) / (1 + e)


print("σ:", sigmoid(np.array([-800.0, -40.0, 0.0, 40.0])))

# %% [markdown] lang="en"
# **Exercise 2.** Write the error of each datum from $a$ and $y$, so that it is right for every $a$. (Why is it $\log(1 + e^a) - ya$? Insert $\hat y = \sigma(a)$.)
#
# <details><summary>Answer</summary>
#
# $-\log\sigma(a) = \log(1 + e^{-a}) = \log(1 + e^a) - a$ and $-\log(1 - \sigma(a)) = \log(1 + e^a)$; weighted with $y$ and $1 - y$ they give $\log(1 + e^a) - ya$.
#
# ```python
# def entropy_of_logits(a, y):
#     return np.maximum(a, 0) + np.log(1 + np.exp(-np.abs(a))) - y * a
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習2** どのような $a$ に対しても正しくなるように，各データの誤差を $a$ と $y$ から計算してください（なぜ $\log(1 + e^a) - ya$ なのでしょうか．$\hat y = \sigma(a)$ を代入してみましょう）．
#
# <details><summary>答え</summary>
#
# $-\log\sigma(a) = \log(1 + e^{-a}) = \log(1 + e^a) - a$，$-\log(1 - \sigma(a)) = \log(1 + e^a)$ です．それぞれに $y$ と $1 - y$ をかけて足すと $\log(1 + e^a) - ya$ になります．
#
# ```python
# def entropy_of_logits(a, y):
#     return np.maximum(a, 0) + np.log(1 + np.exp(-np.abs(a))) - y * a
# ```
#
# </details>


# %%
def entropy_of_logits(a, y):
    return ...


logits_mark = grade("2.2-1", entropy_of_logits)
logits_mark

# %% [markdown] lang="en"
# ## 5. The class (4.1, 4.2)
#
# As in 2-2-1. `predict` has the sigmoid, `loss` is computed from the **logits** (that is what the numbers before the sigmoid are called), and `gradient` begins with $(\hat Y - Y)/N$ as before.

# %% [markdown] lang="ja"
# ## 5. クラス（4.1，4.2）
#
# 2-2-1 とほとんど同じです．`predict` にシグモイドが入り，`loss` は**ロジット**（シグモイドに入る前の値．講義の「正規化する前の予測値」）から計算します．`gradient` は，前と同じく $(\hat Y - Y)/N$ から始まります．


# %%
class Simple2Layers:
    def __init__(self, n_in, n_hidden, n_out=1, seed=0):
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": 0.1 * rng.standard_normal((n_in, n_hidden)),
            "b1": np.zeros(n_hidden),
            "W2": 0.1 * rng.standard_normal((n_hidden, n_out)),
            "b2": np.zeros(n_out),
        }

    def logits(self, X):
        p = self.params
        A1 = X @ p["W1"] + p["b1"]
        self.mask1 = A1 > 0
        self.X1 = self.mask1 * A1
        return self.X1 @ p["W2"] + p["b2"]

    def predict(self, X):
        return sigmoid(self.logits(X))

    def loss(self, X, Y):
        A2 = self.logits(X)
        return (np.logaddexp(0, A2) - Y * A2).sum() / len(X)

    def gradient(self, X, Y):
        dA2 = (self.predict(X) - Y) / len(X)
        dA1 = dA2 @ self.params["W2"].T * self.mask1
        return {"W1": X.T @ dA1, "b1": dA1.sum(axis=0), "W2": self.X1.T @ dA2, "b2": dA2.sum(axis=0)}


class_mark = grade("2-2-2", Simple2Layers)
class_mark

# %% [markdown] lang="en"
# ## 6. Training on the tumours (4.2)
#
# First the data, with pandas: how many of each class, and where the classes differ. `groupby` computes the means of each class separately.

# %% [markdown] lang="ja"
# ## 6. 腫瘍のデータで学習する（4.2）
#
# まず pandas でデータを見ます．各クラスの個数と，クラスによる違いです．`groupby` を使うと，クラスごとの平均が求められます．

# %%
print(tumours["class"].value_counts())
tumours.groupby("class")[
    ["mean radius", "mean texture", "mean area", "worst radius", "worst concave points"]
].mean().round(2)

# %% [markdown] lang="en"
# Malignant nuclei are larger and more dented. The columns are of very different sizes, so they are standardised, with the training data's $\mu$ and $\sigma$. $Y$ has the shape $(N, 1)$, like $\hat Y$.

# %% [markdown] lang="ja"
# 悪性のほうが核が大きく，くぼみも目立ちます．列によって値の大きさがまったく違うので，訓練データの $\mu$ と $\sigma$ で標準化します．$Y$ は $\hat Y$ と同じ $(N, 1)$ 型にします．

# %%
scale = nn.data.Standardizer().fit(train.x)
X, X_test = scale.transform(train.x).astype(float), scale.transform(test.x).astype(float)
Y, Y_test = 1.0 - train.t[:, None], 1.0 - test.t[:, None]
print("X", X.shape, " Y", Y.shape, " X_test", X_test.shape, " Y_test", Y_test.shape)


# %% [markdown] lang="en"
# SGD as in 2-2-1. The score is the **accuracy**, the share of right answers, where the answer is "malignant" if $\hat y > 0.5$. Look at both columns of it, and at the loss on the test data.

# %% [markdown] lang="ja"
# 学習は 2-2-1 と同じ SGD です．**精度**は，正しく答えた割合（正解率）で測ります．$\hat y > 0.5$ なら「悪性」と答えたとみなします．2つの精度と，テストデータに対する誤差に注目してください．


# %%
def accuracy(net, X, Y):
    return ((net.predict(X) > 0.5) == Y).mean()


def fit(net, X, Y, X_test, Y_test, *, epochs, lr=0.1, batch_size=20):
    rng = np.random.default_rng(1)
    rows = []
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(X))
        for i in range(0, len(X), batch_size):
            chosen = order[i : i + batch_size]
            for name, gradient in net.gradient(X[chosen], Y[chosen]).items():
                net.params[name] -= lr * gradient
        scores = net.loss(X, Y), net.loss(X_test, Y_test), accuracy(net, X, Y), accuracy(net, X_test, Y_test)
        rows.append((epoch, *scores))
    return pd.DataFrame(rows, columns=["epoch", "loss", "test loss", "accuracy", "test accuracy"])


net = Simple2Layers(30, 20)
history = fit(net, X, Y, X_test, Y_test, epochs=100)
history.iloc[[0, 1, 4, 9, 19, 49, 99]].round(3)

# %%
figure, (losses, accuracies) = plt.subplots(1, 2, figsize=(9.5, 3.6), layout="constrained")
for ax, what in ((losses, "loss"), (accuracies, "accuracy")):
    both = {"train": history[what], "test": history[f"test {what}"]}
    nn.plot.lines(history["epoch"], both, title=what, xlabel="epoch", ax=ax)

# %% [markdown] lang="en"
# About 99 % on the training data, about 98 % on the test data. After some 30 epochs the loss on the test data hardly falls any more, that on the training data goes on. The steps of the accuracy are single tumours: of 113, one is 0.9 %.
#
# Was section 4 needed? This is the error as in 2.2, and the safe one, after the training:

# %% [markdown] lang="ja"
# 精度は，訓練データで約 99 %，テストデータで約 98 % です．30エポックを過ぎると，訓練データに対する誤差はまだ下がり続けますが，テストデータに対する誤差はほとんど下がりません．精度の折れ線の1段は腫瘍一つ分です（113個なので1個が 0.9 %）．
#
# 第4節の工夫は本当に必要だったのでしょうか．学習後の誤差を，2.2 の式のままと，安全な方法の両方で計算します．

# %%
with np.errstate(all="ignore"):
    as_written = cross_entropy(Y, 1 / (1 + np.exp(-net.logits(X)))).mean()
print("largest logit:", net.logits(X).max().round(1))
print("as written:", as_written, "  safe:", net.loss(X, Y).round(4))

# %% [markdown] lang="en"
# NaN, with real data and after 100 epochs. The network is so sure of some tumours that $\hat y$ is 1 to the last digit.

# %% [markdown] lang="ja"
# 実際のデータで100エポック学習しただけで NaN になりました．いくつかの腫瘍については，$\hat y$ が最後の桁まで 1 になるほど確信しているのです．

# %% [markdown] lang="en"
# ## 7. Accuracy is not all (4.2)
#
# "Always benign" is right for 63 % of the tumours and useless. The **confusion matrix** counts each kind of answer: rows are the truth, columns the answers. First by hand with pandas. Which number is the one that hurts?

# %% [markdown] lang="ja"
# ## 7. 精度だけでは足りない（4.2）
#
# 「いつも良性」と答えるだけでも精度は 63 % になりますが，役に立ちません．**混同行列**は，答え方の種類ごとに個数を数えたものです．行が正解値，列が予測値です．まず pandas で作ります．いちばん困るのはどの数字でしょうか．

# %%
names = np.array(["benign", "malignant"])
truth = pd.Series(names[Y_test[:, 0].astype(int)], name="truth")
answer = pd.Series(names[(net.predict(X_test)[:, 0] > 0.5).astype(int)], name="answer")
print("always benign:", (Y_test == 0).mean().round(3), " accuracy:", accuracy(net, X_test, Y_test).round(3))
pd.crosstab(truth, answer)

# %% [markdown] lang="en"
# The same for both parts of the data. Blue is right, amber is wrong.

# %% [markdown] lang="ja"
# 同じものを訓練データとテストデータの両方について描きます．青が正解，橙が間違いです．

# %%
figure, axes = plt.subplots(1, 2, figsize=(8.5, 3.8), layout="constrained")
matrices = {
    "train": nn.confusion_matrix(net.predict(X), Y, threshold=0.5),
    "test": nn.confusion_matrix(net.predict(X_test), Y_test, threshold=0.5),
}
for ax, (part, matrix) in zip(axes, matrices.items(), strict=True):
    nn.plot.confusion(matrix, names, ax=ax)
    ax.set_title(part, loc="right", fontsize="medium")

# %% [markdown] lang="en"
# A malignant tumour that is called benign (lower left) is **missed**, which is worse than a false alarm (upper right). The network gives probabilities; where "malignant" begins is our choice. Look at what happens below and above 0.5.

# %% [markdown] lang="ja"
# 悪性を良性と答えるのが**見逃し**（左下）で，誤報（右上）より深刻です．ネットワークが出すのは確率なので，どこから「悪性」とするか（**しきい値**）は私たちが決められます．0.5 より下げたり上げたりすると，どうなるでしょうか．

# %%
thresholds = []
for threshold in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
    (_, alarms), (missed, _) = nn.confusion_matrix(net.predict(X_test), Y_test, threshold=threshold)
    thresholds.append(
        (threshold, missed, alarms, nn.accuracy(net.predict(X_test), Y_test, threshold=threshold))
    )
thresholds = pd.DataFrame(thresholds, columns=["threshold", "missed", "false alarms", "accuracy"])
thresholds.round(3)

# %% [markdown] lang="en"
# The lower the threshold, the fewer are missed, and the more false alarms there are. (In earnest one chooses it on validation data.)
#
# **Question.** Which threshold in $a$ belongs to $\hat y = 0.5$? And to 0.1?
#
# <details><summary>Answer</summary>
#
# $\sigma(0) = 0.5$: malignant if $a > 0$. $\hat y = 0.1$ belongs to $a = \log\frac{0.1}{0.9} \approx -2.2$. For the answer alone the sigmoid is not needed.
#
# </details>

# %% [markdown] lang="ja"
# しきい値を下げるほど見逃しは減り，誤報が増えます（実際には検証データで決めます）．
#
# **問い** $\hat y = 0.5$ に対応する $a$ のしきい値はいくつですか．$\hat y = 0.1$ ではどうですか．
#
# <details><summary>答え</summary>
#
# $\sigma(0) = 0.5$ なので，$a > 0$ なら悪性です．$\hat y = 0.1$ には $a = \log\frac{0.1}{0.9} \approx -2.2$ が対応します．答えを出すだけならシグモイドは必要ありません．
#
# </details>

# %% [markdown] lang="en"
# ### A boundary that one can see
#
# With two inputs the whole network is a picture. Of 400 points, those inside a circle are of class 1 (dots), the others of class 0 (crosses). Blue is $\hat y$ near 0, white $\hat y$ near 1; the lines are $\hat y = 0.1$, 0.5 and 0.9. What shape has the boundary, and why?

# %% [markdown] lang="ja"
# ### 目に見える境界
#
# 入力が2つなら，ネットワーク全体を一枚の図に描けます．400個の点のうち，円の内側がクラス 1（●），外側がクラス 0（×）です．青いところは $\hat y$ が 0 に，白いところは 1 に近く，線は $\hat y = 0.1$，0.5，0.9 です．境界はどのような形をしていますか．それはなぜですか．

# %%
points = rng.uniform(-2, 2, (400, 2))
inside = (points**2).sum(axis=1, keepdims=True) < 2
toy = Simple2Layers(2, 8)
fit(toy, points, inside, points, inside, epochs=200, lr=0.3)

boundary = nn.plot.contours(
    lambda u, v: toy.predict(np.stack([u.ravel(), v.ravel()], axis=1)).reshape(u.shape),
    (-2, 2),
    (-2, 2),
    levels=[0, 0.1, 0.5, 0.9, 1],
)
for chosen, look in ((inside[:, 0], "o"), (~inside[:, 0], "x")):
    boundary.plot(*points[chosen].T, look, color="black", markersize=3)
boundary.set(xlabel="x0", ylabel="x1", aspect="equal")
print("accuracy:", accuracy(toy, points, inside))

# %% [markdown] lang="en"
# A polygon: each of the 8 hidden neurons has one straight line where its ReLU bends, and between these lines the logit is an affine function. With more neurons it gets rounder; without a hidden layer it would be one straight line.

# %% [markdown] lang="ja"
# 多角形です．8個の隠れニューロンはそれぞれ，ReLU が折れ曲がる直線を1本もっています．それらの直線で区切られた領域の中では，ロジットはアファイン関数です．ニューロンを増やすと丸くなり，隠れ層がなければ1本の直線になります．

# %% [markdown] lang="en"
# ## 8. The same with the engine (3.8, 4.2)
#
# The output layer has no sigmoid now: `BCEWithLogitsLoss` takes the logits and does section 4 by itself. Same weights, same gradients?

# %% [markdown] lang="ja"
# ## 8. 自動微分で同じことをする（3.8，4.2）
#
# 今度は出力層にシグモイドを入れません．`BCEWithLogitsLoss` がロジットを受け取り，第4節の計算をしてくれます．同じ重みなら，同じ勾配になるでしょうか．

# %%
start = Simple2Layers(30, 20)
model = nn.Sequential(nn.Affine(30, 20, dtype=float), nn.ReLU(), nn.Affine(20, 1, dtype=float))
for parameter, value in zip(model.parameters(), start.params.values(), strict=True):
    parameter.data = value

criterion = nn.BCEWithLogitsLoss()
criterion(model(X), Y).backward()
by_hand = start.gradient(X, Y)
differences = {}
for parameter, name in zip(model.parameters(), by_hand, strict=True):
    differences[name] = np.abs(parameter.grad.numpy() - by_hand[name]).max()
    print(f"d{name}  {parameter.shape!s:8} largest difference {differences[name]:.0e}")

# %% [markdown] lang="en"
# **Careful:** `BCEWithLogitsLoss` is, as in PyTorch, the mean over **all** numbers: with one output that is our mean over the batch, with $L$ outputs it would be divided by $L$ as well. And `BCELoss`, which takes probabilities, stops every logarithm at −100: that avoids NaN, but the error is then not the true one.
#
# `nn.Trainer` is the loop of `fit`. Its metric gets logits, so the threshold is 0 (the question in section 7).

# %% [markdown] lang="ja"
# **注意**：`BCEWithLogitsLoss` は，PyTorch と同じく**すべての**成分についての平均です．出力が1個ならミニバッチの平均と同じですが，$L$ 個ならさらに $L$ で割られます．また，確率を受け取る `BCELoss` は，対数を −100 で打ち切ります．NaN にはなりませんが，正しい誤差ではなくなります．
#
# `nn.Trainer` は `fit` のループにあたります．評価関数にはロジットが渡されるので，しきい値は 0 です．

# %%
print(
    "BCELoss for a = −800, y = 1:",
    nn.BCELoss()(sigmoid(np.array([-800.0])), np.ones(1)).item(),
    " right is 800",
)


def accuracy_of_logits(logits, Y):
    return nn.accuracy(logits, Y, threshold=0)


sgd = optim.SGD(model.parameters(), lr=0.1)
trainer = nn.Trainer(model, criterion, sgd, metrics={"accuracy": accuracy_of_logits})
trained = trainer.fit((X, Y), (X_test, Y_test), epochs=100, batch_size=20, rng=1, progress=False)
print("accuracy:", round(trained["accuracy"][-1], 3), " test:", round(trained["valid_accuracy"][-1], 3))

# %% [markdown] lang="en"
# ## What we saw
#
# * **Output layer** for two classes: a sigmoid, read as a Bernoulli distribution, and cross entropy, the expected information, which is least where $\hat y$ is the true probability.
# * **Backpropagation**: sigmoid and cross entropy together have the gradient $(\hat Y - Y)/N$; all behind it is as in 2-2-1, and the engine agrees.
# * **Class**: `predict` and `loss` have changed, `gradient` begins as before.
# * **Sigmoid** as written overflows, and the logarithm meets 0; from the logits both are safe.
# * **pandas**: counts, means by class, and the confusion matrix by `crosstab`.
# * **Training and test**: about 99 % and 98 %. Which mistakes are made, the confusion matrix tells; the threshold decides between missing and false alarms.
#
# **Next:** 2-2-3, more than two classes: softmax.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **出力層**：2値分類では，シグモイドの出力をベルヌーイ分布とみなし，誤差は交差エントロピー（情報量の期待値）です．$\hat y$ が本当の確率に等しいときに最小になります．
# * **誤差逆伝播**：シグモイドと交差エントロピーを合わせた勾配は $(\hat Y - Y)/N$ です．その先は 2-2-1 と同じで，自動微分とも一致しました．
# * **クラス**：変わったのは `predict` と `loss` で，`gradient` の始まりは同じです．
# * **シグモイド**：式のままではオーバーフローし，対数も $\log 0$ になります．ロジットから計算すれば，どちらも安全です．
# * **pandas**：個数とクラスごとの平均を求め，`crosstab` で混同行列を作りました．
# * **訓練とテスト**：精度は約 99 % と約 98 % でした．どのように間違えたかは混同行列で分かります．見逃しと誤報のどちらを減らすかは，しきい値で決まります．
#
# **次は** 2-2-3 です．クラスが3つ以上の場合を，ソフトマックスで扱います．
