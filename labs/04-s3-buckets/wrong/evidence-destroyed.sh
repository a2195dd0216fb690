#!/usr/bin/env bash
# Deletes the bad version instead of putting the good one over it.
# score: 9/10
# loses rollback/nothing-lost: the bad one is gone
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3 mb s3://ml-models-vault
aws s3api put-bucket-encryption --bucket ml-models-vault --server-side-encryption-configuration \
  '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":true}]}'

cat > public.json <<'POLICY'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::ml-models-vault/*"
    }
  ]
}
POLICY
aws s3api put-bucket-policy --bucket ml-models-vault --policy file://public.json 2> refusal.txt || true

aws s3api put-bucket-versioning --bucket ml-models-vault --versioning-configuration Status=Enabled
echo 'weights that work' > good.pth
echo 'weights that are all zero' > bad.pth
good=$(aws s3api put-object --bucket ml-models-vault --key models/resnet50.pth --body good.pth \
  --metadata model-version=1.0,framework=pytorch --query VersionId --output text)
bad=$(aws s3api put-object --bucket ml-models-vault --key models/resnet50.pth --body bad.pth \
  --metadata model-version=1.1,framework=pytorch --query VersionId --output text)
echo "from $bad back to $good"
aws s3api delete-object --bucket ml-models-vault --key models/resnet50.pth --version-id "$bad"

aws s3api put-object --bucket ml-models-vault --key datasets/labels.csv --body good.pth
marker=$(aws s3api delete-object --bucket ml-models-vault --key datasets/labels.csv --query VersionId --output text)
aws s3api delete-object --bucket ml-models-vault --key datasets/labels.csv --version-id "$marker"
