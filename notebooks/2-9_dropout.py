# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-9 Dropout
#
# This notebook belongs to sections 9.2 and 9.3 of the lecture. You write dropout in NumPy, first line by line and then as a layer,
# compare it with `nn.Dropout`, and watch what it does to a large network with few data. At the end you can say what is drawn, when, and why the prediction needs a factor.
#
# **The data:** MNIST, real handwritten digits; 1,000 of them to train, 1,000 to test (the first ones of the 4,000 + 1,000 in the package, or of all 70,000 if these are on your machine).
#
# **Points of the lecture**
#
# * How is the mask $M$ made? Each component is 0 with probability $p$, else 1. (→ 1, 2, 5)
# * What is the backpropagation? (→ 3)
# * What is computed in prediction? (→ 4, 6, 8)

# %% [markdown] lang="ja"
# # 2-9 ドロップアウト
#
# このノートブックは，講義の 9.2 と 9.3 に対応します．ドロップアウトを NumPy で1行ずつ書き，それを層のクラスにまとめて `nn.Dropout` と比べます．さらに，少ないデータで大きなネットワークを学習させたときの効果を確かめます．最後には，何をいつ乱数で決めるのか，予測のときになぜ係数が必要なのかを説明できるようになります．
#
# **データ**：MNIST（実際の手書き数字）のうち，訓練データ1,000件，テストデータ1,000件を使います（パッケージに含まれる4,000件＋1,000件，または手元にある全データの，それぞれ先頭部分です）．
#
# **講義のポイント**
#
# * マスク $M$ はどう作るか．各成分は確率 $p$ で 0，それ以外は 1（→ 1，2，5）
# * 逆伝播の計算はどうなるか（→ 3）
# * 予測時には何を計算するか（→ 4，6，8）

# %%
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade, numerical_gradient

rng = np.random.default_rng(0)
train, test = nn.data.mnist(full="auto")
few, test = train[:1000], test[:1000]
print(train.source)
print("train", few.x.shape, " test", test.x.shape)
digits = nn.plot.images(few.images[:20], few.t[:20])

# %% [markdown] lang="en"
# ## 1. The mask (9.2)
#
# $X$ is the output of a layer, $N$ data in rows and $K$ neurons in columns. `rng.random` gives numbers between 0 and 1 evenly,
# so a share $p$ of them is below $p$. These become 0, all others 1. In training $Y = X * M$.

# %% [markdown] lang="ja"
# ## 1. マスク（9.2）
#
# $X$ は層の出力で，$N$ 個のデータが行，$K$ 個のニューロンが列に並んでいます．`rng.random` は 0 から 1 の一様乱数なので，$p$ より小さくなる割合は $p$ です．そこを 0，ほかを 1 にします．学習時の出力は $Y = X * M$ です．

# %%
p = 0.5
X = np.arange(1.0, 16.0).reshape(3, 5)
M = rng.random(X.shape) >= p
print("M =", M.astype(int), sep="\n")
print("Y =", X * M, sep="\n")

# %% [markdown] lang="en"
# Every row has a mask of its own, and the next mini-batch gets new ones. With many numbers the share of zeros is close to $p$:

# %% [markdown] lang="ja"
# マスクは行（データ）ごとに異なり，次のミニバッチではまた新しく作られます．成分の数が多ければ，0 の割合は $p$ に近くなります．

# %%
for ratio in (0.2, 0.5, 0.8):
    share = 1 - (rng.random((1000, 100)) >= ratio).mean()
    print(f"p = {ratio}: {share:.4f} of 100,000 components are 0")

# %% [markdown] lang="en"
# **Careful:** in the lecture, here and in PyTorch $p$ is the probability to **drop**. In the paper of Srivastava and others (2014) it is the probability to **keep**.

# %% [markdown] lang="ja"
# **注意**：講義でもここでも PyTorch でも，$p$ は**消す**確率です．元の論文（Srivastava ほか，2014）の $p$ は**残す**確率です．

# %% [markdown] lang="en"
# ## 2. The thinned networks (9.2)
#
# A dropped neuron says 0 to all neurons behind it: for this datum it is not there, nor are its weights. Look at the crosses:
# the three data of one mini-batch go through three different networks, which share their weights. `mask` keeps what `nn.Dropout` drew.

