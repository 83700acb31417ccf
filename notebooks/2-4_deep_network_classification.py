# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-4 Deep networks (classification)
#
# This notebook belongs to section 5.3 of the lecture, and shows why sections 6 to 8 are needed. You put the layers of 3-1-1 to 3-1-3 into a network
# of any depth, check its gradients, train it on handwritten digits, and make it deeper. Afterwards you know how deep networks are programmed,
# and why for decades they were thought to be of little use.
#
# **The data:** MNIST, real handwritten digits; the package holds 4,000 to train with and 1,000 to test with. If the full set is on your machine, as many of it are taken.
#
# **Points of the lecture**
#
# * Layers are objects, and the network keeps them in a list (→ 2)
# * Parameters are kept in an ordered dictionary (→ 2, exercise 1)
# * The forward pass (→ 3) and the backward pass (→ 3, 4, exercise 2)
# * What happens when the network gets deeper? (→ 6, 7)

# %% [markdown] lang="ja"
# # 2-4 多層 NN（分類）
#
# このノートブックは，講義の 5.3 に対応し，第6章から第8章がなぜ必要なのかを示すものでもあります．3-1-1 〜 3-1-3 の層を組み合わせて何層でも重ねられるネットワークを作り，勾配を確かめ，手書き数字で学習させ，最後に層を深くしてみます．多層のニューラルネットワークのプログラムの書き方と，それが長い間実用的ではないとされてきた理由が分かるようになります．
#
# **データ**：MNIST（実際の手書き数字）です．パッケージに含まれる訓練データ4,000件，テストデータ1,000件を使います．全データが手元にある場合も，その中から同じ件数だけ使います．
#
# **講義のポイント**
#
# * 層はオブジェクトであり，ネットワークはそれをリストで持つ（→ 2）
# * パラメータは順序付き辞書で持つ（→ 2，演習1）
# * 順伝播（→ 3）と逆伝播（→ 3，4，演習2）
# * 層を深くするとどうなるか（→ 6，7）

# %%
from collections import OrderedDict

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import nn
from autograd_core.testing import check_layer

train, test = nn.data.mnist(full="auto")
print(train.source)
X, T = train.x[:4000].astype(float), nn.data.one_hot(train.t[:4000], 10)
X_test, T_test = test.x[:1000].astype(float), nn.data.one_hot(test.t[:1000], 10)
print(X.shape, T.shape, X_test.shape, T_test.shape)
digits = nn.plot.images(train.images[:20], train.t[:20])

# %% [markdown] lang="en"
# Every picture has 28 × 28 = 784 numbers from 0 (white here) to 1, and a class from 0 to 9, given as a one-hot row of T.
# In section 5 of the lecture Y is the prediction and T the right answer (in 4.1 the right answer was called Y).

# %% [markdown] lang="ja"
# どの画像も 28 × 28 = 784個の 0（ここでは白）から 1 までの数からなり，0 から 9 までのクラスがワンホット表現の行として T に入っています．第5章では Y が予測値，T が正解値です（4.1 では正解値が Y でした）．

# %% [markdown] lang="en"
# ## 1. The layers (5.1)
#
# These are the classes of 3-1-1 to 3-1-3, as short as possible. `forward` keeps what `backward` needs; `backward` gets $\partial E/\partial Y$ as `dout`,
# leaves `dW` and `db` in the layer and returns $\partial E/\partial X$. (The lecture's numbering goes from 2-2-4 to 3-1-1 and back to 2-4; there is no 2-3.)

# %% [markdown] lang="ja"
# ## 1. 層のクラス（5.1）
#
# 3-1-1 〜 3-1-3 のクラスを，できるだけ短く書いたものです．`forward` は逆伝播に必要なものを保存します．`backward` は $\partial E/\partial Y$ を `dout` として受け取り，`dW` と `db` を層に保存して，$\partial E/\partial X$ を返します．（講義のノートブックの番号は 2-2-4 のあと 3-1-1 に進み，2-4 に戻ります．2-3 はありません．）


