# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-8 Optimising deep models
#
# This notebook belongs to section 8.4 of the lecture. In 2-4 networks with three and more hidden layers did not learn at all. Now the remedies of sections 6 to 8,
# optimizers, initial values and batch normalisation, go into one network, alone and together, and you measure what each of them does with 10, 20 and 50 hidden layers.
# Afterwards you know which of them helps, why, and where it ends.
#
# **The data:** MNIST, real handwritten digits; the package holds 4,000 to train with and 1,000 to test with. If the full set is on your machine, as many of it are taken.
#
# **Points of the lecture**
#
# * The effect of each method (→ 3, 5; all optimizers → 6)
# * How deep can a network be? (→ 4, 7)

# %% [markdown] lang="ja"
# # 2-8 深層モデルのための最適化
#
# このノートブックは，講義の 8.4 に対応します．2-4 では，隠れ層を3つ以上にすると学習がまったく進みませんでした．ここでは，第6章から第8章で学んだ工夫（最適化法，初期値，バッチ正規化）を一つのネットワークに組み込みます．単独で，また組み合わせて使い，隠れ層が10，20，50層の場合の効果を測ります．どの方法が，なぜ，どれだけ効くのか，どこまで深くできるのかが分かるようになります．
#
# **データ**：MNIST（実際の手書き数字）です．パッケージに含まれる訓練データ4,000件，テストデータ1,000件を使います．全データが手元にある場合も，その中から同じ件数だけ使います．
#
# **講義のポイント**
#
# * それぞれの手法の効果（→ 3，5．すべての最適化法 → 6）
# * どのくらいまで深くできるか（→ 4，7）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import nn
import optim

train, test = nn.data.mnist(full="auto")
print(train.source)
x, t = train.x[:4000], train.t[:4000]
x_test, t_test = test.x[:1000], test.t[:1000]
print(x.shape, t.shape, x_test.shape, t_test.shape)
digits = nn.plot.images(train.images[20:30], train.t[20:30])

# %% [markdown] lang="en"
# ## 1. One network for all methods (8.4)
#
# `deep_net` stacks blocks of an affine layer, batch normalisation if wanted, and ReLU, 50 neurons each; an affine layer with ten outputs ends it. Two things can be chosen:
# `init`, the initial values (0.01 for W ~ N(0, 0.01²), or "he"), and `norm`. The third, the optimizer, is not part of the network.

# %% [markdown] lang="ja"
# ## 1. すべての方法を組み込めるネットワーク（8.4）
#
# `deep_net` は，アファイン層，（必要なら）バッチ正規化，ReLU の組を重ねます．ニューロンはどの層も50個で，最後は出力10個のアファイン層です．選べるのは，初期値 `init`（0.01 なら W ~ N(0, 0.01²)，"he" なら He の初期値）と，バッチ正規化の有無 `norm` です．3つ目の工夫である最適化法は，ネットワークの外にあります．

# %%
WIDTH = 50


def deep_net(hidden, init=0.01, norm=False, seed=0, dtype=None):
    rng = np.random.default_rng(seed)
    layers = []
    for k in [784] + [WIDTH] * (hidden - 1):
        layers.append(nn.Linear(k, WIDTH, init=init, rng=rng, dtype=dtype))
        if norm:
            layers.append(nn.BatchNorm(WIDTH, dtype=dtype))
        layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.Linear(WIDTH, 10, init=init, rng=rng, dtype=dtype))


deep_net(2, init="he", norm=True)

# %% [markdown] lang="en"
# By hand it would be the layers of 3-1-1 to 3-1-3 and 2-7 in a list. To be sure that we know what `nn` does, we write them once more, for three hidden layers with all numbers taken from the network,
# and compare all gradients.

# %% [markdown] lang="ja"
# 自分で書くなら，3-1-1 〜 3-1-3 と 2-7 の層をリストに並べることになります．`nn` の計算を理解していることを確かめるため，隠れ層3つの場合をもう一度 NumPy で書き，ネットワークと同じ数値を入れて，すべての勾配を比べます．


# %%
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.grads = [self.x.T @ dout, np.sum(dout, axis=0)]
        return dout @ self.W.T


