"""Kinds of declarations: the first of a deal, a branch of it, or what follows up an earlier one."""

(
    PRIMARY, BRANCH, RE_EXPORT, RETURNED_ABROAD, RETURNED_HOME, PURPOSE_CHANGE, REDECLARED, SECOND,
    SPLIT, ON_THE_SPOT,
) = range(10)  # fmt: skip
KINDS = (
    "primary", "branch", "re-export", "returned abroad", "returned home", "purpose change",
    "redeclared", "second declaration", "split", "on the spot",
)  # fmt: skip
# Goods go the other way than in the deal; goods of an earlier declaration go on.
TURNING_KINDS = (RE_EXPORT, RETURNED_ABROAD, RETURNED_HOME)
CONTINUING_KINDS = (*TURNING_KINDS, PURPOSE_CHANGE)
# Goods that another declaration brought: nothing moves for these.
HERE_ALREADY_KINDS = (PURPOSE_CHANGE, SECOND)
# Goods on the bill of the deal; all others come on one of their own.
SHARING_KINDS = (PRIMARY, BRANCH, REDECLARED)
