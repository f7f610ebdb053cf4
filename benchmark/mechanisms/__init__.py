"""The judge of mechanisms: whether each does what its story says, by truth and outside files alone.

`stories`: what each mechanism says of itself. `files`, `ground`: outside files and truth as
tables. `duties`: what is evaded, computed anew. `claims`: actors, motive, window and money, item by
item. `signs`: what an honest single rule can look at. `rows`: whom a rule flags, with one sign at a
time. `marks`: how far apart a sign puts a mechanism. `strength`: how well the best rule tells each.
`judge`: all of it. `wording`: the generated page of the docs.
"""