class BatchNorm:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta

    def forward(self, x):
        self.s = np.sqrt(np.var(x, axis=0) + 1e-8)
        self.xn = (x - np.mean(x, axis=0)) / self.s
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        self.grads = [np.sum(self.xn * dout, axis=0), np.sum(dout, axis=0)]
        c, d = np.mean(dout, axis=0), np.mean(self.xn * dout, axis=0)
        return self.gamma / self.s * (dout - c - self.xn * d)


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        self.grads = []
        return dout * self.mask


# %%
model = deep_net(3, init="he", norm=True, dtype=float)
kinds = {"Linear": Affine, "BatchNorm": BatchNorm, "ReLU": ReLU}
layers = [kinds[type(m).__name__](*[p.numpy() for p in m.parameters()]) for m in model]
batch, labels = x[:100].astype(float), t[:100]

y = batch
for layer in layers:
    y = layer.forward(y)
e = np.exp(y - y.max(axis=1, keepdims=True))
dout = (e / e.sum(axis=1, keepdims=True) - nn.data.one_hot(labels, 10)) / len(labels)
for layer in reversed(layers):
    dout = layer.backward(dout)

nn.CrossEntropyLoss()(model(batch), labels).backward()
by_hand = [g for layer in layers for g in layer.grads]
apart = [np.abs(g - p.grad.numpy()).max() for g, p in zip(by_hand, model.parameters(), strict=True)]
print(len(by_hand), "gradients, largest difference", max(apart))

# %% [markdown] lang="en"
# **Careful:** when it predicts, batch normalisation uses statistics of the training. The lecture leaves open how they are gathered; `nn.BatchNorm` takes a moving average
# with the weight 0.1 for the newest batch. Its ε is the lecture's 1e-8 (PyTorch: 1e-5).

# %% [markdown] lang="ja"
# **注意**：バッチ正規化は，予測のときには学習時の統計量を使います．その求め方は講義には書かれていません．`nn.BatchNorm` は，最新のミニバッチの重みを 0.1 とする移動平均を使います．ε は講義と同じ 1e-8 です（PyTorch では 1e-5）．

# %% [markdown] lang="en"
# ## 2. The experiments (8.4)
#
# A method is a choice of initial values, batch normalisation and optimizer. "plain" is that of 2-4: σ = 0.01 and SGD with λ = 0.1. Each other one changes something and leaves the rest.
# Every optimizer needs its own λ: Momentum adds its steps up to λ/(1 − α), which is 10 λ with α = 0.9, so 0.01 moves as far as SGD with 0.1. Adam has the lecture's 0.001, but 0.01 with batch normalisation,
# which bears longer steps (exercise 1).

# %% [markdown] lang="ja"
# ## 2. 実験の設定（8.4）
#
# 「方法」とは，初期値，バッチ正規化，最適化法の選び方です．"plain" は 2-4 と同じで，σ = 0.01，SGD，λ = 0.1 です．ほかの方法は，その一部だけを変えたものです．適切な λ は最適化法ごとに違います．モメンタムでは1歩が積み重なって λ/(1 − α)，α = 0.9 なら 10 λ になるので，0.01 で SGD の 0.1 と同じくらい進みます．Adam は講義の 0.001 ですが，バッチ正規化と組み合わせるときは，より大きな λ でも学習できるので 0.01 とします（演習1）．

# %%
SGD, MOMENTUM, ADAM = (optim.SGD, 0.1), (optim.Momentum, 0.01), (optim.Adam, 0.001)
METHODS = {
    "plain": (0.01, False, SGD),
    "Momentum": (0.01, False, MOMENTUM),
    "Adam": (0.01, False, ADAM),
    "He": ("he", False, SGD),
    "BN": (0.01, True, SGD),
    "He + Adam": ("he", False, ADAM),
    "He + BN": ("he", True, SGD),
    "He + BN + Adam": ("he", True, (optim.Adam, 0.01)),
}


def fit(model, optimizer, epochs=5, seed=0):
    """The history of a training; one whose loss has not moved for two epochs is broken off."""
    kind, lr = optimizer
    stalled = nn.EarlyStopping("loss", patience=2, min_delta=0.001, restore_best=False)
    trainer = nn.Trainer(
        model, nn.CrossEntropyLoss(), kind(model.parameters(), lr=lr), metrics="accuracy", callbacks=stalled
    )
    history = trainer.fit((x, t), (x_test, t_test), epochs=epochs, progress=False, rng=seed)
    history["train"] = [trainer.evaluate((x[:1000], t[:1000]))["accuracy"]]
    return history


