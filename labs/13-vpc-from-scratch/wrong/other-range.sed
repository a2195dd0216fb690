# Takes the range of the examples on the internet.
# score: 0/11
# loses network/vpc: Your VPC has 192.168.0.0/16
# loses network/subnets: Your VPC has 192.168.0.0/16
# loses network/zones: Your VPC has 192.168.0.0/16
# loses routes/way-out: Your VPC has 192.168.0.0/16
# loses routes/not-private: Your VPC has 192.168.0.0/16
# loses paths/web: Your VPC has 192.168.0.0/16
# loses paths/database: Your VPC has 192.168.0.0/16
# loses paths/private: Your VPC has 192.168.0.0/16
# loses paths/only: Your VPC has 192.168.0.0/16
s/\$LAB_NET/192.168/
/^web=/,$d
