# ---
# jupyter:
#   jupytext:
#     formats: py:percent
# ---

# %% [markdown] lang="en"
# # 2-5-1 Optimizers
#
# This notebook belongs to section 6 of the lecture (6, 6.1, 6.2), and is the first of the two of 6.3. You write SGD, momentum and Adam
# as classes, let them look for the minimum of a function of two variables, and see why one arrives long before the other.
# **The data:** no data set; the function is the lecture's, $f(x, y) = x^2 + 100y^2$, and the start is $(10, 1)$.
#
# **Points of the lecture**
#
# * Parameters are kept in a dict of arrays, since a network will need it (→ 1).
# * A learning rate that is too large diverges, one that is too small stalls; so it is lowered on the way (→ 2, 3).
# * Momentum: with $\alpha = 0$ it is SGD (→ 4), and it is an equation of motion with friction (→ 5).
# * Adam adapts the step to each component (→ 7, 8). Nesterov, AdaGrad and RMSProp exist besides (→ 9).
# * There is an exercise at the end (→ 10).

# %% [markdown] lang="ja"
# # 2-5-1 最適化法
#
# このノートブックは，講義の第6章（6，6.1，6.2）に対応する，6.3 の演習の一つ目です．SGD，モメンタム，Adam をクラスとして書き，2変数関数の最小値を求めます．最小点に速く着く方法と，なかなか着かない方法があるのはなぜかを確かめましょう．
#
# **データ**：データセットは使いません．関数は講義と同じ $f(x, y) = x^2 + 100y^2$，初期値は $(10, 1)$ です．
#
# **講義のポイント**
#
# * パラメータは，配列を要素とする辞書で持つ．ニューラルネットワークへの適用のため（→ 1）
# * 学習係数は，大きすぎると発散し，小さすぎると進まない．だから途中で小さくする（→ 2，3）
# * モメンタムは $\alpha = 0$ のとき SGD と同じ（→ 4）．摩擦のある運動方程式とみなせる（→ 5）
# * Adam は成分ごとに歩幅を調節する（→ 7，8）．ほかにネステロフ，AdaGrad，RMSProp がある（→ 9）
# * 最後に演習問題がある（→ 10）

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import autograd_core as ac
import nn
import optim
from autograd_core.testing import check_optimizer, grade

# %% [markdown] lang="en"
# ## 1. A dict of arrays, and SGD (6.3)
#
# The parameters are arrays in a dict, the gradients are arrays in another dict with the same keys. $f$ has $\nabla f = (2x, 200y)$.
# The engine says the same at the start:

# %% [markdown] lang="ja"
# ## 1. 配列の辞書と SGD（6.3）
#
# パラメータは配列を要素とする辞書，勾配も同じキーを持つ辞書です．$f$ の勾配は $\nabla f = (2x, 200y)$ です．初期値での勾配を自動微分と比べておきます．


# %%
def f(x, y):
    return x**2 + 100 * y**2


def start():
    return {"x": np.array(10.0), "y": np.array(1.0)}


def gradients(params):
    return {"x": 2 * params["x"], "y": 200 * params["y"]}


x, y = ac.leaves(x=10, y=1)
f(x, y).backward()
print("engine: ", x.grad.item(), y.grad.item())
print("by hand:", gradients(start()))

# %% [markdown] lang="en"
# An optimizer is an object with `update(params, grads)`. It knows neither $f$ nor the shapes: the same class moves two numbers here and
# the matrices of a network in the next notebook. **Careful:** `params[key] -= ...` changes the array in place;
# `p = params[key]` followed by `p = p - ...` would make a new array, and nothing in the dict would change.

# %% [markdown] lang="ja"
# 最適化法は `update(params, grads)` を持つオブジェクトです．$f$ のことも配列の型も知りません．だから，ここで2つの数を動かすクラスが，次のノートブックではそのままニューラルネットワークの行列を動かします．**注意**：`params[key] -= ...` は配列そのものを書きかえます．`p = params[key]` としてから `p = p - ...` とすると新しい配列ができるだけで，辞書の中身は変わりません．


# %%
class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]


network = {"W1": np.ones((2, 3)), "b1": np.zeros(3)}
SGD(lr=0.1).update(network, {"W1": np.full((2, 3), 5.0), "b1": np.ones(3)})
network

# %% [markdown] lang="en"
# `path_of` keeps where an optimizer of ours goes, `engine_path` where one of the library goes. Both start at $(10, 1)$. They should not differ.

# %% [markdown] lang="ja"
# `path_of` は自作の最適化法の経路を，`engine_path` はライブラリの最適化法の経路を記録します．どちらも $(10, 1)$ から始めます．2つは一致するはずです．


# %%
def path_of(optimizer, steps=40):
    params = start()
    path = [(10.0, 1.0)]
    for _ in range(steps):
        optimizer.update(params, gradients(params))
        path.append((params["x"].item(), params["y"].item()))
    return np.array(path)


def engine_path(make, steps=40):
    x, y = ac.leaves(x=10, y=1)
    optimizer = make([x, y])
    path = [(10.0, 1.0)]
    for _ in range(steps):
        optimizer.zero_grad()
        f(x, y).backward()
        optimizer.step()
        path.append((x.item(), y.item()))
    return np.array(path)


sgd = path_of(SGD(lr=0.0095))
sgd_difference = np.abs(sgd - engine_path(lambda p: optim.SGD(p, lr=0.0095))).max()
print("largest difference:", sgd_difference)
print(check_optimizer(SGD))

# %% [markdown] lang="en"
# ## 2. How large may λ be? (6)
#
# One step of gradient descent multiplies each coordinate by a number:
#
# $$x \leftarrow x - \lambda \cdot 2x = (1 - 2\lambda)\,x, \qquad y \leftarrow y - \lambda \cdot 200y = (1 - 200\lambda)\,y$$
#
# $y$ goes to 0 only if $|1 - 200\lambda| < 1$, that is $0 < \lambda < \frac{2}{200} = 0.01$. In general 200 is the largest eigenvalue of the Hessian.
# Below: what do you expect of $\lambda$ = 0.0099, 0.01 and 0.0101? And of 0.001?

