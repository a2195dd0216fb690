# Lets the whole internet in, and forgets that a restored instance has another group.
# score: 12/15
# loses door/rule: admits the whole internet to port 5432
# loses restore/group: a restore gives it the default one
s#\$LAB_ADDRESS/32#0.0.0.0/0#
s/^(  --db-snapshot-identifier .*) --vpc-security-group-ids "\$group"/\1/
