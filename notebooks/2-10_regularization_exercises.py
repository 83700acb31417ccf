# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-10 Exercises on regularisation
#
# This notebook belongs to sections 9.0, 9.1 and 9.4 of the lecture, and closes it. You write the gradients of the norm penalties, let all seven methods of chapter 9
# compete on the same data, design a network with batch normalisation, dropout, L2, L1 and augmentation, and find out why a smaller learning rate late in the training helps.
#
# **The data:** MNIST, real handwritten digits, at most 4,000 to train and 1,000 to test (those in the package, or the first ones of all 70,000 if these are on your machine).
#
# **Points of the lecture**
#
# * The seven methods against over-fitting: what does each do? (→ 3)
# * Norm penalties: weights only, one $\alpha$; why L1 makes weights 0. (→ 1, 2, 4)
# * How must a network be designed so that accuracy rises? (A hard question.) (→ 5, 7)
# * Why does accuracy rise when the learning rate is made smaller on the way? (→ 6)

# %% [markdown] lang="ja"
# # 2-10 正則化に関する演習
#
# このノートブックは，講義の 9.0，9.1，9.4 に対応する最後の演習です．ノルムペナルティの勾配を書き，第9章の7つの方法を同じデータで比べます．さらに，バッチ正規化，ドロップアウト，L2，L1，データ集合の拡張を組み合わせてネットワークを設計し，学習の途中で学習係数を小さくするとなぜ精度が上がるのかを調べます．
#
# **データ**：MNIST（実際の手書き数字）です．訓練データ最大4,000件，テストデータ1,000件を使います（パッケージに含まれるもの，または全データが手元にあればその先頭部分です）．
#
# **講義のポイント**
#
# * 過学習を避ける7つの方法は，それぞれ何をするのか（→ 3）
# * ノルムペナルティの対象は重みだけで，$\alpha$ は全層で共通．L1 ではなぜ重みが 0 になるのか（→ 1，2，4）
# * どのようにネットワークを設計すると精度が上がるのか．これは難問（→ 5，7）
# * 学習係数を途中で小さくすると，なぜ精度が上がるのか（→ 6）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import grade

rng = np.random.default_rng(0)
train, test = nn.data.mnist(full="auto")
train, test = train[:4000], test[:1000]
print(train.source)
print("train", train.x.shape, " test", test.x.shape)

# %% [markdown] lang="en"
# ## 1. Norm penalties (9.1)
#
# The loss gets a price on large weights, $\tilde J = J + \alpha\,\Omega(W^{(1)}, \dots, W^{(L)})$: weights only, never biases, and one $\alpha$ for all layers.
#
# * L2 (ridge, Tikhonov): $\Omega = \sum_l \mathrm{sum}(W^{(l)} * W^{(l)})$, and $\frac{\partial(\alpha\Omega)}{\partial W^{(l)}} = 2\alpha W^{(l)}$
# * L1 (LASSO): $\Omega = \sum_l \mathrm{sum}(|W^{(l)}|)$, and $\frac{\partial(\alpha\Omega)}{\partial W^{(l)}} = \alpha\,\mathrm{sign}\,W^{(l)}$

# %% [markdown] lang="ja"
# ## 1. パラメータノルムペナルティ（9.1）
#
# 大きな重みにペナルティを課します：$\tilde J = J + \alpha\,\Omega(W^{(1)}, \dots, W^{(L)})$．対象は重みだけで，バイアスは含めません．$\alpha$ は全層で共通です．
#
# * L2（リッジ，チホノフ）：$\Omega = \sum_l \mathrm{sum}(W^{(l)} * W^{(l)})$，$\frac{\partial(\alpha\Omega)}{\partial W^{(l)}} = 2\alpha W^{(l)}$
# * L1（LASSO）：$\Omega = \sum_l \mathrm{sum}(|W^{(l)}|)$，$\frac{\partial(\alpha\Omega)}{\partial W^{(l)}} = \alpha\,\mathrm{sign}\,W^{(l)}$

# %%
alpha = 0.1
W = np.array([[3.0, -1.0], [0.5, 0.0]])
W_tensor = ac.Tensor(W, requires_grad=True)
by_hand = {"L2": 2 * alpha * W, "L1": alpha * np.sign(W)}
for name, penalty in {"L2": optim.L2(alpha), "L1": optim.L1(alpha)}.items():
    value = penalty(W_tensor)
    gradient = ac.gradients(value, W_tensor).numpy()
    print(name, "αΩ =", round(value.item(), 4), " difference:", np.abs(gradient - by_hand[name]).max())
    print(gradient)

