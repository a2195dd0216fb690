#!/usr/bin/env bash
# Suspends the versioning of the second bucket to save space.
# score: 6/10
# loses buckets/replica-versioning: has its versioning Suspended. Expected it Enabled.
# loses copies/new: The replication of models/v1.pth is FAILED.
# loses copies/old: its replication is FAILED
# loses copies/deletion: There never was a models/scratch.pth
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
advance() {
  curl --silent --fail --output /dev/null --header 'content-type: application/json' \
    --data "{\"seconds\":$1}" "$AWS_ENDPOINT_URL/_pocketcloud/clock/advance"
}

aws s3 mb s3://ml-models-east
aws s3 mb s3://ml-models-west --region us-west-2
aws s3api put-bucket-versioning --bucket ml-models-east --versioning-configuration Status=Enabled
aws s3api put-bucket-versioning --bucket ml-models-west --versioning-configuration Status=Enabled --region us-west-2
echo 'model 0' > v0.pth
aws s3 cp v0.pth s3://ml-models-east/models/v0.pth --only-show-errors

cat > trust.json <<'TRUST'
{
  "Version": "2012-10-17",
  "Statement": [
    { "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": "sts:AssumeRole" }
  ]
}
TRUST
role=$(aws iam create-role --role-name s3-replication-role --assume-role-policy-document file://trust.json \
  --query Role.Arn --output text)
cat > permissions.json <<'PERMISSIONS'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"],
      "Resource": "arn:aws:s3:::ml-models-east/*"
    },
    {
      "Effect": "Allow",
      "Action": ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"],
      "Resource": "arn:aws:s3:::ml-models-west/*"
    }
  ]
}
PERMISSIONS
aws iam put-role-policy --role-name s3-replication-role --policy-name replicate --policy-document file://permissions.json

cat > replication.json <<RULES
{
  "Role": "$role",
  "Rules": [
    {
      "ID": "models-to-the-west",
      "Status": "Enabled",
      "Priority": 1,
      "Filter": { "Prefix": "models/" },
      "DeleteMarkerReplication": { "Status": "Enabled" },
      "Destination": { "Bucket": "arn:aws:s3:::ml-models-west" }
    }
  ]
}
RULES
aws s3api put-bucket-replication --bucket ml-models-east --replication-configuration file://replication.json

aws s3api put-bucket-versioning --bucket ml-models-west --versioning-configuration Status=Suspended --region us-west-2

mkdir -p files/models
echo 'model 1' > files/models/v1.pth
echo 'scratch' > files/models/scratch.pth
echo 'call the insurance' > files/notes.txt
aws s3 cp files s3://ml-models-east --recursive --only-show-errors
aws s3api copy-object --bucket ml-models-east --key models/v0.pth --copy-source ml-models-east/models/v0.pth \
  --metadata-directive REPLACE
advance 900

aws s3 rm s3://ml-models-east/models/scratch.pth
advance 900
