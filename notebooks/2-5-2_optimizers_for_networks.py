# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-5-2 Optimizers for networks
#
# This notebook belongs to section 6 of the lecture, and is the second of the two of 6.3. The classes of 2-5-1 train a network without a change,
# beside the optimizers of the library. Then you see what is different from the function of two variables, and why λ is lowered on the way.
#
# **The data:** MNIST, real handwritten digits: 4,000 to train and 1,000 to test, from the package; where the full set is on the machine, the first 4,000 and 1,000 of it, for the cells to run in seconds.
#
# **Points of the lecture**
#
# * Parameters in a dict of arrays: that is why the classes fit a network (→ 1, 2).
# * How does the behaviour differ when they are applied to a network? (→ 4, 5, 6)
# * Six methods: SGD, momentum, Nesterov, AdaGrad, RMSProp, Adam (→ 3).
# * Too large a λ does not learn, too small a λ takes too long; lowering it on the way helps, Adam too (→ 6, 7).

# %% [markdown] lang="ja"
# # 2-5-2 最適化法の NN への適用
#
# このノートブックは，講義の第6章に対応する，6.3 の演習の2つ目です．2-5-1 のクラスをそのまま使ってニューラルネットワークを学習させ，ライブラリの最適化法と比べます．そのあと，2変数関数の場合と何が違うのか，なぜ途中で λ を小さくするのかを調べます．
#
# **データ**：MNIST（実際の手書き数字）です．パッケージに含まれる訓練データ4,000枚，テストデータ1,000枚を使います．全データが手元にあるときも，数秒で実行できるように，はじめの4,000枚と1,000枚だけを使います．
#
# **講義のポイント**
#
# * パラメータは，配列を要素とする辞書で持つ．だからクラスをそのまま NN に使える（→ 1，2）
# * NN へ適用すると，振る舞いはどう違うか（→ 4，5，6）
# * 6つの方法：SGD，モメンタム，ネステロフ，AdaGrad，RMSProp，Adam（→ 3）
# * λ は大きすぎると学習できず，小さすぎると時間がかかる．途中で小さくするとよい．Adam でも同じ（→ 6，7）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import nn
import optim
from autograd_core.testing import grade

train, test = nn.data.mnist(full="auto")
print(train.source)
x, t = train.x[:4000], train.t[:4000]
x_test, t_test = test.x[:1000], test.t[:1000]
print(x.shape, t.shape, x_test.shape, t_test.shape)
ax_digits = nn.plot.images(train.images[:10], t[:10])

# %% [markdown] lang="en"
# ## 1. The parameters of a network as a dict (6.3)
#
# The network of our story: 784 pixels, two hidden layers of 50 with ReLU, 10 classes, mini-batches of 100 (initial values: 2-6).
# `dicts` gives its parameters and its gradients as dicts of arrays with the lecture's names. The arrays are the network's own: who changes them, changes the network.

# %% [markdown] lang="ja"
# ## 1. ネットワークのパラメータを辞書にする（6.3）
#
# 使うのは，784画素，50ニューロンの隠れ層が2つ（ReLU），10クラスのネットワークで，ミニバッチは100枚です（初期値については 2-6 で学びます）．`dicts` は，パラメータと勾配を，講義と同じ名前の配列の辞書として返します．配列はネットワークが持っているものそのものなので，書きかえればネットワークが変わります．


# %%
def network(dtype=np.float32):
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Linear(784, 50, init="he", dtype=dtype, rng=rng),
        nn.ReLU(),
        nn.Linear(50, 50, init="he", dtype=dtype, rng=rng),
        nn.ReLU(),
        nn.Linear(50, 10, init="he", dtype=dtype, rng=rng),
    )


names = ["W1", "b1", "W2", "b2", "W3", "b3"]
loss = nn.CrossEntropyLoss()


def dicts(model):
    params = {name: p.data for name, p in zip(names, model.parameters(), strict=True)}
    grads = {name: p.grad.numpy() for name, p in zip(names, model.parameters(), strict=True)}
    return params, grads


