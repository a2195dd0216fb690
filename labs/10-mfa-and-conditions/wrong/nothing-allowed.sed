# Denies, and forgets to allow.
# score: 2/8
# loses policy/may-work: is refused ec2:RunInstances in us-east-1
# loses policy/one-region: is refused ec2:RunInstances
# loses policy/without-code: is refused ec2:RunInstances
# loses policy/with-code: may not terminate machines in us-east-1 even with a code
# loses device/terminated: has terminated nothing since the session began
/"Effect": "Allow"/d
s/^(AWS_SESSION_TOKEN=.*)/\1 2> refusal.txt || true/
