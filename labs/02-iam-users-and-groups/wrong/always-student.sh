#!/usr/bin/env bash
# Makes no key for alice: everything is tried as student, who may do everything. Stops there.
# score: 6/12
# loses user/key: alice has no access key, so she can't call AWS.
# loses try/listed: It was student who did that. Expected to see alice list what is in your bucket, with a key of hers (--profile alice).
# loses try/refused: It was student who did that. Expected to see alice try to write an object, and be refused
# loses write/wrote: It was student who did that. Expected to see alice write an object under models/
# loses engineers/group: Your groups are DataScientists. Expected one called MLEngineers
# loses engineers/apart: There is no user bob. Your users are alice.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
bucket=ml-team-data-123456789012

aws s3api create-bucket --bucket "$bucket"
aws iam create-group --group-name DataScientists
aws iam attach-group-policy --group-name DataScientists \
  --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
aws iam create-user --user-name alice
aws iam add-user-to-group --user-name alice --group-name DataScientists

aws s3 ls "s3://$bucket"

aws iam put-group-policy --group-name DataScientists --policy-name WriteModels --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::'"$bucket"'/models/*" }]
}'
aws s3api put-object --bucket "$bucket" --key models/first.txt
