"""What needs several houses, put together.

`build`, `dbt_process` (the marts from one cut of the lake; dbt as a process of its own),
`sail_build`, `dbt_on_sail` (the same models on another engine). `learning`, `model_release` (train
and score; whether a new model is used). `targeting`, `target_notes` (the list of audit targets, and
what it says about itself). `lanes`, `lane_example` (snapshot, decision and service; a request to
try them with). `status` (what there is, and what is behind what). `demo` (the whole story).
"""
