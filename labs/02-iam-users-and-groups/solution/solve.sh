#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
as_alice() { AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret aws "$@"; }

account=$(aws sts get-caller-identity --query Account --output text)
bucket=ml-team-data-$account
aws s3 mb "s3://$bucket"
echo 'petal,sepal,species' | aws s3 cp - "s3://$bucket/data/train.csv"

aws iam create-group --group-name DataScientists
aws iam attach-group-policy --group-name DataScientists \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
aws iam create-user --user-name alice
aws iam add-user-to-group --user-name alice --group-name DataScientists
read -r id secret < <(aws iam create-access-key --user-name alice \
  --query 'AccessKey.[AccessKeyId, SecretAccessKey]' --output text)

as_alice s3 ls "s3://$bucket/data/"
if echo model | as_alice s3 cp - "s3://$bucket/models/first.txt" 2> refusal.txt; then exit 1; fi
grep -q 'not authorized to perform: s3:PutObject' refusal.txt

aws iam put-group-policy --group-name DataScientists --policy-name WriteModels --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "WriteModels",
    "Effect": "Allow",
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::'"$bucket"'/models/*"
  }]
}'
echo model | as_alice s3 cp - "s3://$bucket/models/first.txt"

aws iam create-group --group-name MLEngineers
aws iam attach-group-policy --group-name MLEngineers \
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
aws iam create-user --user-name bob
aws iam add-user-to-group --user-name bob --group-name MLEngineers