# %% [markdown] lang="ja"
# ## 2. λ はどこまで大きくできるか（6）
#
# 勾配降下法の1ステップでは，それぞれの座標に一定の数がかかります．
#
# $$x \leftarrow x - \lambda \cdot 2x = (1 - 2\lambda)\,x, \qquad y \leftarrow y - \lambda \cdot 200y = (1 - 200\lambda)\,y$$
#
# $y$ が 0 に近づくのは $|1 - 200\lambda| < 1$，つまり $0 < \lambda < \frac{2}{200} = 0.01$ のときだけです．一般には，200 はヘッセ行列の最大固有値です．次のセルで $\lambda$ を 0.0099，0.01，0.0101 とするとどうなるでしょうか．0.001 ではどうでしょうか．

# %%
hessian = ac.hessian(lambda p: f(p[0], p[1]))(np.array([10.0, 1.0]))
print("eigenvalues:", np.linalg.eigvalsh(hessian))

rates = (0.001, 0.0099, 0.01, 0.0101)
limit_paths = {lr: path_of(SGD(lr), steps=100) for lr in rates}
limits = pd.DataFrame(
    {
        "factor of x": [1 - 2 * lr for lr in rates],
        "factor of y": [1 - 200 * lr for lr in rates],
        "x after 100": [path[-1, 0] for path in limit_paths.values()],
        "y after 100": [path[-1, 1] for path in limit_paths.values()],
        "f after 100": [f(*path[-1]) for path in limit_paths.values()],
    },
    index=pd.Index(rates, name="λ"),
)
limits.round(4)

# %% [markdown] lang="en"
# With 0.0099 $y$ shrinks to 0.13, at exactly 0.01 it jumps between 1 and −1 for ever, with 0.0101 it has grown to more than 7.
# With 0.001 nothing diverges, but after 100 steps $x$ has only come from 10 to 8.2: it stalls. Look at $f$ on a logarithmic scale, where powers are straight lines:

# %% [markdown] lang="ja"
# 0.0099 では $y$ は 0.13 まで縮み，ちょうど 0.01 では 1 と −1 の間をいつまでも往復し，0.0101 では 7 以上に大きくなりました．0.001 では発散しませんが，100ステップたっても $x$ は 10 から 8.2 になっただけです．$f$ の値を対数目盛で見てみましょう．等比数列は直線になります．

# %%
heights = {f"λ = {lr}": f(*path.T) for lr, path in limit_paths.items()}
ax_limit = nn.plot.lines(np.arange(101), heights, title="f", xlabel="updates", log="y")

# %% [markdown] lang="en"
# **Question.** Alone, $x$ would allow $\lambda < 1$. Which $\lambda$ would bring $x$ to the minimum in a single step, and why can we not take it?
#
# <details><summary>Answer</summary>
#
# $1 - 2\lambda = 0$, $\lambda = 0.5$. But then $y$ is multiplied by $1 - 100 = -99$ in each step. The steep direction dictates the λ, the flat one
# has to live with it: after 40 steps with 0.0095, $x$ is still 4.6. The methods of this notebook are ways out of that.
#
# </details>

# %% [markdown] lang="ja"
# **問い** $x$ だけなら $\lambda < 1$ で十分です．$x$ を1ステップで最小点に運ぶ $\lambda$ はいくつですか．なぜそれを使えないのでしょうか．
#
# <details><summary>答え</summary>
#
# $1 - 2\lambda = 0$ より $\lambda = 0.5$ です．しかし，そのとき $y$ には毎回 $1 - 100 = -99$ がかかってしまいます．λ の上限は急な方向で決まり，緩やかな方向はそれに従うしかありません．0.0095 で40ステップ進めても，$x$ はまだ 4.6 です．このノートブックで学ぶ方法は，どれもこの困難を避ける工夫です．
#
# </details>

# %% [markdown] lang="en"
# ## 3. Lowering λ on the way (6)
#
# Mini-batches give noisy gradients. We imitate them: a normal number with standard deviation 2 is added to each component.
# Three runs of 600 updates: λ large throughout, small throughout, and large at first but ten times smaller from update 300 on. Which one ends lowest?

# %% [markdown] lang="ja"
# ## 3. 途中で λ を小さくする（6）
#
# ミニバッチの勾配にはばらつきがあります．それをまねて，勾配の各成分に標準偏差 2 の正規乱数を加えます．更新は600回，λ は「ずっと大きい」「ずっと小さい」「はじめは大きく，300回目から 1/10」の3通りです．最後に最も低いところにいるのはどれでしょうか．


# %%
def noisy_run(lr, lowered=1.0):
    rng = np.random.default_rng(1)
    params, optimizer, values = start(), SGD(lr), []
    for t in range(600):
        if t == 300:
            optimizer.lr *= lowered
        noise = {key: 2 * rng.standard_normal() for key in params}
        grads = {key: g + noise[key] for key, g in gradients(params).items()}
        optimizer.update(params, grads)
        values.append(f(params["x"], params["y"]))
    return np.array(values)


noisy = {"large": noisy_run(0.009), "small": noisy_run(0.0005), "lowered": noisy_run(0.009, lowered=0.1)}
means = {name: values.reshape(-1, 20).mean(axis=1) for name, values in noisy.items()}
ax_noisy = nn.plot.lines(np.arange(20, 601, 20), means, title="f, means of 20", xlabel="updates", log="y")
pd.Series({name: values[-200:].mean() for name, values in noisy.items()}, name="mean f, last 200")

