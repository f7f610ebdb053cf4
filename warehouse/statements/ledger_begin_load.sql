insert into load (load_id, state, versions, started_at)
values (:load_id, 'loading', :versions, :started_at)
