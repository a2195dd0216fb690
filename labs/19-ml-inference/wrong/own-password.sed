# Chooses the password, encrypts nothing, keeps no versions.
# score: 12/15
# loses model/versioned: keeps no versions
# loses database/encrypted: is not encrypted
# loses database/managed: Somebody chose the password
s/--manage-master-user-password/--master-user-password Chosen-1234/
s/ --storage-encrypted//
/put-bucket-versioning/d