# %% [markdown] lang="en"
# The large λ comes near quickly and then trembles at a height that the noise gives it; the small one is still on its way. Lowering gets both:
# first a coarse net that covers the ground, then a fine one. For networks this is the work of schedulers, see 2-5-2.

# %% [markdown] lang="ja"
# 大きい λ はすぐ近くまで来ますが，そこから先はノイズのために同じ高さで揺れ続けます．小さい λ はまだ途中です．途中で小さくすれば，両方のよいところが得られます．はじめは粗い網目で広く探し，次に細かい網目で詰めるわけです．ニューラルネットワークではスケジューラがこれを行います（2-5-2）．

# %% [markdown] lang="en"
# ## 4. Momentum (6.1)
#
# $$\mathbf{v} \leftarrow \alpha\mathbf{v} - \lambda\frac{\partial E}{\partial\theta}, \qquad \theta \leftarrow \theta + \mathbf{v}, \qquad \mathbf{v} = 0 \text{ at first},\ 0 \le \alpha < 1$$
#
# $\mathbf{v}$ has the shapes of the parameters, so it is a dict too. With $\alpha = 0$ the two lines are SGD.

# %% [markdown] lang="ja"
# ## 4. モメンタム（6.1）
#
# $$\mathbf{v} \leftarrow \alpha\mathbf{v} - \lambda\frac{\partial E}{\partial\theta}, \qquad \theta \leftarrow \theta + \mathbf{v}, \qquad \mathbf{v} \text{ の初期値は } 0,\ 0 \le \alpha < 1$$
#
# $\mathbf{v}$ はパラメータと同じ型なので，これも辞書にします．$\alpha = 0$ なら，この2行は SGD です．


# %%
class Momentum:
    def __init__(self, lr=0.01, alpha=0.9):
        self.lr, self.alpha, self.v = lr, alpha, None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(p) for key, p in params.items()}
        for key in params:
            self.v[key] = self.alpha * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]


momentum = path_of(Momentum(lr=0.0095, alpha=0.8))
by_engine = engine_path(lambda p: optim.Momentum(p, lr=0.0095, momentum=0.8))
momentum_difference = np.abs(momentum - by_engine).max()
without = path_of(Momentum(lr=0.0095, alpha=0.0))
print("largest difference from the engine:", momentum_difference)
print("α = 0 is SGD, to the bit:", np.array_equal(without, sgd))
print(check_optimizer(Momentum))

# %% [markdown] lang="en"
# Now the picture of 6.1: gradient descent (GD) and momentum, 40 updates each. As in the lecture GD is green (here solid)
# and momentum red (here a purplish red, dashed). The lecture does not state λ and α; here λ = 0.0095 for both and α = 0.8. **Careful:** $y$ is stretched ten times.
# Watch both directions: who calms down in $y$, who advances in $x$?

# %% [markdown] lang="ja"
# では 6.1 の図を描きましょう．勾配降下法（GD）とモメンタムを40回ずつ更新します．講義と同じく GD を緑（ここでは実線），モメンタムを赤（ここでは赤紫の破線）で描きます．講義では λ と α の値が書かれていないので，ここではどちらも λ = 0.0095，モメンタムは α = 0.8 とします．**注意**：図では $y$ 方向を約10倍に引き伸ばしています．$y$ の揺れが早くおさまるのはどちらでしょうか．$x$ 方向に早く進むのはどちらでしょうか．

# %%
_, ax_paths = plt.subplots(figsize=(8.4, 4.2), layout="constrained")
nn.plot.trajectories(f, {"GD": sgd, "Momentum": momentum}, ax=ax_paths)
pd.DataFrame(
    [(*path[-1], f(*path[-1])) for path in (sgd, momentum)],
    index=["GD", "Momentum"],
    columns=["x after 40", "y after 40", "f after 40"],
).round(3)

# %% [markdown] lang="en"
# GD jumps from one wall of the valley to the other and creeps along its floor. Momentum swings more widely, for steps that point the same way add up,
# and has passed the minimum in $x$ when GD is not half way: $f$ is 0.05 against 21.6.

# %% [markdown] lang="ja"
# GD は谷の壁から壁へ跳ね返りながら，谷底をゆっくりとしか進めません．モメンタムは，同じ向きの歩みが積み重なるので，大きく揺れながらも速く進みます．GD がまだ半分も進んでいないうちに，最小点の近くまで来ました．40回更新したあとの $f$ の値は，GD の 21.6 に対してモメンタムは 0.05 です．

# %% [markdown] lang="en"
# ## 5. Why it is called momentum (6.1)
#
# Take a step for a unit of time. Then $\theta(t+1) - \theta(t) = \mathbf{v}(t+1)$ and
#
# $$\mathbf{v}(t+1) - \mathbf{v}(t) = -(1 - \alpha)\,\mathbf{v}(t) - \lambda\frac{\partial E}{\partial\theta}$$
#
# This is an equation of motion: friction $1 - \alpha$, force $-\lambda\frac{\partial E}{\partial\theta}$. We test it on the path above, then the friction alone, then a constant force.

# %% [markdown] lang="ja"
# ## 5. なぜ「運動量」なのか（6.1）
#
# 1ステップを時間の単位とみなすと，$\theta(t+1) - \theta(t) = \mathbf{v}(t+1)$ であり，
#
# $$\mathbf{v}(t+1) - \mathbf{v}(t) = -(1 - \alpha)\,\mathbf{v}(t) - \lambda\frac{\partial E}{\partial\theta}$$
#
# です．これは，摩擦係数 $1 - \alpha$，力 $-\lambda\frac{\partial E}{\partial\theta}$ の運動方程式です．上の経路で確かめてから，摩擦だけの場合，力が一定の場合も見てみます．

# %%
lr, alpha = 0.0095, 0.8
velocity = np.vstack([[0, 0], np.diff(momentum, axis=0)])  # v(0) = 0, v(t+1) = θ(t+1) − θ(t)
force = -lr * momentum * [2, 200]
motion = np.diff(velocity, axis=0) - (-(1 - alpha) * velocity + force)[:-1]
print("equation of motion, largest error:", np.abs(motion).max())

