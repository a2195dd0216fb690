# Asks once: what is lost is not replaced.
# score: 7/10
# loses fleet/maintained: is of type request: it replaces nothing
# loses loss/replaced: none of them for the one that you terminated
s/"maintain"/"request"/
