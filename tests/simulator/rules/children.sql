-- A withdrawn version takes its child rows with it.
delete from $name
where SO_TK in (
    select SO_TK from tk_distinct
    qualify row_number() over (partition by SO_TK order by cast(SEQ_NO as bigint) desc) = 1
        and OP = 'D'
);