model = network()
loss(model(x[:100]), t[:100]).backward()
params, grads = dicts(model)
before = loss(model(x[:100]), t[:100]).item()
for key in params:
    params[key] -= 0.1 * grads[key]  # SGD by hand, one update
after = loss(model(x[:100]), t[:100]).item()
print({key: p.shape for key, p in params.items()})
print(f"numbers: {sum(p.size for p in params.values())}   loss of this batch: {before:.3f} → {after:.3f}")

# %% [markdown] lang="en"
# ## 2. The classes of 2-5-1, unchanged (6.1, 6.2)
#
# Here they are again. They know nothing of networks: only that there are two dicts with the same keys.

# %% [markdown] lang="ja"
# ## 2. 2-5-1 のクラスをそのまま使う（6.1，6.2）
#
# もう一度書いておきます．どのクラスもネットワークのことは何も知りません．同じキーを持つ2つの辞書を受け取るだけです．


# %%
class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


class Momentum:
    def __init__(self, lr=0.01, alpha=0.9):
        self.lr, self.alpha, self.v = lr, alpha, {}

    def update(self, params, grads):
        for key in params:
            self.v[key] = self.alpha * self.v.get(key, 0) - self.lr * grads[key]
            params[key] += self.v[key]


class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.s, self.r = 0, {}, {}

    def update(self, params, grads):
        self.t += 1
        lr_t = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key, g in grads.items():
            self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
            self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
            params[key] -= lr_t * self.s[key] / (np.sqrt(self.r[key]) + self.eps)


# %% [markdown] lang="en"
# Two networks with the same initial values see the same 40 mini-batches, in float64. One is moved by our class, the other by `optim`.
# How far apart are their parameters, at the worst of all 40 updates?

# %% [markdown] lang="ja"
# 初期値の同じネットワークを2つ用意し，同じ40個のミニバッチを与えます（float64）．一方は自作のクラスで，もう一方は `optim` で更新します．40回の更新を通して，パラメータは最大でどれだけ違うでしょうか．


# %%
def side_by_side(by_hand, make):
    mine, theirs = network(np.float64), network(np.float64)
    optimizer = make(theirs.parameters())
    worst = 0.0
    for i in range(0, 4000, 100):
        for model in (mine, theirs):
            model.zero_grad()
            loss(model(x[i : i + 100].astype(float)), t[i : i + 100]).backward()
        params, grads = dicts(mine)
        by_hand.update(params, grads)
        optimizer.step()
        others, _ = dicts(theirs)
        worst = max(worst, *(np.abs(params[key] - others[key]).max() for key in params))
    return float(worst)


differences = {
    "SGD": side_by_side(SGD(0.1), lambda p: optim.SGD(p, lr=0.1)),
    "Momentum": side_by_side(Momentum(0.03), lambda p: optim.Momentum(p, lr=0.03)),
    "Adam": side_by_side(Adam(0.001), lambda p: optim.Adam(p, lr=0.001, form="lecture")),
}
adam_of_the_paper = side_by_side(Adam(0.001), lambda p: optim.Adam(p, lr=0.001, form="paper"))
print(differences)
print("Adam, rewritten beside the original:", adam_of_the_paper)

# %% [markdown] lang="en"
# The same to the last bits, all 42,310 numbers. **Careful:** the last line is Adam in its two forms. They differ only in ε (2-5-1, section 8), but many gradients of a
# network are tiny (pixels near the margin hardly ever have ink), so the difference is far above rounding. Each form is right; compare like with like.

# %% [markdown] lang="ja"
# 42,310個の数すべてが，最後の数ビットまで一致しました．**注意**：最後の行は Adam の2つの形の比較です．違いは ε だけですが（2-5-1 第8節），ネットワークの勾配には非常に小さいものが多いので（余白に近い画素は，ほとんどいつも 0 です），差は丸め誤差よりずっと大きくなります．どちらの形も正しいので，比べるときは同じ形どうしで比べましょう．

# %% [markdown] lang="en"
# ## 3. Six learning curves (6)
#
# Each method with a λ that suits it, eight epochs, the same mini-batches. `nn.Trainer` does the loop and measures the test data after each epoch (`valid_…`).
# The table has the values at the end; in the curves look at the first epochs, then at the ends.