# %% [markdown] lang="en"
# **Careful, three slips of the lecture.** It writes $\frac{\partial\Omega}{\partial W} = 2\alpha W$ and $\frac{\partial\Omega}{\partial W} = \alpha\,\mathrm{sign}\,W$:
# these are the gradients of $\alpha\Omega$; those of $\Omega$ itself are $2W$ and $\mathrm{sign}\,W$. And $W W^T$ is a matrix; the sum of squares is its **trace**
# (and the sum over the layers has to stay):

# %% [markdown] lang="ja"
# **注意**：講義資料には3つの誤記があります．$\frac{\partial\Omega}{\partial W} = 2\alpha W$，$\frac{\partial\Omega}{\partial W} = \alpha\,\mathrm{sign}\,W$ とありますが，これらは $\alpha\Omega$ の微分で，$\Omega$ 自身の微分は $2W$，$\mathrm{sign}\,W$ です．また $W W^T$ は行列なので，2乗和にするには**トレース**が必要です（層についての和も省けません）．

# %%
print("W Wᵀ =", W @ W.T, sep="\n")
print("trace:", np.trace(W @ W.T), "  sum(W * W):", np.sum(W * W))

# %% [markdown] lang="en"
# **Exercises 9.1.** Write both gradients (of $\alpha\Omega$) for one matrix. For a network the same is done with every $W^{(l)}$.
#
# <details><summary>Answer</summary>
#
# ```python
# def gradient_of_L2(W, alpha):
#     return 2 * alpha * W
#
#
# def gradient_of_L1(W, alpha):
#     return alpha * np.sign(W)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習 9.1** 一つの行列に対する（$\alpha\Omega$ の）勾配を2つとも書いてください．ネットワークでは，すべての $W^{(l)}$ に同じことをします．
#
# <details><summary>答え</summary>
#
# ```python
# def gradient_of_L2(W, alpha):
#     return 2 * alpha * W
#
#
# def gradient_of_L1(W, alpha):
#     return alpha * np.sign(W)
# ```
#
# </details>


# %%
def gradient_of_L2(W, alpha):
    return ...


def gradient_of_L1(W, alpha):
    return ...


print(grade("9.1-2", gradient_of_L2), grade("9.1-3", gradient_of_L1), sep="\n")

# %% [markdown] lang="en"
# **Careful:** `weight_decay` of PyTorch adds $\lambda_{wd}\,\theta$ to the gradient of **all** parameters. Its factor is $2\alpha$, not $\alpha$, and biases shrink too
# (DL-from-scratch has weights only, but $\frac12\lambda\sum W^2$). And this $\alpha$ is not the $\alpha$ of section 6.1, which is that of momentum.
# One step of SGD without any loss, from $W = 1$ and $b = 1$, shows it:

# %% [markdown] lang="ja"
# **注意**：PyTorch の `weight_decay` は，**すべての**パラメータの勾配に $\lambda_{wd}\,\theta$ を加えます．L2 と同じにするには $\alpha$ ではなく $2\alpha$ を指定し，しかもバイアスも小さくなります（『ゼロから作るDeep Learning』は重みだけですが，$\frac12\lambda\sum W^2$ です）．なお，ここでの $\alpha$ は，6.1 のモメンタムの $\alpha$ とは別のものです．誤差を 0 として，$W = 1$，$b = 1$ から SGD で1回更新してみます．


# %%
def after_one_step(penalty=None, weight_decay=0.0):
    layer = nn.Affine(1, 1)
    layer.weight.data, layer.bias.data = [[1.0]], [1.0]
    optimizer = optim.SGD(layer.parameters(), lr=1.0, weight_decay=weight_decay)
    loss = 0.0 * (layer.weight.sum() + layer.bias.sum())
    (loss if penalty is None else loss + penalty(layer)).backward()
    optimizer.step()
    return round(layer.weight.item(), 4), round(layer.bias.item(), 4)


steps = {
    "L2, α = 0.1": after_one_step(penalty=optim.L2(0.1)),
    "weight_decay = 0.1": after_one_step(weight_decay=0.1),
    "weight_decay = 0.2": after_one_step(weight_decay=0.2),
}
for name, (w, b) in steps.items():
    print(f"{name:20} W = {w}  b = {b}")

# %% [markdown] lang="en"
# ## 2. Why L1 makes weights 0 (9.1)
#
# The example of the lecture: $f(w_1, w_2) = (w_1 - 3)^2 + 4(w_2 - 6)^2$, once with $w_1^2 + w_2^2$ and once with $10(|w_1| + |w_2|)$.
# Descent finds the new minima, with gradients from the engine and a step that shrinks.