optimizer, params = Momentum(lr, alpha), {"x": np.array(0.0)}
optimizer.v = {"x": np.array(1.0)}
coasting = []
for _ in range(5):
    optimizer.update(params, {"x": 0.0})
    coasting.append(optimizer.v["x"].item())
print("no force:", np.round(coasting, 4), " αᵗ:", np.round(alpha ** np.arange(1, 6), 4))

optimizer = Momentum(lr, alpha)
for _ in range(60):
    optimizer.update(params, {"x": 1.0})
terminal = optimizer.v["x"].item() / -lr
print("constant force: v = −λg ×", round(terminal, 4), "  1/(1 − α) =", round(1 / (1 - alpha), 4))

# %% [markdown] lang="en"
# Without a force the speed decays as $\alpha^t$. Under a constant force it grows until friction balances it, at $-\lambda g / (1 - \alpha)$: five times
# the step of SGD for α = 0.8, ten times for 0.9. That is the gain on the floor of the valley. Across the valley the force keeps changing its sign, and nothing adds up.
#
# **Question.** What would $\alpha = 1$ do?
#
# <details><summary>Answer</summary>
#
# There would be no friction: the point would swing through the valley for ever, like a marble in a frictionless bowl. So $\alpha < 1$.
#
# </details>

# %% [markdown] lang="ja"
# 力がなければ，速度は $\alpha^t$ で減衰します．力が一定なら，摩擦とつり合う $-\lambda g / (1 - \alpha)$ まで加速します．α = 0.8 なら SGD の歩幅の5倍，0.9 なら10倍です．谷底に沿って速く進めるのはこのためです．谷を横切る方向では力の符号が変わり続けるので，積み重なりません．
#
# **問い** $\alpha = 1$ とするとどうなりますか．
#
# <details><summary>答え</summary>
#
# 摩擦がなくなるので，摩擦のないお椀の中のビー玉のように，いつまでも谷を行き来します．だから $\alpha < 1$ とします．
#
# </details>

# %% [markdown] lang="en"
# ## 6. Momentum in PyTorch (6.1)
#
# **Careful:** PyTorch's momentum is $v \leftarrow \mu v + g$, $\theta \leftarrow \theta - \lambda v$: the λ stands outside. Its $v$ is the lecture's divided by $-\lambda$,
# so for a constant λ both walk the same path. When λ changes they do not: outside, a new λ acts at once on the whole $v$; inside, only on what is added from now on.

# %% [markdown] lang="ja"
# ## 6. PyTorch のモメンタム（6.1）
#
# **注意**：PyTorch のモメンタムは $v \leftarrow \mu v + g$，$\theta \leftarrow \theta - \lambda v$ で，λ が外側にあります．この $v$ は講義の $\mathbf{v}$ を $-\lambda$ で割ったものなので，λ が一定なら経路は同じです．λ を途中で変えると違いが出ます．外側にあれば新しい λ がすぐに $v$ 全体に効き，内側にあればこれから加わる分にしか効きません．


# %%
def two_momenta(lr_at, steps=40, alpha=0.8):
    inside, outside = start(), {**start()}
    lecture, v = Momentum(alpha=alpha), {"x": 0.0, "y": 0.0}
    for t in range(steps):
        lecture.lr = lr_at(t)
        lecture.update(inside, gradients(inside))
        for key, g in gradients(outside).items():
            v[key] = alpha * v[key] + g
            outside[key] -= lr_at(t) * v[key]
    return max(abs(inside[key] - outside[key]) for key in inside), outside


constant, ends = two_momenta(lambda t: 0.0095)
changed, _ = two_momenta(lambda t: 0.0095 if t < 10 else 0.00095)
torch_like = engine_path(lambda p: optim.SGD(p, lr=0.0095, momentum=0.8))[-1]
print("λ constant: largest difference", constant)
print("λ / 10 after 10 updates:      ", changed)
print("optim.SGD(momentum=0.8) is the second form:", np.allclose(torch_like, [ends["x"], ends["y"]]))

# %% [markdown] lang="en"
# So `optim.SGD(momentum=…)` is PyTorch's, and `optim.Momentum` the lecture's. Remember it when a schedule lowers λ.

# %% [markdown] lang="ja"
# つまり `optim.SGD(momentum=…)` が PyTorch の形，`optim.Momentum` が講義の形です．スケジューラで λ を下げるときには思い出してください．

# %% [markdown] lang="en"
# ## 7. Adam (6.2)
#
# Adam keeps two averages per component: $\mathbf{s}$ of the gradient and $\mathbf{r}$ of its square. Both begin at 0 and are too small at first, which is corrected. The original form:
#
# $$\mathbf{s} \leftarrow \beta_1\mathbf{s} + (1 - \beta_1)\,g, \quad \mathbf{r} \leftarrow \beta_2\mathbf{r} + (1 - \beta_2)\,g * g, \quad \tilde{\mathbf{s}} = \frac{\mathbf{s}}{1 - \beta_1^t}, \quad \tilde{\mathbf{r}} = \frac{\mathbf{r}}{1 - \beta_2^t}, \quad \theta \leftarrow \theta - \lambda\frac{\tilde{\mathbf{s}}}{\sqrt{\tilde{\mathbf{r}}} + \epsilon}$$
#
# The form that is easier to program puts both corrections into one number, $\lambda_t = \lambda\dfrac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}$, and then $\theta \leftarrow \theta - \lambda_t\dfrac{\mathbf{s}}{\sqrt{\mathbf{r}} + \epsilon}$.