# %% [markdown] lang="ja"
# ## 3. 6つの学習曲線（6）
#
# それぞれに合った λ で，同じミニバッチを使って8エポック学習します．学習のループは `nn.Trainer` に任せます．エポックごとにテストデータでの値（`valid_…`）も測ります．表は最後の値です．学習曲線では，まずはじめの数エポック，次に最後を見てください．

# %%
six = {
    "SGD": lambda p: optim.SGD(p, lr=0.1),
    "Momentum": lambda p: optim.Momentum(p, lr=0.03, momentum=0.9),
    "Nesterov": lambda p: optim.Nesterov(p, lr=0.03, momentum=0.9),
    "AdaGrad": lambda p: optim.Adagrad(p, lr=0.01),
    "RMSProp": lambda p: optim.RMSprop(p, lr=0.001),
    "Adam": lambda p: optim.Adam(p, lr=0.001),
}


def trained(make, epochs=8, schedule=None):
    model = network()
    optimizer = make(model.parameters())
    scheduler = schedule(optimizer) if schedule else None
    trainer = nn.Trainer(model, loss, optimizer, metrics="accuracy", scheduler=scheduler)
    history = trainer.fit((x, t), (x_test, t_test), epochs=epochs, rng=1, progress=False)
    return model, history


results = {name: trained(make) for name, make in six.items()}
histories = {name: history for name, (_, history) in results.items()}
table = pd.DataFrame({name: {key: h[key][-1] for key in h} for name, h in histories.items()}).T
table[["loss", "valid_loss", "accuracy", "valid_accuracy"]].round(3)


# %%
def drawn(histories, epochs):
    _, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    for ax, key, title in [(axes[0], "loss", "training loss"), (axes[1], "valid_accuracy", "test accuracy")]:
        columns = {name: h[key] for name, h in histories.items()}
        log = "y" if key == "loss" else ""
        nn.plot.lines(epochs, columns, title=title, xlabel="epoch", log=log, ax=ax)
    return axes


axes_six = drawn(histories, np.arange(1, 9))

# %% [markdown] lang="en"
# After eight epochs SGD has the largest training loss by far, and Nesterov the smallest here; the others are close to each other, and another seed may exchange them. On the test data all are between about 92 and 94 %: they differ by little more than chance (one test image is 0.1 %).
# A faster descent is not in itself a better network: the gap between training and test grows with it, which is the topic of 2-9 and 2-10.
#
# **Question.** AdaGrad and RMSProp are far ahead of SGD after the first epoch. Is that because they are better?
#
# <details><summary>Answer</summary>
#
# In part it is their λ. With λ = 0.3 SGD itself is much faster (section 6). A comparison of optimizers is a comparison of optimizers *with their λ*, and fair only if λ was looked for with the same care.
#
# </details>

# %% [markdown] lang="ja"
# 8エポック後，訓練データの誤差は SGD が飛び抜けて大きく，ここではネステロフが最小です．そのほかは互いに近く，乱数が変われば順番も入れ替わります．テストデータの精度はどれも 92〜94 % 程度で，差は偶然と区別がつきません（テスト画像1枚が 0.1 % です）．速く下りることと，良いネットワークになることは別です．速いほど，訓練データとテストデータの差も開きます．これは 2-9 と 2-10 のテーマです．
#
# **問い** 1エポック目の後では，AdaGrad と RMSProp が SGD よりずっと先に進んでいます．これは方法が優れているからでしょうか．
#
# <details><summary>答え</summary>
#
# λ のせいでもあります．λ = 0.3 とすれば SGD もずっと速くなります（第6節）．最適化法の比較は「最適化法と λ の組」の比較であり，どの方法でも同じ手間をかけて λ を選ばなければ公平ではありません．
#
# </details>

# %% [markdown] lang="en"
# ## 4. The first difference: the gradient is noisy (6.3)
#
# For $f(x, y)$ the gradient was exact. A mini-batch gives that of 100 images instead of all 4,000. Below: how many times as long as the exact gradient is the difference between the two (`error / gradient`),
# and what is the cosine of the angle between them, at the start and after the training with Adam. And the loss of each mini-batch during 200 updates.

