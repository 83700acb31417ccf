"""Everything that a quiz says, in English and in Japanese; the page says it in the same words."""

from types import MappingProxyType

from autograd_core.graphs.quizzing.known import short
from autograd_core.graphs.snapshot.records import Node

LANGUAGES = ("en", "ja")

_SAID = {
    # the page and the sheet
    "title local": ("Local derivatives", "局所微分"),
    "title grad": ("Gradients", "勾配"),
    "title shapes": ("Shapes", "形状"),
    "ask local": (
        "Fill in the local derivative on every wire: the derivative of what an operation makes by what goes "
        "into it.",
        "各辺の局所微分（演算の出力を入力で微分したもの）を空欄に書きなさい。",
    ),
    "ask rule": (
        "Fill in what turns the arriving gradient ḡ (type G) into the gradient of what goes in.",
        "届いた勾配 ḡ（G と入力）から入力側の勾配を作る規則を空欄に書きなさい。",
    ),
    "ask grad": (
        "Fill in the gradient on every card. Where several wires meet, gradients are added.",
        "各カードの勾配を空欄に書きなさい。辺が合流するところでは勾配を足し合わせます。",
    ),
    "ask shapes": ("Fill in the shape of every value.", "各値の形状を空欄に書きなさい。"),
    "letters": ("Write {sizes}, or the numbers.", "{sizes}。文字でも数でもよい。"),
    "name": ("Name", "氏名"),
    "date": ("Date", "日付"),
    "score": ("Score", "得点"),
    "answers": ("Answers", "解答"),
    "check": ("Check", "採点"),
    "check all": ("Check all", "すべて採点"),
    "hint": ("Hint", "ヒント"),
    "show": ("Show answer", "答えを見る"),
    "reset": ("Start again", "最初から"),
    "previous": ("Previous box", "前の空欄"),
    "next": ("Next box", "次の空欄"),
    "close": ("Close", "閉じる"),
    "print": ("Print", "印刷"),
    "larger": ("Larger", "拡大"),
    "smaller": ("Smaller", "縮小"),
    "whole": ("Whole graph", "全体"),
    "dark": ("Dark colours", "暗い配色"),
    "light": ("Light colours", "明るい配色"),
    "details": ("Question", "問題"),
    "boxes": ("All boxes", "空欄一覧"),
    "of": ("{done} of {all} right", "{all} 問中 {done} 問正解"),
    "box": ("Box {n} of {all}", "空欄 {n} / {all}"),
    "empty": ("empty", "空欄"),
    "your answer": ("Your answer", "あなたの答え"),
    "shown": ("shown", "答えを表示"),
    "right word": ("right", "正解"),
    "wrong word": ("not yet", "まだ"),
    "pick": ("Choose a box in the picture, or press Tab.", "図の空欄を選ぶか Tab キーを押してください。"),
    "done": ("All boxes are right.", "すべて正解です。"),
    "may type": ("You may type", "使える文字"),
    # what is asked
    "local": ("local derivative of {of} by {by}", "{of} の {by} による局所微分"),
    "rule": ("rule from the gradient of {of} to that of {by}", "{of} の勾配から {by} の勾配への規則"),
    "back": ("back to {by}", "{by} へ"),
    "gradient": ("gradient of {of}", "{of} の勾配"),
    "shape": ("shape of {of}", "{of} の形状"),
    # hints
    "operation": ("The operation is {op}: {formula}.", "演算は {op}：{formula}。"),
    "stands for": ("There are letters for what has no name: {what}.", "名前のない値の文字：{what}。"),
    "shape of": ("It has the shape of {name}, {shape}.", "{name} と同じ形状 {shape} になります。"),
    "uses": ("The answer uses {names}.", "答えには {names} が現れます。"),
    "uses none": ("The answer is a plain number.", "答えはただの数です。"),
    "seed": ("It is the result itself.", "結果そのものです。"),
    "meet": (
        "{count} gradients meet here, from {what}: add them.",
        "{what} からの {count} つの勾配を足します。",
    ),
    "one way": (
        "The gradient comes from {of}, through one operation.",
        "勾配は {of} から演算を 1 つ通って届きます。",
    ),
    "factor there": ("On the way through {op} stands {local}.", "{op} を通るときの局所微分は {local}。"),
    "made by": ("It is made by {op} from {shapes}.", "{shapes} から {op} で作られます。"),
    "axes": ("Number of axes: {count}.", "軸の数は {count} です。"),
    # verdicts
    "right": ("Right.", "正解です。"),
    "right here": ("Right as a number here.", "この点での数値として正解です。"),
    "sign": ("The sign is turned round.", "符号が逆です。"),
    "double": (
        "Twice too large: a ½ forgotten, or counted twice?",
        "2 倍になっています。½ を忘れていませんか。",
    ),
    "half": (
        "Half of what it should be: the 2 of a square forgotten?",
        "半分になっています。2 乗の 2 を忘れていませんか。",
    ),
    "reciprocal": ("That is the reciprocal.", "逆数になっています。"),
    "size over": (
        "Too large by the factor {what}, a size: mean forgotten?",
        "大きさ {what} 倍です。平均（÷ {what}）を忘れていませんか。",
    ),
    "size under": (
        "Divided by the size {what} once too often: a sum, not a mean?",
        "{what} で 1 回余分に割っています。平均ではなく和ではありませんか。",
    ),
    "constant": ("Off by the constant factor {what}.", "定数 {what} 倍ずれています。"),
    "accumulated": (
        "That is the accumulated gradient {what}; the local derivative looks at this one operation only.",
        "それは累積した勾配 {what} です。局所微分はこの演算だけを見ます。",
    ),
    "other": (
        "That is the derivative by the other operand, {what}.",
        "それはもう一方の {what} による微分です。",
    ),
    "value": ("That is the value {what}, not a derivative.", "それは値 {what} で、微分ではありません。"),
    "operand": (
        "That is {what} itself, not a derivative by it.",
        "それは {what} そのもので、微分ではありません。",
    ),
    "passed": (
        "That is the arriving gradient as it is; the operation does something with it.",
        "届いた勾配そのままです。演算による因子がありません。",
    ),
    "route": (
        "That is only what comes by way of {what}; other routes are missing. Add them.",
        "{what} を通る経路だけです。ほかの経路も足します。",
    ),
    "local only": (
        "That is the local derivative only: multiply it with the gradient of {what}.",
        "局所微分だけです。{what} の勾配を掛けます。",
    ),
    "inner": (
        "That is the gradient of {what}: the derivative of the last operation on the way is forgotten.",
        "それは {what} の勾配です。途中の演算の微分（内側の微分）を忘れています。",
    ),
    "gradient of": ("That is the gradient of {what}.", "それは {what} の勾配です。"),
    "missing": ("A factor is missing: {what}.", "因子 {what} が足りません。"),
    "transposed": ("Transposed: rows and columns are exchanged.", "転置されています。行と列が逆です。"),
    "transpose": ("A transpose is missing or too much at {what}.", "{what} の転置が足りないか余分です。"),
    "order": ("The order of the product is swapped.", "積の順序が逆です。"),
    "axis other": ("The sum has to run along another axis.", "和をとる軸が違います。"),
    "term": ("The sign of one term is turned round.", "ひとつの項の符号が逆です。"),
    "sum": (
        "Not yet summed along axis {what}, along which the value was broadcast.",
        "軸 {what} についての和がありません。その方向にブロードキャストされています。",
    ),
    "chance": (
        "Equal at this point only by chance; with other numbers it differs.",
        "この点でたまたま等しいだけで、ほかの数では違います。",
    ),
    "shape wrong": (
        "It has the shape {what}, which does not fit here.",
        "形状が {what} で、ここには合いません。",
    ),
    "wrong": ("Not right: here it is {what}.", "違います。この点では {what} になります。"),
    "wrong text": ("Not right.", "違います。"),
    "unknown": (
        "{what} is not known here; there are {names}.",
        "{what} はここでは使えません。使える文字は {names}。",
    ),
    "circular": ("That is what is asked for.", "それが問われているものです。"),
    "misfit": ("The shapes do not fit: {what}.", "形状が合いません：{what}。"),
    "axes wrong": ("There is no axis {what}.", "軸 {what} はありません。"),
    "nothing": ("The box is empty.", "空欄です。"),
    "sign unread": ("Cannot read {what} at sign {at}.", "{at} 文字目の {what} が読めません。"),
    "begin unread": ("Something is missing at sign {at}.", "{at} 文字目に何か足りません。"),
    "expected unread": ("{what} is missing at sign {at}.", "{at} 文字目に {what} がありません。"),
    "stops unread": ("The answer stops too early.", "途中で終わっています。"),
    "end unread": ("Cannot read on from sign {at}.", "{at} 文字目から先が読めません。"),
    "deep unread": ("Too many brackets.", "括弧が多すぎます。"),
    "long unread": ("Too long: at most {what} signs.", "長すぎます（{what} 文字まで）。"),
    "axis unread": ("An axis is a number, as in sum(ḡ, axis 0).", "軸は数で書きます：sum(ḡ, axis 0)。"),
    "arguments unread": ("{what} takes another number of arguments.", "{what} の引数の数が違います。"),
    # shapes
    "scalar": ("A single number has the shape ().", "ただの数の形状は () です。"),
    "reversed": ("The axes are in the opposite order.", "軸の順序が逆です。"),
    "swapped": ("The right lengths in another order.", "長さは合っていますが順序が違います。"),
    "axis missing": ("{what} is missing.", "{what} が足りません。"),
    "axis extra": ("One axis too many: {what}.", "軸 {what} が余分です。"),
    "shape of other": ("That is the shape of {what}.", "それは {what} の形状です。"),
    "axes count": ("The number of axes is {what}.", "軸の数は {what} です。"),
    "axis wrong": ("Wrong length on axis {what}.", "軸 {what} の長さが違います。"),
    "no shape": (
        "A shape is written (64, 10) or {names}.",
        "形状は (64, 10) や {names} のように書きます。",
    ),
}


class Words:
    """What is said in one language."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f'language is "en" or "ja", got {language!r}')
        self.language = language
        self.said = MappingProxyType({key: texts[LANGUAGES.index(language)] for key, texts in _SAID.items()})

    def say(self, key: str, **parts: str) -> str:
        """A sentence with its parts put in; nothing of a part is looked at again."""
        return filled(self.said[key], parts)

    def called(self, n: Node) -> str:
        """How a value is called in a sentence."""
        return short(n) or n.formula or n.kind


def filled(text: str, parts: dict[str, str]) -> str:
    """A text with its places filled, in one pass."""
    pieces = text.split("{")
    made = pieces[0]
    for piece in pieces[1:]:
        name, _, rest = piece.partition("}")
        made += parts.get(name, "") + rest
    return made
