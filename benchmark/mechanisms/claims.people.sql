-- name: friends_office
-- The item lies at the office to which its scheme is tied; untold: where most of them lie.
select
    mechanism,
    office = coalesce(scheme_office, mode(office) over (partition by scheme_id)) as holds
from deed;

-- name: friends_broker
-- The item is declared by the broker to whom its scheme is tied; untold: by the commonest.
select
    mechanism,
    broker <> '' and broker = coalesce(
        scheme_broker, mode(broker) over (partition by scheme_id)
    ) as holds
from deed;

-- name: friend_looks
-- Who looks at it is the officer to whom the scheme is tied; untold: the commonest.
select
    mechanism,
    officer = coalesce(scheme_officer, mode(officer) over (partition by scheme_id)) as holds
from (
    select distinct deed.mechanism, scheme_id, scheme_officer, inspection.officer, inspection.base
    from deed
    inner join inspection using (base)
) as looks;

-- name: friend_finds_nothing
-- What the friend looks at is found as declared.
select looks.mechanism, inspection.result = '0' as holds
from (select distinct mechanism, base, scheme_officer from deed) as looks
inner join inspection
    on looks.base = inspection.base
    and coalesce(looks.scheme_officer, inspection.officer) = inspection.officer
where inspection.result <> '9';

-- name: friend_releases
-- What goes to an easier lane is released by the officer to whom the scheme is tied.
select mechanism, officer = scheme_officer as holds
from (select distinct mechanism, base, scheme_officer from deed) as own
inner join (
    select
        try_cast(SO_TK_GOC as bigint) as base, MA_CB as officer,
        try_cast(GIA_TRI as integer) - lag(try_cast(GIA_TRI as integer)) over (
            partition by SO_TK_GOC order by try_cast(SEQ_NO as bigint)
        ) as stricter
    from raw_sukien where MA_SK in ('LUONG', 'CHUYEN_LUONG')
) as lanes using (base)
where scheme_officer is not null and stricter < 0;

-- name: ring_of_one_broker
-- Two clients of the broker at least take part.
select mechanism, clients > 1 as holds
from (
    select mechanism, ma_dl as ring, count(distinct ma_dn) as clients
    from raw_scheme where ma_dl is not null group by mechanism, ma_dl
    union all
    select mechanism, broker, count(distinct trader)
    from deed where scheme_broker is null group by mechanism, broker
) as rings;

-- name: several_brokers
-- The clients of a cartel declare by two of its brokers and at two offices at least.
select mechanism, count(distinct broker) > 1 and count(distinct office) > 1 as holds
from deed
where is_told
group by mechanism, group_id;

-- name: red_is_answered
-- A red lane while a scheme runs is answered: it is cancelled, and the bill declared elsewhere.
select
    own.mechanism,
    declaration.is_ended and bool_or(coalesce(again.base is not null, false)) as holds
from (
    select mechanism, trader, min(starts_on) as began, max(ends_on) as ended
    from deed group by mechanism, trader
) as own
inner join declaration
    on own.trader = declaration.trader and declaration.first_lane = 3
    and declaration.is_import and declaration.day >= own.began
    and declaration.day < coalesce(own.ended, '2999-12-31'::date)
left join declaration as again
    on declaration.trader = again.trader and declaration.bill = again.bill
    and declaration.office <> again.office
    and again.registered_at > declaration.registered_at
group by own.mechanism, declaration.base, declaration.is_ended;

-- name: parent
-- One row per declaration that stands and that a non-trade one follows within ten days, for the same
-- invoice, of traders of such a scheme while it runs: of several on one invoice that control
-- wanted to open the one whose loss is gone, else the last before it.
create table parent as
select distinct own.mechanism, declaration.base
from (
    select mechanism, trader, min(starts_on) as began, max(ends_on) as ended
    from deed where mechanism = 'second_declaration' group by mechanism, trader
) as own
inner join declaration on own.trader = declaration.trader
inner join declaration as child
    on declaration.trader = child.trader and child.regime = 'H11' and declaration.regime <> 'H11'
    and declaration.invoice = child.invoice
    and child.registered_at > declaration.registered_at
    and child.day <= declaration.day + 10
left join (select base, sum(evaded_vnd) as lost_vnd from deed group by base) as lost
    on declaration.base = lost.base
where
    declaration.is_import and not declaration.is_ended and declaration.day >= own.began
    and declaration.day < coalesce(own.ended, '2999-12-31'::date)
    and 3 in (declaration.first_lane, declaration.last_lane)
qualify row_number() over (
    partition by child.base
    order by coalesce(lost_vnd = 0, false) desc, declaration.registered_at desc
) = 1;

-- name: parent_hid
-- What is legalised was hidden: the truth has the parent's item.
select parent.mechanism, deed.base is not null as holds
from parent left join deed on parent.base = deed.base and parent.mechanism = deed.mechanism;

-- name: loss_is_gone
-- After the second declaration nothing is lost any more.
select parent.mechanism, coalesce(sum(deed.evaded_vnd), 0) = 0 as holds
from parent left join deed on parent.base = deed.base and parent.mechanism = deed.mechanism
group by parent.mechanism, parent.base;

-- name: declared_again
-- Where nothing is lost a non-trade declaration follows; after the last ten days it may yet come.
select mechanism, exists (
    from declaration as child
    where
        deed.trader = child.trader and child.regime = 'H11' and deed.invoice = child.invoice
        and child.registered_at > deed.registered_at and child.day <= deed.day + 10
) as holds
from deed
where
    mechanism = 'second_declaration' and evaded_vnd = 0
    and day <= (select max(day) from declaration) - 10;
