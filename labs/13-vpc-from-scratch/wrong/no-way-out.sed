# Makes the gateway and the table, and forgets the route; both subnets in one zone.
# score: 6/11
# loses network/zones: Both of your subnets are in us-east-1a
# loses routes/way-out: has no route to an internet gateway
# loses routes/not-private: No subnet has a way out yet
# loses paths/web: The internet does not reach
s/us-east-1b/us-east-1a/
/create-route --route-table-id/d
