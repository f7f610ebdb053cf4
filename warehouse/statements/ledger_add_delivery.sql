insert into delivery (receipt_number, sha256, source, name, size_bytes, received_at)
values (:receipt_number, :sha256, :source, :name, :size_bytes, :received_at)