# %% [markdown] lang="ja"
# ## 4. 違いその1：勾配にばらつきがある（6.3）
#
# $f(x, y)$ の勾配は正確でした．ミニバッチの勾配は，4,000枚すべてではなく100枚だけから計算したものです．次のセルでは，学習前と Adam での学習後について，ミニバッチの勾配と全データの勾配のずれ（表では error）が勾配の何倍になるかと，2つの勾配のなす角の余弦を調べます．また，200回の更新について，ミニバッチごとの誤差をグラフにします．


# %%
def gradient(model, x, t):
    model.zero_grad()
    loss(model(x), t).backward()
    return np.concatenate([g.ravel() for g in dicts(model)[1].values()])


def noise_of(model):
    exact = gradient(model, x, t)
    batches = [gradient(model, x[i : i + 100], t[i : i + 100]) for i in range(0, 4000, 100)]
    error = np.mean([np.linalg.norm(g - exact) for g in batches]) / np.linalg.norm(exact)
    cosine = np.mean([g @ exact / np.linalg.norm(g) / np.linalg.norm(exact) for g in batches])
    return {"length of gradient": np.linalg.norm(exact), "error / gradient": error, "cosine": cosine}


noise = pd.DataFrame({"at the start": noise_of(network()), "after 8 epochs": noise_of(results["Adam"][0])})
noise.round(2)

# %%
model = network()
optimizer = optim.SGD(model.parameters(), lr=0.1)
rng = np.random.default_rng(1)
batch_losses = []
for _ in range(200):
    batch = rng.choice(4000, 100, replace=False)
    optimizer.zero_grad()
    E = loss(model(x[batch]), t[batch])
    E.backward()
    optimizer.step()
    batch_losses.append(E.item())
smooth = np.convolve(batch_losses, np.ones(20) / 20, mode="valid")
ax_batches = nn.plot.lines(
    np.arange(19, 200),
    {"batch": batch_losses[19:], "mean of last 20": smooth},
    title="loss",
    xlabel="updates",
)

# %% [markdown] lang="en"
# At the start every batch points more or less downhill. After training the error is about three times as long as the gradient, and the steps go in very different directions: the gradients of the images cancel, their differences stay.
# So the loss of a single batch says little, the curve trembles although λ is far from its limit, and near a minimum SGD does not come to rest by itself.

# %% [markdown] lang="ja"
# 学習前は，どのミニバッチもだいたい坂を下る向きを指します．学習後は，ずれが勾配の3倍ほどの大きさになり，ミニバッチごとにばらばらの向きに進みます．画像ごとの勾配は打ち消し合いますが，そのばらつきは残るからです．そのため，ミニバッチ一つの誤差だけでは何も言えません．λ が上限よりずっと小さくても曲線は揺れ，SGD は最小点の近くでひとりでに止まることはありません．

# %% [markdown] lang="en"
# ## 5. The second difference: many parameters of different sizes (6.2)
#
# $f$ had two directions, 2 and 200. A network has tens of thousands. From the same point, with the same gradient: how far does one update move a number of each array, in the root mean square?

# %% [markdown] lang="ja"
# ## 5. 違いその2：大きさの異なる多数のパラメータ（6.2）
#
# $f$ の方向は 2 と 200 の2つだけでした．ネットワークには何万もあります．同じ点から同じ勾配で1回更新したとき，各配列の成分は2乗平均平方根でどれだけ動くでしょうか．


# %%
def moved(optimizer):
    model = network()
    gradient(model, x[:100], t[:100])
    params, grads = dicts(model)
    old = {key: p.copy() for key, p in params.items()}
    optimizer.update(params, grads)
    return [np.sqrt(np.mean((params[key] - old[key])[grads[key] != 0] ** 2)) for key in names]


moves = {"SGD 0.1": moved(SGD(0.1)), "Adam 0.001": moved(Adam(0.001))}
pd.DataFrame(moves, index=names).map("{:.5f}".format)

