# Uploads something else, and leaves the machine off.
# score: 6/9
# loses identity/document: is no identity document
# loses change/restarted: is stopped. Expected that it runs
s/--body identity.json/--body user-data.sh/
/start-instances/,$d
