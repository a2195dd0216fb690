# Takes a newer version, and leaves backups and deletion as they are.
# score: 12/15
# loses database/engine: is postgres 17
# loses backups/retention: are kept for 1 days. Expected 14
# loses backups/protected: Anybody may delete your
s/--engine-version 15\.3/--engine-version 17.4/
/modify-db-instance/d
