# Deletes the first key while it is still in use.
# score: 7/9
# loses rotation/order: without switching it off before
/update-access-key/d
