update load
set state = :state, versions_after = :versions_after, ended_at = :ended_at
where load_id = :load_id
