"""Every question that an analysis answers is held to every request, or to z3, by some test.

`QUESTIONS` lists them, with the codes that report the answers and the tests that hold each.
"""

from __future__ import annotations

import ast
from pathlib import Path

from rulec.codes import CODES
from rulec.lints.catalogue import rule_of

TESTS = Path(__file__).parents[1]
EVERY = "lints/test_every_request.py::"
WHOLE = "analysis/test_whole.py::test_answers_agree_with_every_request"
CONDITION = "analysis/test_condition.py::test_answers_agree_with_every_request"
Z3 = "analysis/test_solver.py::test_z3_agrees"

QUESTIONS: dict[str, tuple[set[str], list[str]]] = {
    "never true": ({"LOG201"}, [CONDITION, f"{EVERY}test_conditions", Z3]),
    "always true, or where its facts are present": (
        {"LOG202"},
        [CONDITION, f"{EVERY}test_conditions", Z3],
    ),
    "a branch adds nothing": (
        {"LOG203"},
        [
            f"{EVERY}test_conditions",
            "properties/test_repairs.py::test_nobody_wins_otherwise_and_nothing_is_left",
        ],
    ),
    "a clause follows from the others": (
        {"LOG204"},
        [
            f"{EVERY}test_conditions",
            "properties/test_repairs.py::test_nobody_wins_otherwise_and_nothing_is_left",
        ],
    ),
    "equal, inside, contains, overlaps, disjoint": (set(), [CONDITION, Z3]),
    "two businesses match the same": ({"LOG314"}, [f"{EVERY}test_equal_and_misleading"]),
    "both can be the strongest": (
        {"LOG310"},
        ["analysis/test_ties.py::test_ties_agree_with_every_request"],
    ),
    "both could be, but for one other": ({"LOG317"}, [f"{EVERY}test_ties_that_others_hide"]),
    "order alone decides": ({"LOG311"}, [f"{EVERY}test_pairs_that_order_alone_decides"]),
    "a wider one stands before": ({"LOG313"}, [f"{EVERY}test_equal_and_misleading"]),
    "a binding never wins, at each point and under each scenario": (
        {"LOG301", "LOG302", "LOG305", "ORG404"},
        [WHOLE, Z3],
    ),
    "one definition covers it, or only several do": (
        {"LOG301", "LOG302"},
        [f"{EVERY}test_covered_by_one_or_by_several"],
    ),
    "a branch never wins": ({"LOG304"}, [f"{EVERY}test_branches_that_never_win"]),
    "no winner changes without it": ({"LOG303"}, [f"{EVERY}test_who_can_go"]),
    "nothing else runs without it": ({"LOG306"}, [f"{EVERY}test_who_can_go"]),
    "a business is never identified": (set(), [WHOLE, Z3]),
    "a stronger business takes a product away": (set(), [WHOLE]),
    "the products of the general business would win": (
        {"LOG316"},
        [f"{EVERY}test_what_special_cases_lose"],
    ),
    "nobody wins; the default is never reached": ({"LOG320", "LOG321"}, [WHOLE, Z3]),
    "whose winner changes between two rule sets": (
        {"DRF601"},
        ["analysis/test_diff.py::test_changes_agree_with_every_request"],
    ),
}


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_question_is_held_by_tests_that_exist() -> None:
    for question, (_, tests) in QUESTIONS.items():
        assert tests, question
        for test in tests:
            path, _, name = test.partition("::")
            assert name in functions(TESTS / path), test


def test_every_code_that_claims_a_budget_is_held() -> None:
    """Whatever is exact within a budget is proved by a search, and a search is held to all."""
    held = {code for codes, _ in QUESTIONS.values() for code in codes}
    proved = set()
    for code in CODES:
        rule = rule_of(code)
        assert rule is not None
        if "budget" in rule.page.partition("## Exactness")[2].partition("## Fix")[0]:
            proved.add(code)
    assert proved - {"ANA901"} <= held
    assert held <= CODES.keys()
