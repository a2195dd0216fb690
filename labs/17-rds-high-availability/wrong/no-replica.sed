# Takes the standby for a replica.
# score: 6/9
# loses replica/made: has no read replica
# loses replica/follows: has no read replica
# loses replica/read-only: has no read replica
/^aws rds create-db-instance-read-replica/,$d