def experiment(hidden, init, norm, optimizer, **settings):
    return fit(deep_net(hidden, init, norm, settings.get("seed", 0)), optimizer, **settings)


# %% [markdown] lang="en"
# ## 3. The effect of each method, with 10 hidden layers (8.4)
#
# Five epochs each, with mini-batches of 100: 200 steps. Look for three groups of curves: those that stay at 0.1 (broken off after three epochs), those that need their time, and those that are good at once.

# %% [markdown] lang="ja"
# ## 3. それぞれの手法の効果：隠れ層10層（8.4）
#
# どれも5エポック，ミニバッチ100件で，200回更新します．0.1 のままのもの（3エポックで打ち切られます），時間がかかるもの，すぐに良くなるもの，という3つのグループに注目してください．

# %%
results = {(10, name): experiment(10, *method) for name, method in METHODS.items()}
ten = {name: {"accuracy": results[10, name]["valid_accuracy"]} for name in METHODS}
learning_curves = nn.plot.curves(ten, "accuracy")
words = learning_curves.set_title(
    "test accuracy, 10 hidden layers", loc="left", fontsize=11, fontweight="bold"
)

# %% [markdown] lang="en"
# * **Better optimizers alone do not help.** Momentum and Adam stay at 0.1 as plain SGD does: all gradients of W are below $10^{-12}$. (Adam divides by their size, but its ε = $10^{-8}$ is far larger; nor do the digits differ any more in the last layers.)
# * **He's initial values** alone make the network learn, with the same SGD and the same λ. So does **batch normalisation** alone, even from σ = 0.01.
# * **Together** they are quicker: with He, Adam or batch normalisation lifts the accuracy in the second epoch to about where SGD is after four or five.

# %% [markdown] lang="ja"
# * **最適化法だけ**を変えても効果はありません．モメンタムも Adam も，SGD と同じく 0.1 のままです．W の勾配がどれも $10^{-12}$ 以下だからです．（Adam は勾配の大きさで割りますが，ε = $10^{-8}$ のほうがはるかに大きいので効きません．また，後ろの層では画像どうしの違いも消えています．）
# * **He の初期値**だけで，同じ SGD，同じ λ のまま学習が進むようになります．**バッチ正規化**だけでも，σ = 0.01 から学習できます．
# * **組み合わせる**とさらに速くなります．He の初期値に Adam やバッチ正規化を加えると，SGD が4，5エポックかかる精度に，2エポック目で達します．

# %% [markdown] lang="en"
# ## 4. How deep can it be? (8.4)
#
# The same methods with 1, 3, 20 and 50 hidden layers: first the table, training accuracy (of 1,000 digits) beside test accuracy, then the figure. (This takes about half a minute.)
# Which line would you expect on top at 50?

# %% [markdown] lang="ja"
# ## 4. どのくらいまで深くできるか（8.4）
#
# 同じ方法を，隠れ層1，3，20，50層でも試します．まず表で訓練データ（1,000件）とテストデータの精度を比べ，次に図で見ます（30秒ほどかかります）．隠れ層50層でいちばん上になるのは，どの線だと思いますか．

# %%
DEPTHS = [1, 3, 10, 20, 50]
for hidden in DEPTHS:
    for name, method in METHODS.items():
        if (hidden, name) not in results:
            results[hidden, name] = experiment(hidden, *method)

train_scores, test_scores = (
    pd.DataFrame({d: {name: results[d, name][score][-1] for name in METHODS} for d in DEPTHS})
    for score in ("train", "valid_accuracy")
)
pd.concat({"train": train_scores[[10, 20, 50]], "test": test_scores[[10, 20, 50]]}, axis=1).round(2)

# %%
named = [name for name in METHODS if name != "Momentum"]  # it would lie on "plain"
scores = {name: test_scores.loc[name] for name in named}
figure, depth_axes = plt.subplots(figsize=(8.4, 4.8), layout="constrained")
depth_axes.set_ylim(0, 1)
nn.plot.lines(DEPTHS, scores, title="test accuracy", xlabel="hidden layers", ax=depth_axes)
depth_axes.set_xscale("log")
depth_axes.set_xticks(DEPTHS, DEPTHS)
depth_axes.minorticks_off()
for line in depth_axes.lines:
    line.set(marker="o", clip_on=False)