# %% [markdown] lang="ja"
# ## 2. 間引かれたネットワーク（9.2）
#
# 消されたニューロンは，次の層のすべてのニューロンに 0 を渡します．そのデータにとっては，ニューロンもその重みもないのと同じです．図の × に注目してください．一つのミニバッチの3つのデータが，重みを共有する3つの異なるネットワークを通ります．`nn.Dropout` が使ったマスクは `mask` に残っています．

# %%
drop1, drop2 = nn.Dropout(0.5, rng=1), nn.Dropout(0.5, rng=2)
small = nn.Sequential(
    nn.Affine(4, 5, rng=0), nn.ReLU(), drop1, nn.Affine(5, 5, rng=1), nn.ReLU(), drop2, nn.Affine(5, 2, rng=2)
)
small(rng.random((3, 4)))
print("M1 =", drop1.mask.astype(int), "M2 =", drop2.mask.astype(int), sep="\n")
thinned = nn.plot.neurons([4, 5, 5, 2], {1: drop1.mask, 2: drop2.mask})

# %% [markdown] lang="en"
# The row of each mask, from left to right, is a column of circles from top to bottom: a cross for every 0.
#
# **Question.** How many thinned networks can be made of these ten hidden neurons?
#
# <details><summary>Answer</summary>
#
# Each of the ten is there or not: $2^{10} = 1024$. With 300 neurons there are more than atoms in the universe, so hardly any of them is ever seen twice. What each of them learns stays in the weights that all share.
#
# </details>

# %% [markdown] lang="ja"
# 各マスクの行（左から右）が，図では一列の円（上から下）にあたります．0 のところが × です．
#
# **問い** この10個の隠れニューロンから，何通りの間引かれたネットワークが作れますか．
#
# <details><summary>答え</summary>
#
# 10個それぞれに「ある・ない」があるので $2^{10} = 1024$ 通りです．300個なら宇宙の原子の数より多く，同じものが再び現れることはほとんどありません．それぞれが学習した結果は，共有している重みに残ります．
#
# </details>

# %% [markdown] lang="en"
# ## 3. The way back (9.3)
#
# $M$ is a constant for $X$: $\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} * M$, with **the same mask** as on the way forward. So it has to be kept.
# Three answers are compared: by hand, by small differences, and by the engine.

# %% [markdown] lang="ja"
# ## 3. 逆伝播（9.3）
#
# $X$ から見ると $M$ は定数なので，$\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} * M$ です．順伝播と**同じマスク**を使うので，保存しておく必要があります．手で書いた計算，数値微分，自動微分の3つを比べます．

# %%
layer = nn.Dropout(p, rng=3)
X_tensor = ac.Tensor(X, requires_grad=True)
Y_tensor = layer(X_tensor)
dout = rng.standard_normal(X.shape)
Y_tensor.backward(dout)

M = layer.mask
dX = dout * M
by_differences = numerical_gradient(lambda X: np.sum(dout * (X * M)), X.copy())
print("forward:    ", np.abs(X * M - Y_tensor.numpy()).max())
print("engine:     ", np.abs(dX - X_tensor.grad.numpy()).max())
print("differences:", np.abs(dX - by_differences).max())

# %% [markdown] lang="en"
# All three agree. A neuron that was dropped for a datum learns nothing from it. The rule of the engine, as a formula:

# %% [markdown] lang="ja"
# 3つは一致します．あるデータで消されたニューロンは，そのデータからは何も学びません．自動微分の規則を式で見ると，次のようになります．

# %%
derivation = ac.derive(lambda X, M: X * M, X, M.astype(float))
print("∂E/∂X =", derivation["X"])

# %% [markdown] lang="en"
# ## 4. The prediction (9.3)
#
# Nobody wants a prediction by chance, so nothing is dropped then. But now the next layer would get more than it is used to. On average it got
#
# $$\mathrm{E}[X * M] = X(1 - p),$$
#
# and this is what is computed in prediction. To see it, average $Y$ over 1,000 masks; look at how close both tables are.