# %%
class Affine:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW = self.x.T @ dout
        self.db = np.sum(dout, axis=0)
        return dout @ self.W.T


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        return dout * self.y * (1 - self.y)


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.y, self.t = e / np.sum(e, axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y)) / len(t)

    def backward(self):
        return (self.y - self.t) / len(self.t)


# %% [markdown] lang="en"
# ## 2. A list and a dictionary (5.3)
#
# `sizes` says how many numbers there are before, between and behind the affine layers: `[784, 50, 10]` is the network of two layers of section 4.
# All layers stand in the **list** `layers`, in the order of the forward pass, activations included. All parameters stand in the **dictionary** `params`, under the names W1, b1, W2, b2, ...
# The loss stays outside the list: a prediction does not need it. At first W ~ N(0, σ²) with σ = 0.01, and b = 0.

# %% [markdown] lang="ja"
# ## 2. リストと辞書（5.3）
#
# `sizes` は，アファイン層の前，間，後にある数の個数です．`[784, 50, 10]` なら，第4章の2層のネットワークになります．活性化関数も含めたすべての層は，順伝播の順に**リスト** `layers` に入ります．すべてのパラメータは，W1，b1，W2，b2，… という名前で**辞書** `params` に入ります．誤差の層は予測には不要なので，リストには入れません．初期値は W ~ N(0, σ²)（σ = 0.01），b = 0 です．


# %%
class MultiLayerNet:
    def __init__(self, sizes, activation=ReLU, sigma=0.01, seed=0):
        rng = np.random.default_rng(seed)
        self.params = {}
        self.layers = []
        for i in range(1, len(sizes)):
            self.params[f"W{i}"] = rng.normal(0, sigma, (sizes[i - 1], sizes[i]))
            self.params[f"b{i}"] = np.zeros(sizes[i])
            self.layers.append(Affine(self.params[f"W{i}"], self.params[f"b{i}"]))
            if i < len(sizes) - 1:
                self.layers.append(activation())
        self.last = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def forward(self, x, t):
        return self.last.forward(self.predict(x), t)

    def backward(self):
        dout = self.last.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)
        return dout

    def grads(self):
        grads = {}
        affines = [layer for layer in self.layers if isinstance(layer, Affine)]
        for i, affine in enumerate(affines, start=1):
            grads[f"W{i}"], grads[f"b{i}"] = affine.dW, affine.db
        return grads

    def accuracy(self, x, t):
        return np.mean(self.predict(x).argmax(axis=1) == t.argmax(axis=1))


net = MultiLayerNet([784, 50, 30, 10])
print([type(layer).__name__ for layer in net.layers])
for name, p in net.params.items():
    print(name, p.shape)

# %% [markdown] lang="en"
# **Why ordered?** The entries come out in the order in which they went in, layer by layer. The lecture's code has `OrderedDict` for that; since Python 3.7
# every `dict` keeps its order. One difference is left: two OrderedDicts are equal only if their orders are, too.
#
# The dictionary holds no copies: `params["W1"]` **is** the array in the first layer. **Careful:** so an update has to change the array
# in place, `W -= λ dW`. After `params["W1"] = params["W1"] - λ dW` the layer would still compute with its old array.

# %% [markdown] lang="ja"
# **なぜ順序付きなのか** 入れた順，つまり層の順に取り出せるからです．講義の「順序付き辞書」は `OrderedDict` ですが，Python 3.7 以降では普通の `dict` も順序を保ちます．違いの一つは等しさの判定で，OrderedDict どうしは順序も同じでなければ等しくなりません．
#
# 辞書に入っているのはコピーではありません．`params["W1"]` は，最初の層が持つ配列**そのもの**です．**注意**：したがって，更新では `W -= λ dW` のように配列の中身を書きかえる必要があります．`params["W1"] = params["W1"] - λ dW` とすると，層は古い配列を使い続けてしまいます．

# %%
print("dict:       ", {"W1": 1, "b1": 2} == {"b1": 2, "W1": 1})
print("OrderedDict:", OrderedDict(W1=1, b1=2) == OrderedDict(b1=2, W1=1))
print("same array: ", net.params["W1"] is net.layers[0].W)
replaced = dict(net.params)
replaced["W1"] = replaced["W1"] - 1
print("still so:   ", replaced["W1"] is net.layers[0].W)

