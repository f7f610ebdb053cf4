-- One current declaration as it stands in the restricted release. Grain: one row.
select * from marts.fct_declaration
where source_system = $source_system and declaration_number = $declaration_number