# %% [markdown] lang="ja"
# ## 4. 予測時の計算（9.3）
#
# 予測が乱数で変わっては困るので，予測のときは何も消しません．しかしそのままでは，次の層は学習時より大きな値を受け取ることになります．学習時に受け取っていた値の平均は
#
# $$\mathrm{E}[X * M] = X(1 - p)$$
#
# なので，予測ではこれを計算します．1,000個のマスクについて $Y$ を平均し，2つの表がどのくらい近いかを見てください．

# %%
p = 0.3
mean = np.mean([X * (rng.random(X.shape) >= p) for _ in range(1000)], axis=0)
print("mean of 1,000 masks:", mean.round(2), sep="\n")
print("X (1 - p):", X * (1 - p), sep="\n")
print("largest relative difference:", f"{np.abs(mean / (X * (1 - p)) - 1).max():.3f}")
print("nn.Dropout:", np.abs(nn.Dropout(p).eval()(X).numpy() - X * (1 - p)).max())

# %% [markdown] lang="en"
# The means differ from $X(1 - p)$ by a few percent, as chance has it: the standard deviation of such a mean, relative to $X(1 - p)$, is $\sqrt{p/((1 - p) \cdot 1000)}$, about 2 %.

# %% [markdown] lang="ja"
# 平均と $X(1 - p)$ の差は数パーセントで，偶然による差の範囲です（$X(1 - p)$ に対する平均の相対的な標準偏差は $\sqrt{p/((1 - p) \cdot 1000)}$，約 2 % です）．

# %% [markdown] lang="en"
# ## 5. Your layer (9.3)
#
# **Exercise.** Put the pieces together. In training a new mask for every call, kept in `self.mask`; in prediction (`self.train = False`) the factor. Fill in the four `...` and run the cell.
#
# <details><summary>Answer</summary>
#
# ```python
# class Dropout:
#     def __init__(self, p):
#         self.p = p
#         self.train = True
#         self.rng = np.random.default_rng(0)
#
#     def forward(self, X):
#         if self.train:
#             self.mask = self.rng.random(X.shape) >= self.p
#             return X * self.mask
#         return X * (1 - self.p)
#
#     def backward(self, dout):
#         return dout * self.mask
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 5. 自分で層を書く（9.3）
#
# **演習** ここまでの部品を一つのクラスにまとめましょう．学習時は呼ばれるたびに新しいマスクを作って `self.mask` に保存し，予測時（`self.train = False`）は係数をかけます．4か所の `...` を書きかえて実行してください．
#
# <details><summary>答え</summary>
#
# ```python
# class Dropout:
#     def __init__(self, p):
#         self.p = p
#         self.train = True
#         self.rng = np.random.default_rng(0)
#
#     def forward(self, X):
#         if self.train:
#             self.mask = self.rng.random(X.shape) >= self.p
#             return X * self.mask
#         return X * (1 - self.p)
#
#     def backward(self, dout):
#         return dout * self.mask
# ```
#
# </details>


# %%
class Dropout:
    def __init__(self, p):
        self.p = p
        self.train = True
        self.rng = np.random.default_rng(0)

    def forward(self, X):
        if self.train:
            self.mask = ...
            return ...
        return ...

    def backward(self, dout):
        return ...


grade("2-9", Dropout)

# %% [markdown] lang="en"
# **Three answers that look right** (do the exercise first). Each has one line wrong. Find it before you run the cell, and compare with what the mark says.

# %% [markdown] lang="ja"
# **正しそうに見える3つの答え**です（先に上の演習をしてください）．どれも1行だけ間違っています．どこが間違いかを考えてから実行し，採点の結果と比べてください．


# %%
class First:
    def __init__(self, p):
        self.p, self.train, self.rng = p, True, np.random.default_rng(0)

    def forward(self, X):
        if self.train:
            self.mask = self.rng.random(X.shape) < self.p
            return X * self.mask
        return X * (1 - self.p)

    def backward(self, dout):
        return dout * self.mask


class Second(First):
    def forward(self, X):
        if self.train:
            self.mask = self.rng.random(X.shape) >= self.p
            return X * self.mask
        return X


class Third(First):
    def forward(self, X):
        if self.train:
            self.mask = self.rng.random(X.shape[1]) >= self.p
            return X * self.mask
        return X * (1 - self.p)


wrong_answers = (First, Second, Third)
marks = [grade("2-9", wrong) for wrong in wrong_answers]
print(*marks, sep="\n\n")

