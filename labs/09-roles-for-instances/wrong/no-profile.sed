# Launches without the profile: the machine finds no key, and the student reads with the own one.
# score: 6/10
# loses instance/profile: has no instance profile
# loses use/read: Expected it by the instance
# loses use/refused: has been refused nothing
s/--iam-instance-profile "Name=\$LAB_ROLE" //
/^# From here/,/^unset AWS/d
