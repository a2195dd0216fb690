# Takes the snapshot when something else has been written already.
# score: 13/15
# loses restore/rows: Expected those that were there before anything else was written
/^sql .*tuned/d
/^aws rds create-db-snapshot/i sql "$db" mlflow "insert into experiments values ('tuned')"