# %% [markdown] lang="en"
# ## 3. Forward and backward (5.3)
#
# Forward, the output of each layer is the input of the next one. Backward, the same list is walked **in reverse order**, and what `backward` returns is the `dout` of the layer before.
# No layer knows its neighbours: that is why the network can have any length. What loss do you expect before any training?

# %% [markdown] lang="ja"
# ## 3. 順伝播と逆伝播（5.3）
#
# 順伝播では，各層の出力が次の層の入力になります．逆伝播では同じリストを**逆順**にたどり，`backward` の返り値が一つ前の層の `dout` になります．どの層も隣の層のことは知りません．だから何層でも重ねられるのです．学習前の誤差はどのくらいになると思いますか．

# %%
x, t = X[:100], T[:100]
print("loss    ", net.forward(x, t))
print("log 10  ", np.log(10))
dx = net.backward()
for name, g in net.grads().items():
    print(f"{name}: shape {g.shape}, mean size {np.abs(g).mean():.1e}")

# %% [markdown] lang="en"
# The loss is log 10: the network gives each of the ten classes about the same probability. It knows nothing yet.
# Every gradient has the shape of its parameter. Remember how small those of the weights are beside that of `b3`; section 7 comes back to it.

# %% [markdown] lang="ja"
# 誤差は log 10 です．ネットワークは10個のクラスにほぼ同じ確率を与えています．まだ何も学習していないからです．どの勾配も，対応するパラメータと同じ型です．重みの勾配が `b3` の勾配に比べてとても小さいことを覚えておいてください．第7節で取り上げます．

# %% [markdown] lang="en"
# ## 4. Are the gradients right? (5.2)
#
# First against **numerical differences**: a few entries of each parameter, moved by ±h. All 40,000 would need 80,000 forward passes. σ = 0.3 here, so that no gradient is tiny.

# %% [markdown] lang="ja"
# ## 4. 勾配は正しいか（5.2）
#
# まず**数値微分**と比べます．各パラメータから数個の成分を選び，±h だけ動かします．約40,000個すべてを調べると，順伝播が約80,000回必要になります．勾配が小さくなりすぎないように，ここでは σ = 0.3 とします．

# %%
checked = MultiLayerNet([784, 50, 30, 10], sigma=0.3)
checked.forward(x, t)
checked.backward()
grads = checked.grads()
rng, h, compared = np.random.default_rng(0), 1e-5, []
for name, p in checked.params.items():
    numbers, g = p.reshape(-1), grads[name].reshape(-1)  # views: a change of numbers changes p
    for k in rng.choice(np.flatnonzero(g), 3, replace=False):  # pixels that are white everywhere have g = 0
        numbers[k] += h
        above = checked.forward(x, t)
        numbers[k] -= 2 * h
        below = checked.forward(x, t)
        numbers[k] += h
        compared.append((name, k, g[k], (above - below) / (2 * h)))
by_differences = pd.DataFrame(compared, columns=["parameter", "entry", "backward", "numerical"])
by_differences

# %% [markdown] lang="en"
# Now all entries, against the **engine**: an `nn.Sequential` with the same numbers. Its parameters come in the order of the layers, and so do ours:
# the ordered dictionary pays off.

# %% [markdown] lang="ja"
# 次に，すべての成分を**自動微分**と比べます．同じ数値を持つ `nn.Sequential` を作ります．そのパラメータは層の順に並び，`params` も同じ順です．順序付き辞書がここで役に立ちます．

# %%
model = nn.Sequential(
    nn.Linear(784, 50, dtype=float),
    nn.ReLU(),
    nn.Linear(50, 30, dtype=float),
    nn.ReLU(),
    nn.Linear(30, 10, dtype=float),
)
for parameter, p in zip(model.parameters(), checked.params.values(), strict=True):
    parameter.data = p.copy()
loss = nn.CrossEntropyLoss()(model(x), t)
loss.backward()
print("loss", loss.item(), checked.forward(x, t))
errors = {}
for (name, g), parameter in zip(grads.items(), model.parameters(), strict=True):
    errors[name] = np.abs(g - parameter.grad.numpy()).max()
    print(name, g.shape, np.allclose(g, parameter.grad.numpy()), f"largest difference {errors[name]:.0e}")

