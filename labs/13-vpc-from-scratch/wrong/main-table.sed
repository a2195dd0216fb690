# Puts the way out into the table of both subnets.
# score: 10/11
# loses routes/not-private: leads your private subnet
s/(associate-route-table .*)/\1; aws ec2 associate-route-table --route-table-id "$table" --subnet-id "$private"/