# %% [markdown] lang="en"
# The first keeps with probability $p$ (with $p = 0.5$ nobody would ever notice). The second forgets the factor of the prediction. The third has one mask for the whole mini-batch, instead of one per datum.

# %% [markdown] lang="ja"
# 一つ目は確率 $p$ で「残して」います（$p = 0.5$ だと気づけません）．2つ目は予測時の係数を忘れています．3つ目は，データごとではなくミニバッチ全体で一つのマスクを使っています．

# %% [markdown] lang="en"
# ## 6. Classic and inverted dropout (9.2)
#
# **Careful:** the lecture (and DL-from-scratch) has the classic dropout, with the factor $1 - p$ in prediction. PyTorch, Keras, Chainer and DeZero have
# **inverted** dropout: in training $Y = X * M / (1 - p)$, in prediction $Y = X$. Here it is `nn.Dropout(p, "train")`. Compare the rows:

# %% [markdown] lang="ja"
# ## 6. 元の形のドロップアウトと inverted dropout（9.2）
#
# **注意**：講義（および『ゼロから作るDeep Learning』）は，予測時に $1 - p$ をかける形です．PyTorch，Keras，Chainer，DeZero は **inverted dropout** で，学習時に $Y = X * M / (1 - p)$，予測時に $Y = X$ とします．ここでは `nn.Dropout(p, "train")` です．行を見比べてください．

# %%
ones = np.ones((1, 10))
scales = {"classic": "predict", "inverted": "train"}
for name, scale in scales.items():
    layer = nn.Dropout(0.2, scale, rng=5)
    many = nn.Dropout(0.2, scale, rng=6)(np.ones(100_000)).numpy()
    print(f"{name:9} training   {layer(ones).numpy()[0]}  mean of 100,000: {many.mean():.2f}")
    print(f"{name:9} prediction {layer.eval()(ones).numpy()[0]}")

# %% [markdown] lang="en"
# In both, the mean in training is the value in prediction; the inverted ones are all $1/(1 - p) = 1.25$ times as large. Inverted dropout costs nothing in prediction,
# and a network can be used without knowing that it was trained so. Weights trained with one kind must not be used with the other.
# `with nn.convention("torch"):` makes `nn.Dropout(p)` inverted.
#
# **Exercise.** Write the inverted dropout of the training and its way back, for a given mask.
#
# <details><summary>Answer</summary>
#
# ```python
# def inverted_forward(X, M, p):
#     return X * M / (1 - p)
#
#
# def inverted_backward(dout, M, p):
#     return dout * M / (1 - p)
# ```
#
# </details>

# %% [markdown] lang="ja"
# どちらも，学習時の平均が予測時の値と等しくなっています．inverted の値はすべて $1/(1 - p) = 1.25$ 倍です．inverted dropout では予測時の計算が不要で，ドロップアウトで学習したことを知らなくてもそのまま使えます．一方の方式で学習した重みを，もう一方の方式で使ってはいけません．`with nn.convention("torch"):` の中では，`nn.Dropout(p)` は inverted になります．
#
# **演習** マスクが与えられたとき，inverted dropout の学習時の順伝播と逆伝播を書いてください．
#
# <details><summary>答え</summary>
#
# ```python
# def inverted_forward(X, M, p):
#     return X * M / (1 - p)
#
#
# def inverted_backward(dout, M, p):
#     return dout * M / (1 - p)
# ```
#
# </details>


# %%
def inverted_forward(X, M, p):
    return ...


def inverted_backward(dout, M, p):
    return ...


# %%
layer = nn.Dropout(0.2, "train", rng=7)
X_tensor = ac.Tensor(X, requires_grad=True)
layer(X_tensor).backward(dout)
mine = inverted_forward(X, layer.mask, 0.2), inverted_backward(dout, layer.mask, 0.2)
if mine[0] is ... or mine[1] is ...:
    print("not filled in yet")
else:
    right = X * layer.mask / 0.8, X_tensor.grad.numpy()
    print("forward, backward:", [bool(np.allclose(a, b)) for a, b in zip(mine, right, strict=True)])