# %% [markdown] lang="en"
# Both agree. `check_layer` does this in one line: a network of layers is itself something with `forward` and `backward`.

# %% [markdown] lang="ja"
# どちらとも一致しました．`check_layer` なら1行でできます．層を並べたネットワークもまた，`forward` と `backward` を持つ層の一種だからです．

# %%
small_x, small_t = rng.normal(size=(8, 4)), nn.data.one_hot(rng.integers(4, size=8), 4)
report = check_layer(MultiLayerNet([4, 4, 4, 4], sigma=0.5), small_x, small_t)
print(report)

# %% [markdown] lang="en"
# ## 5. Two layers learn (5.3)
#
# Stochastic gradient descent: in each epoch a new random order, mini-batches of 100, one step `p -= λ g` for every entry of the dictionary. We start with the two layers of section 4, 12 epochs, λ = 0.1.
# The table is printed every third epoch. Look at both accuracies: training and test.

# %% [markdown] lang="ja"
# ## 5. 2層なら学習できる（5.3）
#
# 確率的勾配降下法です．エポックごとに順番をランダムに並べかえ，100件ずつのミニバッチに分けて，辞書のすべてのパラメータを `p -= λ g` と更新します．まず第4章と同じ2層で，12エポック，λ = 0.1 とします．表には3エポックごとの結果を示します．訓練データとテストデータの両方の精度を見てください．


# %%
def fit(net, epochs=12, lr=0.1, batch_size=100, seed=0):
    rng = np.random.default_rng(seed)
    history = {"loss": [], "accuracy": [], "valid_accuracy": []}
    for _ in range(epochs):
        order, losses = rng.permutation(len(X)), []
        for i in range(0, len(X), batch_size):
            batch = order[i : i + batch_size]
            losses.append(net.forward(X[batch], T[batch]))
            net.backward()
            for name, g in net.grads().items():
                net.params[name] -= lr * g
        history["loss"].append(np.mean(losses))
        history["accuracy"].append(net.accuracy(X, T))
        history["valid_accuracy"].append(net.accuracy(X_test, T_test))
    return history


two_layers = MultiLayerNet([784, 50, 10])
learnt = fit(two_layers)
print(pd.DataFrame(learnt, index=range(1, 13))[2::3].round(3))
learnt_curves = nn.plot.curves(learnt, "accuracy")

# %% [markdown] lang="en"
# After a slow start about nine of ten digits are right, training and test alike. `valid` in the figure is the test set.
# These are the digits of the test set that it gets wrong, with what it takes them for.

# %% [markdown] lang="ja"
# はじめは遅いものの，最後には訓練データでもテストデータでも10個中9個ほどが正解になります．図の `valid` はテストデータです．次は，間違えたテストデータと，その予測です．

# %%
predicted, right = two_layers.predict(X_test).argmax(axis=1), T_test.argmax(axis=1)
wrong = np.flatnonzero(predicted != right)[:10]
mistakes = nn.plot.images(
    test.images[wrong], [f"{a}, not {b}" for a, b in zip(predicted[wrong], right[wrong], strict=True)]
)

# %% [markdown] lang="en"
# **Why λ = 0.1?** Try a tenth and ten times as much on the two layers:

# %% [markdown] lang="ja"
# **なぜ λ = 0.1 なのか** 同じ2層で，10分の1と10倍も試してみます．

# %%
rates = {"λ = 0.1": learnt}
for lr in (0.01, 1.0):
    rates[f"λ = {lr}"] = fit(MultiLayerNet([784, 50, 10]), lr=lr)
rate_curves = nn.plot.curves({name: {"loss": history["loss"]} for name, history in rates.items()}, "loss")

# %% [markdown] lang="en"
# With 0.01 the training has hardly begun after 12 epochs. With 1.0 this shallow network is faster still, though its loss goes up now and then; deep networks do not bear such steps.
# With 0.1 the loss falls steadily, and the deep networks of 2-8 just bear it. So λ = 0.1 is that of all plain networks from here to 2-8.