# %% [markdown] lang="en"
# * With 1 hidden layer all methods learn; with 3, from σ = 0.01, SGD and Momentum do no longer. The more layers, the fewer methods are left.
# * With **20**, He or batch normalisation alone is no longer enough. He with Adam, with batch normalisation or with both is still above 0.75.
# * With **50**, only He with Adam gets anywhere: about half of the digits after 5 epochs, with this seed. All three remedies together do **not** help most here.
# * Nowhere are the deep networks better than those with 1 or 3 hidden layers. Training and test accuracy are close: they fail to learn, they do not overfit.

# %% [markdown] lang="ja"
# * 隠れ層が一つならどの方法でも学習できますが，3つになると，σ = 0.01 からの SGD とモメンタムはもう学習できません．深くなるほど，学習できる方法は減っていきます．
# * **20層**では，He の初期値だけ，バッチ正規化だけでは足りません．He の初期値に Adam かバッチ正規化，またはその両方を加えれば，まだ 0.75 を超えます．
# * **50層**では，He と Adam の組だけが何とか学習し，5エポックで半分ほどが正解になります（乱数の種によって変わります）．3つの工夫をすべて使うのがいちばん良いわけでは**ありません**．
# * 隠れ層が一つや3つのときより良くなった深いネットワークはありません．訓練データとテストデータの精度は近いので，過学習ではなく，学習そのものが難しいのです．

# %% [markdown] lang="en"
# ## 5. What each method repairs (8.4)
#
# `nn.flow` looks into untrained networks with 50 hidden layers. Left: by how much the outputs of each affine layer differ from digit to digit. Right: the gradients that arrive there.
# Good would be two level lines.

# %% [markdown] lang="ja"
# ## 5. それぞれの手法は何を直すのか（8.4）
#
# `nn.flow` で，隠れ層50層の学習前のネットワークの内側を見ます．左は，各アファイン層の出力が画像ごとにどのくらい違うか，右は，そこに届く勾配の大きさです．どちらも水平な線になるのが理想です．

# %%
inside = {}
for name in ("plain", "He", "He + BN"):
    init, norm, _ = METHODS[name]
    untrained = deep_net(50, init, norm, dtype=float)  # 64 bits, for the smallest numbers
    seen = nn.flow(untrained, batch, lambda y: nn.CrossEntropyLoss()(y, labels))
    affine = [row["layer"] for row in seen.table().rows if row["module"].startswith("Linear")]
    inside[name] = pd.DataFrame(
        {
            "digits differ by": [seen.activations[layer].std(axis=0).mean() for layer in affine],
            "gradients": [seen.gradients[layer].std() for layer in affine],
        }
    )

figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.6), layout="constrained")
for ax, what in zip(axes, ("digits differ by", "gradients"), strict=True):
    above = {name: table[what].where(table[what] > 1e-8) for name, table in inside.items()}
    series = {name: (above[name], color, "-") for name, color in zip(above, nn.plot.SERIES, strict=False)}
    nn.plot.by_layer([str(i) for i in range(1, 52)], series, ax=ax)
    ax.set_title(what, loc="left", fontsize=11, fontweight="bold")

growth = {name: (g["gradients"][10] / g["gradients"][40]) ** (1 / 30) for name, g in inside.items()}
print({name: round(float(factor), 3) for name, factor in growth.items()})

# %% [markdown] lang="en"
# * **plain**: both die, by about 0.05 per layer. The picture stops at $10^{-8}$; after 50 layers they are below $10^{-60}$, and in float32, in which we train, exactly 0.
# * **He** keeps the size of the gradients: a factor near 1 per layer. But the pictures grow more and more alike on their way, so what arrives at the end says less about the digit.
# * **Batch normalisation** keeps the digits apart, in every layer. The price: each layer multiplies gradients by about 1.2 on the way back, and $1.2^{49}$ is about $10^4$. The *exploding* gradient is the sister of the vanishing one.
#
# For ReLU the factor is $\sqrt{\pi/(\pi - 1)} = 1.21$ (G. Yang and others: A mean field theory of batch normalization, 2019). **Adam** divides by the size of the gradients,
# so layers with large and with small ones move alike.
# (At the start of section 8 the lecture says 勾配収束, "converging", for 勾配消失, "vanishing": a slip.)

