#!/usr/bin/env bash
# Never asks who it is, and makes no group: launches into whatever is there.
# score: 6/10
# loses identity/asked: You have not asked who you are since you started this lab.
# loses security-group/admits-ssh: You have made no security group yet.
# loses security-group/one-address: You have made no security group yet.
# loses launch/access: it is in the security group default.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

image=$(aws ec2 describe-images \
  --owners 099720109477 \
  --filters 'Name=name,Values=ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*' \
  --query 'sort_by(Images, &CreationDate)[-1].ImageId' --output text)

aws ec2 create-key-pair --key-name first-key --query KeyMaterial --output text > first-key.pem
chmod 400 first-key.pem

instance=$(aws ec2 run-instances --image-id "$image" --instance-type t2.micro \
  --key-name first-key \
  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=first-instance}]' \
  --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$instance"

aws ec2 stop-instances --instance-ids "$instance"
aws ec2 wait instance-stopped --instance-ids "$instance"
aws ec2 start-instances --instance-ids "$instance"
