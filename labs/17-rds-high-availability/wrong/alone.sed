# Makes one machine, and a replica that is promoted at once.
# score: 2/9
# loses standby/multi-az: has no standby
# loses failover/failed-over: has not failed over
# loses replica/made: has no read replica
# loses replica/follows: has no read replica
# loses replica/read-only: has no read replica
s/--multi-az /--no-multi-az /
/^aws rds reboot/d
$s/$/; aws rds promote-read-replica --db-instance-identifier "$LAB_NAME-replica"; sleep 1; available "$LAB_NAME-replica"/
