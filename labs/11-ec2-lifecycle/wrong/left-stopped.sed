# Changes the type, and leaves the machine off and the other one protected.
# score: 6/10
# loses address/kept: you have not started it again then
# loses resize/running: You have not stopped your instance
# loses terminate/unprotected: is protected still
# loses terminate/gone: is running. Expected it terminated
/start-instances/,/wait instance-running/d
/--no-disable/,$d