# %% [markdown] lang="ja"
# ## 2. L1 で重みが 0 になる理由（9.1）
#
# 講義の例 $f(w_1, w_2) = (w_1 - 3)^2 + 4(w_2 - 6)^2$ に，$w_1^2 + w_2^2$ または $10(|w_1| + |w_2|)$ を加えます．新しい最小点を，自動微分の勾配を使った（歩幅をだんだん小さくする）勾配降下法で求めます．


# %%
def f(w1, w2):
    return (w1 - 3) ** 2 + 4 * (w2 - 6) ** 2


def square(w1, w2):
    return w1**2 + w2**2


def absolute(w1, w2):
    return 10 * (abs(w1) + abs(w2))


def minimum(penalty):
    w = ac.Tensor([3.0, 6.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.97)
    for _ in range(400):
        optimizer.zero_grad()
        (f(w[0], w[1]) + penalty(w[0], w[1])).backward()
        optimizer.step()
        scheduler.step()
    return w.numpy()


minima = {"L2": minimum(square), "L1": minimum(absolute)}
exact = {"L2": (3 / 2, 24 / 5), "L1": (0, 6 - 10 / 8)}
for name in minima:
    print(name, "found", minima[name].round(4) + 0.0, " exact", exact[name])

# %% [markdown] lang="en"
# On paper: with L2, $2(w_1 - 3) + 2w_1 = 0$ and $8(w_2 - 6) + 2w_2 = 0$. With L1, $8(w_2 - 6) + 10 = 0$; but $2(w_1 - 3) + 10 = 0$ has no solution with $w_1 > 0$: the slope of $f$ at $w_1 = 0$ is only $-6$ and cannot overcome the 10 of the penalty, so $w_1$ stays in the corner at 0.
#
# In the figure: black dashed $f$, red dashed the penalty, black solid the sum; the small dot is the old minimum, the big one the new. Look at where the big dot lies: inside on the left, on the axis $w_1 = 0$ on the right.

# %% [markdown] lang="ja"
# 手計算では，L2 は $2(w_1 - 3) + 2w_1 = 0$，$8(w_2 - 6) + 2w_2 = 0$ です．L1 は $8(w_2 - 6) + 10 = 0$ ですが，$2(w_1 - 3) + 10 = 0$ は $w_1 > 0$ に解がありません．$w_1 = 0$ での $f$ の傾きは $-6$ しかなく，ペナルティの傾き 10 に勝てないので，$w_1$ は角の 0 にとどまります．
#
# 図の黒破線は $f$，赤破線はペナルティ，黒実線はその和の等高線です．小さい点が元の最小点，大きい点が新しい最小点です．大きい点の位置に注目してください．左では内側に，右では直線 $w_1 = 0$ の上にあります．

# %%
w1, w2 = np.meshgrid(np.linspace(-2, 6.5, 301), np.linspace(-0.5, 8.5, 301))
figure, axes = plt.subplots(1, 2, figsize=(9, 5.2), layout="constrained", sharey=True)
for ax, (name, penalty) in zip(axes, {"L2": square, "L1": absolute}.items(), strict=True):
    ax.contour(w1, w2, f(w1, w2), [1, 4, 10, 20], colors="black", linestyles="dashed", linewidths=0.9)
    ax.contour(w1, w2, penalty(w1, w2), 6, colors="red", linestyles="dashed", linewidths=0.9)
    total = f(w1, w2) + penalty(w1, w2)
    ax.contour(w1, w2, total, total.min() + np.array([1, 4, 10, 20]), colors="black", linewidths=1.3)
    ax.axvline(0, color="lightgray", linewidth=0.8, zorder=0)
    ax.plot(3, 6, "ko", markersize=4)
    ax.plot(*minima[name], "ko", markersize=11, clip_on=False)
    ax.set(title=name, xlabel="w1", ylabel="w2", aspect="equal")

# %% [markdown] lang="en"
# ## 3. Seven methods (9.0)
#
# The lecture names norm penalties, data augmentation, noise in the outputs (label smoothing), semi-supervised learning, early stopping, ensembles and dropout.
# All of them start from this: 500 labelled digits and a network of 90,000 parameters.

# %% [markdown] lang="ja"
# ## 3. 7つの方法（9.0）
#
# 講義には，ノルムペナルティ，データ集合の拡張，出力値へのノイズ注入（ラベル平滑化），半教師あり学習，早期終了，アンサンブル学習，ドロップアウトの7つが挙げられています．どれも次の条件から始めます．ラベルつきの数字500個と，約9万個のパラメータをもつネットワークです．

# %%
few, unlabelled = train[:500], train[500:].x


def network(seed, drop=0.0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        *(nn.Affine(784, 100, init="he", rng=rng), nn.ReLU(), nn.Dropout(drop, rng=rng)),
        *(nn.Affine(100, 100, init="he", rng=rng), nn.ReLU(), nn.Dropout(drop, rng=rng)),
        nn.Affine(100, 10, init="he", rng=rng),
    )


def trained(data, seed, *, loss=None, drop=0.0, transform=None, valid=None, epochs=30, **options):
    model = network(seed, drop)
    optimizer = optim.Momentum(model.parameters(), lr=0.02)
    loader = nn.data.DataLoader(data, 50, shuffle=True, rng=seed, transform=transform)
    trainer = nn.Trainer(model, loss or nn.CrossEntropyLoss(), optimizer, metrics="accuracy", **options)
    trainer.fit(loader, valid, epochs=epochs, progress=False)
    return model


def probabilities(model, x):
    model.eval()
    with ac.no_grad():
        return ac.softmax(model(x)).numpy()


# %% [markdown] lang="en"
# Three of them are one option each: a **penalty**, **dropout**, and **label smoothing**, which wants 0.73 for the right class and 0.03 for each other one instead of 1 and 0.
# **Data augmentation** makes new pictures of the old: here they are shifted by at most one pixel, anew in every epoch. Above the original digits, below what the network sees:

# %% [markdown] lang="ja"
# このうち3つは，オプションを一つ指定するだけです．**ペナルティ**，**ドロップアウト**，そして正解を 1 と 0 ではなく 0.73 と（ほかのクラスごとに）0.03 にする**ラベル平滑化**です．**データ集合の拡張**では，元の画像から新しい画像を作ります．ここでは最大1画素だけずらし，エポックごとに作り直します．上が元の数字，下がネットワークに入る画像です．

# %%
shift = nn.data.RandomCrop(28, padding=1)
smooth = nn.CrossEntropyLoss(label_smoothing=0.3)
print("smoothed label of a 3:", (0.7 * np.eye(10)[3] + 0.3 / 10).round(2))
shifted = shift(few.x[:8], rng=0).reshape(-1, 28, 28)
pictures = nn.plot.images(np.concatenate([few.images[:8], shifted]), columns=8)

# %% [markdown] lang="en"
# **Early stopping** keeps 100 of the 500 digits aside (never the test data!) and ends when their accuracy has not become better for 10 epochs; the best weights count.
# **Semi-supervised learning** also uses the 3,500 digits without their labels: a first network labels them, and those of which it is sure train a second one (pseudo-labels).
# An **ensemble** takes the mean of the probabilities of five networks.

# %% [markdown] lang="ja"
# **早期終了**では，500個のうち100個を（テストデータは決して使わずに）取り分けておき，その精度が10エポックの間良くならなければ終わります．使うのは最も良かったときの重みです．**半教師あり学習**では，残り3,500個の画像をラベルなしで使います．最初のネットワークにラベルをつけさせ，自信のあるものを加えて2つ目のネットワークを学習させます（疑似ラベル）．**アンサンブル学習**では，5つのネットワークの確率を平均します．


# %%
def early(data, seed):
    stopping = nn.EarlyStopping("valid_accuracy", patience=10)
    return trained(data[100:], seed, valid=data[:100], callbacks=stopping)


def semi_supervised(data, seed):
    guess = probabilities(trained(data, seed), unlabelled)
    sure = guess.max(axis=1) > 0.9
    x = np.concatenate([data.x, unlabelled[sure]])
    t = np.concatenate([data.t, guess.argmax(axis=1)[sure]])
    return trained((x, t), seed + 100, epochs=10)


methods = {
    "norm penalty L2": lambda data, seed: trained(data, seed, penalty=optim.L2(0.02)),
    "norm penalty L1": lambda data, seed: trained(data, seed, penalty=optim.L1(0.004)),
    "augmentation": lambda data, seed: trained(data, seed, transform=shift),
    "label smoothing": lambda data, seed: trained(data, seed, loss=smooth),
    "semi-supervised": semi_supervised,
    "early stopping": early,
    "dropout": lambda data, seed: trained(data, seed, drop=0.5),
}

# %% [markdown] lang="en"
# Two trials: with the right labels, and with every fifth label replaced by a wrong one, so that learning by heart does harm. Each line is the mean of three networks, "none" of five, and "ensemble" is made of these five.
# Look at the columns `test`, first the one of the wrong labels, and compare with the line "none".

# %% [markdown] lang="ja"
# 2通りの実験をします．ラベルがすべて正しい場合と，5個に1個を間違ったものに置きかえた場合（丸暗記が害になる場合）です．各行は3つのネットワークの平均です．none は5つの平均，ensemble はその5つから作ったものです．test の列を，まず間違いのある wrong のほうから，none の行と比べてください．

# %%
t = few.t.copy()
t[::5] = (t[::5] + rng.integers(1, 10, 100)) % 10
trials = {"right": few, "wrong": few.replaced(few.x, t)}
models, scores = {}, {}
for labels, data in trials.items():
    plain = [trained(data, seed) for seed in range(5)]
    found = {"none": plain, "ensemble": [nn.Ensemble(plain, of="softmax")]}
    found |= {name: [method(data, seed) for seed in range(3)] for name, method in methods.items()}
    for part, given in {"train": data, "test": test}.items():
        scores[labels, part] = {
            name: np.mean([nn.accuracy(probabilities(model, given.x), given.t) for model in made])
            for name, made in found.items()
        }
    models[labels] = found
table = pd.DataFrame(scores)
table.sort_values(("wrong", "test")).round(3)

# %% [markdown] lang="en"
# With wrong labels every one of the seven helps; dropout, augmentation and L2 most. With the right ones over-fitting is hardly a problem here, and the picture is another:
# augmentation and the unlabelled digits bring something new and help; an ensemble helps a little, smoothing hardly at all; L1, dropout and early stopping (which gives away 100 labels) cost more than they bring in so short a training.
# A regularizer is no gift: it exchanges less fit for less harm from it. (The strengths, such as $\alpha = 0.02$, were chosen for the wrong labels; with right ones smaller values lose less.)

# %% [markdown] lang="ja"
# 間違ったラベルがあるときは，7つの方法のどれもが効果を上げます．特によく効くのは，ドロップアウト，データ集合の拡張，L2 です．すべて正しいときは過学習の害がほとんどなく，様子が変わります．新しい情報が加わるデータ集合の拡張とラベルなしデータは効き，アンサンブルは少しだけ，ラベル平滑化はほとんど効きません．一方，L1，ドロップアウト，（100個のラベルを手放す）早期終了は，この短い学習では損のほうが大きくなりました．正則化はいつでも得になるわけではなく，訓練データへの適合を少し犠牲にして，過学習の害を減らすものです（$\alpha = 0.02$ などの強さは，間違いのある場合に合わせて選びました．すべて正しい場合は，もっと小さな値のほうが損が少なくなります）．

# %% [markdown] lang="en"
# ## 4. Zeros in a real network (9.1)
#
# What did the penalties do to the first weight matrix? Watch the heap at 0.

# %% [markdown] lang="ja"
# ## 4. 実際のネットワークでのスパース性（9.1）
#
# ペナルティによって，最初の重み行列はどう変わったでしょうか．0 のところの山に注目してください．

# %%
weights = {
    name: models["wrong"][name][0].state_dict()["0.weight"]
    for name in ("none", "norm penalty L2", "norm penalty L1")
}
for name, W in weights.items():
    print(f"{name:16} |w| < 0.001: {np.mean(abs(W) < 1e-3):4.0%}   largest |w|: {abs(W).max():.2f}")
heaps = nn.plot.histograms(weights, range=(-0.15, 0.15), bins=101)

# %% [markdown] lang="en"
# With L1 most weights are below 0.001 while some stay large; with L2 the weights are small too, but far fewer are as good as 0: the pull $2\alpha w$ fades with $w$, the pull $\alpha\,\mathrm{sign}\,w$ does not.
#
# **Question.** Why are weights after L1 not exactly 0?
#
# <details><summary>Answer</summary>
#
# Each step moves a weight by $\lambda\alpha$ towards 0 and beyond, so it trembles around 0 in steps of that size, as the descent in section 2 did before its step became small.
#
# </details>

# %% [markdown] lang="ja"
# L1 ではほとんどの重みが 0.001 より小さくなり，一部の重みだけが大きいまま残ります．L2 でも重みは小さくなりますが，ほぼ 0 といえるものはずっと少なくなります．L2 の引き戻す力 $2\alpha w$ は $w$ とともに弱まりますが，L1 の $\alpha\,\mathrm{sign}\,w$ は弱まらないからです．
#
# **問い** L1 を使っても，重みがちょうど 0 にならないのはなぜでしょうか．
#
# <details><summary>答え</summary>
#
# 1回の更新で重みは 0 に向かって $\lambda\alpha$ だけ動き，0 を通り越してしまいます．そのため，0 の周りをその歩幅で揺れ続けます．第2節の勾配降下法で，歩幅を小さくする必要があったのと同じです．
#
# </details>

# %% [markdown] lang="en"
# ## 5. How must a network be designed? (9.4)
#
# A hard question, since nobody knows the answer beforehand: one tries. But **not on the test data**: whoever chooses the best of many on the test data has trained on it.
# So 3,000 digits train and 1,000 others decide. One thing is changed at a time, then what helped is put together.

# %% [markdown] lang="ja"
# ## 5. どのように設計すればよいか（9.4）
#
# 前もって答えは分からないので，試すしかありません．難問といわれる理由です．ただし，**テストデータで選んではいけません**．テストデータで最も良いものを選ぶことは，テストデータで学習するのと同じだからです．そこで，3,000個で学習し，別の1,000個（検証データ）で決めます．まず一度に一つだけ変えてみて，次に効いたものを組み合わせます．


# %%
def designed(width=100, depth=2, batch_norm=False, drop=0.0):
    rng = np.random.default_rng(0)
    layers, size = [], 784
    for _ in range(depth):
        layers += [nn.Affine(size, width, init="he", rng=rng)]
        layers += [nn.BatchNorm(width)] if batch_norm else []
        layers += [nn.ReLU(), nn.Dropout(drop, rng=rng)]
        size = width
    return nn.Sequential(*layers, nn.Affine(size, 10, init="he", rng=rng))


def fitted(model, data, valid=None, *, rate=0.02, penalty=None, transform=None, epochs=8, milestones=()):
    optimizer = optim.Momentum(model.parameters(), lr=rate)
    scheduler = optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma=0.1)
    trainer = nn.Trainer(
        model, nn.CrossEntropyLoss(), optimizer, metrics="accuracy", penalty=penalty, scheduler=scheduler
    )
    loader = nn.data.DataLoader(data, 50, shuffle=True, rng=0, transform=transform)
    return trainer, trainer.fit(loader, valid, epochs=epochs, progress=False)