# %% [markdown] lang="ja"
# * **plain**：どちらも1層ごとに約0.05倍になり，消えてしまいます．図は $10^{-8}$ で切ってありますが，50層では $10^{-60}$ より小さくなり，学習に使う float32 ではちょうど 0 です．
# * **He の初期値**では，勾配の大きさは1層あたりほぼ1倍に保たれます．しかし層を進むにつれて画像どうしがだんだん似てくるので，最後に届く情報は少なくなります．
# * **バッチ正規化**では，どの層でも画像どうしの違いが保たれます．その代わり，勾配は1層さかのぼるごとに約1.2倍になり，$1.2^{49}$ は約 $10^4$ です．これは**勾配爆発**で，勾配消失の裏返しです．
#
# ReLU の場合，この倍率は $\sqrt{\pi/(\pi - 1)} = 1.21$ です（G. Yang ほか：A mean field theory of batch normalization，2019）．**Adam** は勾配の大きさで割るので，勾配の大きな層も小さな層も同じくらい動きます．（講義の第8章の初めにある「勾配収束」は「勾配消失」の誤記です．）

# %% [markdown] lang="en"
# ## 6. All optimizers (6)
#
# Section 6 of the lecture names six. With He's initial values and 10 hidden layers, 5 epochs each, which of them are better than SGD?

# %% [markdown] lang="ja"
# ## 6. すべての最適化法（6）
#
# 講義の第6章では6つの最適化法が挙げられています．He の初期値，隠れ層10層，5エポックで比べます．SGD より良いのはどれでしょうか．

# %%
OPTIMIZERS = {
    "SGD": SGD,
    "Momentum": MOMENTUM,
    "Nesterov": (optim.Nesterov, 0.01),
    "AdaGrad": (optim.Adagrad, 0.01),
    "RMSProp": (optim.RMSprop, 0.001),
    "Adam": ADAM,
}
by_optimizer = {"SGD": results[10, "He"], "Adam": results[10, "He + Adam"]}
for name, optimizer in OPTIMIZERS.items():
    if name not in by_optimizer:
        by_optimizer[name] = experiment(10, "he", False, optimizer)
rows = {}
for name, (_, lr) in OPTIMIZERS.items():
    h = by_optimizer[name]
    rows[name] = (lr, h["train"][0], h["valid_accuracy"][-1], h["valid_accuracy"][0])
optimizer_table = pd.DataFrame(rows, index=["λ", "train", "test", "test, epoch 1"]).T.round(3)
optimizer_table

# %% [markdown] lang="en"
# Once the gradients arrive, the optimizer counts: after one epoch all others are ahead of SGD; AdaGrad, RMSProp and Adam are furthest here. After five epochs all are between 0.8 and 0.92, and a good part of the differences is chance: another seed gives another order.

# %% [markdown] lang="ja"
# 勾配が届くようになれば，最適化法の違いが現れます．1エポック後にはほかの方法が SGD より先に進み，とくに AdaGrad，RMSProp，Adam が速く学習しています．5エポック後にはどれも 0.8 から 0.92 の間です．ただし差のかなりの部分は偶然で，乱数の種を変えると順位も変わります．

# %% [markdown] lang="en"
# ## 7. An honest look at 50 layers (8.4)
#
# Does the one network that still works with 50 hidden layers, He with Adam, get there with time? 10 epochs, and half as long steps (with 0.001 the curve jumps). Beside it, for comparison,
# one hidden layer with the same method and 5 epochs. Then what an epoch costs.

# %% [markdown] lang="ja"
# ## 7. 50層の現実（8.4）
#
# 隠れ層50層でも学習できるのは He と Adam の組だけでした．時間をかければ良くなるのでしょうか．10エポック，λ は半分にします（0.001 では曲線が大きく揺れます）．比較のため，同じ方法で隠れ層一つ，5エポックの結果を並べます．続いて，1エポックにかかる時間を見ます．

# %%
fifty = experiment(50, "he", False, (optim.Adam, 0.0005), epochs=10)
both = {"50 hidden": fifty, "1 hidden": results[1, "He + Adam"]}
fifty_curves = nn.plot.curves({k: {"accuracy": h["valid_accuracy"]} for k, h in both.items()}, "accuracy")
words = fifty_curves.set_title("test accuracy, He + Adam", loc="left", fontsize=11, fontweight="bold")
print(f"50 hidden layers, 10 epochs: train {fifty['train'][0]:.2f}, test {fifty['valid_accuracy'][-1]:.2f}")

