select receipt_number
from delivery
where sha256 in (select value from json_each(:hashes))
