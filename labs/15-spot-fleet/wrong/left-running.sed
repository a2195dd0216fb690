# Cancels the request, and leaves its instances where they are.
# score: 9/10
# loses end/nothing-runs: still runs. Expected nothing
s/--terminate-instances/--no-terminate-instances/
