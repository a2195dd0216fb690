#!/usr/bin/env bash
# Never puts alice in the group, and bob in none.
# score: 5/12
# loses user/member: alice is in no group. Expected DataScientists
# loses try/listed: alice tried to list and was refused: User: arn:aws:iam::123456789012:user/alice is not authorized to perform: s3:ListBucket
# loses write/allowed: alice can't write models/check.txt
# loses write/only-there: alice can't write under models/ yet
# loses write/wrote: alice tried to write models/first.txt and was refused
# loses engineers/group: bob is in no group. Expected MLEngineers.
# loses engineers/apart: bob can't launch an instance. AWS tells him: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/bob is not authorized to perform: ec2:RunInstances
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
as_alice() { AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret aws "$@"; }
bucket=ml-team-data-123456789012

aws s3api create-bucket --bucket "$bucket"
aws iam create-group --group-name DataScientists
aws iam attach-group-policy --group-name DataScientists \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
aws iam create-user --user-name alice
read -r id secret < <(aws iam create-access-key --user-name alice \
  --query 'AccessKey.[AccessKeyId, SecretAccessKey]' --output text)

as_alice s3 ls "s3://$bucket" 2> refusal.txt && exit 1
as_alice s3api put-object --bucket "$bucket" --key models/first.txt 2> refusal.txt && exit 1

aws iam put-group-policy --group-name DataScientists --policy-name WriteModels --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::'"$bucket"'/models/*" }]
}'

aws iam create-group --group-name MLEngineers
aws iam attach-group-policy --group-name MLEngineers \
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
aws iam create-user --user-name bob
