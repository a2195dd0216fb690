#!/usr/bin/env bash
# Lets her tag what is there already; and takes a bucket for what is in it.
# score: 13/15
# loses needs/reads-data: carol is refused s3:GetObject on data/check.csv. AWS answers: User: arn:aws:iam::123456789012:user/carol is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::ml-research-123456789012/data/check.csv"
# loses machines/tags: Your policy DataScientist allows ec2:CreateTags on an instance that is there already: its statement TagAtLaunch says ec2:CreateTags on arn:aws:ec2:us-east-1:123456789012:instance/*.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3api create-bucket --bucket ml-research-123456789012
aws iam create-user --user-name carol
aws iam create-policy --policy-name DataScientist --policy-document '{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ListData",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::ml-research-123456789012",
      "Condition": {"StringLike": {"s3:prefix": "data/*"}}
    },
    {
      "Sid": "ReadData",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::ml-research-123456789012"
    },
    {
      "Sid": "WriteModels",
      "Effect": "Allow",
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::ml-research-123456789012/models/*"
    },
    { "Sid": "SeeMachines", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" },
    {
      "Sid": "LaunchSmall",
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
      "Condition": {"StringEquals": {"ec2:InstanceType": ["t3.micro", "t3.small"], "aws:RequestTag/Team": "data-science"}}
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
      "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*"
    }
  ]
}'
aws iam attach-user-policy --user-name carol --policy-arn arn:aws:iam::123456789012:policy/DataScientist