# %%
fit, valid = train[:3000], train[3000:]
one_change = {
    "start": {},
    "width 200": {"width": 200},
    "depth 4": {"depth": 4},
    "dropout 0.2": {"drop": 0.2},
    "L2": {"penalty": optim.L2(1e-3)},
    "L1": {"penalty": optim.L1(1e-4)},
    "batch norm": {"batch_norm": True},
    "augmentation": {"transform": shift},
}
together = {
    "augmentation + batch norm": {"transform": shift, "batch_norm": True},
    "... + dropout 0.2": {"transform": shift, "batch_norm": True, "drop": 0.2},
    "... + width 200": {"transform": shift, "batch_norm": True, "width": 200},
}
search = {}
for name, change in (one_change | together).items():
    design = {key: change[key] for key in ("width", "depth", "batch_norm", "drop") if key in change}
    options = {key: change[key] for key in ("penalty", "transform") if key in change}
    trainer, _ = fitted(designed(**design), fit, **options)
    search[name] = {
        part: trainer.evaluate(data)["accuracy"] for part, data in (("fit", fit), ("valid", valid))
    }
pd.DataFrame(search).T.round(3)

# %% [markdown] lang="en"
# With 1,000 digits a difference below one point is chance. What stands out are augmentation and batch normalisation, and both together; more width, L1, L2 and a little dropout change little in 8 epochs, and four layers do not help.
# The start has a gap of 8 points between `fit` and `valid`; with augmentation and batch normalisation it is half of that.

