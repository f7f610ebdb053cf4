-- Events in the life of a declaration: the table only adds. A lane event carries its lane as 1, 2, 3.
select
    sukien.record_number,
    sukien.so_tk_goc as declaration_number,
    sukien.seq_no as sequence_number,
    upper(sukien.op) as operation_code,
    sukien.ma_sk as event_code,
    sukien.gia_tri as value_text,
    sukien.ma_cb as officer_id,
    sukien.ly_do as reason_text,
    instant(sukien.thoi_diem, '+07:00') as occurred_at,
    errors(
        case
            when sukien.ma_sk in ('LUONG', 'CHUYEN_LUONG') and sukien.gia_tri not in ('1', '2', '3')
                then 'E_CODE:value_text'
        end,
        case when upper(sukien.op) <> 'I' then 'E_CODE:operation_code' end
    ) as mapping_errors
from sukien