# %% [markdown] lang="en"
# SGD moves each array in proportion to its gradient, here some of them nearly five times as far as others. Adam moves all by about λ, whatever the gradient: one λ suits all arrays. (Numbers whose gradient is exactly 0 are left out.)

# %% [markdown] lang="ja"
# SGD では勾配に比例して動くので，配列によって5倍近い差があります．Adam ではどの配列もおよそ λ だけ動くので，一つの λ ですべての配列に間に合います（勾配がちょうど 0 の成分は除いています）．

# %% [markdown] lang="en"
# ## 6. Which λ? (6)
#
# Two epochs with each of ten λ, for SGD, Momentum (α = 0.9) and Adam; then the loss on all training data. Low is good. Look at where each curve has its valley, how wide it is, and what happens at the right end.

# %% [markdown] lang="ja"
# ## 6. λ はいくつがよいか（6）
#
# SGD，モメンタム（α = 0.9），Adam を，10通りの λ で2エポックずつ学習させ，訓練データ全体での誤差を測ります．小さいほど良い値です．それぞれの谷がどこにあり，どれくらい広いか，右端で何が起こるかに注目してください．


# %%
def after_two_epochs(method, lr):
    model = network()
    optimizer = method(model.parameters(), lr=lr)
    rng = np.random.default_rng(1)
    with np.errstate(all="ignore"):  # too large a λ may overflow
        for _ in range(2):
            order = rng.permutation(4000)
            for i in range(0, 4000, 100):
                optimizer.zero_grad()
                loss(model(x[order[i : i + 100]]), t[order[i : i + 100]]).backward()
                optimizer.step()
        return model, loss(model(x), t).item()


rates = np.array([1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0])
methods = {"SGD": optim.SGD, "Momentum": optim.Momentum, "Adam": optim.Adam}
sweep = pd.DataFrame(
    {name: [after_two_epochs(method, lr)[1] for lr in rates] for name, method in methods.items()},
    index=pd.Index(rates, name="λ"),
)
ax_sweep = nn.plot.lines(rates, dict(sweep), title="training loss after two epochs", xlabel="λ", log="x")
sweep.round(2)

# %% [markdown] lang="en"
# * Each has a valley, and each elsewhere: SGD best at about 0.3, Momentum at 0.1, Adam at 0.01. Adam's is the widest: below 0.5 over a factor of 30, SGD only over a factor of 3.
# * On the left the curve of Momentum is that of SGD, shifted by a factor of ten: $1/(1 - \alpha) = 10$, as under a constant force (2-5-1, section 5).
# * On the right the loss does not go to infinity, as $f$ did. It stops at about 2.3, and $\log 10 = 2.303$. What does such a network say? We count its answers:

# %% [markdown] lang="ja"
# * どの方法にも谷がありますが，場所が違います．SGD は 0.3，モメンタムは 0.1，Adam は 0.01 あたりが最良です．谷は Adam が最も広く，誤差が 0.5 より小さい範囲は Adam では30倍にわたりますが，SGD では3倍しかありません．
# * 左側では，モメンタムの曲線は SGD の曲線を10倍だけずらしたものになっています．力が一定のときと同じ $1/(1 - \alpha) = 10$ です（2-5-1 第5節）．
# * 右側では，$f$ のように無限大にはならず，2.3 あたりで止まります．$\log 10 = 2.303$ です．このとき，ネットワークはどんな答えを出しているのでしょうか．答えを数えてみます．

# %%
dead, _ = after_two_epochs(optim.Adam, lr=1.0)
answers_given = np.bincount(dead(x).numpy().argmax(axis=1), minlength=10)
print("how often it says 0, 1, …, 9:", answers_given)

# %% [markdown] lang="en"
# The same to every image: the large steps have driven the ReLUs to where they give 0 for all data, and no gradient comes back through them (dead ReLUs). Only the biases of the last layer still learn.
#
# **Careful:** "λ = 0.01" means something else for every optimizer. Change the optimizer, and look for λ again.