# %% [markdown] lang="ja"
# ## 7. Adam（6.2）
#
# Adam は成分ごとに，勾配の平均 $\mathbf{s}$ と，勾配の2乗の平均 $\mathbf{r}$ を持ちます．どちらも 0 から始まるので，はじめのうちは小さすぎます．それを補正したのがオリジナルの形です．
#
# $$\mathbf{s} \leftarrow \beta_1\mathbf{s} + (1 - \beta_1)\,g, \quad \mathbf{r} \leftarrow \beta_2\mathbf{r} + (1 - \beta_2)\,g * g, \quad \tilde{\mathbf{s}} = \frac{\mathbf{s}}{1 - \beta_1^t}, \quad \tilde{\mathbf{r}} = \frac{\mathbf{r}}{1 - \beta_2^t}, \quad \theta \leftarrow \theta - \lambda\frac{\tilde{\mathbf{s}}}{\sqrt{\tilde{\mathbf{r}}} + \epsilon}$$
#
# 実装しやすい形では，2つの補正を一つの数 $\lambda_t = \lambda\dfrac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}$ にまとめ，$\theta \leftarrow \theta - \lambda_t\dfrac{\mathbf{s}}{\sqrt{\mathbf{r}} + \epsilon}$ とします．


# %%
class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.s, self.r = 0, {}, {}

    def moments(self, grads):
        self.t += 1
        for key, g in grads.items():
            self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
            self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g

    def update(self, params, grads):
        self.moments(grads)
        for key in params:
            s = self.s[key] / (1 - self.beta1**self.t)
            r = self.r[key] / (1 - self.beta2**self.t)
            params[key] -= self.lr * s / (np.sqrt(r) + self.eps)


class AdamRewritten(Adam):
    def update(self, params, grads):
        self.moments(grads)
        lr_t = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key in params:
            params[key] -= lr_t * self.s[key] / (np.sqrt(self.r[key]) + self.eps)


adam = path_of(Adam(lr=0.3), steps=60)
rewritten = path_of(AdamRewritten(lr=0.3), steps=60)
engine_paper = engine_path(lambda p: optim.Adam(p, lr=0.3, form="paper"), steps=60)
engine_lecture = engine_path(lambda p: optim.Adam(p, lr=0.3, form="lecture"), steps=60)
adam_differences = np.abs(adam - engine_paper).max(), np.abs(rewritten - engine_lecture).max()
print("largest differences from the engine:", *adam_differences)
print("between the two forms:", np.abs(adam - rewritten).max())
print(check_optimizer(Adam))
print(check_optimizer(AdamRewritten, like="Adam"))

# %% [markdown] lang="en"
# The picture of 6.2 is Adam's path on the same function, here with λ = 0.3 and 60 updates (the usual 0.001 would need some ten thousand). Look at the first step: how long is it in $x$, how long in $y$?

# %% [markdown] lang="ja"
# 6.2 の図は，同じ関数での Adam の経路です．ここでは λ = 0.3 とし，60回更新します（普段の 0.001 では1万回ほどかかります）．最初の1歩に注目してください．$x$ 方向と $y$ 方向の長さはどうなっていますか．

# %%
_, ax_adam = plt.subplots(figsize=(8.4, 4.2), layout="constrained")
nn.plot.trajectories(f, {"GD": sgd, "Adam": adam}, ax=ax_adam)
print("first step of Adam:", adam[1] - adam[0])
print("first step of GD:  ", sgd[1] - sgd[0])
print("f after 60 updates:", f(*adam[-1]).round(3))

# %% [markdown] lang="en"
# Both components of the first step are −0.3 although the gradients are 20 and 200: with $t = 1$, $\tilde{\mathbf{s}}/\sqrt{\tilde{\mathbf{r}}}$ is the sign of $g$.
# Each component has its own length of step, so the steep direction no longer dictates. Adam cannot even tell how large the gradients are:

# %% [markdown] lang="ja"
# 勾配は 20 と 200 なのに，最初の1歩はどちらの成分も −0.3 です．$t = 1$ では $\tilde{\mathbf{s}}/\sqrt{\tilde{\mathbf{r}}}$ が $g$ の符号になるからです．歩幅が成分ごとに決まるので，急な方向に縛られません．それどころか，Adam には勾配の大きさ自体が分かりません．

# %%
params, optimizer = start(), Adam(lr=0.3)
for _ in range(60):
    optimizer.update(params, {key: 1000 * g for key, g in gradients(params).items()})
scaled = np.array([params["x"], params["y"]])
print("1000 f instead of f, difference:", np.abs(scaled - adam[-1]).max())

# %% [markdown] lang="en"
# **Question.** What would SGD with λ = 0.0095 do on $1000 f$?
#
# <details><summary>Answer</summary>
#
# Diverge: the eigenvalue is 200,000, so λ has to be below 0.00001.
#
# </details>

# %% [markdown] lang="ja"
# **問い** $1000 f$ に SGD（λ = 0.0095）を使うとどうなりますか．
#
# <details><summary>答え</summary>
#
# 発散します．固有値が 200,000 になるので，λ は 0.00001 より小さくしなければなりません．
#
# </details>

# %% [markdown] lang="en"
# ## 8. Four things to be careful about in Adam (6.2)
#
# **Careful (λ is kept).** The rewritten form is printed as $\lambda \leftarrow \lambda\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}$. Taken as an assignment it multiplies again and again:
# the base λ has to be kept, and $\lambda_t$ made from it.

# %% [markdown] lang="ja"
# ## 8. Adam についての4つの注意（6.2）
#
# **注意（λ は残す）**：書きかえた形は，講義では $\lambda \leftarrow \lambda\,\frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}$ と書かれています．これをそのまま代入と読むと，何度もかけ算されてしまいます．もとの λ は残しておき，そこから $\lambda_t$ を作ります．

# %%
overwritten = 0.001
for t in range(1, 101):
    factor = np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    overwritten *= factor
kept = 0.001 * factor
print(f"after 100 updates: overwritten {overwritten:.1e}, kept {kept:.1e}")

