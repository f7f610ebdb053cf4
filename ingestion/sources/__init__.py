"""What each outside source sends, one YAML file a source, and a reader for each form of file.

`catalog` finds a source by its name, `source_files` reads its file, `outside_tables` is what that
says, `mapping_query` the SQL made of it. `tables` reads a file of rows by the name it came under:
`byte_stream` and `tcvn3` its bytes, `delimited` with `records`, `json_lines` or `columnar` its rows
(`raw_rows`); `wco_dec_xml` reads messages. What any of them hands to conform is a `reading`.
"""
