"""`autograd-core info --ops`: every row of the table, its rule printed by itself."""

import re

from autograd_core.cli import main, table
from autograd_core.ops.table import TABLE


def test_every_row_is_listed_with_its_rule(capsys):
    assert main(["info", "--ops"]) == 0
    text = capsys.readouterr().out
    head, constants = text.split("\n\n")
    rows = {line.split()[0]: line for line in head.splitlines()[1:]}
    assert set(rows) == {name for name, row in TABLE.items() if row.kind != "constant"}
    listed = set(constants.replace("\n", " ").split(": ")[1].strip().split(", "))
    assert listed == {name for name, row in TABLE.items() if row.kind == "constant"}
    for name, line in rows.items():
        assert f"  {TABLE[name].kind}  " in line
        assert re.search("[\u0304\u0233] = ", line), f"{name} shows no rule"


def test_rules_are_what_the_rows_say():
    assert table.rules(TABLE["multiply"]) == ["x̄ = ḡ · y", "\u0233 = ḡ · x"]
    assert table.rules(TABLE["tanh"]) == ["x̄ = ḡ · (1 − z²)"]
    assert table.rules(TABLE["matmul"]) == ["x̄ = ḡ · yᵀ", "\u0233 = xᵀ · ḡ"]
    assert table.rules(TABLE["greater"]) == []


def test_as_many_rules_as_arguments_with_a_gradient():
    for name, row in TABLE.items():
        if row.kind != "constant" and row.joint is None and name != "ldexp":
            assert len(table.rules(row)) == len([r for r in row.rules if r is not None]), name


def test_the_examples_are_of_rows_that_exist():
    assert set(table.EXAMPLES) <= set(TABLE)
