#!/usr/bin/env bash
# Relies on the encryption that is there from the start.
# score: 9/10
# loses bucket/encryption: encrypts by AES256 without a bucket key, as every new one does
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3 mb s3://ml-models-vault
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
aws s3api copy-object --bucket ml-models-vault --key models/resnet50.pth \
  --copy-source "ml-models-vault/models/resnet50.pth?versionId=$good"

aws s3api put-object --bucket ml-models-vault --key datasets/labels.csv --body good.pth
marker=$(aws s3api delete-object --bucket ml-models-vault --key datasets/labels.csv --query VersionId --output text)
aws s3api delete-object --bucket ml-models-vault --key datasets/labels.csv --version-id "$marker"
