# Makes a second key and leaves the first one where it is.
# score: 6/9
# loses rotation/one-key: still has both keys
# loses rotation/order: You have not deleted the first key of
/update-access-key|delete-access-key/d
