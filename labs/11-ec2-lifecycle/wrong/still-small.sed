# Stops and starts, and forgets why.
# score: 8/10
# loses resize/type: is a t3.micro. Expected a
/--instance-type "Value/d