# %% [markdown] lang="ja"
# どの画像にも同じ答えです．歩幅が大きすぎて，ReLU がどのデータに対しても 0 を出すところまで飛ばされ，そこからは勾配が戻ってきません（死んだ ReLU）．学習できるのは最後の層のバイアスだけです．
#
# **注意**：同じ「λ = 0.01」でも，最適化法によって意味が違います．最適化法を変えたら，λ も選び直してください．

# %% [markdown] lang="en"
# ## 7. Lowering λ on the way (6)
#
# Adam with a large λ = 0.02, with a small λ = 0.002, and with 0.02 that a scheduler divides by ten after 7 of 12 epochs. The lecture says that even Adam often does better so (a slip of the pen in 6.2 says “many” where “good” is meant). What happens in epoch 8?

# %% [markdown] lang="ja"
# ## 7. 途中で λ を小さくする（6）
#
# 大きい λ = 0.02 の Adam，小さい λ = 0.002 の Adam，0.02 で始めて12エポック中の7エポック後にスケジューラで 1/10 にする Adam を比べます．講義によれば，Adam であっても途中で変えた方が良い場合が多いとのことです（6.2 の「多い場合が多い」は「良い場合が多い」の誤記です）．8エポック目に何が起こるでしょうか．


# %%
def large(p):
    return optim.Adam(p, lr=0.02)


def after_seven(optimizer):
    return optim.lr_scheduler.MultiStepLR(optimizer, milestones=[7], gamma=0.1)


runs = {
    "large": trained(large, epochs=12)[1],
    "small": trained(lambda p: optim.Adam(p, lr=0.002), epochs=12)[1],
    "lowered": trained(large, epochs=12, schedule=after_seven)[1],
}
axes_lowered = drawn(runs, np.arange(1, 13))
last = pd.DataFrame({name: {key: np.mean(h[key][-4:]) for key in h} for name, h in runs.items()}).T
last[["loss", "valid_loss", "accuracy", "valid_accuracy"]].round(3)

# %% [markdown] lang="en"
# (The table has means of the last four epochs.) The moment λ falls, the training loss falls too, to a small part of what it was, and the test accuracy stops jumping. The large λ trembles where the noise of section 4 keeps it; the small one is smooth but behind on the training data.
# It is the picture of the coarse net and the fine one, again. On the test data the lowered run is better than the large λ and about as good as the small one; its test *loss* is no lower, for 4,000 images are soon learnt by heart.

# %% [markdown] lang="ja"
# （表は最後の4エポックの平均です．）λ を下げたとたんに，訓練データの誤差もわずかな値まで下がり，テストデータに対する精度も跳ねなくなります．大きい λ は，第4節のばらつきのために同じ高さで揺れ続けます．小さい λ は滑らかですが，訓練データでは遅れをとっています．ここでも，粗い網目で探してから細かい網目で詰める，というイメージのとおりです．テストデータでは，途中で下げたものは大きい λ より良く，小さい λ と同じくらいです．ただし，テストデータに対する*誤差*は小さい λ より低くはなりません．4,000枚は，すぐに丸暗記されてしまうからです．

# %% [markdown] lang="en"
# ## 8. Exercises (6.3)
#
# **Exercise 1.** Write such a schedule yourself: `rate(epoch)` with epochs 0, 1, 2, …, which starts with 0.1 and is halved after every 5 epochs. It is compared with `StepLR`.
#
# <details><summary>Answer</summary>
#
# ```python
# def rate(epoch):
#     return 0.1 * 0.5 ** (epoch // 5)
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 8. 演習問題（6.3）
#
# **演習1** スケジュールを自分で書いてみましょう．`rate(epoch)` は，エポック 0, 1, 2, … に対して，0.1 から始まり，5エポックごとに半分になる λ を返します．`StepLR` と比べて採点します．
#
# <details><summary>答え</summary>
#
# ```python
# def rate(epoch):
#     return 0.1 * 0.5 ** (epoch // 5)
# ```
#
# </details>


# %%
def rate(epoch):
    return ...