# %% [markdown] lang="ja"
# 0.01 では，12エポックたっても学習はほとんど始まっていません．1.0 では，この浅いネットワークならさらに速く学習できますが，誤差が増えることもあり，深いネットワークには大きすぎます．0.1 なら誤差は着実に減り，2-8 の深いネットワークでもどうにか使えます．そこで，ここから 2-8 まで，工夫なしのネットワークには λ = 0.1 を使います．

# %% [markdown] lang="en"
# ## 6. Deeper (5.3)
#
# Now only `sizes` gets longer: 1, 2, 3, 5 and 8 hidden layers of 50 neurons, with ReLU and with sigmoid. (The lecture counts hidden layers and the output: 2, 3, 4, 6 and 9 layers.)
# Everything else stays: data, λ, σ, seed. More layers can compute more complicated functions. So what would you expect?

# %% [markdown] lang="ja"
# ## 6. 層を深くする（5.3）
#
# 変えるのは `sizes` の長さだけです．50個のニューロンからなる隠れ層を 1，2，3，5，8層とし，ReLU とシグモイドで試します（講義では隠れ層と出力層を数えるので，2，3，4，6，9層のネットワークです）．データ，λ，σ，乱数の種はそのままです．層が多いほど，複雑な関数を表せるはずです．結果はどうなると思いますか．

# %%
deeper = {}
for activation in (ReLU, Sigmoid):
    for depth in (1, 2, 3, 5, 8):
        sizes = [784, *[50] * depth, 10]
        deeper[activation.__name__, depth] = fit(MultiLayerNet(sizes, activation))

rows = [(*key, h["loss"][-1], h["accuracy"][-1], h["valid_accuracy"][-1]) for key, h in deeper.items()]
depth_table = pd.DataFrame(rows, columns=["activation", "hidden layers", "loss", "train", "test"]).round(3)
depth_table

# %% [markdown] lang="en"
# Look at the loss by epoch: which curves leave the height log 10 ≈ 2.303, at which they start?

# %% [markdown] lang="ja"
# エポックごとの誤差を見てみます．出発点の高さ log 10 ≈ 2.303 から離れていくのは，どの曲線でしょうか．

# %%
losses_figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.8), layout="constrained", sharey=True)
for ax, name in zip(axes, ("ReLU", "Sigmoid"), strict=True):
    losses = {f"{d} hidden": {"loss": h["loss"]} for (a, d), h in deeper.items() if a == name}
    nn.plot.curves(losses, "loss", ax=ax)
    ax.set_title(f"{name}: loss", loc="left", fontsize=11, fontweight="bold")

# %% [markdown] lang="en"
# One hidden layer learns. Two hesitate: with ReLU the loss starts to fall only after some epochs, with sigmoid not at all. From three on **nothing happens**: the loss stays at log 10,
# and one digit of ten is right, in training as well. So this is not overfitting, and more data would not help. Training has stalled.
#
# **Question.** Is λ too small? Two hidden layers began to learn late; perhaps the deep ones only need a longer step?

# %% [markdown] lang="ja"
# 隠れ層が一つなら学習できます．2つになると学習の始まりが遅れ，ReLU では数エポックたってから誤差が減り始め，シグモイドではまったく減りません．3つ以上では**何も起こりません**．誤差は log 10 のまま，正解は10個に1個で，訓練データに対しても同じです．したがって過学習ではなく，データを増やしても解決しません．学習が進まなくなっているのです．
#
# **問い** λ が小さすぎるのでしょうか．隠れ層2つでは遅れて学習が始まりました．もっと深いネットワークでも，λ を大きくすればよいだけかもしれません．

# %%
long_steps = fit(MultiLayerNet([784, *[50] * 5, 10]), lr=3.0)
print(
    "5 hidden layers, λ = 3: loss",
    np.round(long_steps["loss"][-1], 3),
    " test",
    long_steps["valid_accuracy"][-1],
)