# %%
costs = pd.DataFrame(
    {
        "parameters": {d: sum(p.size for p in deep_net(d).parameters()) for d in DEPTHS},
        "s/epoch, He + Adam": {d: min(results[d, "He + Adam"]["seconds"]) for d in DEPTHS},
        "s/epoch, He + BN + Adam": {d: min(results[d, "He + BN + Adam"]["seconds"]) for d in DEPTHS},
    }
).round(2)
costs

# %% [markdown] lang="en"
# It goes on learning, to 0.6–0.8 (another seed gives another of these), but one hidden layer is above 0.9 in a fraction of the time. The time per epoch grows with the number of layers, and batch normalisation about doubles it (if nothing else keeps the machine busy).
#
# So how deep? With the methods of sections 6 to 8 **10 layers are easy, 20 can be done, and 50 are at the limit**. Fully connected layers on small pictures gain nothing from it.
# The next idea, by which networks of 100 layers and more are trained, is the **residual connection**: a block adds its result to its input, $y = x + f(x)$, so that signals and gradients have a way around it.

# %% [markdown] lang="ja"
# 学習は続き，0.6〜0.8 になります（乱数の種によって変わります）が，隠れ層一つなら，わずかな時間で 0.9 を超えます．1エポックの時間は層の数とともに増え，バッチ正規化を使うと約2倍になります（計算機でほかの処理が動いていない場合）．
#
# では，どのくらいまで深くできるのでしょうか．第6章から第8章の方法では，**10層なら容易，20層なら可能，50層は限界**です．小さな画像に対する全結合のネットワークでは，深くしても得るものはありません．次のアイデアは，100層を超えるネットワークの学習も可能にした**残差接続**です．出力を入力に足して $y = x + f(x)$ とし，信号と勾配に抜け道を作ります．

# %% [markdown] lang="en"
# ## 8. Exercises (8.4)
#
# **Exercise 1: λ and batch normalisation.** Train "He + BN + Adam" with 20 hidden layers and λ = 0.001: `experiment(20, "he", True, (optim.Adam, 0.001))["valid_accuracy"]`. What follows for tables like that of section 4?
#
# <details><summary>Answer</summary>
#
# After 5 epochs about 0.3 instead of 0.8: the same method looks useless with a λ that suits another. Behind batch normalisation the length of W does not count, only its direction, so longer steps are needed, and borne.
# A fair comparison looks for a good λ for each method. In section 4 this was done roughly, by powers of ten.
#
# </details>
#
# **Exercise 2: sigmoid.** Write `sigmoid_net(hidden)`: blocks of an affine layer with Glorot's initial values (`init="glorot"`), batch normalisation and sigmoid, and an affine layer at the end. Where does the normalisation go?
#
# <details><summary>Answer</summary>
#
# Between the affine layer and the sigmoid, so that the sigmoid gets numbers around 0, where it is steep.
#
# ```python
# def sigmoid_net(hidden):
#     rng = np.random.default_rng(0)
#     layers = []
#     for k in [784] + [WIDTH] * (hidden - 1):
#         layers += [nn.Linear(k, WIDTH, init="glorot", rng=rng), nn.BatchNorm(WIDTH), nn.Sigmoid()]
#     return nn.Sequential(*layers, nn.Linear(WIDTH, 10, init="glorot", rng=rng))
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 8. 演習問題（8.4）
#
# **演習1：λ とバッチ正規化** "He + BN + Adam" を隠れ層20層，λ = 0.001 で学習させてください：`experiment(20, "he", True, (optim.Adam, 0.001))["valid_accuracy"]`．第4節のような表について，何が言えますか．
#
# <details><summary>答え</summary>
#
# 5エポック後の精度は 0.8 ではなく 0.3 ほどです．ほかの方法に合わせた λ では，同じ方法が役に立たないように見えてしまいます．バッチ正規化のもとでは W の大きさは関係なく，向きだけが問題になるので，より大きな λ が必要であり，大きくしても学習できます．公平に比べるには，方法ごとに良い λ を探す必要があります．第4節では10倍刻みで大まかに選びました．
#
# </details>
#
# **演習2：シグモイド** `sigmoid_net(hidden)` を書いてください．Glorot の初期値（`init="glorot"`）のアファイン層，バッチ正規化，シグモイドの組を重ね，最後にアファイン層を置きます．バッチ正規化はどこに入れますか．
#
# <details><summary>答え</summary>
#
# アファイン層とシグモイドの間です．シグモイドには，傾きの大きい 0 の近くの値が入るようになります．
#
# ```python
# def sigmoid_net(hidden):
#     rng = np.random.default_rng(0)
#     layers = []
#     for k in [784] + [WIDTH] * (hidden - 1):
#         layers += [nn.Linear(k, WIDTH, init="glorot", rng=rng), nn.BatchNorm(WIDTH), nn.Sigmoid()]
#     return nn.Sequential(*layers, nn.Linear(WIDTH, 10, init="glorot", rng=rng))
# ```
#
# </details>


