"""The desired state: what an instance should be, by name, and how what was seen differs from it.

`sections` is the one table of what a spec may say; `portrait` shows a seen instance in the same words; `compare`
tells where the two differ. Export writes a portrait down, a diff compares one with a spec or with another one.
"""
