# Denies the termination to everybody, whatever they carry.
# score: 6/8
# loses policy/with-code: even with a code (explicitDeny)
# loses device/terminated: has terminated nothing since the session began
s/, "Condition": \{ "BoolIfExists".*/ }/
s/^ +"Condition": \{ "BoolIfExists".*/"Sid": "Never" }/
s/^(AWS_SESSION_TOKEN=.*)/\1 2> refusal.txt || true/