# %% [markdown] lang="ja"
# 検証データは1,000個なので，1ポイントより小さな差は偶然の範囲です．はっきり効いているのは，データ集合の拡張とバッチ正規化，そしてその組み合わせです．幅，L1，L2，弱いドロップアウトは，8エポックではあまり影響がなく，4層にしても良くなりません．start では fit と valid の差が8ポイントありますが，データ集合の拡張とバッチ正規化を使うとその半分になります．

# %% [markdown] lang="en"
# ## 6. A smaller learning rate on the way (9.4)
#
# Now the winner, width 200, is trained on all 4,000 digits, twice with the same seeds: once with a large $\lambda = 0.4$ throughout, once with $\lambda = 0.04$ from the 10th epoch on.
# The test data are only looked at; nothing is chosen by them. Watch what happens at the step.

# %% [markdown] lang="ja"
# ## 6. 学習係数を途中で小さくする（9.4）
#
# 選ばれた設計（幅 200）を4,000個すべてで学習させます．乱数の種は同じにして，一方は大きめの $\lambda = 0.4$ のまま，もう一方は10エポック目から $\lambda = 0.04$ にします．テストデータは眺めるだけで，何かを選ぶのには使いません．切りかえたところで何が起きるかに注目してください．

# %%
runs, histories = {}, {}
for name, milestones in {"λ": [], "λ, then λ/10": [9]}.items():
    model = designed(width=200, batch_norm=True)
    options = {"rate": 0.4, "transform": shift, "milestones": milestones}
    runs[name], histories[name] = fitted(model, train, test, epochs=12, **options)