def compared(rate):
    if rate(0) is ...:
        return "not answered yet"
    optimizer = optim.SGD(network().parameters(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=5, gamma=0.5)
    for epoch in range(20):
        if not np.isclose(rate(epoch), optimizer.lr):
            return f"not right yet: epoch {epoch} has λ = {rate(epoch):g}, right is {optimizer.lr:g}"
        optimizer.step()
        scheduler.step()
    return "right"


print(compared(rate))

# %% [markdown] lang="en"
# **Exercise 2.** Write RMSProp, $h \leftarrow \rho h + (1 - \rho)\,g * g$, $\theta \leftarrow \theta - \lambda\,g/(\sqrt{h} + \epsilon)$, for dicts of arrays. The mark compares it with the lecture's; then `side_by_side` sets it beside `optim.RMSprop` on the network, where the difference should be about 1e-16.
#
# <details><summary>Answer</summary>
#
# ```python
# class RMSProp:
#     def __init__(self, lr=0.001, rho=0.99, eps=1e-8):
#         self.lr, self.rho, self.eps, self.h = lr, rho, eps, {}
#
#     def update(self, params, grads):
#         for key, g in grads.items():
#             self.h[key] = self.rho * self.h.get(key, 0) + (1 - self.rho) * g * g
#             params[key] -= self.lr * g / (np.sqrt(self.h[key]) + self.eps)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習2** RMSProp，つまり $h \leftarrow \rho h + (1 - \rho)\,g * g$，$\theta \leftarrow \theta - \lambda\,g/(\sqrt{h} + \epsilon)$ を，配列の辞書に対して書いてください．採点のあと，`side_by_side` でネットワークに適用し，`optim.RMSprop` と並べて比べます．差は 1e-16 程度になるはずです．
#
# <details><summary>答え</summary>
#
# ```python
# class RMSProp:
#     def __init__(self, lr=0.001, rho=0.99, eps=1e-8):
#         self.lr, self.rho, self.eps, self.h = lr, rho, eps, {}
#
#     def update(self, params, grads):
#         for key, g in grads.items():
#             self.h[key] = self.rho * self.h.get(key, 0) + (1 - self.rho) * g * g
#             params[key] -= self.lr * g / (np.sqrt(self.h[key]) + self.eps)
# ```
#
# </details>


# %%
class RMSProp:
    def __init__(self, lr=0.001, rho=0.99, eps=1e-8):
        self.lr, self.rho, self.eps, self.h = lr, rho, eps, {}

    def update(self, params, grads): ...


mark_rmsprop = grade("2-5-1", RMSProp)
mark_rmsprop

# %%
beside = side_by_side(RMSProp(0.001), lambda p: optim.RMSprop(p, lr=0.001))
print(f"on the network, beside optim.RMSprop: largest difference {beside:.1e}")

# %% [markdown] lang="en"
# ## What we saw
#
# * A network's parameters are a dict of arrays too, so the classes of 2-5-1 train it without a change, and agree with `optim` to the last bits.
# * What is different: the gradient is noisy, the more so the nearer the minimum; the arrays have gradients of different sizes, which Adam evens out; and too large a λ does not diverge but kills the network.
# * All six methods reach about the same test accuracy, if each gets its own λ; they differ in speed and in how much a wrong λ costs.
# * Lowering λ on the way gets the speed of the large and the calm of the small, for Adam too.
#
# **Next:** 2-6, where the network gets deeper and the initial values decide whether anything is learnt at all.

# %% [markdown] lang="ja"
# ## まとめ
#
# * ネットワークのパラメータも配列の辞書です．だから 2-5-1 のクラスでそのまま学習でき，`optim` の結果と最後の数ビットまで一致します．
# * 違いは3つありました．勾配にばらつきがあり，最小点に近いほど目立ちます．勾配の大きさは配列ごとに違い，Adam はそれをならします．λ が大きすぎると，発散するのではなく，ReLU が死んで学習できなくなります．
# * それぞれに合った λ を選べば，6つの方法のテストデータに対する精度はほぼ同じです．違うのは速さと，λ を間違えたときの損害です．
# * 途中で λ を小さくすると，大きい λ の速さと小さい λ の落ち着きの両方が得られます．Adam でも同じです．
#
# **次は** 2-6 です．ネットワークを深くすると，初期値しだいで学習できるかどうかが決まることを見ます．