# %% [markdown] lang="en"
# ## 7. Against over-fitting (9.2)
#
# A network with about 90,000 parameters can learn 1,000 digits by heart. What that does is seen best when there is something wrong to learn,
# so every fifth label of the training data is replaced by a wrong one, on purpose; real data have wrong labels too. The test data stay as they are.

# %% [markdown] lang="ja"
# ## 7. 過学習を抑える（9.2）
#
# パラメータが約9万個あるネットワークは，1,000個の数字を丸暗記できます．その害は，覚えてはいけないものがあるときにいちばんはっきり見えます．そこで，訓練データのラベルを5個に1個，わざと間違ったものに置きかえます（実際のデータにも間違ったラベルはあります）．テストデータはそのままです．

# %%
t = few.t.copy()
t[::5] = (t[::5] + rng.integers(1, 10, 200)) % 10
noisy = few.replaced(few.x, t)
print(f"right labels: {np.mean(noisy.t == few.t):.0%}")


def network(seed, drop_in=0.0, drop=0.0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Dropout(drop_in, rng=rng),
        *(nn.Affine(784, 100, init="he", rng=rng), nn.ReLU(), nn.Dropout(drop, rng=rng)),
        *(nn.Affine(100, 100, init="he", rng=rng), nn.ReLU(), nn.Dropout(drop, rng=rng)),
        nn.Affine(100, 10, init="he", rng=rng),
    )


# %% [markdown] lang="en"
# `drop_in` is the $p$ of the pixels, `drop` that of the hidden layers; 0.2 and 0.5 are the values of the paper. All else is the same.
# In the figure follow the solid lines (test): one goes up and then falls, while its dashed line (training) rises to 1.

# %% [markdown] lang="ja"
# `drop_in` は画素，`drop` は隠れ層の $p$ で，0.2 と 0.5 は元の論文の値です．ほかの条件は同じにします．図では実線（テスト）に注目してください．一方は上がった後に下がり，その間に破線（訓練）は 1 まで上がっていきます．

# %%
histories, models, rows = {}, {}, []
for name, rates in {"without": (0.0, 0.0), "dropout": (0.2, 0.5)}.items():
    for seed in range(3):
        model = network(seed, *rates)
        optimizer = optim.Momentum(model.parameters(), lr=0.05)
        trainer = nn.Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics="accuracy")
        valid = test if seed == 0 else None
        history = trainer.fit(noisy, valid, epochs=30, batch_size=50, rng=seed, progress=False)
        rows.append([name, seed, *(trainer.evaluate(data)["accuracy"] for data in (noisy, test))])
        if seed == 0:
            histories[name], models[name] = history, model
accuracy_curves = nn.plot.curves(histories, "accuracy")

# %% [markdown] lang="en"
# The table has predictions (without masks) of three networks each. Compare "train" with "test".
# (The dashed line of dropout lies lower: it is measured during the training, with masks.)

# %% [markdown] lang="ja"
# 次の表は，それぞれ3つのネットワークの予測（マスクなし）の精度です．train と test を比べてください（図の破線は学習中にマスクをかけたまま測った値なので，ドロップアウトありでは表より低くなります）．

# %%
table = pd.DataFrame(rows, columns=["network", "seed", "train", "test"])
table.pivot(index="network", columns="seed").round(3)

# %% [markdown] lang="en"
# Without dropout the network knows all 1,000 by heart, the wrong 200 as well: nearly 100 % in training, about 78 % in the test. With dropout it gets about 80 % in training,
# which is the share of right labels, and about 86 % in the test, better for each of the three seeds. It has learnt less, and that was better.
#
# **Question.** Is dropout always better? Replace `noisy` by `few` (the right labels) and run the cells again.
#
# <details><summary>Answer</summary>
#
# No. With right labels both come to about 91 % in the test, and the difference is within what chance does. In each step only a part of the weights learns, and gradients are noisier, so a network with dropout needs more epochs, and a wider layer for the same strength. It helps where over-fitting hurts.
#
# </details>

