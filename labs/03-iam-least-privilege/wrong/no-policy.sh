#!/usr/bin/env bash
# Makes the user and stops: who may do nothing keeps every limit, and has earned nothing by it.
# score: 0/15
# loses policy/attached: carol holds no policy yet.
# loses needs/reads-data: carol is refused s3:ListBucket on ml-research-123456789012 for data/.
# loses needs/writes-models: carol is refused s3:PutObject on models/check-2.bin.
# loses needs/sees-machines: carol is refused ec2:DescribeInstances
# loses needs/launches: carol is refused ec2:RunInstances
# loses bucket/reads-no-more: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses bucket/writes-no-more: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses bucket/deletes-nothing: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses machines/types: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses machines/regions: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses machines/tags: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses machines/nothing-else: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
# loses iam/untouched: carol may not do anything of what she needs yet, so there is nothing to keep within limits.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws s3api create-bucket --bucket ml-research-123456789012
aws iam create-user --user-name carol
