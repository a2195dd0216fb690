#!/usr/bin/env bash
# Puts the policy into the user instead of making one that others can be given, and lets her see no machines.
# score: 13/15
# loses policy/attached: carol holds DataScientist (inline). Expected a policy that you made with aws iam create-policy
# loses needs/sees-machines: carol is refused ec2:DescribeInstances on everything in EC2. AWS answers: You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/carol is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action. Refused too: ec2:DescribeImages on everything in EC2. Expected that she may look
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3api create-bucket --bucket ml-research-123456789012
aws iam create-user --user-name carol
aws iam put-user-policy --user-name carol --policy-name DataScientist --policy-document '{
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
      "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
      "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances"}}
    }
  ]
}'
