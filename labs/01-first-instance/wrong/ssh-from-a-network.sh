#!/usr/bin/env bash
# Opens SSH to a whole network, and to an address besides.
# score: 9/10
# loses security-group/one-address: admits port 22 from 198.51.100.0/24: that is a network of 256 addresses.
set -euo pipefail
# AWS CLI 2 before 2.13 does not read AWS_ENDPOINT_URL by itself.
aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }

aws sts get-caller-identity

image=$(aws ec2 describe-images \
  --owners 099720109477 \
  --filters 'Name=name,Values=ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*' \
  --query 'sort_by(Images, &CreationDate)[-1].ImageId' --output text)

aws ec2 create-key-pair --key-name first-key --query KeyMaterial --output text > first-key.pem
chmod 400 first-key.pem

group=$(aws ec2 create-security-group --group-name first-ssh \
  --description 'SSH from one address' --query GroupId --output text)
aws ec2 authorize-security-group-ingress --group-id "$group" --protocol tcp --port 22 --cidr 203.0.113.7/32
aws ec2 authorize-security-group-ingress --group-id "$group" --protocol tcp --port 22 --cidr 198.51.100.0/24

instance=$(aws ec2 run-instances --image-id "$image" --instance-type t2.micro \
  --key-name first-key --security-group-ids "$group" \
  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=first-instance}]' \
  --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$instance"

aws ec2 stop-instances --instance-ids "$instance"
aws ec2 wait instance-stopped --instance-ids "$instance"
aws ec2 start-instances --instance-ids "$instance"