# %% [markdown] lang="ja"
# ドロップアウトなしでは，1,000個すべてを，間違った200個も含めて覚えてしまいます．訓練データではほぼ 100 %，テストデータでは約 78 % です．ドロップアウトありでは，訓練データの精度は約 80 %（正しいラベルの割合と同じくらい）にとどまりますが，テストデータでは約 86 % で，3つの乱数の種のどれでも高くなっています．覚えた量が少ないことが，良い結果につながりました．
#
# **問い** ドロップアウトを使えば，いつでも良くなるのでしょうか．`noisy` を `few`（正しいラベル）に置きかえて，もう一度実行してください．
#
# <details><summary>答え</summary>
#
# いいえ．正しいラベルでは，どちらもテストデータに対する精度は約 91 % で，差は偶然の範囲です．1回の更新で学ぶのは重みの一部だけで，勾配のばらつきも大きくなるので，ドロップアウトありでは多くのエポックと，より広い層が必要になります．効果があるのは，過学習が問題になるときです．
#
# </details>

# %% [markdown] lang="en"
# ## 8. An ensemble of thinned networks (9.2)
#
# Dropout imitates an ensemble: many networks are trained, and the prediction should be their mean. We can really take it: leave the masks on and average the probabilities of 50 thinned networks.
# Compare that with one thinned network, and with the one pass with $\times (1 - p)$.

# %% [markdown] lang="ja"
# ## 8. 間引かれたネットワークのアンサンブル（9.2）
#
# ドロップアウトはアンサンブル学習を模倣しています．多くのネットワークを学習させ，予測はその平均とみなせます．実際に平均をとることもできます．マスクをかけたまま，50個の間引かれたネットワークの確率を平均してみましょう．間引かれたネットワーク1個だけの場合，$\times (1 - p)$ として一度で計算する場合と比べます．

# %%
model = models["dropout"]
with ac.no_grad():
    model.train()
    thinned_outputs = [ac.softmax(model(test.x)).numpy() for _ in range(50)]
    model.eval()
    scaled = ac.softmax(model(test.x)).numpy()
singles = [nn.accuracy(output, test.t) for output in thinned_outputs]
averaged = np.mean(thinned_outputs, axis=0)
print(f"one thinned network:  {np.mean(singles):.3f} (from {min(singles):.3f} to {max(singles):.3f})")
print(f"mean of 50:           {nn.accuracy(averaged, test.t):.3f}")
print(f"one pass × (1 - p):   {nn.accuracy(scaled, test.t):.3f}")
print(f"same answer of both:  {np.mean(averaged.argmax(axis=1) == scaled.argmax(axis=1)):.3f}")

# %% [markdown] lang="en"
# A single thinned network is much worse than the mean of 50, and the single pass is about as good as that mean, at a fiftieth of the cost.
# For one layer $X(1 - p)$ is the mean exactly; through ReLU and softmax it is an approximation, and as one sees a good one.

# %% [markdown] lang="ja"
# 間引かれたネットワーク1個の精度は，50個の平均よりかなり低くなっています．$\times (1 - p)$ とした一度の計算は，50分の1の手間で，平均とほぼ同じ精度です．1層なら $X(1 - p)$ は正確な平均ですが，ReLU やソフトマックスを通すと近似になります．見てのとおり，良い近似です．

# %% [markdown] lang="en"
# ## What we saw
#
# * **The mask**: `rng.random(X.shape) >= p`, new for every mini-batch, every datum and neuron by itself; $p$ is the probability to drop.
# * **The way back**: `dout * mask`, the mask of the way forward.
# * **The prediction**: no mask, but $X(1 - p)$, the mean that the next layer is used to; PyTorch divides in training instead.
# * Dropout lets a network learn its training data less well and predict new ones better, like the mean of many thinned networks with common weights.
#
# **Next:** 2-10, where dropout competes with all other means against over-fitting.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **マスク**：`rng.random(X.shape) >= p` です．ミニバッチごとに新しく，データとニューロンごとに独立に決めます．$p$ は消す確率です．
# * **逆伝播**：順伝播と同じマスクを使って `dout * mask` とします．
# * **予測**：マスクはかけず，次の層が学習時に受け取っていた値の平均 $X(1 - p)$ を計算します．PyTorch では，代わりに学習時に $1 - p$ で割ります．
# * ドロップアウトを使うと，訓練データへの適合は下がり，新しいデータに対する予測は良くなります．重みを共有する，多くの間引かれたネットワークの平均と考えられます．
#
# **次は** 2-10 です．ドロップアウトを，過学習を抑えるほかの方法と比べます．
