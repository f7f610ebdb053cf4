"""Paper and movement of the goods: bills, containers, calls, gates, scales, scanners, seals.

Everything here is a pure function of keys and of the physical facts the caller gives (true mass,
opened, tampered with, diverted), so that declarations on one bill agree and any bill can be made
again alone. Nothing here knows of schemes, but that residents' slips say whose goods they carry.
"""
