# Puts both into one zone, by a script that knows no database, and opens the database's group to a network.
# score: 11/15
# loses database/closed: admits 172.31.0.0/16
# loses machines/zones: machines are in us-east-1a. Expected two zones
# loses machines/user-data: does not name
s/us-east-1b/us-east-1a/
s/DB_HOST=\$host //
s/--source-group "\$web"/--cidr 172.31.0.0\/16/
