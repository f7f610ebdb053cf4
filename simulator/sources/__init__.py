"""What the national systems write of all this: declarations and control, registry, tax and audits.

The other houses write the tables of their own subject.
"""
