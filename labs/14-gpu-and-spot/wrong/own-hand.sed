# Terminates the instance instead of having it taken.
# score: 5/10
# loses interruption/interrupted: You terminated the instance yourself
# loses interruption/checkpoint: You terminated the instance yourself
# loses interruption/back: You terminated the instance yourself
# loses interruption/resumed: You terminated the instance yourself
s/^aws fis start-experiment .*/aws ec2 terminate-instances --instance-ids "$first"/