# %%
def sigmoid_net(hidden):
    return ...


net = sigmoid_net(10)
found = [] if net is ... else [type(layer).__name__ for layer in net]
if not found:
    print("not filled in yet")
else:
    print("layers right: ", found == ["Linear", "BatchNorm", "Sigmoid"] * 10 + ["Linear"])
    print("σ right:      ", np.isclose(net[3].weight.numpy().std(), np.sqrt(2 / (WIDTH + WIDTH)), rtol=0.1))
    print("test accuracy:", np.round(fit(net, SGD)["valid_accuracy"], 2))

# %% [markdown] lang="en"
# **Exercise 3: the factor per layer.** By which factor does a layer of K neurons with ReLU, W ~ N(0, σ²) and b = 0 multiply the size of signals and of gradients? Write it as a function of σ and K; section 7.2 of the lecture has the variance.
# It is compared with what section 5 measured on the gradients.
#
# <details><summary>Answer</summary>
#
# A product multiplies the variance by Kσ², ReLU stops half of it. He's σ² = 2/K makes 1 of it.
#
# ```python
# def factor(sigma, K):
#     return np.sqrt(K * sigma**2 / 2)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習3：1層あたりの倍率** K 個のニューロンの層（ReLU，W ~ N(0, σ²)，b = 0）を通ると，信号と勾配の大きさは何倍になるでしょうか．σ と K の関数として書いてください．分散については講義の 7.2 にあります．第5節で測った勾配の倍率と比べます．
#
# <details><summary>答え</summary>
#
# 行列の積で分散は Kσ² 倍になり，ReLU がその半分を止めます．He の σ² = 2/K なら，ちょうど1倍です．
#
# ```python
# def factor(sigma, K):
#     return np.sqrt(K * sigma**2 / 2)
# ```
#
# </details>


# %%
def factor(sigma, K):
    return ...


for name, sigma in {"plain": 0.01, "He": np.sqrt(2 / WIDTH)}.items():
    said = factor(sigma, WIDTH)
    verdict = "not yet" if said is ... else "right" if np.isclose(said, growth[name], rtol=0.15) else "wrong"
    print(f"{name:5}  yours {said}  measured {growth[name]:.3f}  {verdict}")

# %% [markdown] lang="en"
# ## What we saw
#
# * **The effect of each method:** initial values and batch normalisation let signals and gradients through, each alone. Optimizers alone cannot do that; once gradients arrive, Adam above all makes the best of them.
# * **Together** they mostly help more, but not always, and each combination needs its own λ: with 50 layers He + Adam did best, since there batch normalisation makes the gradients explode.
# * **How deep:** with 10 hidden layers about 0.9, with 20 still above 0.75, with 50 about a half after 5 epochs, by the best methods. Plain networks fail with 3.
#
# **Next:** deep models also overfit. 2-9 is about dropout, 2-10 about all ways of regularisation.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **それぞれの手法の効果**：初期値とバッチ正規化は，どちらも単独で信号と勾配を通すようにします．最適化法だけではそれはできませんが，勾配が届くようになれば，とくに Adam がそれを生かします．
# * **組み合わせる**とたいていはさらに良くなりますが，必ずではありません．また，適した λ は組み合わせごとに違います．50層では，バッチ正規化によって勾配が爆発するため，He + Adam がいちばんでした．
# * **どこまで深くできるか**：最も良い方法では，隠れ層10層で約 0.9，20層でも 0.75 以上，50層では5エポックで半分ほどでした．工夫なしでは，隠れ層が3つになるともう学習できません．
#
# **次は** 2-9（ドロップアウト）です．深いモデルでは過学習も起こりやすくなります．2-10 では正則化の総合演習に取り組みます．
