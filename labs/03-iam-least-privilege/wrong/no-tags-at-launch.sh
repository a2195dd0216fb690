#!/usr/bin/env bash
# Asks for a tag that she is not allowed to set.
# score: 13/15
# loses needs/launches: carol is refused ec2:RunInstances on a t3.micro in us-east-1 with the tag Team=data-science. AWS answers: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/carol is not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-east-1:123456789012:instance/* because no identity-based policy allows the ec2:CreateTags action. Refused too: ec2:RunInstances on a t3.small
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
      "Resource": "arn:aws:s3:::ml-research-123456789012/data/*"
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
    }
  ]
}'
aws iam attach-user-policy --user-name carol --policy-arn arn:aws:iam::123456789012:policy/DataScientist
