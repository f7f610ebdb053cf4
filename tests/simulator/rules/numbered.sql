-- Planted rows are new ones, numbered as they come.
alter table ${name} alter SEQ_NO set default nextval('planted');
alter table ${name} alter OP set default 'I';
