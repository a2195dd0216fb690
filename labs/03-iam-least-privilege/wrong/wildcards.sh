#!/usr/bin/env bash
# Stars where names belong: all of the bucket, all of S3's actions, all of t3.
# score: 11/15
# loses bucket/reads-no-more: Your policy DataScientist allows s3:ListBucket on the whole bucket ml-research-123456789012, s3:ListBucket on ml-research-123456789012 for payroll/, s3:GetObject on payroll/check.csv: its statement Data says s3:* on arn:aws:s3:::ml-research-123456789012*. Expected that she lists and reads data/ of your bucket only.
# loses bucket/writes-no-more: allows s3:PutObject on data/check.csv, s3:PutObject on payroll/check.csv: its statement Data says s3:* on arn:aws:s3:::ml-research-123456789012*.
# loses bucket/deletes-nothing: allows s3:DeleteObject on data/check-2.csv, s3:DeleteObject on models/check.bin, s3:DeleteBucket on ml-research-123456789012: its statement Data says s3:*
# loses machines/types: Your policy DataScientist allows ec2:RunInstances on a t3.medium in us-east-1 with the tag Team=data-science: its statement LaunchSmall says ec2:RunInstances on arn:aws:ec2:us-east-1:123456789012:instance/*, under a condition that does not keep this out.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3api create-bucket --bucket ml-research-123456789012
aws iam create-user --user-name carol
aws iam create-policy --policy-name DataScientist --policy-document '{
  "Version": "2012-10-17",
  "Statement": [
    { "Sid": "Data", "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::ml-research-123456789012*" },
    { "Sid": "SeeMachines", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" },
    {
      "Sid": "LaunchSmall",
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
      "Condition": {"StringLike": {"ec2:InstanceType": "t3.*"}, "StringEquals": {"aws:RequestTag/Team": "data-science"}}
    },
    {
      "Sid": "LaunchWithTheRest",
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": ["arn:aws:ec2:us-east-1::image/*", "arn:aws:ec2:us-east-1:123456789012:network-interface/*", "arn:aws:ec2:us-east-1:123456789012:security-group/*", "arn:aws:ec2:us-east-1:123456789012:subnet/*", "arn:aws:ec2:us-east-1:123456789012:volume/*"]
    },
    {
      "Sid": "TagAtLaunch",
      "Effect": "Allow",
      "Action": "ec2:CreateTags",
      "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
      "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances"}}
    }
  ]
}'
aws iam attach-user-policy --user-name carol --policy-arn arn:aws:iam::123456789012:policy/DataScientist
