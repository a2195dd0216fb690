# Takes the snapshot when the rows are gone, and encrypts nothing.
# score: 12/15
# loses database/encrypted: is not encrypted
# loses restore/rows: the snapshot is from after the accident
s/ --storage-encrypted//
/^aws rds create-db-snapshot/i sql "$db" mlflow 'delete from experiments'
