#!/usr/bin/env bash
# Takes the saving of the model for that of the whole bucket.
# score: 9/10
# loses savings/percent: Your tag saved-percent says 84. What is in the bucket now costs 56 % less than in STANDARD: expected 56.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
advance() {
  curl --silent --fail --output /dev/null --header 'content-type: application/json' \
    --data "{\"seconds\":$1}" "$AWS_ENDPOINT_URL/_pocketcloud/clock/advance"
}

aws s3 mb s3://ml-archive
mkdir -p files/models files/datasets files/logs
head -c 409600 /dev/zero > files/models/resnet50.pth
head -c 204800 /dev/zero > files/datasets/train.csv
echo 'epoch 1: loss 0.7' > files/logs/train.log
aws s3 cp files s3://ml-archive --recursive --only-show-errors
aws s3api create-multipart-upload --bucket ml-archive --key models/half-a-model.pth

cat > rules.json <<'RULES'
{
  "Rules": [
    {
      "ID": "archive-old-models",
      "Status": "Enabled",
      "Filter": { "Prefix": "models/" },
      "Transitions": [
        { "Days": 30, "StorageClass": "STANDARD_IA" },
        { "Days": 90, "StorageClass": "GLACIER" }
      ]
    },
    {
      "ID": "delete-old-logs",
      "Status": "Enabled",
      "Filter": { "Prefix": "logs/" },
      "Expiration": { "Days": 30 }
    },
    {
      "ID": "give-up-stale-uploads",
      "Status": "Enabled",
      "Filter": {},
      "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 }
    }
  ]
}
RULES
aws s3api put-bucket-lifecycle-configuration --bucket ml-archive --lifecycle-configuration file://rules.json

advance 15552000

aws s3api restore-object --bucket ml-archive --key models/resnet50.pth \
  --restore-request 'Days=3,GlacierJobParameters={Tier=Expedited}'
advance 600
aws s3api get-object --bucket ml-archive --key models/resnet50.pth resnet50.pth

aws s3api put-bucket-tagging --bucket ml-archive --tagging 'TagSet=[{Key=saved-percent,Value=84}]'
