"""How wide letters are: of Helvetica, Arial and Liberation Sans (they agree), in thousandths of the size.

Widths are rounded up to a few steps, so that a text is never wider than was reckoned; what is not in the
tables is reckoned generously by its category.
"""

import unicodedata
from functools import lru_cache

REGULAR = {
    0: "\u200b",
    222: "'ijlįĵĺļłſΐίιϊіј‘’‚′⁄ⁱᵢⱼ∕\u2009\u202f",
    278: " !,./:;I[\\]ft|\u00a0¦ÌÍÎÏìíîïĨĩĪīĬĭĮİıţŧ·ΙΪІЇї⁽⁾₍₎∙∫",
    333: "()-`r¡¨\u00ad²³´·¸¹ľŕŗř‐“”„‹›ₜₓℓ⋅",
    389: '"*{}ªºŀťΊгѓ‑•″⁷ⁿ₁₂₇ₐₑ▪▫◦',
    444: "°ĳζτкќ‖⁰⁴⁵⁶⁸⁹₀₃₄₅₆₈₉ₖₙᵀ⌈⌉⌊⌋⟨⟩",
    500: "J^cksvxyzçýÿćĉċčĴķĸśŝşšŷźżžέγεκλνξςЈзстухѕў↑↓↕∂∥\u2002",
    556: (
        "#$0123456789?L_abdeghnopqu¢£¤¥§«¯±¶»àáâãäåèéêëðñòóôõö÷ùúûüþāăąđēĕėęěĝğġģĥħĹĻĽĿŁńņňŋōŏőũū"
        "ŭůűųΓήΰηθουχϋόύϑЃГавенопрчьэяѐёђєћџ‒–†‡⁺⁻⁼₊₋₌€√≈≠≤≥"
    ),
    584: "+<=>~¬µ×άαβδμρϕЌКбдийлцѝ−≡",
    611: "FTZ¿ßøŉŢŤŦŹŻŽΖΤЗТ■□○●",
    667: "&ABEKPSVXYÀÁÂÃÄÅÈÉÊËÝÞĀĂĄďĒĔĖĘĚĶŚŜŞŠŶŸΆΑΒΕΚΞΡΣΥΧΫσφЀЁЅЎАБВЕЛРУХЧЬъₘ∃∆∘⋆",
    722: "CDHNRUwÇÐÑÙÚÛÜĆĈĊČĎĐĤĦŃŅŇŔŖŘŨŪŬŮŰŲŵΔΗΛΝΠπψЄЍЏДИЙНПСЭЯжмы∀∇∑∝∞∩",
    778: "GOQ©®ÒÓÔÕÖØĜĞĠĢĲŊŌŎŐΌΏΘΟΩϒϔОФЦю∧∨∪△▶▽◀◆◇",
    833: "MmΈΜΦωώϖМЪфшщњℝ∏",
    889: "%¼½¾æΉΎΨЂЋЫ⇒⏎∅∈∉∋∓∗⊂⊕⊗⊙⊤⊥✓✗",
    944: "WœŴЖШЩљ∠☐☑",
    1000: "ÆŒϓ—…‰←→↔⇔▲►▼◄\u2003",
    1070: "@ЉЊЮ�",
}

BOLD = {
    0: "\u200b",
    222: "⁄ⁱᵢⱼ∕\u2009\u202f",
    278: " ',./I\\ijl\u00a0ÌÍÎÏìíîïĨĩĪīĬĭĮįİıĵĺļłſΐΙΪίιϊІЇіј‘’‚′∙∫",
    333: "!()-:;[]`ft|¡¦¨\u00ad²³´·¸¹ţŧ·ї‐‹›⁽⁾₍₎",
    389: "*r{}ªºľŕŗř•ₐₑₜₓ⋅▪▫◦",
    444: "°гѓ‑⁰⁷ⁿ₁₂₇ᵀ",
    500: '"zŀťźżžΊέεζξτзктќ‖“”„″⁴⁵⁶⁸⁹₀₃₄₅₆₈₉ₖₙℓ↑↓↕∂∥⌈⌉⌊⌋⟨⟩\u2002',
    556: (
        "#$0123456789J_aceksvxy¢£¤¥§«¯±¶»àáâãäåçèéêë÷ýÿāăąćĉċčēĕėęěĳĴķĸśŝşšŷγθλνςЈаесухэѐёєѕў‒–†‡⁺⁻⁼₊₋₌€√≈≠≤≥"
    ),
    584: "+<=>^~¬µ×ΰκυχϋύϑЃГчя−≡",
    611: "?FLTZbdghnopqu¿ßðñòóôõöøùúûüþđĝğġģĥħĹĻĽĿŁńņňŋōŏőŢŤŦũūŭůűųŹŻŽΓΖΣΤήβδηοόЌКТнопрђћџ■□○●",
    667: "EPSVXYÈÉÊËÝÞĒĔĖĘĚŚŜŞŠŶŸΕΛΞΡΥΧΫάαμρЀЅЎЕЗРУХбвдийлцьѝₘ∆∘⋆",
    722: "&ABCDHKNRUÀÁÂÃÄÅÇÐÑÙÚÛÜĀĂĄĆĈĊČĎďĐĤĦĶŃŅŇŉŔŖŘŨŪŬŮŰŲΆΑΒΔΗΚΝΠσφЁЄЍЏАБВДИЙЛНПСЧЬЭЯж∃∇∑∝∞∩",
    778: "GOQw©®ÒÓÔÕÖØĜĞĠĢŊŌŎŐŵΘΟπψϒϔϕОЦмъ∀△▶▽◀◆◇",
    833: "MĲΌΜΦΨΩМшℝ∏∧∨∪",
    889: "%m¼½¾æΈΏωώϖЂЋФЪфщыю⇒⏎∅∓∗⊂⊕⊗⊙✓✗",
    944: "WœŴΉΎЖњ∈∉∋∠⊤⊥☐☑",
    1000: "@ÆŒЫљ—…‰←→↔⇔▲►▼◄\u2003",
    1070: "ϓЊШЩЮ",
    1200: "Љ�",
}

WIDE, ROUND, CAPITAL, SMALL = 1000, 860, 780, 640
"""East Asian signs, unknown signs, unknown capitals, unknown small letters."""

_REGULAR = {ord(c): width for width, letters in REGULAR.items() for c in letters}
_BOLD = {ord(c): width for width, letters in BOLD.items() for c in letters}


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text without line breaks, in points."""
    known = _BOLD if bold else _REGULAR
    total = 0
    for c in text:
        found = known.get(ord(c))
        total += _other(c) if found is None else found
    return total * size / 1000


@lru_cache(maxsize=4096)
def _other(c: str) -> int:
    category = unicodedata.category(c)
    if category in ("Mn", "Me", "Cf", "Cc"):
        return 0
    if unicodedata.east_asian_width(c) in "WF":
        return WIDE
    if category == "Lu":
        return CAPITAL
    return SMALL if category == "Ll" else ROUND
