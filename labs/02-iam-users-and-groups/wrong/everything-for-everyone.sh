#!/usr/bin/env bash
# One group of everybody, with the largest policies there are.
# score: 9/12
# loses write/only-there: s3:PutObject on data/check.txt, s3:PutObject on check.txt, s3:DeleteObject on models/check.txt, s3:DeleteObject on data/check.txt, s3:PutObject on models/check.txt of another bucket, s3:CreateBucket on a new bucket. She holds AmazonEC2FullAccess, AmazonS3FullAccess, AmazonS3ReadOnlyAccess.
# loses engineers/group: Your groups are DataScientists. Expected one called MLEngineers
# loses engineers/apart: bob may do what only data scientists need: s3:ListBucket on ml-team-data-123456789012, s3:PutObject on models/check.txt.
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
aws iam add-user-to-group --user-name alice --group-name DataScientists
read -r id secret < <(aws iam create-access-key --user-name alice \
  --query 'AccessKey.[AccessKeyId, SecretAccessKey]' --output text)

as_alice s3 ls "s3://$bucket"
as_alice s3api put-object --bucket "$bucket" --key models/first.txt 2> refusal.txt && exit 1

aws iam attach-group-policy --group-name DataScientists \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3FullAccess
as_alice s3api put-object --bucket "$bucket" --key models/first.txt

aws iam attach-group-policy --group-name DataScientists \
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
aws iam create-user --user-name bob
aws iam add-user-to-group --user-name bob --group-name DataScientists
