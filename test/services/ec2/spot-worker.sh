# A worker as the course writes it: it works, looks for the interruption notice in its instance's metadata, and saves a
# checkpoint to S3 with its role's credentials when it comes. $1 is the bucket.
set -euo pipefail

aws() { command aws --endpoint-url "$POCKETCLOUD" "$@"; }

aws s3 cp "s3://$1/checkpoint" checkpoint --no-progress >/dev/null 2>&1 || echo 0 >checkpoint
echo "starts from $(cat checkpoint)"
while true; do
  echo $(($(cat checkpoint) + 1)) >checkpoint
  echo "step $(cat checkpoint)"
  # Without a notice the file is not there, and curl says so.
  if RESPONSE=$(curl -sf "$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/meta-data/spot/instance-action"); then
    echo "Spot interruption detected: $RESPONSE"
    aws s3 cp checkpoint "s3://$1/checkpoint" --no-progress >/dev/null
    echo "saved $(cat checkpoint)"
    exit 0
  fi
  sleep 0.2
done
