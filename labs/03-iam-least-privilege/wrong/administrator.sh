#!/usr/bin/env bash
# Attaches AdministratorAccess: nobody will ever be refused.
# score: 5/15
# loses policy/attached: carol holds AdministratorAccess (AWS managed). Expected a policy that you made
# loses bucket/reads-no-more: AWS's policy AdministratorAccess allows s3:ListBucket on the whole bucket
# loses bucket/writes-no-more: s3:CreateBucket on a new bucket: its statement number 1 says * on *.
# loses bucket/deletes-nothing: AWS's policy AdministratorAccess allows s3:DeleteObject on data/check-2.csv
# loses machines/types: AWS's policy AdministratorAccess allows ec2:RunInstances on a t3.medium
# loses machines/regions: ec2:RunInstances on a t3.micro in us-west-2
# loses machines/tags: with the tag Team=finance
# loses machines/nothing-else: ec2:CreateSecurityGroup on a new security group
# loses iam/untouched: AWS's policy AdministratorAccess allows iam:ListUsers on your users, iam:CreateUser on a new user, iam:CreateAccessKey on student, who may do everything, iam:PutUserPolicy on herself, iam:AttachUserPolicy on herself, iam:PassRole on a machine she launches
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3api create-bucket --bucket ml-research-123456789012
aws iam create-user --user-name carol
aws iam attach-user-policy --user-name carol --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
