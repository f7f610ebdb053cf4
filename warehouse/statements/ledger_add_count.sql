insert into delivery_count values
(:receipt_number, :table_name, :accepted, :quarantined, :repeated, :conflicted)
