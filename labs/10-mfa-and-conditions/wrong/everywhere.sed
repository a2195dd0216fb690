# Forgets the region, and has student terminate the machine.
# score: 6/8
# loses policy/one-region: Expected: in us-east-1 only
# loses device/terminated: has terminated nothing since the session began
/"aws:RequestedRegion"/s/: "[^"]*" \}/: "*" }/
s/StringNotEquals/StringNotLike/
s/^AWS_SESSION_TOKEN=.* as_user/aws/