# %% [markdown] lang="en"
# <details><summary>Answer</summary>
#
# No: thirty times as long a step changes nothing. The gradients are smaller by many powers of ten than this can make up for, as the next section shows.
# (Two hidden layers need only patience: with ReLU about 40 epochs bring them to 0.9. Three are then still below 0.2.)
#
# </details>

# %% [markdown] lang="ja"
# <details><summary>答え</summary>
#
# いいえ．λ を30倍にしても何も変わりません．次の節で見るように，勾配は何桁も小さく，それではとても補えないからです．（隠れ層2つなら，待てば学習できます．ReLU では40エポックほどで 0.9 に達します．3つでは，そのときもまだ 0.2 に届きません．）
#
# </details>

# %% [markdown] lang="en"
# ## 7. Why: signals die on their way (5.3)
#
# We look inside the untrained networks with 8 hidden layers. `nn.from_layer` makes a module of a layer of ours, and `nn.flow` sends 100 digits through all of them:
# how far do the numbers spread behind each layer (blue), and the gradients that arrive there (red)? The scale is logarithmic. The even numbers below are the affine layers, 0 to 16, the odd ones the activations behind them.

# %% [markdown] lang="ja"
# ## 7. 学習できない理由：信号が途中で消える（5.3）
#
# 隠れ層が8つの，学習前のネットワークの内側を見てみます．`nn.from_layer` は自分で書いた層をモジュールに変え，`nn.flow` は100件の数字をすべての層に通します．各層の出力（青）と，そこに届く勾配（朱色）は，どのくらいの広がりを持つでしょうか．縦軸は対数目盛です．横軸の偶数（0 から 16）がアファイン層，奇数がその後ろの活性化関数です．

# %%
nets = {
    name: MultiLayerNet([784, *[50] * 8, 10], f) for name, f in {"ReLU": ReLU, "Sigmoid": Sigmoid}.items()
}
flows = {}
signals_figure, axes = plt.subplots(1, 2, figsize=(9.6, 3.8), layout="constrained")
for ax, (name, net) in zip(axes, nets.items(), strict=True):
    modules = nn.Sequential(*[nn.from_layer(layer) for layer in net.layers])
    flows[name] = nn.flow(modules, x, lambda y: nn.CrossEntropyLoss()(y, t))
    flows[name].plot(ax=ax)
    ax.set_title(f"{name}: standard deviation", loc="left", fontsize=11, fontweight="bold")

# %% [markdown] lang="en"
# From the right to the left the gradients lose more than a power of ten per layer, until about $10^{-13}$ (ReLU) or $10^{-17}$ (sigmoid) arrives at the first one. With ReLU the activations die as well, from the left to the right.
# With sigmoid they seem to stay, but look closer: how much does the input of each affine layer differ **from digit to digit**? And how large is the gradient of each W?

# %% [markdown] lang="ja"
# 勾配は，右から左へ1層さかのぼるごとに1桁以上小さくなり，最初の層には $10^{-13}$（ReLU）や $10^{-17}$（シグモイド）ほどしか届きません．ReLU では，左から右へ進むにつれて出力も消えていきます．シグモイドでは出力は残っているように見えますが，もう少し詳しく見てみましょう．各アファイン層の入力は，**数字の画像ごとに**どのくらい違うでしょうか．また，各 W の勾配はどのくらいの大きさでしょうか．

# %%
inside = pd.DataFrame(index=[f"W{i}" for i in range(1, 10)])
for name, net in nets.items():
    net.forward(x, t)
    net.backward()
    affines = [layer for layer in net.layers if isinstance(layer, Affine)]
    inside[f"{name}: digits differ by"] = [layer.x.std(axis=0).mean() for layer in affines]
    inside[f"{name}: |dW|"] = [np.abs(layer.dW).mean() for layer in affines]
inside.map("{:.0e}".format)

