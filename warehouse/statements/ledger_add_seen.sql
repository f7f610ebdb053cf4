insert into delivery_name values (:receipt_number, :source, :name, :seen_at, :seen_at, 1)
on conflict (receipt_number, source, name) do update
set last_seen_at = excluded.last_seen_at, seen_count = delivery_name.seen_count + 1
