#!/usr/bin/env bash
# Calls the group otherwise, lets it write the whole bucket before alice ever tried, and lets bob read.
# score: 8/12
# loses group/exists: Your groups are data-scientists, MLEngineers. Expected one called DataScientists
# loses try/refused: alice has written, and was never refused
# loses write/only-there: alice may do more than write under models/: s3:PutObject on data/check.txt, s3:PutObject on check.txt. She holds AmazonS3ReadOnlyAccess, WriteModels.
# loses engineers/apart: bob may do what only data scientists need: s3:ListBucket on ml-team-data-123456789012. Expected that an engineer launches machines
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
as_alice() { AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret aws "$@"; }
bucket=ml-team-data-123456789012

aws s3api create-bucket --bucket "$bucket"
aws iam create-group --group-name data-scientists
aws iam attach-group-policy --group-name data-scientists \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
aws iam create-user --user-name alice
aws iam add-user-to-group --user-name alice --group-name data-scientists
read -r id secret < <(aws iam create-access-key --user-name alice \
  --query 'AccessKey.[AccessKeyId, SecretAccessKey]' --output text)

aws iam put-group-policy --group-name data-scientists --policy-name WriteModels --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::'"$bucket"'/*" }]
}'

as_alice s3 ls "s3://$bucket"
as_alice s3api put-object --bucket "$bucket" --key models/first.txt

aws iam create-group --group-name MLEngineers
aws iam attach-group-policy --group-name MLEngineers \
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
aws iam create-user --user-name bob
aws iam add-user-to-group --user-name bob --group-name MLEngineers
aws iam attach-group-policy --group-name MLEngineers \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
