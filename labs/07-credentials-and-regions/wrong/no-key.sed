# Makes the user and no key: everything is done as student.
# score: 5/9
# loses key/used: No call of yours was made with a key of
# loses rotation/one-key: has had one key only
# loses rotation/order: has had no second key yet
/^read -r|^as_user|update-access-key|delete-access-key/d