# %% [markdown] lang="en"
# * A layer of K = 50 neurons multiplies a spread by about $\sigma\sqrt{K} = 0.07$. ReLU stops half of it: $\sigma\sqrt{K/2} = 0.05$. The slope of the sigmoid is at most ¼: 0.018.
#   Forward the differences between the digits shrink by this factor per layer, backward the gradients do. Both happen in every layer, at the same time.
# * $\partial E/\partial W = X^T\cdot$ dout has both factors. With **ReLU** one shrinks where the other grows, so all W stand still alike: the gradient of none is above $10^{-12}$.
#   With **sigmoid** X stays near ½, so only dout counts, and the first layers get least. This is the **vanishing gradient**.
# * Only the last bias gets a useful gradient (and with sigmoid W9, but its inputs are the same for every digit, so it is only one more bias).
#   It learns how often each class occurs; that is the loss log 10, and one of ten right.
#
# (Of this the lecture speaks at the start of section 8, where 勾配収束, "converging gradients", is a slip for 勾配消失, "vanishing".)

# %% [markdown] lang="ja"
# * K = 50個のニューロンの層を通ると，広がりは約 $\sigma\sqrt{K} = 0.07$ 倍になります．ReLU は半分を止めるので $\sigma\sqrt{K/2} = 0.05$ 倍，シグモイドは傾きが最大でも ¼ なので0.018倍です．順伝播では画像どうしの違いが，逆伝播では勾配が，1層ごとにこの割合で小さくなります．
# * $\partial E/\partial W = X^T\cdot$ dout には両方が含まれます．**ReLU** では一方が小さくなる所で他方が大きくなるため，どの W も同じように止まっています．勾配はどれも $10^{-12}$ 以下です．**シグモイド**では X が ½ の近くにとどまるので dout だけで決まり，最初の層ほど小さくなります．これが**勾配消失**です．
# * 意味のある大きさの勾配が届くのは，最後のバイアスだけです（シグモイドでは W9 にも届きますが，入力がどの画像でも同じなので，バイアスと同じ働きしかしません）．そこで学べるのは各クラスの割合だけなので，誤差は log 10，正解は10個に1個になります．
#
# （講義では第8章の初めにこの話があります．そこにある「勾配収束」は「勾配消失」の誤記です．）

# %% [markdown] lang="en"
# The consequence: the network cannot tell any digit from any other. Here are its outputs for a thousand different pictures.

# %% [markdown] lang="ja"
# その結果，ネットワークはどの画像も区別できません．1,000枚の異なる画像に対する出力を見てみます．

# %%
for name, net in nets.items():
    outputs = net.predict(X[:1000])
    print(f"{name:8} 10 outputs of 1,000 digits differ by at most {np.ptp(outputs, axis=0).max():.0e}")

# %% [markdown] lang="en"
# ## 8. Exercises (5.3)
#
# **Exercise 1: the ordered dictionary.** Write `make_params(sizes)`. It returns an OrderedDict with W1, b1, W2, b2, ... in this order: W ~ N(0, 0.01²) of the shape (in, out), b = 0.
# Below it is asked for a network with one layer more; σ should be 0.010 for each W, nearly.
#
# <details><summary>Answer</summary>
#
# ```python
# def make_params(sizes):
#     rng = np.random.default_rng(0)
#     params = OrderedDict()
#     for i in range(1, len(sizes)):
#         params[f"W{i}"] = rng.normal(0, 0.01, (sizes[i - 1], sizes[i]))
#         params[f"b{i}"] = np.zeros(sizes[i])
#     return params
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 8. 演習問題（5.3）
#
# **演習1：順序付き辞書** `make_params(sizes)` を書いてください．W1，b1，W2，b2，… をこの順に持つ OrderedDict を返します．W は (入力数, 出力数) 型で W ~ N(0, 0.01²)，b = 0 です．下では，層が一つ多いネットワークのパラメータを作っています．各 W の σ はほぼ 0.010 になるはずです．
#
# <details><summary>答え</summary>
#
# ```python
# def make_params(sizes):
#     rng = np.random.default_rng(0)
#     params = OrderedDict()
#     for i in range(1, len(sizes)):
#         params[f"W{i}"] = rng.normal(0, 0.01, (sizes[i - 1], sizes[i]))
#         params[f"b{i}"] = np.zeros(sizes[i])
#     return params
# ```
#
# </details>


# %%
def make_params(sizes):
    params = OrderedDict()
    # here W1, b1, W2, b2, ... go in
    return params


