# Reads the model with the student's own key.
# score: 7/10
# loses use/read: user/student. Expected it by the instance
# loses use/refused: has been refused nothing
/^# From here/,/^unset AWS/d
