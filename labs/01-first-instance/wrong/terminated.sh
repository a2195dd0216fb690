#!/usr/bin/env bash
# Does everything right, then terminates the instance: the preparations still count.
# score: 4/10
# loses launch/named: is terminated: it is gone for good.
# loses launch/image: is terminated: it is gone for good.
# loses launch/type: is terminated: it is gone for good.
# loses launch/access: is terminated: it is gone for good.
# loses restart/stopped: is terminated: it is gone for good.
# loses restart/started-again: is terminated: it is gone for good.
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

instance=$(aws ec2 run-instances --image-id "$image" --instance-type t2.micro \
  --key-name first-key --security-group-ids "$group" \
  --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=first-instance}]' \
  --query 'Instances[0].InstanceId' --output text)
aws ec2 wait instance-running --instance-ids "$instance"

aws ec2 stop-instances --instance-ids "$instance"
aws ec2 wait instance-stopped --instance-ids "$instance"
aws ec2 start-instances --instance-ids "$instance"

aws ec2 terminate-instances --instance-ids "$instance"
