#!/usr/bin/env bash
# Allows launches of everything beside the careful statement, which then means nothing.
# score: 11/15
# loses machines/types: Your policy DataScientist allows ec2:RunInstances on a t3.medium in us-east-1 with the tag Team=data-science, ec2:RunInstances on a c5.large in us-east-1 with the tag Team=data-science, ec2:RunInstances on a p3.2xlarge in us-east-1 with the tag Team=data-science: its statement LaunchWithTheRest says ec2:RunInstances on *.
# loses machines/regions: Your policy DataScientist allows ec2:RunInstances on a t3.micro in eu-west-1 with the tag Team=data-science
# loses machines/tags: ec2:RunInstances on a t3.micro in us-east-1 without a tag
# loses machines/nothing-else: Your policy DataScientist allows ec2:StopInstances on an instance: its statement OwnMachines says ec2:StopInstances on *. Your policy DataScientist allows ec2:TerminateInstances on an instance: its statement OwnMachines
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
      "Sid": "OwnMachines",
      "Effect": "Allow",
      "Action": ["ec2:StopInstances", "ec2:TerminateInstances"],
      "Resource": "*"
    },
    {
      "Sid": "LaunchSmall",
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": "arn:aws:ec2:us-east-1:123456789012:instance/*",
      "Condition": {"StringEquals": {"ec2:InstanceType": ["t3.micro", "t3.small"], "aws:RequestTag/Team": "data-science"}}
    },
    { "Sid": "LaunchWithTheRest", "Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*" },
    {
      "Sid": "TagAtLaunch",
      "Effect": "Allow",
      "Action": "ec2:CreateTags",
      "Resource": "*",
      "Condition": {"StringEquals": {"ec2:CreateAction": "RunInstances"}}
    }
  ]
}'
aws iam attach-user-policy --user-name carol --policy-arn arn:aws:iam::123456789012:policy/DataScientist
