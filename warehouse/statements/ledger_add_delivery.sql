insert into delivery (receipt_number, sha256, source, name, size_bytes, received_at, is_simulated)
values (:receipt_number, :sha256, :source, :name, :size_bytes, :received_at, :is_simulated)