shown = ("epoch", "accuracy", "valid_accuracy")
curves = nn.plot.curves({name: {c: h[c][2:] for c in shown} for name, h in histories.items()}, "accuracy")
curves.axvline(9.5, color="gray", linewidth=0.8, zorder=0)
pd.DataFrame({name: h["valid_accuracy"][6:] for name, h in histories.items()}, index=range(7, 13)).round(3).T

# %% [markdown] lang="en"
# Up to epoch 9 both are the same, bit for bit. Then one goes on to tremble, while the other rises at once in training (dashed) and stays high in the test: about 97 %, more than any network above.
# (The dashed lines lie below the solid ones at first: they are measured on shifted digits, during the epoch.)
# (That is for 4,000 digits; what all 60,000 give is not measured here.)
#
# Why? Each step of SGD follows the gradient of 50 digits, which is that of all digits plus noise, and the step is $\lambda$ times that. With a large $\lambda$ the parameters jump about a minimum as on a coarse grid: fast to come near it, unable to come closer.
# With a small $\lambda$ the grid is fine. In one dimension, $f(w) = w^2/2$ with a noisy gradient $w + \varepsilon$, the spread can be computed: $\sqrt{\lambda/(2 - \lambda)}$.

# %% [markdown] lang="ja"
# 9エポックまで，2つは完全に同じです．その後，一方は揺れ続けますが，もう一方は訓練データの精度（破線）がすぐに上がり，テストデータの精度も高いまま落ち着きます．約 97 % で，これまでのどのネットワークよりも高い値です（4,000個で学習した結果です．60,000個すべてを使った場合は，ここでは測っていません）．はじめのうち破線が実線より下にあるのは，ずらした画像で，エポックの途中に測っているからです．
#
# なぜでしょうか．SGD の1回の更新で使うのは50個の数字の勾配，つまり全体の勾配にノイズが加わったもので，歩幅はその $\lambda$ 倍です．$\lambda$ が大きいと，パラメータは粗い網目の上を動くように，最小点の周りを飛び回ります．速く近づけますが，それ以上は近づけません．$\lambda$ を小さくすると網目が細かくなります．1次元の $f(w) = w^2/2$ で，勾配が $w + \varepsilon$ とノイズを含む場合，揺れの幅は $\sqrt{\lambda/(2 - \lambda)}$ と計算できます．

