select *
from delivery
where
    sha256 = :sha256
    and source = :source
    and meaning = :meaning
    and state <> 'withdrawn'
