# Writes the policy, and makes neither a device nor a try.
# score: 5/8
# loses device/enabled: has no MFA device
# loses device/refused-first: has not been refused a termination
# loses device/terminated: has asked for no session with a code
/^as_user ec2 terminate/,$d