# %% [markdown] lang="en"
# **Careful (ε).** The two forms are not quite the same: the rewritten ε weighs as much as $\epsilon/\sqrt{1 - \beta_2^t}$ in the original, 32 times more at the first update.
# It shows where gradients are as small as ε. Length of the first step, λ = 0.001:

# %% [markdown] lang="ja"
# **注意（ε）**：2つの形は完全に同じではありません．書きかえた形の ε は，オリジナルでの $\epsilon/\sqrt{1 - \beta_2^t}$ に相当し，最初の更新では約32倍の重みになります．勾配が ε くらい小さいときに違いが現れます．λ = 0.001 のときの最初の1歩の長さを比べます．


# %%
def first_step(cls, g):
    params = {"x": np.array(0.0)}
    cls().update(params, {"x": g})
    return -params["x"].item()


small = (1.0, 1e-4, 1e-6, 1e-8)
first = pd.DataFrame(
    {
        "original": [first_step(Adam, g) for g in small],
        "rewritten": [first_step(AdamRewritten, g) for g in small],
    },
    index=pd.Index([f"{g:g}" for g in small], name="g"),
)
first.map("{:.1e}".format)

# %% [markdown] lang="en"
# PyTorch has the original, Keras and "Deep Learning from Scratch" the rewritten form; here `optim.Adam(form="paper")` and `form="lecture"`.
#
# **Careful (t).** $t$ is described as the number of updates so far. It must be 1 at the first update: with 0, $1 - \beta^0 = 0$ stands in a denominator. So `self.t += 1` comes first.
#
# **Careful (names).** Adam stands for adaptive *moment* estimation ($\mathbf{s}$ and $\mathbf{r}$ are first and second moments); the lecture glosses it "adaptive momentum". Its α in the original form is the λ of the other;
# in 6.1 α is the momentum, in 9.1 the weight of a penalty. Here the step is λ, `lr`, everywhere.

# %% [markdown] lang="ja"
# PyTorch はオリジナル，Keras や『ゼロから作るDeep Learning』は書きかえた形です．ここでは `optim.Adam(form="paper")` と `form="lecture"` で選べます．
#
# **注意（t）**：$t$ は「それまでの更新回数」と説明されていますが，最初の更新で 1 でなければなりません．0 だと分母が $1 - \beta^0 = 0$ になってしまいます．だから最初に `self.t += 1` とします．
#
# **注意（名前）**：Adam は adaptive *moment* estimation（適応的なモーメント推定）の略で，$\mathbf{s}$ と $\mathbf{r}$ が1次と2次のモーメントです．講義資料では adaptive momentum となっています．また，オリジナルの α は，書きかえた形の λ のことです．α は 6.1 ではモメンタムの係数，9.1 では正則化の重みでもあります．ここでは歩幅をいつも λ（`lr`）と書きます．

# %% [markdown] lang="en"
# ## 9. The three others (6)
#
# * **Nesterov**: momentum that takes the gradient at the point ahead, $\theta + \alpha\mathbf{v}$, where $\alpha\mathbf{v}$ alone would lead:
#   $\mathbf{v} \leftarrow \alpha\mathbf{v} - \lambda\,g(\theta + \alpha\mathbf{v})$, $\theta \leftarrow \theta + \mathbf{v}$.
# * **AdaGrad**: $h \leftarrow h + g * g$, $\theta \leftarrow \theta - \lambda\,g/(\sqrt{h} + \epsilon)$. Steps are made per component, and only shrink.
# * **RMSProp**: the same with a moving average, $h \leftarrow \rho h + (1 - \rho)\,g * g$, which forgets. With momentum and the corrections it becomes Adam.
#
# All six with `optim`, each with a λ that suits it (with 0.0095 Nesterov would diverge: its limit is lower). Look at two things: who zigzags, and who goes straight.

# %% [markdown] lang="ja"
# ## 9. ほかの3つの方法（6）
#
# * **ネステロフのモメンタム**：$\alpha\mathbf{v}$ だけ先の地点での勾配を使うモメンタムです．$\mathbf{v} \leftarrow \alpha\mathbf{v} - \lambda\,g(\theta + \alpha\mathbf{v})$，$\theta \leftarrow \theta + \mathbf{v}$．
# * **AdaGrad**：$h \leftarrow h + g * g$，$\theta \leftarrow \theta - \lambda\,g/(\sqrt{h} + \epsilon)$．成分ごとに歩幅が決まり，小さくなる一方です．
# * **RMSProp**：同じことを移動平均 $h \leftarrow \rho h + (1 - \rho)\,g * g$ で行い，昔の勾配を忘れます．これにモメンタムと補正を加えると Adam になります．
#
# 6つの方法を `optim` で，それぞれに合った λ で動かします（ネステロフは上限がより小さく，0.0095 では発散します）．ジグザグに進むのはどれで，まっすぐ進むのはどれでしょうか．

# %%
six = {
    "SGD": lambda p: optim.SGD(p, lr=0.0095),
    "Momentum": lambda p: optim.Momentum(p, lr=0.0095, momentum=0.8),
    "Nesterov": lambda p: optim.Nesterov(p, lr=0.005, momentum=0.8),
    "AdaGrad": lambda p: optim.Adagrad(p, lr=1.5),
    "RMSProp": lambda p: optim.RMSprop(p, lr=0.15),
    "Adam": lambda p: optim.Adam(p, lr=0.3),
}
six_paths = {name: engine_path(make, steps=60) for name, make in six.items()}
_, axes_six = plt.subplots(2, 3, figsize=(10, 5.4), layout="constrained")
for ax, (name, path) in zip(axes_six.flat, six_paths.items(), strict=True):
    nn.plot.trajectories(f, {name: path}, x=(-3, 11), y=(-1.1, 1.1), ax=ax)