sizes = [784, 100, 50, 20, 10]
wanted = {name: p.shape for name, p in MultiLayerNet(sizes).params.items()}
made = {name: np.shape(p) for name, p in make_params(sizes).items()}
print("names in this order:", list(made) == list(wanted))
print("shapes:             ", made == wanted)
print("σ of each W:        ", [f"{p.std():.3f}" for p in make_params(sizes).values() if p.ndim == 2])
print("numbers in all:     ", sum(map(np.prod, made.values())), "of", sum(map(np.prod, wanted.values())))

# %% [markdown] lang="en"
# **Exercise 2: a bug.** This `backward` raises no error, because all layers here have four inputs and four outputs. But all gradients are wrong, says `check_layer`. Mend it.
# What happens with layers of different widths, such as `Mended([6, 5, 4])`?
#
# <details><summary>Answer</summary>
#
# The list is walked in the order of the forward pass: the first layer gets what belongs to the last. With different widths the product of the matrices is refused: an error is the friendlier case.
#
# ```python
# class Mended(MultiLayerNet):
#     def backward(self):
#         dout = self.last.backward()
#         for layer in reversed(self.layers):
#             dout = layer.backward(dout)
#         return dout
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習2：バグを見つける** 次の `backward` はエラーになりません．どの層も入力が4個，出力が4個だからです．しかし `check_layer` によれば，勾配はすべて間違っています．直してください．`Mended([6, 5, 4])` のように層の幅が違うと，どうなるでしょうか．
#
# <details><summary>答え</summary>
#
# リストを順伝播と同じ順にたどっているため，最後の層に渡すべきものが最初の層に渡されています．幅が違えば行列の積でエラーになります．エラーになるほうがまだ親切です．
#
# ```python
# class Mended(MultiLayerNet):
#     def backward(self):
#         dout = self.last.backward()
#         for layer in reversed(self.layers):
#             dout = layer.backward(dout)
#         return dout
# ```
#
# </details>


# %%
class Mended(MultiLayerNet):
    def backward(self):
        dout = self.last.backward()
        for layer in self.layers:
            dout = layer.backward(dout)
        return dout


mended = check_layer(Mended([4, 4, 4, 4], sigma=0.5), small_x, small_t)
print(mended)

# %% [markdown] lang="en"
# ## What we saw
#
# * **Layers in a list:** forward walks through it, and the network can have any length.
# * **Parameters in an ordered dictionary:** they have names and an order; the arrays are those of the layers, so they are updated in place.
# * **Forward and backward:** the output of one layer is the input of the next; backward the list is reversed. Checked against differences and against the engine.
# * **Deeper:** one hidden layer reached about 0.9 on the test digits, two learnt late or not at all, three and more stayed at 0.1, in training too. Signals and gradients shrink in every layer, so that nothing is left of them.
#
# The lecture names three remedies: better optimizers (section 6), initial values (7) and batch normalisation (8; once written バッチ正則化, "regularisation", which is a slip).
#
# **Next:** 2-5-1, the optimizers. What all remedies together achieve is measured in 2-8.

# %% [markdown] lang="ja"
# ## まとめ
#
# * **層のリスト**：順伝播ではリストを順にたどります．層はいくつでも重ねられます．
# * **パラメータの順序付き辞書**：パラメータには名前と順序があります．中身は層が持つ配列そのものなので，その場で書きかえて更新します．
# * **順伝播と逆伝播**：ある層の出力が次の層の入力になり，逆伝播ではリストを逆順にたどります．数値微分とも自動微分とも一致しました．
# * **深くすると**：テストデータの精度は，隠れ層が一つなら約 0.9 になりましたが，2つでは学習の始まりが遅れるかまったく進まず，3つ以上では訓練データでも 0.1 のままでした．1層ごとに信号も勾配も小さくなり，何も残らなくなるからです．
#
# 講義では3つの工夫が挙げられています．最適化法の改良（第6章），初期値の取り方（第7章），バッチ正規化（第8章）です（5.3 の「バッチ正則化」は「バッチ正規化」の誤記です）．
#
# **次は** 2-5-1（最適化法）です．すべての工夫を合わせると何ができるかは，2-8 で測ります．