# %%
for rate in (0.5, 0.05):
    w, path = 5.0, []
    for _ in range(20_000):
        w = w - rate * (w + rng.standard_normal())
        path.append(w)
    steps_needed = int(np.argmax(np.abs(path) < 1))
    print(
        f"λ = {rate:<5} spread {np.std(path[1000:]):.3f}  formula {np.sqrt(rate / (2 - rate)):.3f}", end="  "
    )
    print(f"steps until |w| < 1: {steps_needed + 1}")

# %% [markdown] lang="en"
# So one wants both: large steps first, small steps at the end. The same in the network: from the end of the first run, 80 steps more with $\lambda$, and 80 with $\lambda/10$.
# After every step the loss of 1,000 training digits is measured. Compare how the lines tremble, and at which height.

# %% [markdown] lang="ja"
# つまり，はじめは大きな歩幅，終わりは小さな歩幅がよいことになります．ネットワークでも確かめましょう．$\lambda$ のまま学習した終わりから，$\lambda$ と $\lambda/10$ でそれぞれ80回更新し，1回ごとに訓練データ1,000個の誤差を測ります．揺れ方と高さを比べてください．

# %%
state = runs["λ"].model.state_dict()
some = train[:1000]
loss_after = {}
for name, rate in {"λ": 0.4, "λ/10": 0.04}.items():
    model = designed(width=200, batch_norm=True)
    model.load_state_dict(state)
    optimizer, losses = optim.Momentum(model.parameters(), lr=rate), []
    for x, t in nn.data.DataLoader(train, 50, shuffle=True, rng=1, transform=shift):
        optimizer.zero_grad()
        nn.CrossEntropyLoss()(model.train()(x), t).backward()
        optimizer.step()
        with ac.no_grad():
            losses.append(nn.CrossEntropyLoss()(model.eval()(some.x), some.t).item())
    loss_after[name] = np.array(losses)
    print(f"{name:5} mean of the last 40: {np.mean(losses[-40:]):.4f}  spread {np.std(losses[-40:]):.4f}")
trembling = nn.plot.lines(np.arange(1, 81), loss_after, title="loss of 1,000 digits", xlabel="step")

