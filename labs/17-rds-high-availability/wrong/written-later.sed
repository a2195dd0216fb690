# Writes the rows when everything is over.
# score: 7/9
# loses failover/rows: 1000 were written after the failover
/^sql "\$db" "insert/d
$s/$/; sql "$db" "insert into predictions (label) select 'cat' from generate_series(1, 1000)"; sleep 1/
