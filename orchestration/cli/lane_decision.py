"""A lane decision as an officer reads it: the lane, what to do next, and what speaks for it."""

from typing import Any

from rich.console import Console
from rich.text import Text

from data_contracts.code_lists import Code, code_list
from orchestration.cli.output import learned_from

_LANES: dict[str, Code] = {lane.code: lane for lane in code_list("control_channel")}
_POINTS = (
    "Các số là điểm rủi ro làm tròn, càng cao càng rủi ro; mỗi dòng hàng có tổng các số dưới nó.",
    "Numbers are rounded risk points, the higher the riskier; an item is the sum below it.",
)


def show_decision(console: Console, answer: dict[str, Any]) -> None:
    """Show an answer of the lane door, in Vietnamese and English.

    Args:
        console: Where to.
        answer: What `ml.lanes.decision.decide` returns.
    """
    lane = _LANES[answer["lane"]]
    console.print(
        Text.assemble(
            (f" {lane.label_vi.upper()} ", f"bold black on {lane.colour}"),
            f" {lane.label_en}. Tờ khai / declaration {answer['declaration_number']}",
        )
    )
    console.print(
        f"Bước tiếp theo / next step: {answer['next_step_vi']} / {answer['next_step_en']}"
    )
    for ground in answer["grounds"]:
        console.print(f"  {ground['text_vi']}")
        console.print(f"  {ground['text_en']}")
    for line in _POINTS:
        console.print(line)
    for item in answer["items"]:
        console.print()
        console.print(f"Dòng hàng / item {item['item_number']}: {item['margin']:.1f}")
        for reason in item["reasons"]:
            console.print(f"  {reason['contribution']:+.1f}  {reason['text_vi']}")
            console.print(f"        {reason['text_en']}")
        console.print(f"  {item['other_contribution']:+.1f}  còn lại / all else")
        console.print(f"  {answer['base_margin']:+.1f}  mức chung / base")
    console.print()
    console.print(answer["finding_vi"])
    console.print(answer["finding_en"])
    console.print(
        f"model {answer['model_id']}, snapshot {answer['snapshot_id']}, "
        f"policy {answer['policy_id']}, history as of {answer['history_as_of']}"
    )
    for line in learned_from(answer["simulated_sources"]):
        console.print(line)