# %%
heights = {name: f(*path.T) for name, path in six_paths.items()}
ax_six = nn.plot.lines(np.arange(61), heights, title="f", xlabel="updates", log="y")

# %% [markdown] lang="en"
# The upper three follow the gradient and zigzag; Nesterov, looking ahead, brakes in time. The lower three divide by $\sqrt{h}$ or $\sqrt{r}$: their first step is as long in $x$ as in $y$,
# and on the floor of the valley the steep walls do not hold them back. All five end far below SGD. But do not take this for a ranking: the order changes with λ, and a network is no parabola (2-5-2).
#
# **Careful:** libraries differ in ρ, ε and initial values: RMSProp has ρ = 0.99 here and in PyTorch, 0.9 in Keras.

# %% [markdown] lang="ja"
# 上の3つは勾配の向きに進むのでジグザグになります．ネステロフは先を見ているので，早めにブレーキがかかります．下の3つは $\sqrt{h}$ や $\sqrt{r}$ で割るので，最初の1歩は $x$ 方向にも $y$ 方向にも同じ長さで，谷底でも急な壁に歩幅を縛られません．5つとも SGD よりずっと低いところまで進みました．ただし，これを順位と考えてはいけません．λ を変えれば順番は変わりますし，ニューラルネットワークは放物面ではありません（2-5-2）．
#
# **注意**：ρ，ε や初期値はライブラリによって違います．RMSProp の ρ は，ここと PyTorch では 0.99，Keras では 0.9 です．

# %% [markdown] lang="en"
# ## 10. Exercises (6.3)
#
# **Exercise 1.** Write AdaGrad and Nesterov's momentum as classes, with the formulas of section 9. An optimizer only gets gradients at the parameters.
# So for Nesterov let `params` hold the point ahead, $\Theta = \theta + \alpha\mathbf{v}$: with $g$ taken there, first $\mathbf{v} \leftarrow \alpha\mathbf{v} - \lambda g$, then
# $\Theta \leftarrow \Theta + \alpha\mathbf{v} - \lambda g$ with the new $\mathbf{v}$. (Check it on paper: $\Theta$ goes back by the old $\alpha\mathbf{v}$, then on by the new $\mathbf{v}$ and by the new $\alpha\mathbf{v}$.)
#
# <details><summary>Answer</summary>
#
# ```python
# class AdaGrad:
#     def __init__(self, lr=0.01, eps=1e-8):
#         self.lr, self.eps, self.h = lr, eps, {}
#
#     def update(self, params, grads):
#         for key, g in grads.items():
#             self.h[key] = self.h.get(key, 0) + g * g
#             params[key] -= self.lr * g / (np.sqrt(self.h[key]) + self.eps)
#
#
# class Nesterov:
#     def __init__(self, lr=0.01, alpha=0.9):
#         self.lr, self.alpha, self.v = lr, alpha, {}
#
#     def update(self, params, grads):
#         for key, g in grads.items():
#             self.v[key] = self.alpha * self.v.get(key, 0) - self.lr * g
#             params[key] += self.alpha * self.v[key] - self.lr * g
# ```
#
# </details>

# %% [markdown] lang="ja"
# ## 10. 演習問題（6.3）
#
# **演習1** 第9節の式から，AdaGrad とネステロフのモメンタムをクラスとして書いてください．最適化法に渡される勾配は，パラメータの位置での勾配だけです．そこでネステロフでは，先の地点 $\Theta = \theta + \alpha\mathbf{v}$ を `params` に入れておきます．そこでの勾配を $g$ とすると，更新式は $\mathbf{v} \leftarrow \alpha\mathbf{v} - \lambda g$，続いて新しい $\mathbf{v}$ を使って $\Theta \leftarrow \Theta + \alpha\mathbf{v} - \lambda g$ です（$\Theta$ から古い $\alpha\mathbf{v}$ だけ戻り，新しい $\mathbf{v}$ と新しい $\alpha\mathbf{v}$ だけ進む，と考えて確かめてください）．
#
# <details><summary>答え</summary>
#
# ```python
# class AdaGrad:
#     def __init__(self, lr=0.01, eps=1e-8):
#         self.lr, self.eps, self.h = lr, eps, {}
#
#     def update(self, params, grads):
#         for key, g in grads.items():
#             self.h[key] = self.h.get(key, 0) + g * g
#             params[key] -= self.lr * g / (np.sqrt(self.h[key]) + self.eps)
#
#
# class Nesterov:
#     def __init__(self, lr=0.01, alpha=0.9):
#         self.lr, self.alpha, self.v = lr, alpha, {}
#
#     def update(self, params, grads):
#         for key, g in grads.items():
#             self.v[key] = self.alpha * self.v.get(key, 0) - self.lr * g
#             params[key] += self.alpha * self.v[key] - self.lr * g
# ```
#
# </details>


# %%
class AdaGrad:
    def __init__(self, lr=0.01, eps=1e-8):
        self.lr, self.eps, self.h = lr, eps, {}

    def update(self, params, grads): ...


class Nesterov:
    def __init__(self, lr=0.01, alpha=0.9):
        self.lr, self.alpha, self.v = lr, alpha, {}

    def update(self, params, grads): ...


mark_written = grade("2-5-1", [AdaGrad, Nesterov])
mark_written

# %% [markdown] lang="en"
# **Exercise 2.** This Adam runs, and learns nothing after a few updates. Find the mistake (one of section 8), and mend it; if you cannot find it, the mark knows it.
#
# <details><summary>Answer</summary>
#
# ```python
# class MyAdam:
#     def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
#         self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
#         self.t, self.s, self.r = 0, {}, {}
#
#     def update(self, params, grads):
#         self.t += 1
#         lr_t = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
#         for key, g in grads.items():
#             self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
#             self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
#             params[key] -= lr_t * self.s[key] / (np.sqrt(self.r[key]) + self.eps)
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習2** 次の Adam は動きますが，何回か更新すると学習が止まってしまいます．第8節の注意のどれかに当てはまる間違いがあります．見つけて直してください．分からなければ，採点結果が教えてくれます．
#
# <details><summary>答え</summary>
#
# ```python
# class MyAdam:
#     def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
#         self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
#         self.t, self.s, self.r = 0, {}, {}
#
#     def update(self, params, grads):
#         self.t += 1
#         lr_t = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
#         for key, g in grads.items():
#             self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
#             self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
#             params[key] -= lr_t * self.s[key] / (np.sqrt(self.r[key]) + self.eps)
# ```
#
# </details>


