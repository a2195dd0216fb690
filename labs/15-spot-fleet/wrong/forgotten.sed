# Terminates nothing and cancels nothing.
# score: 6/10
# loses loss/replaced: Nobody has terminated an instance of your fleet
# loses end/cancelled: is active. Expected that it is cancelled
# loses end/nothing-runs: still runs. Expected nothing
/terminate-instances --instance-ids/d
/cancel-spot-fleet/,$d
