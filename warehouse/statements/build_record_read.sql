select
    built_at,
    inputs_sha256,
    tests_passed
from main.build_record
