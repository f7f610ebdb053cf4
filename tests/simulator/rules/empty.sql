-- A table of which there is no file, or to plant rows in.
create table ${name} ($columns, file_name varchar default 'planted_00.csv');
