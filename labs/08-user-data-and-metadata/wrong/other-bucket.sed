# Names another bucket in the script, and changes nothing afterwards.
# score: 5/9
# loses user-data/bucket: lacks MODEL_BUCKET=
# loses change/version: lacks MODEL_VERSION=
# loses change/restarted: You have not changed the user data
s/MODEL_BUCKET=\$LAB_BUCKET/MODEL_BUCKET=models/
/^echo "echo/,$d