# %%
class MyAdam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.s, self.r = 0, {}, {}

    def update(self, params, grads):
        self.t += 1
        self.lr *= np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key, g in grads.items():
            self.s[key] = self.beta1 * self.s.get(key, 0) + (1 - self.beta1) * g
            self.r[key] = self.beta2 * self.r.get(key, 0) + (1 - self.beta2) * g * g
            params[key] -= self.lr * self.s[key] / (np.sqrt(self.r[key]) + self.eps)


mark_repaired = grade("6.2-1", MyAdam)
mark_repaired

# %% [markdown] lang="en"
# **Exercise 3.** Momentum bears a larger λ than gradient descent. How large, for $f = \frac{h}{2}y^2$ with $g = hy$? At the limit $y$ neither shrinks nor grows, but jumps from side to side: $y(t+1) = -y(t)$. What is $v$ then? Put both into the update, solve for λ, and write it as a function of h and α; the cell tries it on both sides.
#
# <details><summary>Answer</summary>
#
# $v(t) = y(t) - y(t-1) = 2y(t)$ and $v(t+1) = -2y(t)$. So $-2y = \alpha \cdot 2y - \lambda h y$, that is $\lambda h = 2(1 + \alpha)$. In full: the update is $y(t+1) = (1 + \alpha - \lambda h)\,y(t) - \alpha\,y(t-1)$. The roots of $z^2 - (1 + \alpha - \lambda h)z + \alpha$ leave the unit circle at $z = -1$, that is when $2(1 + \alpha) = \lambda h$. For $\alpha = 0$ it is $2/h$, as in section 2.
#
# ```python
# def largest_rate(h, alpha):
#     return 2 * (1 + alpha) / h
# ```
#
# </details>

# %% [markdown] lang="ja"
# **演習3** モメンタムでは，勾配降下法より大きな λ が使えます．$f = \frac{h}{2}y^2$（$g = hy$）では，どこまで大きくできるでしょうか．ちょうど上限のとき，$y$ は小さくも大きくもならず，$y(t+1) = -y(t)$ と左右に飛び続けます．そのとき $v$ はどうなりますか．どちらも更新式に代入して λ について解き，h と α の関数として書いてください．上限の前後で試して確かめます．
#
# <details><summary>答え</summary>
#
# $v(t) = y(t) - y(t-1) = 2y(t)$，$v(t+1) = -2y(t)$ なので，$-2y = \alpha \cdot 2y - \lambda h y$，つまり $\lambda h = 2(1 + \alpha)$ です．詳しくいうと，更新式は $y(t+1) = (1 + \alpha - \lambda h)\,y(t) - \alpha\,y(t-1)$ です．$z^2 - (1 + \alpha - \lambda h)z + \alpha = 0$ の解が単位円の外に出るのは $z = -1$ を通るとき，つまり $2(1 + \alpha) = \lambda h$ のときです．$\alpha = 0$ なら第2節の $2/h$ になります．
#
# ```python
# def largest_rate(h, alpha):
#     return 2 * (1 + alpha) / h
# ```
#
# </details>


# %%
def largest_rate(h, alpha):
    return ...


def try_out(largest_rate):
    limit = largest_rate(200, 0.8)
    if limit is ...:
        return "not answered yet"
    below, above = (np.abs(path_of(Momentum(c * limit, 0.8), 400)[-1, 1]) for c in (0.99, 1.01))
    return "right" if below < 1 < above else f"not right yet: |y| is {below:.1e} below, {above:.1e} above"


print(try_out(largest_rate))

# %% [markdown] lang="en"
# ## What we saw
#
# * Parameters and gradients are dicts of arrays, and an optimizer is `update(params, grads)`: it does not care what the arrays mean.
# * Gradient descent needs λ < 2 / (largest eigenvalue), here 0.01; beyond it diverges, far below it stalls, and lowering λ on the way gets both speed and precision.
# * Momentum is an equation of motion with friction $1 - \alpha$; along the valley it is up to $1/(1 - \alpha)$ times as fast, and with $\alpha = 0$ it is SGD.
# * Adam divides each component by the size of its gradients, so its steps are about λ in every direction; its two forms differ in ε, λ has to be kept, and $t$ begins at 1.
# * AdaGrad, Nesterov and a mended Adam are yours now.
#
# **Next:** 2-5-2, where the same classes train a network.

# %% [markdown] lang="ja"
# ## まとめ
#
# * パラメータも勾配も配列の辞書で，最適化法は `update(params, grads)` を持つオブジェクトです．配列が何を表すかには関係しません．
# * 勾配降下法では λ < 2 /（最大固有値），ここでは 0.01 が必要です．超えると発散し，小さすぎると進みません．途中で小さくすれば，速さと精度の両方が得られます．
# * モメンタムは摩擦係数 $1 - \alpha$ の運動方程式です．谷底に沿った方向では最大で $1/(1 - \alpha)$ 倍の速さになり，$\alpha = 0$ なら SGD です．
# * Adam は各成分を勾配の大きさで割るので，どの方向にも歩幅はおよそ λ です．2つの形は ε が違います．λ は上書きせず，$t$ は 1 から始めます．
# * AdaGrad とネステロフを自分で書き，Adam の間違いを直しました．
#
# **次は** 2-5-2 です．同じクラスでニューラルネットワークを学習させます．