# %% [markdown] lang="en"
# With the large $\lambda$ the loss wanders up and down; with the small one it sinks to less than half of that and hardly trembles.
#
# **Question.** Why not take $\lambda/10$ from the beginning?
#
# <details><summary>Answer</summary>
#
# Here one could: $\lambda = 0.04$ from the beginning comes to about 97 % too, for with batch normalisation small steps are fast enough, and 12 epochs are plenty. (Try `"rate": 0.04`.)
# But in general it takes ten times as many steps (in one dimension 30 against 3), which a large training cannot pay, and the best constant $\lambda$ has to be found first. Large steps that shrink forgive a $\lambda$ that was chosen too large.
#
# </details>

# %% [markdown] lang="ja"
# 大きな $\lambda$ では誤差が上下にさまよいます．小さくすると，誤差はその半分以下まで下がり，ほとんど揺れなくなります．
#
# **問い** 最初から $\lambda/10$ にしないのはなぜでしょうか．
#
# <details><summary>答え</summary>
#
# この例では，それでも構いません．最初から $\lambda = 0.04$ にしても，やはり約 97 % になります．バッチ正規化のおかげで小さな歩幅でも十分速く進み，12エポックあれば足りるからです（`"rate": 0.04` として試してください）．しかし一般には，およそ10倍の更新回数が必要になり（1次元の例では3回に対して30回），大きな学習ではその余裕がありません．また，ちょうどよい一定の $\lambda$ を先に探しておく必要もあります．途中で小さくする方法なら，はじめの $\lambda$ が大きすぎても取り返しがつきます．
#
# </details>

# %% [markdown] lang="en"
# ## 7. Your network (9.4)
#
# **Exercise.** Beat the start of section 5, with your own design. You have 8 epochs on the 3,000 digits; the cell says where you stand in the table. Change `my_design` and `my_options`.
#
# <details><summary>Answer</summary>
#
# One of many, with the step of section 6 before the last two epochs:
#
# ```python
# my_design = {"width": 200, "batch_norm": True}
# my_options = {"transform": shift, "milestones": [6]}
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 7. 自分のネットワーク（9.4）
#
# **演習** 自分の設計で，第5節の start を上回ってください．使えるのは3,000個の数字と8エポックです．実行すると，表の中での順位が表示されます．`my_design` と `my_options` を書きかえてください．
#
# <details><summary>答え</summary>
#
# 一例です．最後の2エポックの前に，第6節のように学習係数を小さくします．
#
# ```python
# my_design = {"width": 200, "batch_norm": True}
# my_options = {"transform": shift, "milestones": [6]}
# ```
#
# </details>

# %%
my_design = {"width": 100}
my_options = {}

# %%
trainer, _ = fitted(designed(**my_design), fit, epochs=8, **my_options)
mine = trainer.evaluate(valid)["accuracy"]
better = [name for name, row in search.items() if row["valid"] > mine]
gain = mine - search["start"]["valid"]
print(f"yours: {mine:.3f}, {gain:+.3f} against the start; place {len(better) + 1} of {len(search) + 1}")
print("beaten!" if gain > 0.01 else "not above the start by more than chance yet")

# %% [markdown] lang="en"
# ## What we saw
#
# * **Penalties** act on weights only; $\alpha\Omega$ has the gradient $2\alpha W$ (L2) or $\alpha\,\mathrm{sign}\,W$ (L1), and L1 makes most weights 0.
# * **Seven methods**: all help where learning by heart does harm; where it does not, new data (augmentation, unlabelled digits) help most.
# * **Design**: change one thing at a time, decide on validation data, look at the test data last. Here augmentation and batch normalisation made the difference: from about 91 % to about 97 % in the end.
# * **A smaller $\lambda$ late**: the noise of mini-batches keeps the parameters at a distance from the minimum that grows with $\lambda$; fine steps bring them nearer.
#
# **Next:** this was the last notebook. Take your own data, begin with a small network, and let training and test tell you what it needs.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **ペナルティ**は重みだけにかけます．$\alpha\Omega$ の勾配は $2\alpha W$（L2），$\alpha\,\mathrm{sign}\,W$（L1）で，L1 ではほとんどの重みがほぼ 0 になります．
# * **7つの方法**は，丸暗記が害になるときにはどれも効きます．そうでないときは，新しいデータを加える方法（データ集合の拡張，ラベルなしデータ）が最も効きます．
# * **設計**では，一度に一つだけ変え，検証データで決め，テストデータは最後に見ます．ここではデータ集合の拡張とバッチ正規化が効き，約 91 % から最終的に約 97 % になりました．
# * **途中で $\lambda$ を小さくする**理由：ミニバッチのノイズのために，パラメータは最小点から $\lambda$ に応じて離れたところを揺れています．細かい歩幅にすると，さらに近づけます．
#
# **次は** 自分のデータの番です．これが最後のノートブックでした．小さなネットワークから始めてみてください．何が必要かは，訓練データとテストデータに対する精度が教えてくれます．
