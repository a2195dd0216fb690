# Requests once: nothing comes back, and nothing goes on.
# score: 7/10
# loses choice/persistent: it ends with its instance
# loses interruption/back: No instance has come for
# loses interruption/resumed: There is no instance yet that could go on
s/--type persistent/--type one-time/
