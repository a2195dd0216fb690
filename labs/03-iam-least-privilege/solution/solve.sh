#!/usr/bin/env bash
# Does everything the lab asks for.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

account=$(aws sts get-caller-identity --query Account --output text)
bucket=ml-research-$account
aws s3 mb "s3://$bucket"
aws iam create-user --user-name carol

cat > policy.json <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ListData",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::$bucket",
      "Condition": { "StringLike": { "s3:prefix": "data/*" } }
    },
    { "Sid": "ReadData", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::$bucket/data/*" },
    { "Sid": "WriteModels", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::$bucket/models/*" },
    { "Sid": "SeeMachines", "Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*" },
    {
      "Sid": "LaunchSmall",
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": "arn:aws:ec2:us-east-1:$account:instance/*",
      "Condition": {
        "StringEquals": {
          "ec2:InstanceType": ["t3.micro", "t3.small"],
          "aws:RequestTag/Team": "data-science"
        }
      }
    },
    {
      "Sid": "LaunchWithTheRest",
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": [
        "arn:aws:ec2:us-east-1::image/*",
        "arn:aws:ec2:us-east-1:$account:key-pair/*",
        "arn:aws:ec2:us-east-1:$account:network-interface/*",
        "arn:aws:ec2:us-east-1:$account:security-group/*",
        "arn:aws:ec2:us-east-1:$account:subnet/*",
        "arn:aws:ec2:us-east-1:$account:volume/*"
      ]
    },
    {
      "Sid": "TagAtLaunch",
      "Effect": "Allow",
      "Action": "ec2:CreateTags",
      "Resource": "arn:aws:ec2:us-east-1:$account:instance/*",
      "Condition": { "StringEquals": { "ec2:CreateAction": "RunInstances" } }
    }
  ]
}
JSON
policy=$(aws iam create-policy --policy-name DataScientist --policy-document file://policy.json \
  --query Policy.Arn --output text)
aws iam attach-user-policy --user-name carol --policy-arn "$policy"
