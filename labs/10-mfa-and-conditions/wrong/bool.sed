# Denies where the call says "no MFA": a plain key says nothing, and terminates.
# score: 5/8
# loses policy/without-code: does your condition also match where the key is missing?
# loses device/refused-first: has not been refused a termination
s/BoolIfExists/Bool/
s/terminate-instances --instance-ids "\$instance" 2>.*/terminate-instances --dry-run --instance-ids "$instance" 2> answer.txt || true/
