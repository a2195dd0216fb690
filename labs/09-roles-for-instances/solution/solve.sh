#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

objects="arn:aws:s3:::$LAB_BUCKET/models/*"
aws s3api create-bucket --bucket "$LAB_BUCKET"
echo weights > model.bin
aws s3api put-object --bucket "$LAB_BUCKET" --key models/model.bin --body model.bin
aws s3api put-object --bucket "$LAB_BUCKET" --key payroll/2026.csv --body model.bin

aws iam create-role --role-name "$LAB_ROLE" --assume-role-policy-document '{"Version":"2012-10-17","Statement":
  [{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}'
aws iam put-role-policy --role-name "$LAB_ROLE" --policy-name read-models --policy-document '{"Version":"2012-10-17",
  "Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"'"$objects"'"}]}'
aws iam create-instance-profile --instance-profile-name "$LAB_ROLE"
aws iam add-role-to-instance-profile --instance-profile-name "$LAB_ROLE" --role-name "$LAB_ROLE"

instance=$(aws ec2 run-instances --image-id ami-0c55b159cbfafe1f0 --instance-type t3.micro \
  --iam-instance-profile "Name=$LAB_ROLE" --metadata-options HttpTokens=required \
  --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$instance"

# From here on, as the instance.
eval "$(pocketcloud imds "$instance")"
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_EC2_METADATA_DISABLED
aws s3api get-object --bucket "$LAB_BUCKET" --key models/model.bin read.bin
aws s3api get-object --bucket "$LAB_BUCKET" --key payroll/2026.csv payroll.csv 2> refusal.txt || true
