#!/usr/bin/env bash
# Gives the policy to alice herself instead of her group.
# score: 10/12
# loses group/reads: AmazonS3ReadOnlyAccess is attached to alice herself, so the next data scientist would have nothing.
# loses user/nothing-of-her-own: alice holds AmazonS3ReadOnlyAccess herself.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
as_alice() { AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret aws "$@"; }
bucket=ml-team-data-123456789012

aws s3api create-bucket --bucket "$bucket"
aws iam create-group --group-name DataScientists
aws iam create-user --user-name alice
aws iam add-user-to-group --user-name alice --group-name DataScientists
read -r id secret < <(aws iam create-access-key --user-name alice \
  --query 'AccessKey.[AccessKeyId, SecretAccessKey]' --output text)
aws iam attach-user-policy --user-name alice \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess

as_alice s3 ls "s3://$bucket"
as_alice s3api put-object --bucket "$bucket" --key models/first.txt 2> refusal.txt && exit 1

aws iam put-group-policy --group-name DataScientists --policy-name WriteModels --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::'"$bucket"'/models/*" }]
}'
as_alice s3api put-object --bucket "$bucket" --key models/first.txt

aws iam create-group --group-name MLEngineers
aws iam attach-group-policy --group-name MLEngineers \
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
aws iam create-user --user-name bob
aws iam add-user-to-group --user-name bob --group-name MLEngineers
