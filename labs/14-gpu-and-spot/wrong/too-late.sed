# Saves after the machine is gone.
# score: 8/10
# loses interruption/checkpoint: after the instance was gone
s/^advance 10$/advance 180/
